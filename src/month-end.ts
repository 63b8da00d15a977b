/**
 * The month's end, stage by stage: the file to read first.
 *
 *   files -> intake (facts and problems) -> ledger (facts, in versions): import-files.ts
 *   ledger (facts and closed months) -> billing (the plan of each order) -> ledger (a closed month) -> output (its files)
 *
 * The ledger is written before the files, which are a view of it. If a run stops in between, the same command completes it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BillingMonth } from './billing/billing-month.js';
import type { PreflightFinding } from './billing/finding.js';
import { Failure } from './errors/failure.js';
import { type CloseOptions, closeMonth } from './ledger/close.js';
import type { Ledger } from './ledger/ledger.js';
import { closedMonths } from './ledger/month-frame.js';
import { monthsToClose } from './ledger/months-to-close.js';
import { type BilledMonth, exportMonth, type WritingOptions } from './month/export-month.js';
import { folderOptions, setVoidAside, unknownFolders } from './month/month-folders.js';
import { createHeadStart, type HeadStart, type Threading } from './output/begin-invoices.js';
import { refuseForeignFolder } from './output/write-folder.js';

/** Progress on a month, counted in orders billed or documents written. */
export interface MonthStep {
  readonly month: BillingMonth;
  readonly doing: 'billing' | 'writing';
  readonly done: number;
  readonly of: number;
}

/** Called as soon as each step is done, whatever fails later. */
interface CloseListener {
  readonly progress?: (step: MonthStep) => void;
  /** The month is closed, even if writing its files fails later. */
  readonly onClosed?: (month: BillingMonth) => void;
  /** The month's files are written as well. */
  readonly onWritten?: (month: BilledMonth) => void;
}

/**
 * Closes a month (with `catchUp` also the open months before it) and writes the files of each. A month that is already closed is not
 * changed; its files are written again.
 * @throws Failure refused, usage, busy, damaged, system
 */
export async function closeMonths(
  ledger: Ledger,
  month: BillingMonth,
  options: Omit<CloseOptions, 'progress' | 'folders' | 'onBilled'> &
    WritingOptions &
    CloseListener &
    Threading,
): Promise<void> {
  const closed = monthsWithoutFiles(ledger, month, options);
  const open = monthsToClose(ledger, month, options);
  const months = [...closed, ...open];
  for (const each of months) setVoidAside(ledger, options.out, each);
  for (const each of months) refuseForeignFolder(each, folderOptions(ledger, each, options));
  const folders = unknownFolders(ledger, options.out);
  for (const each of months) {
    const headStart = createHeadStart(folderOptions(ledger, each, options), options);
    const progressOf = (doing: MonthStep['doing']) => (done: number, of: number) =>
      options.progress?.({ month: each, doing, done, of });
    try {
      const findings = open.includes(each)
        ? await closeMonth(ledger, each, month, {
            ...options,
            folders,
            onBilled: headStart.begin,
            progress(done, of) {
              headStart.expect(of);
              progressOf('billing')(done, of);
            },
          })
        : undefined;
      if (findings !== undefined) options.onClosed?.(each);
      const writing = { ...options, progress: progressOf('writing') };
      const written = await writeFiles(ledger, each, writing, { headStart, findings });
      options.onWritten?.(written);
    } finally {
      await headStart.end();
    }
  }
}

/** Writes a month's files. @param findings those of its close; undefined if the month was closed before */
async function writeFiles(
  ledger: Ledger,
  month: BillingMonth,
  options: Parameters<typeof exportMonth>[2],
  { headStart, findings }: { headStart: HeadStart; findings: readonly PreflightFinding[] | undefined },
): Promise<BilledMonth> {
  if (findings === undefined) return exportMonth(ledger, month, options);
  try {
    const exported = await exportMonth(ledger, month, { ...options, begun: headStart.folder() });
    const shown = findings.map((finding) => ({ ...finding, isAccepted: finding.level === 'stop' }));
    return { ...exported, findings: shown, wasClosed: false };
  } catch (error) {
    throw closedWithoutFiles(month, error);
  }
}

/** Returns an error that says that only the files are missing, since the month is closed, and how to get them. */
function closedWithoutFiles(month: BillingMonth, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path: place } = error as NodeJS.ErrnoException;
  const kind = error instanceof Failure ? error.kind : code !== undefined ? 'system' : 'fault';
  const where = place === undefined ? '' : `${place}: `;
  const text = `${where}${error.message}; ${month} is closed, but its files were not written. Fix the problem, then run the same command again`;
  return new Failure(kind, text, { cause: error });
}

/**
 * Returns the closed months whose files this command must write: the month itself, and with `catchUp` earlier ones without a folder,
 * left by a run that stopped.
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
