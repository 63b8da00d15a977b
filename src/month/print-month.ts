import path from 'node:path';
import type { BillingMonth } from '../billing/billing-month.js';
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import { Failure } from '../errors/failure.js';
import type { Ledger } from '../ledger/ledger.js';
import { createPauseReader } from '../ledger/pauses.js';
import { readMonth } from '../ledger/read-month.js';
import type { Paper } from '../output/invoice-pdf.js';
import { printableFiles } from '../output/printable-files.js';
import { writeMonthFolder } from '../output/write-folder.js';
import { excerpt } from '../words/excerpt.js';
import type { WritingOptions, WritingProgress } from './export-month.js';
import { folderOptions } from './month-folders.js';
import { recordedLogo } from './recorded-logo.js';
import { reportFile } from './report-month.js';

export interface PrintOptions extends WritingOptions, WritingProgress {
  /** Prints only the documents of these practices, or billed to them; undefined for all. */
  readonly only?: readonly string[];
  /** Writes a PDF beside each HTML file, on paper of this size. */
  readonly pdf?: Paper;
}

export interface PrintedInvoices {
  readonly folder: string;
  readonly documents: number;
  /** The documents whose PDF lacks some characters. */
  readonly unprintable: readonly { readonly documentNumber: string; readonly characters: string }[];
}

/** Writes the documents of a closed month for printing, into a folder of their own. @throws Failure refused, as `exportMonth` */
export async function printInvoices(
  ledger: Ledger,
  month: BillingMonth,
  options: PrintOptions,
): Promise<PrintedInvoices> {
  return readMonth(ledger, month, async (view) => {
    const documents = documentsToPrint(view, options.only);
    const unprintable: { documentNumber: string; characters: string }[] = [];
    const files = printableFiles(documents, {
      view,
      pausesOf: createPauseReader(ledger, view),
      logo: await recordedLogo(view),
      ...(options.pdf === undefined
        ? {}
        : { pdf: { paper: options.pdf, print: (await import('../output/invoice-pdf.js')).invoicePdf } }),
      ...(options.progress === undefined ? {} : { progress: options.progress }),
      noteUnprintable: (documentNumber, characters) => unprintable.push({ documentNumber, characters }),
    });
    const content = { view, files, engineVersion: options.engineVersion };
    const folder = await writeMonthFolder(content, folderOptions(ledger, month, options));
    return { folder, documents: documents.length, unprintable };
  });
}

function documentsToPrint(view: MonthView, only: readonly string[] | undefined): IssuedDocument[] {
  const documents = [...view.documents()];
  if (only === undefined) return documents;
  const isOf = (practiceId: string) => (document: IssuedDocument) =>
    document.practiceId === practiceId || document.billTo.practiceId === practiceId;
  const missing = only.find((practiceId) => !documents.some(isOf(practiceId)));
  if (missing !== undefined)
    throw new Failure(
      'usage',
      `${excerpt(missing)} has no document in ${view.month}; --only takes ids of practices, as in summary.csv`,
    );
  return documents.filter((document) => only.some((practiceId) => isOf(practiceId)(document)));
}

/**
 * Writes the report of a closed month into a folder of its own. @returns the path of the file. @throws Failure refused, as `exportMonth`
 */
export async function writeReport(
  ledger: Ledger,
  month: BillingMonth,
  options: WritingOptions,
): Promise<string> {
  return readMonth(ledger, month, async (view) => {
    const file = await reportFile(ledger, view);
    const content = { view, files: [file], engineVersion: options.engineVersion };
    return path.join(await writeMonthFolder(content, folderOptions(ledger, month, options)), file.path);
  });
}
