/**
 * Exports a month to the accounting system. It reads the month twice: first to refuse what the target cannot hold, then to write. The
 * ledger is not changed, and earlier exports stay until the new files are complete.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import { recordedSeller } from '../billing/seller.js';
import { type CheckedMonth, checkMonth, type ProductUse, unmapped } from '../books/check-month.js';
import { booksFiles } from '../books/files.js';
import { NO_BOOKS } from '../books/mapping.js';
import { type BooksSum, createTally } from '../books/tally.js';
import { type By, type TargetName, targetOf } from '../books/targets.js';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import { draftMonth } from '../ledger/draft-month.js';
import type { Ledger } from '../ledger/ledger.js';
import { readMonth, sealOfMonth } from '../ledger/read-month.js';
import type { MonthFile } from '../output/month-files.js';
import { writeMonthFolder } from '../output/write-folder.js';
import { folderOptions } from './month-folders.js';

export interface ExportRequest {
  readonly target: TargetName;
  /** Undefined for the target's default. */
  readonly by: By | undefined;
  readonly config: Config;
  readonly out: string;
  readonly engineVersion: string;
  readonly progress?: (file: string) => void;
}

export interface BooksExport {
  readonly folder: string;
  readonly target: TargetName;
  readonly by: By;
  readonly invoiceCount: number;
  readonly creditNoteCount: number;
  /** Documents of zero, which the target does not accept. */
  readonly leftOut: readonly string[];
  readonly fileCount: number;
  readonly sums: readonly BooksSum[];
}

/** The most refusals to list. The message counts the rest. */
const MOST_REFUSALS = 50;

/** Writes a closed month for an accounting system. @throws Failure refused, with one line for each thing that the target cannot hold */
export async function exportBooks(
  ledger: Ledger,
  month: BillingMonth,
  { target, by: wanted, config, out, engineVersion, progress }: ExportRequest,
): Promise<BooksExport> {
  const by = wanted ?? targetOf(target).by[0] ?? 'line';
  return readMonth(ledger, month, async (view) => {
    const request = requestOf(view, config, { target, by });
    const checked = checkMonth(view, request);
    refuse(month, request.target, checked);
    const tally = createTally();
    let fileCount = 0;
    let sums: BooksSum[] = [];
    const { bom, lineEnding, formulaGuard } = config;
    function* files(): Generator<MonthFile> {
      const style = { bom, lineEnding, formulaGuard };
      for (const file of booksFiles({ ...request, view, checked, style, tally })) {
        progress?.(file.path);
        yield file;
        fileCount++;
      }
      // Before the manifest is written: if the sums differ, the new files are thrown away.
      sums = tally.against(checked.totals);
    }
    const folder = await writeMonthFolder(
      {
        view,
        files: files(),
        engineVersion,
        exported: () => ({ target, by, books: request.books, sums }),
      },
      // An export replaces only an export of the same month, ledger and target.
      { ...folderOptions(ledger, month, { out, fileMode: config.fileMode }), target },
    );
    const creditNoteCount = checked.documents.filter(({ issued }) => issued.totals.totalMinor < 0).length;
    const invoiceCount = checked.documents.length - creditNoteCount;
    const { leftOut } = checked;
    return { folder, target, by, invoiceCount, creditNoteCount, leftOut, fileCount, sums };
  });
}

export interface BooksCheck {
  readonly products: readonly ProductUse[];
  readonly refusals: readonly string[];
  readonly documentCount: number;
  /** True if the month is open. Its documents are those that a close would issue now. */
  readonly isDraft: boolean;
}

/**
 * Returns how the month uses the mapping, with what `target` would refuse or, without a target, with what nothing maps. An open month
 * is checked as a close would issue it now.
 */
export async function checkBooks(
  ledger: Ledger,
  month: BillingMonth,
  { target, config }: { readonly target: TargetName | undefined; readonly config: Config },
): Promise<BooksCheck> {
  const by = targetOf(target ?? 'lines').by[0] ?? 'line';
  const check = (view: MonthView): BooksCheck => {
    const checked = checkMonth(view, requestOf(view, config, { target: target ?? 'lines', by }));
    const { products } = checked;
    const refusals = target === undefined ? unmapped(products) : checked.refusals;
    const documentCount = [...view.documents()].length;
    return { products, refusals, documentCount, isDraft: view.isDraft };
  };
  return sealOfMonth(ledger, month) === undefined
    ? draftMonth(ledger, month, config, check)
    : readMonth(ledger, month, check);
}

function requestOf(
  view: MonthView,
  config: Config,
  { target, by }: { readonly target: TargetName; readonly by: By },
) {
  return {
    target,
    by,
    books: config.books ?? NO_BOOKS,
    seller: recordedSeller(view.config) ?? config.seller,
    formulaGuard: config.formulaGuard,
  };
}

function refuse(month: BillingMonth, target: TargetName, { refusals }: CheckedMonth): void {
  if (refusals.length === 0) return;
  const shown = refusals.slice(0, MOST_REFUSALS).map((each) => `\n  ${each}`);
  const more = refusals.length - shown.length;
  throw new Failure(
    'refused',
    `${month} cannot be exported to ${target}; nothing was written:${shown.join('')}` +
      `${more > 0 ? `\n  and ${more} more` : ''}` +
      `\nCorrect this in the config, then check it with "monthend books check ${month} --to ${target}"`,
  );
}
