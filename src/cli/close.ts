/** `monthend close MONTH`, and what `run` shares with it. */
import type { Command } from 'commander';
import type { BillingMonth } from '../billing/billing-month.js';
import { counted } from '../billing/words.js';
import type { CloseOptions } from '../ledger/close.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BilledMonth, BillingOptions, MonthStep, MonthSummary } from '../month-end.js';
import { type Runner, VERSION } from './command.js';
import { comparisonLines } from './comparison-text.js';
import { createProgress } from './progress.js';
import { folderArgument, instantArgument, monthArgument, type Session } from './session.js';
import type { Terminal } from './terminal.js';

export interface CloseFlags {
  readonly out: string;
  readonly asOf?: string;
  readonly catchUp?: boolean;
  readonly strict?: boolean;
  readonly report?: boolean;
}

export function addClose(program: Command, run: Runner): void {
  addCloseFlags(program.command('close'))
    .description('issue the invoices of a month; once and for all. Again: the same files')
    .argument('<month>', 'YYYY-MM')
    .addHelpText(
      'after',
      `
Examples:
  monthend close 2026-10
  monthend close 2026-12 --catch-up             November first, if it is still open
  monthend close 2026-10 --out /srv/invoices`,
    )
    .action(
      run(async (session: Session, month: string, flags: CloseFlags) => {
        const request = await closeRequest(session, month, flags);
        const closed = await session.withLedger('write', (ledger) =>
          closeAndReport(session, ledger, request),
        );
        session.terminal.json({ months: closed });
      }),
    );
}

export function addCloseFlags(command: Command): Command {
  return addReport(addOut(command))
    .option('--as-of <instant>', 'stands for the clock when a month is checked to be over')
    .option('--catch-up', 'also close the open months before it, each by its own cut-off')
    .option('--strict', 'refuse to close a month that would list exceptions');
}

export function addOut(command: Command): Command {
  return command.option(
    '--out <folder>',
    'where the folders of the months stand',
    folderArgument,
    'invoices',
  );
}

export function addReport(command: Command): Command {
  return command.option('--report', "put report.html into the month's folder too");
}

export type CloseRequest = { readonly month: BillingMonth } & Omit<CloseOptions, 'progress'> & BillingOptions;

/** What the command line asks for, checked before anything is done. @throws Failure usage */
export async function closeRequest(
  session: Session,
  month: string,
  flags: CloseFlags,
): Promise<CloseRequest> {
  const config = await session.config();
  return {
    month: monthArgument(month),
    config,
    out: flags.out,
    asOf: flags.asOf === undefined ? session.now : instantArgument(flags.asOf),
    now: session.now,
    catchUp: flags.catchUp === true,
    strict: flags.strict === true || config.strict,
    engineVersion: VERSION,
    report: flags.report === true,
  };
}

export async function closeAndReport(
  { terminal }: Session,
  ledger: Ledger,
  { month, ...options }: CloseRequest,
): Promise<BilledMonth[]> {
  const show = createProgress(terminal);
  const progress = (step: MonthStep) =>
    show({
      ...step,
      doing: `${step.doing} ${step.month}`,
      unit: step.doing === 'billing' ? 'orders' : 'documents',
    });
  const { closeMonths } = await import('../month-end.js');
  const closed = await closeMonths(ledger, month, { ...options, progress });
  for (const each of closed) {
    reportMonth(terminal, each.wasClosed ? `${each.month} is closed already` : `${each.month} closed`, each);
  }
  return closed;
}

/** A month's figures, at most 80 columns wide where the names and amounts allow. */
export function reportMonth(
  terminal: Terminal,
  title: string,
  month: MonthSummary & { folder?: string },
): void {
  const { invoices, creditNotes, deferred, slated, exceptions, linesBeforeLedger, totals } = month;
  terminal.result(
    terminal.marked(
      'bold',
      `${title}: ${counted(invoices, 'invoice')}, ${counted(creditNotes, 'credit note')}`,
    ),
  );
  for (const { currency, charges, credits, total, lines } of totals) {
    terminal.result(
      fitted(
        `  ${currency}: ${counted(lines, 'line')}, charges ${charges}, credits ${credits}, total ${total}`,
      ),
    );
  }
  const held = totals
    .filter(({ held_lines }) => held_lines > 0)
    .map((total) => `${total.held} ${total.currency}`);
  terminal.result(
    fitted(
      `  held: ${deferred} deferred, ${slated} slated for deletion${held.length === 0 ? '' : `, ${held.join(', ')}`}`,
    ),
  );
  if (linesBeforeLedger > 0) {
    const lines = counted(linesBeforeLedger, 'line');
    const text = `  before this ledger: ${lines}, taken as charged by the earlier system, never charged here`;
    terminal.result(terminal.marked('yellow', fitted(text)));
  }
  for (const line of comparisonLines(month.comparison)) terminal.result(line);
  const listed = `  exceptions: ${exceptions}${exceptions === 0 ? '' : ', see exceptions.csv'}`;
  terminal.result(exceptions === 0 ? listed : terminal.marked('yellow', listed));
  if (month.folder !== undefined) terminal.result(`  files: ${month.folder}`);
}

const COLUMNS = 80;

/** Broken after a comma where it would be wider than the screen. */
function fitted(text: string): string {
  const lines: string[] = [''];
  for (const part of text.split(/(?<=, )/)) {
    if (`${lines.at(-1)}${part}`.trimEnd().length > COLUMNS) lines.push('    ');
    lines[lines.length - 1] += part;
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}
