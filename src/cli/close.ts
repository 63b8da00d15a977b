/** `monthend close MONTH`, and what `run` shares with it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BillingMonth } from '../billing/billing-month.js';
import { FINDING_CODES, type FindingCode } from '../billing/finding.js';
import { lookAlike } from '../billing/look-alike.js';
import type { CloseOptions } from '../ledger/close.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BilledMonth, MonthSummary, ShownFinding, WritingOptions } from '../month/export-month.js';
import type { MonthStep } from '../month-end.js';
import { counted } from '../words/words.js';
import { type Runner, VERSION } from './command.js';
import { comparisonLines } from './comparison-text.js';
import type { JsonOf } from './json-documents.js';
import { monthJson } from './month-json.js';
import { createProgress } from './progress.js';
import { AT_COMMAS, wrapped } from './screen.js';
import { folderOption, instantArgument, monthArgument, type Session } from './session.js';
import type { Terminal } from './terminal.js';

export interface CloseFlags {
  readonly out: string;
  readonly asOf?: string;
  readonly catchUp?: boolean;
  readonly strict?: boolean;
  readonly accept?: ReadonlySet<FindingCode>;
  readonly report?: boolean;
}

export function addClose(program: Command, run: Runner): void {
  addCloseFlags(program.command('close'))
    .description("issue a month's invoices; if it is closed already, write its files again")
    .argument('<month>', 'YYYY-MM')
    .addHelpText(
      'after',
      `
A close is final. If its files cannot be written, the month stays closed: run the same command again to write them. Months
are closed in order, each once it is over in every time zone that it bills. With --catch-up, earlier open months are closed
first, each by its own cut-off, with every fact known now.

Examples:
  monthend close 2026-10
  monthend close 2026-12 --catch-up             November first, if it is still open
  monthend close 2026-10 --out /srv/invoices`,
    )
    .action(
      run(async (session: Session, month: string, flags: CloseFlags) => {
        const request = await closeRequest(session, month, flags);
        await session.withLedger('write', (ledger) => closeAndReport(session, ledger, request));
      }),
    );
}

export function addCloseFlags(command: Command): Command {
  return addReport(addOut(command))
    .option('--as-of <instant>', 'the time that decides whether a month is over, instead of the clock')
    .option('--catch-up', 'close earlier open months first, each by its own cut-off')
    .option('--strict', 'refuse to close a month that would list exceptions')
    .addOption(acceptOption());
}

/** May be given several times, each time with several codes. */
export function acceptOption(): Option {
  const take = (text: string, before: ReadonlySet<FindingCode> = new Set()) =>
    new Set([...before, ...text.split(',').map(findingCode)]);
  return new Option(
    '--accept <codes>',
    'close despite these findings of the preflight: late,review',
  ).argParser(take);
}

function findingCode(text: string): FindingCode {
  const code = FINDING_CODES.find((each) => each === text.trim());
  if (code !== undefined) return code;
  const meant = lookAlike(text, FINDING_CODES);
  throw new InvalidArgumentError(
    meant === undefined
      ? `"${text}" is not a finding; the findings are ${FINDING_CODES.join(', ')}.`
      : `"${text}" is not a finding; did you mean ${meant}?`,
  );
}

export function addOut(command: Command): Command {
  return command.addOption(
    folderOption('--out <folder>', 'folder that holds the folders of the months', 'MONTHEND_OUT').default(
      'invoices',
    ),
  );
}

export function addReport(command: Command): Command {
  return command.option('--report', "also write report.html into the month's folder");
}

export type CloseRequest = { readonly month: BillingMonth } & Omit<CloseOptions, 'progress'> & WritingOptions;

/** Reads and checks the command line before anything is done. @throws Failure usage */
export async function closeRequest(
  session: Session,
  month: string,
  flags: CloseFlags,
): Promise<CloseRequest> {
  const config = await session.configWithLogo();
  return {
    month: monthArgument(month),
    config,
    out: flags.out,
    asOf: flags.asOf === undefined ? session.now : instantArgument(flags.asOf),
    now: session.now,
    catchUp: flags.catchUp === true,
    strict: flags.strict === true || config.strict,
    accept: flags.accept ?? new Set(),
    engineVersion: VERSION,
    report: flags.report === true,
    fileMode: config.fileMode,
  };
}

/** Closes the months and reports each that was closed or written, even if a later one fails: a closed month stays closed. */
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
  const newlyClosed: BillingMonth[] = [];
  const written: BilledMonth[] = [];
  const { closeMonths } = await import('../month-end.js');
  try {
    await closeMonths(ledger, month, {
      ...options,
      withLists: terminal.wantsJson,
      progress,
      onClosed(each) {
        newlyClosed.push(each);
        terminal.stands(`${each} is closed`);
      },
      onWritten: (each) => written.push(each),
    });
  } finally {
    terminal.json({ newlyClosed, months: written.map(monthJson) } satisfies JsonOf<'close'>);
    for (const each of written)
      reportMonth(
        terminal,
        each.wasClosed ? `${each.month} is closed already` : `${each.month} closed`,
        each,
      );
  }
  return written;
}

/** Prints a month's figures, at most 80 columns wide if names and amounts allow. */
export function reportMonth(
  terminal: Terminal,
  title: string,
  month: MonthSummary & { readonly folder?: string; readonly findings: readonly ShownFinding[] },
): void {
  const { invoiceCount, creditNoteCount, exceptionCount, beforeLedgerLineCount, totals } = month;
  terminal.result(
    `${title}: ${counted(invoiceCount, 'invoice')}, ${counted(creditNoteCount, 'credit note')}`,
    'bold',
  );
  for (const { currency, charges, credits, total, lineCount } of totals) {
    const sums = `charges ${charges}, credits ${credits}, documents ${total}`;
    terminal.result(wrapped(`  ${currency}: ${counted(lineCount, 'line')}, ${sums}`, AT_COMMAS).join('\n'));
  }
  const held = totals
    .filter(({ heldLineCount }) => heldLineCount > 0)
    .map(({ heldAmount, currency }) => `${heldAmount} ${currency}`);
  const counts = `${month.deferredLineCount} deferred, ${month.slatedLineCount} slated for deletion`;
  terminal.result(wrapped(`  held: ${[counts, ...held].join(', ')}`, AT_COMMAS).join('\n'));
  if (beforeLedgerLineCount > 0) {
    const lines = counted(beforeLedgerLineCount, 'line');
    terminal.result(`  ${lines} from before ${month.month} will never be invoiced by this ledger`, 'yellow');
  }
  for (const line of comparisonLines(month.comparison)) terminal.result(line);
  const where = month.folder === undefined ? 'with --out FOLDER in exceptions.csv' : 'see exceptions.csv';
  const listed = `  exceptions: ${exceptionCount}${exceptionCount === 0 ? '' : `, ${where}`}`;
  terminal.result(listed, exceptionCount === 0 ? undefined : 'yellow');
  for (const finding of month.findings)
    if (finding.code !== 'exceptions' || finding.level === 'stop') reportFinding(terminal, finding);
  if (month.folder !== undefined) terminal.result(`  files: ${month.folder}`);
}

/** Prints a finding of the preflight and its effect. */
export function reportFinding(
  terminal: Terminal,
  { code, level, isAccepted, message, next }: ShownFinding,
): void {
  const isStopping = level === 'stop' && !isAccepted;
  const does = isStopping ? ', which stops the close' : isAccepted ? ', accepted' : '';
  const text = wrapped(`  ${code}${does}: ${message}${isStopping ? `; ${next}` : ''}`);
  terminal.result(text.join('\n'), isStopping ? 'yellow' : undefined);
}
