/** `monthend explain ID`: says why an order is on an invoice, or why not, and why a line stands on a document. */

import { type Command, Option } from 'commander';
import { type Clock, lastZone } from '../billing/clock.js';
import { listedEvent } from '../billing/exception.js';
import { formatInstant } from '../billing/time-zone.js';
import type { ExplainedDocument, ExplainedLines } from '../explain/explained-lines.js';
import { asSentence, inGroups, spanOf, wordFor } from '../explain/explained-months.js';
import {
  type ExplainedLine,
  type ExplainedMonth,
  type Explanation,
  voidSentence,
} from '../explain/explanation.js';
import { importName } from '../explain/fact-changes.js';
import type { IdKind } from '../month/explain-id.js';
import { counted, money, timeName, zonesInWords } from '../words/words.js';
import type { Runner } from './command.js';
import type { JsonExplainedLines, JsonOf } from './json-documents.js';
import { documentJson, heldJson, withAmount, zonesJson } from './month-json.js';
import { printable } from './safe-text.js';
import { wrapped } from './screen.js';
import { fileArgument, monthArgument, type Session } from './session.js';
import { drawTimeline, eventMark, KEY_TO_MARKS } from './timeline-drawing.js';

const ID_KINDS: readonly IdKind[] = ['order', 'document', 'practice'];

export function addExplain(program: Command, run: Runner): void {
  program
    .command('explain')
    .description(
      'show an order month by month, or the lines of a document or a practice, each with its reason',
    )
    .argument('<id>', 'an order id, a document number or a practice id')
    .addOption(new Option('--as <kind>', 'what the id is, if it is that of several things').choices(ID_KINDS))
    .option('--month <month>', 'of a practice: this month only (default: every closed month)')
    .option(
      '--html <file>',
      'write it as a page instead, an order with its timeline as a picture',
      fileArgument,
    )
    .addHelpText(
      'after',
      `
Closed months are told as they were issued, by the facts that they knew; open months as a close would issue them now.
An earlier page of this command is replaced by --html, any other file is left as it is.

Examples:
  monthend explain ORD-1002
  monthend explain ORD-1002 --html order.html   to look at, in any browser and on paper
  monthend explain ORD-1002 --json
  monthend explain INV-000004                   its lines, and why each stands there
  monthend explain P-100 --month 2026-10        the lines and held lines of a practice`,
    )
    .action(
      run(async ({ config, terminal, withLedger }: Session, id: string, flags: ExplainFlags) => {
        const settings = await config();
        const month = flags.month === undefined ? undefined : monthArgument(flags.month);
        const { explainId } = await import('../month/explain-id.js');
        const told = await withLedger('read', (ledger) =>
          explainId(ledger, id, { config: settings, ...flags, month }),
        );
        const { html: file } = flags;
        const text = told.kind === 'order' ? explanationText(told.explanation) : linesText(told.lines);
        terminal.result(file === undefined ? text : `${told.kind} ${printable(id)}: ${file}`);
        const json = told.kind === 'order' ? explanationJson(told.explanation) : linesJson(told.lines);
        terminal.json({ ...json, ...(file === undefined ? {} : { file }) });
      }),
    );
}

interface ExplainFlags {
  readonly as?: IdKind;
  readonly month?: string;
  readonly html?: string;
}

/** Returns the whole explanation as text, at most 80 columns wide if ids and names allow. */
export function explanationText(explanation: Explanation): string {
  const { orderId, practiceId, clock } = explanation;
  const owner = practiceId === '' ? 'no line of it is known' : `practice ${practiceId}`;
  const parts = [
    wrapped(`order ${orderId}, ${owner}, on the clock of ${zonesInWords(clock)}`, { indent: '', hanging: 2 }),
    drawTimeline(explanation),
    [...factLines(explanation), `  ${KEY_TO_MARKS}`],
    ...(explanation.amendments.length === 0
      ? []
      : [
          [
            'amended',
            ...explanation.amendments.flatMap((each) =>
              wrapped(`${importName(each)}: ${each.sentence}`, { indent: '  ', hanging: 2 }),
            ),
          ],
        ]),
    ...inGroups(explanation.months).map(monthLines),
    ...(explanation.voided.length === 0
      ? []
      : [
          [
            'void',
            ...explanation.voided.flatMap((each) =>
              wrapped(voidSentence(each), { indent: '  ', hanging: 2 }),
            ),
          ],
        ]),
  ];
  return parts.map((lines) => lines.map(printable).join('\n')).join('\n\n');
}

/** Returns the placements and events that the timeline marks, with their times. */
function factLines({ lines, events, clock }: Explanation): string[] {
  const time = (at: number) => timeName(clock, at).padEnd(17);
  const facts = [
    ...lines.map(({ placedAt, orderLine, product, amountMinor, currency }) => ({
      at: placedAt,
      text: `o  ${time(placedAt)}  line ${orderLine} placed: ${product}, ${money(amountMinor, currency)}`,
    })),
    ...events.map((event) => {
      const { at, reason, limitAt, effect } = event;
      const notes = [
        ...(reason === '' ? [] : [`“${reason}”`]),
        ...(limitAt === undefined ? [] : [`limit ${timeName(clock, limitAt)}`]),
        ...(effect === 'none' ? ['no effect'] : []),
      ];
      const told = `${listedEvent({ ...event, line: event.orderLine })}${notes.length === 0 ? '' : `: ${notes.join(', ')}`}`;
      return { at, text: `${eventMark(event)}  ${time(at)}  ${told}` };
    }),
  ];
  return facts
    .sort((a, b) => a.at - b.at)
    .flatMap(({ text }) => wrapped(text, { indent: '  ', hanging: 22 }));
}

function monthLines(months: readonly ExplainedMonth[]): string[] {
  const [first] = months;
  if (first === undefined) return [];
  const nothing = first.lines.length + first.exceptions.length === 0 ? ['  nothing of this order'] : [];
  return [
    `${spanOf(months)}, ${first.isClosed ? 'closed' : 'open: as a close would do now'}`,
    ...nothing,
    ...first.lines.flatMap(lineLines),
    ...first.exceptions.flatMap(({ code, sentence }) =>
      wrapped(`exception ${code}: ${sentence}.`, { indent: '  ', hanging: 2 }),
    ),
  ];
}

function lineLines(line: ExplainedLine): string[] {
  const issued = line.issued.map(
    ({ lineType, amountMinor, currency, documentNumber, practiceId, corrects }) => {
      const correcting = corrects === '' ? '' : `, correcting ${corrects}`;
      return `${lineType} ${money(amountMinor, currency)} on ${documentNumber} to ${practiceId}${correcting}`;
    },
  );
  const word = wordFor(line);
  const heads = issued.length > 0 ? issued : word === '' ? [] : [word];
  const sentence = asSentence(line);
  const label = `line ${line.orderLine}: `;
  if (heads.length === 0) return wrapped(`${label}${sentence}`, { indent: '  ', hanging: 2 });
  return [...heads.map((head) => `  ${label}${head}`), ...wrapped(sentence, { indent: '    ', hanging: 2 })];
}

/** Returns the lines of documents, and held lines, each with its reason. */
function linesText({ practice, documents, heldIn, held }: ExplainedLines): string {
  const head =
    practice === undefined
      ? []
      : [[`practice ${named(practice)}, on the clock of ${zonesInWords(practice.clock)}`]];
  const parts = [...head, ...documents.map(documentLines)];
  if (held.length > 0) parts.push([`held at the end of ${heldIn}`, ...held.flatMap(heldLines)]);
  else if (heldIn !== undefined) parts.push([`nothing held at the end of ${heldIn}`]);
  return parts.map((lines) => lines.map(printable).join('\n')).join('\n\n');
}

const named = ({
  practiceId,
  practiceName,
}: {
  readonly practiceId: string;
  readonly practiceName: string;
}) => (practiceName === practiceId ? practiceId : `${practiceId} ${practiceName}`);

function documentLines(document: ExplainedDocument): string[] {
  const { documentNumber, documentType, billingMonth, currency, totals, voidReason, lines } = document;
  const head =
    `${documentType.replace('_', ' ')} ${documentNumber} to ${named(document)}, ${billingMonth}: ` +
    `${counted(lines.length, 'line')}, ${money(totals.totalMinor, currency)}`;
  return [
    ...wrapped(voidReason === undefined ? head : `${head}, void: ${voidReason}`, { indent: '', hanging: 2 }),
    ...lines.flatMap((line) => {
      const { lineNumber, lineType, orderId, orderLine, product, amountMinor, corrects } = line;
      const correcting = corrects === '' ? '' : `, correcting ${corrects}`;
      const what = `line ${lineNumber}: ${lineType} ${money(amountMinor, currency)}, order ${orderId} line ${orderLine}, ${product}${correcting}`;
      return [
        ...wrapped(what, { indent: '  ', hanging: 2 }),
        ...wrapped(asSentence(line), { indent: '    ', hanging: 2 }),
      ];
    }),
  ];
}

function heldLines(line: ExplainedLines['held'][number]): string[] {
  const { orderId, orderLine, product, amountMinor, currency } = line;
  const what = `order ${orderId} line ${orderLine}: ${money(amountMinor, currency)}, ${product}`;
  return [
    ...wrapped(what, { indent: '  ', hanging: 2 }),
    ...wrapped(asSentence(line), { indent: '    ', hanging: 2 }),
  ];
}

function linesJson({ practice, documents, heldIn, held }: ExplainedLines): JsonExplainedLines {
  return {
    ...(practice === undefined ? {} : practiceJson(practice)),
    documents: documents.map(({ lines, voidReason, ...document }) => ({
      ...documentJson(document),
      month: document.billingMonth,
      ...(voidReason === undefined ? {} : { voidReason }),
      lines: lines.map((line) => {
        const { lineNumber, lineType, reason, orderId, orderLine, product, amountMinor } = line;
        const { currency, serviceMonth, corrects, sentence } = { ...line, currency: document.currency };
        const what = { lineNumber, lineType, reason, orderId, orderLine, product };
        return { ...what, ...withAmount({ amountMinor, currency }), serviceMonth, corrects, sentence };
      }),
    })),
    ...(heldIn === undefined ? {} : { heldInMonth: heldIn }),
    held: held.map(({ sentence, ...line }) => ({ ...heldJson(line), sentence })),
  };
}

const practiceJson = ({ clock, ...practice }: NonNullable<ExplainedLines['practice']>) => ({
  ...practice,
  ...clockJson(clock),
});

const clockJson = (clock: Clock) => ({ timeZone: lastZone(clock), timeZones: zonesJson(clock) });

/** Returns the explanation for `--json`, with amounts and instants as the files write them. */
function explanationJson({
  lines,
  events,
  amendments,
  states,
  months,
  voided,
  clock,
  ...order
}: Explanation): JsonOf<'explain'> {
  return {
    ...order,
    ...clockJson(clock),
    orderLines: lines.map(({ placedAt, ...line }) => ({
      ...withAmount(line),
      placedAt: formatInstant(placedAt),
    })),
    events: events.map(({ exceptions, limitAt, ...event }) => ({
      ...atAsText(event),
      exceptionCodes: exceptions,
      ...(limitAt === undefined ? {} : { limitAt: formatInstant(limitAt) }),
    })),
    amendments: amendments.map(({ files, ...amendment }) => ({ ...amendment, importedFrom: files })),
    states: states.map(atAsText),
    voidLines: voided.map(withAmount),
    months: months.map(({ start, cutOff, lines: explained, exceptions, ...month }) => ({
      ...month,
      startsAt: formatInstant(start),
      cutOffAt: formatInstant(cutOff),
      lines: explained.map(({ issued, because, ...line }) => ({
        ...line,
        issued: issued.map(withAmount),
        because: because.map(atAsText),
      })),
      exceptions: exceptions.map(atAsText),
    })),
  };
}

type AtAsText<Row> = Row extends unknown ? Omit<Row, 'at'> & { readonly at: string } : never;

const atAsText = <Row extends { readonly at: number }>(row: Row): AtAsText<Row> =>
  ({ ...row, at: formatInstant(row.at) }) as unknown as AtAsText<Row>;
