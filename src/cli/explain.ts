/** `monthend explain ORDER`: says why an order is on an invoice, or why not. */

import type { Command } from 'commander';
import { listedEvent } from '../billing/exception.js';
import { formatInstant } from '../billing/time-zone.js';
import { asSentence, inGroups, spanOf, wordFor } from '../explain/explained-months.js';
import {
  type ExplainedLine,
  type ExplainedMonth,
  type Explanation,
  voidSentence,
} from '../explain/explanation.js';
import { money, timeName } from '../words/words.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { withAmount } from './month-json.js';
import { printable } from './printable.js';
import { fileArgument, type Session } from './session.js';
import { drawTimeline, eventMark, KEY_TO_MARKS } from './timeline-drawing.js';

const SCREEN = 80;

export function addExplain(program: Command, run: Runner): void {
  program
    .command('explain')
    .description("show an order's timeline, and month by month what was charged, where, and why")
    .argument('<order>', 'the order id')
    .option('--html <file>', 'write it as a page instead, with the timeline as a picture', fileArgument)
    .addHelpText(
      'after',
      `
Closed months are told as they were issued, by the facts that they knew; open months as a close would issue them now.
An earlier page of this command is replaced by --html, any other file is left as it is.

Examples:
  monthend explain ORD-1002
  monthend explain ORD-1002 --html order.html   to look at, in any browser and on paper
  monthend explain ORD-1002 --json`,
    )
    .action(
      run(async ({ config, terminal, withLedger }: Session, orderId: string, { html }: { html?: string }) => {
        const settings = await config();
        const { explain, writeExplanation } = await import('../month/explain-order.js');
        const explanation = await withLedger('read', (ledger) =>
          html === undefined
            ? explain(ledger, orderId, settings)
            : writeExplanation(ledger, orderId, { config: settings, file: html }),
        );
        terminal.result(
          html === undefined ? explanationText(explanation) : `order ${printable(orderId)}: ${html}`,
        );
        terminal.json({ ...explanationJson(explanation), ...(html === undefined ? {} : { file: html }) });
      }),
    );
}

/** Returns the whole explanation as text, at most 80 columns wide if ids and names allow. */
export function explanationText(explanation: Explanation): string {
  const { orderId, practiceId, timeZone } = explanation;
  const owner = practiceId === '' ? 'no line of it is known' : `practice ${practiceId}`;
  const parts = [
    [`order ${orderId}, ${owner}, on the clock of ${timeZone}`],
    drawTimeline(explanation),
    [...factLines(explanation), `  ${KEY_TO_MARKS}`],
    ...inGroups(explanation.months).map(monthLines),
    ...(explanation.voided.length === 0
      ? []
      : [['void', ...explanation.voided.flatMap((each) => wrapped(voidSentence(each), '  ', 2))]]),
  ];
  return parts.map((lines) => lines.map(printable).join('\n')).join('\n\n');
}

/** Returns the placements and events that the timeline marks, with their times. */
function factLines({ lines, events, timeZone }: Explanation): string[] {
  const time = (at: number) => timeName({ timeZone }, at).padEnd(17);
  const facts = [
    ...lines.map(({ placedAt, orderLine, product, amountMinor, currency }) => ({
      at: placedAt,
      text: `o  ${time(placedAt)}  line ${orderLine} placed: ${product}, ${money(amountMinor, currency)}`,
    })),
    ...events.map((event) => {
      const { at, reason, limitAt, effect } = event;
      const notes = [
        ...(reason === '' ? [] : [`“${reason}”`]),
        ...(limitAt === undefined ? [] : [`limit ${timeName({ timeZone }, limitAt)}`]),
        ...(effect === 'none' ? ['no effect'] : []),
      ];
      const told = `${listedEvent({ ...event, line: event.orderLine })}${notes.length === 0 ? '' : `: ${notes.join(', ')}`}`;
      return { at, text: `${eventMark(event)}  ${time(at)}  ${told}` };
    }),
  ];
  return facts.sort((a, b) => a.at - b.at).flatMap(({ text }) => wrapped(text, '  ', 22));
}

function monthLines(months: readonly ExplainedMonth[]): string[] {
  const [first] = months;
  if (first === undefined) return [];
  const nothing = first.lines.length + first.exceptions.length === 0 ? ['  nothing of this order'] : [];
  return [
    `${spanOf(months)}, ${first.isClosed ? 'closed' : 'open: as a close would do now'}`,
    ...nothing,
    ...first.lines.flatMap(lineLines),
    ...first.exceptions.flatMap(({ code, sentence }) => wrapped(`exception ${code}: ${sentence}.`, '  ', 2)),
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
  if (heads.length === 0) return wrapped(`${label}${sentence}`, '  ', 2);
  return [...heads.map((head) => `  ${label}${head}`), ...wrapped(sentence, '    ', 2)];
}

/** Breaks a text at spaces; lines after the first are indented by `hanging` more. */
function wrapped(text: string, indent: string, hanging: number): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > SCREEN && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent + ' '.repeat(hanging);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** Returns the explanation for `--json`, with amounts and instants as the files write them. */
function explanationJson({
  lines,
  events,
  states,
  months,
  voided,
  ...order
}: Explanation): JsonOf<'explain'> {
  return {
    ...order,
    orderLines: lines.map(({ placedAt, ...line }) => ({
      ...withAmount(line),
      placedAt: formatInstant(placedAt),
    })),
    events: events.map(({ exceptions, limitAt, ...event }) => ({
      ...atAsText(event),
      exceptionCodes: exceptions,
      ...(limitAt === undefined ? {} : { limitAt: formatInstant(limitAt) }),
    })),
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
