import type { BillingMonth } from '../billing/billing-month.js';
import type { PreflightFinding } from '../billing/finding.js';
import type { MonthView } from '../billing/month-view.js';
import type { Ledger } from '../ledger/ledger.js';
import { readMonth } from '../ledger/read-month.js';
import type { FileMode } from '../output/file-writer.js';
import { filesBesideInvoices, type MonthFile, monthFiles } from '../output/month-files.js';
import { type MonthSummary, summarize } from '../output/summary.js';
import { type BegunFolder, writeMonthFolder } from '../output/write-folder.js';
import { folderOptions } from './month-folders.js';
import { listsOf, type MonthLists } from './month-lists.js';
import { reportFile } from './report-month.js';

export interface WritingOptions {
  readonly out: string;
  /** The program's version, for the manifest. */
  readonly engineVersion: string;
  /** If true, the month's folder also gets the report. */
  readonly report?: boolean;
  /** If true, the month's lists are read too. They are as large as the month, so only commands that show them ask. */
  readonly withLists?: boolean;
  /** Who may read the files; by default only the owner. */
  readonly fileMode?: FileMode;
}

/** Called with the number of documents written. */
export interface WritingProgress {
  readonly progress?: (done: number, of: number) => void;
}

/** The outcome of a month: its figures and the place of its files. */
export interface BilledMonth extends MonthSummary {
  /** True if the month was closed before: nothing was issued, and its files were written again. */
  readonly wasClosed: boolean;
  readonly folder: string;
  /** What the preflight found at this close. For a month closed before, what was accepted then. */
  readonly findings: readonly ShownFinding[];
  /** Present with `withLists`. */
  readonly lists?: MonthLists;
}

export interface ShownFinding extends PreflightFinding {
  readonly isAccepted: boolean;
}

/**
 * Writes a closed month's files again, byte for byte.
 * @param options with the folder, if its invoices are in it already
 * @throws Failure refused if it is not closed or its folder is foreign
 */
export async function exportMonth(
  ledger: Ledger,
  month: BillingMonth,
  options: WritingOptions & WritingProgress & { readonly begun?: BegunFolder | undefined },
): Promise<BilledMonth> {
  const { begun, engineVersion } = options;
  return readMonth(ledger, month, async (view) => {
    const summary = summarize(view);
    const files =
      begun === undefined ? counted(monthFiles(view), summary, options) : filesBesideInvoices(view);
    const content = { view, files: await withReport(ledger, view, files, options), engineVersion };
    const folder = await writeMonthFolder(content, folderOptions(ledger, month, options), begun);
    const lists = options.withLists ? { lists: listsOf(view) } : {};
    return { ...summary, wasClosed: true, folder, findings: acceptedIn(view), ...lists };
  });
}

function acceptedIn(view: MonthView): ShownFinding[] {
  return view.accepted().map((finding) => ({ ...finding, level: 'stop', next: '', isAccepted: true }));
}

/** Reports progress. The documents are the first files of a month. */
function* counted(
  files: Iterable<MonthFile>,
  { invoiceCount, creditNoteCount }: MonthSummary,
  { progress }: WritingProgress,
): Generator<MonthFile> {
  const of = invoiceCount + creditNoteCount;
  let done = 0;
  for (const file of files) {
    yield file;
    if (done < of) progress?.(++done, of);
  }
}

/** Returns the files of a month's folder, with the report if asked for. */
export async function withReport(
  ledger: Ledger,
  view: MonthView,
  files: Iterable<MonthFile>,
  { report = false }: { readonly report?: boolean },
): Promise<Iterable<MonthFile>> {
  return report ? inTurn(files, [await reportFile(ledger, view)]) : files;
}

function* inTurn<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

export type { Comparison, MonthSummary } from '../output/summary.js';
