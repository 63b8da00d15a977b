/**
 * The month's end, stage by stage: the file to read first.
 *
 *   files -> intake (facts and problems) -> ledger (facts, in versions): import-files.ts
 *   ledger (facts and closed months) -> billing (what each order comes to) -> ledger (a closed month) -> output (its files)
 *
 * The ledger comes before the files: they are a view of it, so a run that stops between the two is completed by the same
 * command again.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BillingMonth } from './billing/billing-month.js';
import type { PreflightFinding } from './billing/finding.js';
import { Failure } from './errors/failure.js';
import { type CloseOptions, closeMonth, monthsToClose } from './ledger/close.js';
import type { Ledger } from './ledger/ledger.js';
import { closedMonths } from './ledger/month-frame.js';
import { type BilledMonth, type BillingOptions, exportMonth } from './month/export-month.js';
import { folderOptions, setVoidAside, unknownFolders } from './month/month-folders.js';
import { refuseForeignFolder } from './output/write-folder.js';

/** How far the work on a month is: in orders billed, or in documents written. */
export interface MonthStep {
  readonly month: BillingMonth;
  readonly doing: 'billing' | 'writing';
  readonly done: number;
  readonly of: number;
}

/** Told at once of what stands, whatever fails after it. */
interface CloseListener {
  readonly progress?: (step: MonthStep) => void;
  /** This month is closed now, and for good. */
  readonly onClosed?: (month: BillingMonth) => void;
  /** Its files are written too. */
  readonly onWritten?: (month: BilledMonth) => void;
}

/**
 * Closes a month (with `catchUp`, the open ones before it too) and writes the files of each. A month that is closed already
 * stays as it is; its files are written again.
 * @throws Failure refused, usage, busy, damaged, system
 */
export async function closeMonths(
  ledger: Ledger,
  month: BillingMonth,
  options: Omit<CloseOptions, 'progress' | 'folders'> & BillingOptions & CloseListener,
): Promise<void> {
  const open = monthsToClose(ledger, month, options);
  const months = [...monthsWithoutFiles(ledger, month, options), ...open];
  for (const each of months) setVoidAside(ledger, options.out, each);
  for (const each of months) refuseForeignFolder(each, folderOptions(ledger, each, options));
  const folders = unknownFolders(ledger, options.out);
  for (const each of months) {
    const progressOf = (doing: MonthStep['doing']) => (done: number, of: number) =>
      options.progress?.({ month: each, doing, done, of });
    let findings: readonly PreflightFinding[] = [];
    const onFindings = (found: typeof findings) => {
      findings = found;
    };
    const isClosed =
      open.includes(each) &&
      (await closeMonth(ledger, each, month, {
        ...options,
        folders,
        onFindings,
        progress: progressOf('billing'),
      }));
    if (isClosed) options.onClosed?.(each);
    try {
      const exported = await exportMonth(ledger, each, { ...options, progress: progressOf('writing') });
      const shown = findings.map((finding) => ({ ...finding, isAccepted: finding.level === 'stop' }));
      options.onWritten?.({ ...exported, ...(isClosed ? { findings: shown } : {}), wasClosed: !isClosed });
    } catch (error) {
      throw isClosed ? closedWithoutFiles(each, error) : error;
    }
  }
}

/** Says what is missing, and how it comes: the month itself is closed. */
function closedWithoutFiles(month: BillingMonth, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path: place } = error as NodeJS.ErrnoException;
  const kind = error instanceof Failure ? error.kind : code !== undefined ? 'system' : 'fault';
  const where = place === undefined ? '' : `${place}: `;
  const text = `${where}${error.message}; ${month} is closed, but its files were not written. Fix the problem, then run the same command again`;
  return new Failure(kind, text, { cause: error });
}

/**
 * The closed months whose files this command owes: the month itself, and those that a catching-up close left without files
 * when it was stopped.
 */
function monthsWithoutFiles(
  ledger: Ledger,
  month: BillingMonth,
  { catchUp, out }: { catchUp: boolean; out: string },
): BillingMonth[] {
  const closed = closedMonths(ledger.db).map((row) => row.month);
  return closed.filter(
    (each) => each === month || (catchUp && each < month && !existsSync(path.join(out, each))),
  );
}
