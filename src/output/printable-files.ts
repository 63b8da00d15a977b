/** A month's printable documents as files: HTML, and a PDF beside each if asked for. */
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import type { PauseReader } from '../billing/printable-line.js';
import { invoiceHtml } from './invoice-html.js';
import { invoiceNames } from './invoice-name.js';
import type { invoicePdf, Paper } from './invoice-pdf.js';
import { type MonthFile, wholeFile } from './month-files.js';
import { printableInvoice } from './printable-invoice.js';

export interface PrintableOptions {
  readonly view: MonthView;
  readonly pausesOf: PauseReader;
  /** The printer is handed in, for pdfkit takes long to load. */
  readonly pdf?: { readonly paper: Paper; readonly print: typeof invoicePdf };
  /** Called after each document. */
  readonly progress?: (done: number, of: number) => void;
  readonly noteUnprintable: (documentNumber: string, characters: string) => void;
}

/** Each file's pieces must be read before the next file is asked for. The names are those of the CSVs. */
export function* printableFiles(
  documents: readonly IssuedDocument[],
  { view, pausesOf, pdf, progress, noteUnprintable }: PrintableOptions,
): Generator<MonthFile> {
  const names = invoiceNames(documents);
  const patientRef = view.config.patientRef === true;
  for (const [index, document] of documents.entries()) {
    const name = `invoices/${names[index]?.replace(/\.csv$/, '')}`;
    const invoice = printableInvoice(document, view.linesOf(document), { patientRef, pausesOf });
    const rows = invoice.lines.length;
    yield wholeFile(`${name}.html`, invoiceHtml(invoice), rows);
    if (pdf !== undefined) {
      const { bytes, unprintable } = pdf.print(invoice, pdf.paper);
      if (unprintable !== '') noteUnprintable(document.documentNumber, unprintable);
      yield wholeFile(`${name}.pdf`, bytes, rows);
    }
    progress?.(index + 1, documents.length);
  }
}
