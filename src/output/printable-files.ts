/** Makes a month's printable documents as files: HTML, a PDF beside each if asked for, and an index for mailing programs. */

import { formatAmount } from '../billing/money.js';
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import type { PauseReader } from '../billing/printable-line.js';
import { recordedSeller } from '../billing/seller.js';
import { type Column, type CsvStyle, toCsv } from './csv.js';
import { invoiceHtml } from './invoice-html.js';
import { attachmentNames } from './invoice-name.js';
import type { invoicePdf, Paper } from './invoice-pdf.js';
import type { Logo } from './logo.js';
import { type MonthFile, wholeFile } from './month-files.js';
import { printableInvoice } from './printable-invoice.js';

export interface PrintableOptions {
  readonly view: MonthView;
  readonly pausesOf: PauseReader;
  /** The seller's logo. It is opened once, because that takes a while. */
  readonly logo: Logo | undefined;
  /** The printer is handed in, for pdfkit takes long to load. */
  readonly pdf?: { readonly paper: Paper; readonly print: typeof invoicePdf };
  /** Called after each document. */
  readonly progress?: (done: number, of: number) => void;
  readonly noteUnprintable: (documentNumber: string, characters: string) => void;
}

/** Yields the files. Read each file's pieces before asking for the next file. */
export function* printableFiles(
  documents: readonly IssuedDocument[],
  { view, pausesOf, logo, pdf, progress, noteUnprintable }: PrintableOptions,
): Generator<MonthFile> {
  const names = attachmentNames(documents).map((name) => `invoices/${name}`);
  const patientRef = view.config.patientRef === true;
  const seller = recordedSeller(view.config);
  for (const [index, document] of documents.entries()) {
    const name = names[index];
    const options = { patientRef, seller, logo, pausesOf };
    const invoice = printableInvoice(document, view.linesOf(document), options);
    const rows = invoice.lines.length;
    yield wholeFile(`${name}.html`, invoiceHtml(invoice), rows);
    if (pdf !== undefined) {
      const { bytes, unprintable } = pdf.print(invoice, pdf.paper);
      if (unprintable !== '') noteUnprintable(document.documentNumber, unprintable);
      yield wholeFile(`${name}.pdf`, bytes, rows);
    }
    progress?.(index + 1, documents.length);
  }
  const ending = pdf === undefined ? 'html' : 'pdf';
  const rows = documents.map((document, index) => ({ document, file: `${names[index]}.${ending}` }));
  yield { path: 'index.csv', pieces: toCsv(INDEX_COLUMNS, rows, view.config as unknown as CsvStyle) };
}

interface IndexRow {
  readonly document: IssuedDocument;
  /** The PDF, or the HTML file if there is no PDF. */
  readonly file: string;
}

/** Says which file goes to whom. */
const INDEX_COLUMNS: readonly Column<IndexRow>[] = [
  { name: 'document_number', type: 'string', cell: ({ document }) => document.documentNumber },
  { name: 'document_type', type: 'string', cell: ({ document }) => document.documentType },
  { name: 'practice_id', type: 'string', isText: true, cell: ({ document }) => document.practiceId },
  { name: 'practice_name', type: 'string', isText: true, cell: ({ document }) => document.practiceName },
  { name: 'bill_to', type: 'string', isText: true, cell: ({ document }) => document.billTo.practiceId },
  {
    name: 'email',
    type: 'string',
    isText: true,
    cell: ({ document }) => document.billTo.details.email ?? '',
  },
  { name: 'file', type: 'string', cell: ({ file }) => file },
  { name: 'due_date', type: 'date', cell: ({ document }) => document.dueDate },
  { name: 'currency', type: 'string', cell: ({ document }) => document.currency },
  {
    name: 'total',
    type: 'number',
    cell: ({ document }) => formatAmount(document.totals.totalMinor, document.currency),
  },
];
