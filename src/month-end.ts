/**
 * The month's end, stage by stage: the file to read first.
 *
 *   files -> intake (facts and problems) -> ledger (facts, in versions)
 *   ledger (facts and closed months) -> billing (what each order comes to) -> ledger (a closed month) -> output (its files)
 *
 * The ledger comes before the files: they are a view of it, so a run that stops between the two is completed by the same
 * command again.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BillingMonth } from './billing/billing-month.js';
import type { ImportedFile, IssuedDocument } from './billing/month-view.js';
import type { FactKind, Instant } from './billing/order.js';
import type { Problem } from './billing/problem.js';
import type { Config } from './config.js';
import { Failure, type Finding } from './failure.js';
import { MOST_PROBLEMS, readFacts } from './intake/read-facts.js';
import { auditLedger } from './ledger/audit.js';
import {
  type CloseOptions,
  closeMonth,
  draftMonth,
  knowsSeal,
  monthsToClose,
  readMonth,
  sealOfMonth,
} from './ledger/close.js';
import { importCount, withImport } from './ledger/import.js';
import type { Ledger } from './ledger/ledger.js';
import { closedMonths } from './ledger/month-frame.js';
import { auditFolder } from './output/audit-folder.js';
import { type MonthSummary, summarize } from './output/summary.js';
import { type FolderOptions, refuseForeignFolder, writeMonthFolder } from './output/write-folder.js';

export interface ImportOptions {
  /** What kind every file is, where their headers need not tell. */
  readonly as?: FactKind;
  readonly amend: boolean;
  readonly config: Config;
  /** For the audit column only. */
  readonly now: Instant;
  /** Called now and then with the bytes read of a file. */
  readonly progress?: (file: string, bytes: number) => void;
}

export interface ImportResult {
  readonly importId: number;
  readonly files: readonly Omit<ImportedFile, 'importId'>[];
}

/** The whole import is rejected: every problem of every file. */
export class InputRejected extends Failure {
  constructor(readonly problems: readonly Problem[]) {
    super(
      'input',
      `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was imported`,
    );
  }
}

/** Takes the facts of the files into the ledger, all or nothing. @throws InputRejected; Failure busy, system */
export async function importFiles(
  ledger: Ledger,
  files: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const { as, amend, config } = options;
  const intake = { amend, defaultCurrency: config.currency, ...(as === undefined ? {} : { as }) };
  return withImport(ledger, options, async ({ taker, recordFile }, importId) => {
    const problems: Problem[] = [];
    const note = (problem: Problem) => {
      // Of each file, one more than the most: the last one says that reading stopped.
      if (problems.length <= MOST_PROBLEMS) problems.push(problem);
    };
    const results: Omit<ImportedFile, 'importId'>[] = [];

    for (const file of files) {
      const counts = { imported: 0, amended: 0, duplicate: 0 };
      const { kind, sha256, records } = await readFacts(file, intake, {
        take(record) {
          const taken = taker.take(record, file);
          if (typeof taken === 'string') counts[taken]++;
          else note({ file, ...record.place(taken.field), ...taken });
        },
        problem: note,
        progress: (bytes) => options.progress?.(file, bytes),
      });
      if (kind === undefined || problems.length > 0) continue;
      const result = {
        name: file === '-' ? '-' : path.basename(file),
        kind,
        sha256,
        read: records,
        imported: counts.imported,
        amended: counts.amended,
        duplicates: counts.duplicate,
      };
      recordFile(result);
      results.push(result);
    }
    problems.push(...taker.problemsAtEnd());
    if (problems.length > 0) throw new InputRejected(problems);
    return { importId, files: results };
  });
}

export interface BillingOptions {
  readonly out: string;
  /** Of the program, for the manifest. */
  readonly engineVersion: string;
}

/** What became of a month: its figures and where its files are. */
export interface BilledMonth extends MonthSummary {
  /** It was closed before: nothing was issued, its files were written again. */
  readonly wasClosed: boolean;
  readonly folder: string;
}

/**
 * Closes a month (with `catchUp`, the open ones before it too) and writes the files of each. A month that is closed already
 * stays as it is; its files are written again.
 * @throws Failure refused, usage, busy, damaged, system
 */
export async function closeMonths(
  ledger: Ledger,
  month: BillingMonth,
  options: CloseOptions & BillingOptions & { readonly progress?: (month: BillingMonth) => void },
): Promise<BilledMonth[]> {
  const open = monthsToClose(ledger, month, options);
  const months = [...monthsWithoutFiles(ledger, month, options), ...open];
  for (const each of months) refuseForeignFolder(each, folderOptions(ledger, each, options));
  const billed: BilledMonth[] = [];
  for (const each of months) {
    options.progress?.(each);
    const isClosed = open.includes(each) && (await closeMonth(ledger, each, month, options));
    billed.push({ ...(await exportMonth(ledger, each, options)), wasClosed: !isClosed });
  }
  return billed;
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

/** Writes a closed month's files again, byte for byte. @throws Failure refused if it is not closed or its folder is foreign */
export async function exportMonth(
  ledger: Ledger,
  month: BillingMonth,
  options: BillingOptions,
): Promise<BilledMonth> {
  return readMonth(ledger, month, async (view) => ({
    ...summarize(view),
    wasClosed: true,
    folder: await writeMonthFolder(view, options.engineVersion, folderOptions(ledger, month, options)),
  }));
}

export interface Preview extends MonthSummary {
  readonly documents: readonly IssuedDocument[];
  readonly folder?: string;
}

/** What closing the month now would issue. Its files are written if `out` is given; the ledger is left as it is. */
export async function previewMonth(
  ledger: Ledger,
  month: BillingMonth,
  options: { readonly config: Config; readonly out?: string; readonly engineVersion: string },
): Promise<Preview> {
  const { out, config, engineVersion } = options;
  return draftMonth(ledger, month, config, async (view) => {
    const preview = { ...summarize(view), documents: [...view.documents()] };
    if (out === undefined) return preview;
    return {
      ...preview,
      folder: await writeMonthFolder(view, engineVersion, draftFolderOptions(ledger, month, out)),
    };
  });
}

export interface Verification {
  readonly findings: readonly Finding[];
  /** The closed months whose documents were audited. */
  readonly months: readonly BillingMonth[];
  readonly imports: number;
  /** How many of the months have a folder of files, which was compared. */
  readonly folders: number;
}

/**
 * Audits the ledger, and the folders of its closed months (or of `month` alone) below `out`. Changes nothing.
 * @throws Failure refused if the month is not closed, damaged if the ledger cannot be read
 */
export async function verify(
  ledger: Ledger,
  month: BillingMonth | undefined,
  { out, progress }: { readonly out: string; readonly progress: (text: string) => void },
): Promise<Verification> {
  if (month !== undefined) await readMonth(ledger, month, () => {}); // refused if it is not closed
  progress('auditing the ledger');
  const months = month === undefined ? closedMonths(ledger.db).map((row) => row.month) : [month];
  const findings = await auditLedger(ledger, month);
  const imports = importCount(ledger);
  // What a damaged ledger would write says nothing about the files.
  if (findings.length > 0) return { findings, months, imports, folders: 0 };
  const folders = months.filter((each) => existsSync(path.join(out, each)));
  for (const each of folders) {
    progress(`comparing the files of ${each}`);
    findings.push(...(await readMonth(ledger, each, (view) => auditFolder(view, out))));
  }
  return { findings, months, imports, folders: folders.length };
}

/** A close replaces its own month's folder, and any draft of it that this ledger may have written. */
function folderOptions(ledger: Ledger, month: BillingMonth, { out }: BillingOptions): FolderOptions {
  return {
    out,
    keep: (found) => {
      if (found.month !== month) return 'was written for another month';
      const isOwn = found.isDraft
        ? found.seal === '' || knowsSeal(ledger, found.seal)
        : found.seal === sealOfMonth(ledger, month);
      return isOwn ? undefined : 'was written for another ledger';
    },
  };
}

/** A preview replaces drafts only: issued files stay. */
function draftFolderOptions(ledger: Ledger, month: BillingMonth, out: string): FolderOptions {
  const { keep } = folderOptions(ledger, month, { out, engineVersion: '' });
  return { out, keep: (found) => (found.isDraft ? keep(found) : 'holds the issued files of a closed month') };
}

export type { MonthSummary };
