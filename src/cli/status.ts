/** `monthend status`: how the ledger stands. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatAmount } from '../billing/money.js';
import { formatInstant } from '../billing/time-zone.js';
import { counted } from '../billing/words.js';
import type { LedgerStatus } from '../month-end.js';
import type { Runner } from './command.js';
import { instantArgument, type Session } from './session.js';
import { table } from './table.js';

interface StatusFlags {
  readonly asOf?: string;
  readonly days: number;
}

export function addStatus(program: Command, run: Runner): void {
  program
    .command('status')
    .description(
      'show what is closed, what comes next, what is held, which limits pass soon; the ledger stays as it is',
    )
    .option('--as-of <instant>', 'stands for the clock')
    .option('--days <number>', 'how many days ahead limits are looked for', daysArgument, 7)
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
      run(async (session: Session, { asOf, days }: StatusFlags) => {
        const options = {
          config: await session.config(),
          asOf: asOf === undefined ? session.now : instantArgument(asOf),
          days,
        };
        const { statusOf } = await import('../month-end.js');
        const status = await session.withLedger('read', (ledger) => statusOf(ledger, options));
        session.terminal.result(statusText(status, options.asOf));
        session.terminal.json(statusDocument(status, options.asOf));
      }),
    );
}

function daysArgument(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days > 3650) throw new InvalidArgumentError('expected days from 0 to 3650.');
  return days;
}

function statusText(status: LedgerStatus, asOf: number): string {
  const { closed, next, endsAt, lastImport, lastImportClosed, limits, limitsUntil, exceptions } = status;
  const [first, last] = [closed[0], closed.at(-1)];
  const span = first === last ? first : `${first} to ${last}`;
  const months = closed.length === 0 ? 'no month yet' : `${span}, ${counted(closed.length, 'month')}`;
  const over = asOf >= endsAt ? 'is over, and can be closed' : `is over at ${formatInstant(endsAt)}`;
  const unlisted = exceptions.reduce((sum, { count }) => sum + count, 0);
  return [
    `closed: ${months}`,
    `next: ${next}, ${over}`,
    `imports: ${lastImport}, of which ${lastImport - lastImportClosed} since the last close`,
    ...heldLines(status),
    `limits that pass before ${formatInstant(limitsUntil)}: ${limits.length}`,
    ...(limits.length === 0 ? [] : [indented(limitTable(status))]),
    `exceptions not yet listed: ${unlisted}`,
    ...exceptions.map(({ code, count }) => `  ${code}: ${count}`),
  ].join('\n');
}

function heldLines({ next, held }: LedgerStatus): string[] {
  const sum = (status: 'deferred' | 'slated') => held.reduce((total, each) => total + each[status], 0);
  const title = `held, if ${next} were closed now: ${sum('deferred')} deferred, ${sum('slated')} slated for deletion`;
  if (held.length === 0) return [title];
  const rows = held.map((each) => [
    each.practiceId,
    each.practiceName,
    each.deferred,
    each.slated,
    formatAmount(each.amountMinor, each.currency),
    each.currency,
  ]);
  return [title, indented(table(['practice', 'name', 'deferred', 'slated', 'amount', ''], rows))];
}

function limitTable({ limits }: LedgerStatus): string {
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

/** For programs: instants and amounts as the files write them. */
function statusDocument(status: LedgerStatus, asOf: number): unknown {
  const { closed, next, endsAt, lastImport, lastImportClosed, held, limits, limitsUntil, exceptions } =
    status;
  return {
    closed,
    next,
    endsAt: formatInstant(endsAt),
    isOver: asOf >= endsAt,
    lastImport,
    lastImportClosed,
    held: held.map(withAmount),
    limitsUntil: formatInstant(limitsUntil),
    limits: limits.map((limit) => ({ ...withAmount(limit), limitAt: formatInstant(limit.limitAt) })),
    exceptions,
  };
}

function withAmount<Row extends { amountMinor: bigint | number; currency: string }>(row: Row) {
  const { amountMinor, ...rest } = row;
  return { ...rest, amount: formatAmount(amountMinor, row.currency) };
}
