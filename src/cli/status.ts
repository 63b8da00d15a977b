/** `monthend status`: shows the state of the ledger. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatAmount } from '../billing/money.js';
import { formatInstant } from '../billing/time-zone.js';
import { describeUnknown } from '../explain/preflight.js';
import type { statusOf } from '../month/read-status.js';
import { counted } from '../words/words.js';
import { addOut } from './close.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { exceptionJson, heldJson, withAmount } from './month-json.js';
import { wrapped } from './screen.js';
import { instantArgument, type Session } from './session.js';
import { table } from './table.js';

interface StatusFlags {
  readonly out: string;
  readonly asOf?: string;
  readonly days: number;
}

export function addStatus(program: Command, run: Runner): void {
  addOut(program.command('status'))
    .description(
      'show the closed months, the next one, held lines and limits that pass soon; changes nothing',
    )
    .option('--as-of <instant>', 'the time to use instead of the clock')
    .option('--days <number>', 'how many days ahead to look for limits', daysArgument, 7)
    .addHelpText(
      'after',
      `
Held lines and exceptions are those that a close of the next month would record now.

Examples:
  monthend status
  monthend status --days 14
  monthend status --as-of 2026-11-20T09:00:00-05:00 --json`,
    )
    .action(
      run(async (session: Session, { asOf, days, out }: StatusFlags) => {
        const options = {
          config: await session.config(),
          asOf: asOf === undefined ? session.now : instantArgument(asOf),
          days,
          out,
        };
        const { statusOf } = await import('../month/read-status.js');
        const status = await session.withLedger('read', (ledger) => statusOf(ledger, options));
        session.terminal.result(statusText(status, options.asOf));
        session.terminal.json(statusJson(status, options.asOf));
      }),
    );
}

function daysArgument(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days > 3650) throw new InvalidArgumentError('expected days from 0 to 3650.');
  return days;
}

function statusText(status: ShownStatus, asOf: number): string {
  const { closed, next, endsAt, lastImport, lastImportClosed, limits, limitsUntil, exceptions } = status;
  const [first, last] = [closed[0], closed.at(-1)];
  const span = first === last ? first : `${first} to ${last}`;
  const months = closed.length === 0 ? 'no month yet' : `${span}, ${counted(closed.length, 'month')}`;
  const over = asOf >= endsAt ? 'is over, and can be closed' : `is over at ${formatInstant(endsAt)}`;
  return [
    `closed: ${months}`,
    ...status.voids.map(({ month, number, reason }) =>
      wrapped(`void ${number} of ${month}: ${reason}`).join('\n'),
    ),
    `next: ${next}, ${over}`,
    ...status.unknownFolders.map((folder) => wrapped(describeUnknown(folder)).join('\n')),
    `imports: ${lastImport}, of which ${lastImport - lastImportClosed} since the last close`,
    ...heldLines(status),
    `limits that pass before ${formatInstant(limitsUntil)}: ${limits.length}`,
    ...(limits.length === 0 ? [] : [indented(limitTable(status))]),
    `exceptions not yet listed: ${exceptions.length}`,
    ...codeLines(exceptions),
  ].join('\n');
}

/** Returns the number of exceptions of each code, in order of code. */
function codeLines(exceptions: ShownStatus['exceptions']): string[] {
  const counts = new Map<string, number>();
  for (const { code } of exceptions) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `  ${code}: ${count}`).sort();
}

function heldLines({ next, held, heldByPractice }: ShownStatus): string[] {
  const slated = held.filter(({ status }) => status === 'slated').length;
  const title = `held, if ${next} were closed now: ${held.length - slated} deferred, ${slated} slated for deletion`;
  if (held.length === 0) return [title];
  const rows = heldByPractice.map((each) => [
    each.practiceId,
    each.practiceName,
    each.deferredLineCount,
    each.slatedLineCount,
    formatAmount(each.amountMinor, each.currency),
    each.currency,
  ]);
  return [title, indented(table(['practice', 'name', 'deferred', 'slated', 'amount', ''], rows))];
}

function limitTable({ limits }: ShownStatus): string {
  return table(
    ['limit', 'order', 'line', 'practice', 'paused on', 'amount', ''],
    limits.map(({ limitAt, orderId, orderLine, practiceId, pausedOn, amountMinor, currency }) => [
      formatInstant(limitAt).replace('.000Z', 'Z'),
      orderId,
      orderLine,
      practiceId,
      pausedOn,
      formatAmount(amountMinor, currency),
      currency,
    ]),
  );
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

type ShownStatus = Awaited<ReturnType<typeof statusOf>>;

/** Returns the status for `--json`, with instants and amounts as the files write them. */
function statusJson(status: ShownStatus, asOf: number): JsonOf<'status'> {
  return {
    closedMonths: status.closed,
    voids: status.voids.map(({ month, number, reason }) => ({
      month,
      voidNumber: number,
      voidReason: reason,
    })),
    nextMonth: status.next,
    nextEndsAt: formatInstant(status.endsAt),
    nextIsOver: asOf >= status.endsAt,
    lastImportId: status.lastImport,
    lastClosedImportId: status.lastImportClosed,
    limitsUntilAt: formatInstant(status.limitsUntil),
    limits: status.limits.map((limit) => ({ ...withAmount(limit), limitAt: formatInstant(limit.limitAt) })),
    heldByPractice: status.heldByPractice.map(withAmount),
    held: status.held.map(heldJson),
    exceptions: status.exceptions.map(exceptionJson),
    unknownFolders: status.unknownFolders.map(({ ranges, ...folder }) => ({
      ...folder,
      numbers: ranges.map(({ first, last }) => ({ firstNumber: first, lastNumber: last })),
    })),
  };
}
