import path from 'node:path';
import type { BillingMonth } from '../billing/billing-month.js';
import type { FindingCode, PreflightFinding } from '../billing/finding.js';
import type { MonthView } from '../billing/month-view.js';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import type { CloseOptions } from '../ledger/close.js';
import { draftMonth } from '../ledger/draft-month.js';
import type { Ledger } from '../ledger/ledger.js';
import { monthsToClose } from '../ledger/months-to-close.js';
import { sealOfMonth } from '../ledger/read-month.js';
import { monthFiles } from '../output/month-files.js';
import { type MonthSummary, summarize } from '../output/summary.js';
import { refuseForeignFolder, writeMonthFolder } from '../output/write-folder.js';
import type { ShownFinding, WritingOptions } from './export-month.js';
import { draftFolderOptions, unknownFolders } from './month-folders.js';
import { listsOf, type MonthLists } from './month-lists.js';
import { changesSince, type PreviewChanges, stateBefore } from './preview-diff.js';

export interface Preview extends MonthSummary {
  /** True if the month is closed. The preview then shows what later facts would correct. */
  readonly wasClosed: boolean;
  readonly lists: MonthLists;
  /** What the preflight would find. Empty for a closed month. */
  readonly findings: readonly ShownFinding[];
  readonly folder?: string;
  /** Present with `diff`. */
  readonly difference?: PreviewChanges;
}

export interface PreviewOptions {
  readonly config: Config;
  /** The folder for the files; undefined to write none. */
  readonly out: string | undefined;
  /** The last import whose facts are known; undefined for all. */
  readonly knownAt: number | undefined;
  /** If true, compares with the preview in `out`, or with the closed month. */
  readonly diff: boolean;
  readonly engineVersion: string;
  /** Findings that the close would accept. */
  readonly accept?: ReadonlySet<FindingCode>;
  /** The folder of the issued months, which is checked for used numbers; undefined to skip the check. */
  readonly issued?: string;
}

/**
 * Shows what closing the month now would issue. Writes its files if `out` is given. The ledger is not changed.
 * @throws Failure refused, usage, system
 */
export async function previewMonth(
  ledger: Ledger,
  month: BillingMonth,
  { config, out, knownAt, diff, engineVersion, accept = new Set(), issued }: PreviewOptions,
): Promise<Preview> {
  const isClosed = sealOfMonth(ledger, month) !== undefined;
  if (diff && out === undefined && !isClosed) {
    throw new Failure(
      'usage',
      `--diff compares ${month}, which is still open, with its last preview; name that preview's folder with --out`,
    );
  }
  const folder =
    out === undefined ? undefined : draftFolderOptions(ledger, month, { out, fileMode: config.fileMode });
  if (folder !== undefined) refuseForeignFolder(month, folder);
  const state = { folder: path.join(out ?? '', month), isClosed, isWhole: knownAt !== undefined };
  const before = diff ? await stateBefore(ledger, month, state) : undefined;
  // Practice totals are compared only for an open month with all facts: corrections of a closed month are not a month's total, and
  // totals as of an earlier import have none to compare with.
  const isComparable = !isClosed && knownAt === undefined;
  const show = async (view: MonthView, findings: readonly PreflightFinding[]): Promise<Preview> => ({
    ...summarize(isComparable ? view : { ...view, practiceTotals: () => [] }),
    wasClosed: isClosed,
    lists: listsOf(view),
    findings: findings.map((each) => ({
      ...each,
      isAccepted: each.level === 'stop' && accept.has(each.code),
    })),
    ...(diff ? { difference: changesSince(ledger, before, view) } : {}),
    ...(folder === undefined
      ? {}
      : { folder: await writeMonthFolder({ view, files: monthFiles(view), engineVersion }, folder) }),
  });
  const folders = issued === undefined ? [] : unknownFolders(ledger, issued);
  return draftMonth(ledger, month, config, show, { knownAt, strict: config.strict, folders });
}

/** Shows what a close would issue, in a ledger whose changes are rolled back. @throws Failure as the close would before billing */
export async function rehearseClose(
  ledger: Ledger,
  month: BillingMonth,
  { config, engineVersion, ...options }: Omit<CloseOptions, 'progress'> & WritingOptions,
): Promise<Preview> {
  monthsToClose(ledger, month, { config, ...options });
  return previewMonth(ledger, month, {
    config,
    engineVersion,
    out: undefined,
    diff: false,
    knownAt: undefined,
  });
}
