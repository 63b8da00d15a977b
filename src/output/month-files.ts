/** Makes the files of a month from its view (docs/files.md section 2). The manifest is made later, from what was written. */
import { createHash } from 'node:crypto';
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import { type Column, toCsv } from './csv.js';
import {
  DATA_PACKAGE,
  type DescribedTable,
  DOCUMENT_KEY,
  dataPackage,
  INVOICE_SCHEMA,
  invoiceSchema,
} from './data-package.js';
import { EXCEPTION_COLUMNS, listedExceptions } from './exceptions-csv.js';
import { HELD_COLUMNS, listedHeldLines } from './held-csv.js';
import { createInvoiceWriter, type InvoiceStyle, invoiceColumns } from './invoice-csv.js';
import { invoiceNames } from './invoice-name.js';
import type { WrittenFile } from './manifest.js';
import { RECONCILIATION_COLUMNS } from './reconciliation-csv.js';
import { SUMMARY_COLUMNS } from './summary-csv.js';
import { VOIDED_COLUMNS } from './voided-csv.js';

/** A file to write, piece by piece. */
export interface MonthFile {
  /** Its path in the month's folder, with `/`. */
  readonly path: string;
  /** Can be read once. Returns the number of rows at the end. */
  readonly pieces: Generator<string | Uint8Array, number>;
}

/** Makes a file of one piece. */
export function wholeFile(path: string, content: string | Uint8Array, rows = 0): MonthFile {
  function* pieces(): Generator<string | Uint8Array, number> {
    yield content;
    return rows;
  }
  return { path, pieces: pieces() };
}

/** Joins small texts into larger pieces, because each piece is one write. */
export function* inBatches(texts: Generator<string, number>): Generator<string, number> {
  let batch: string[] = [];
  function* counted(): Generator<string, void> {
    rows = yield* texts;
  }
  let rows = 0;
  for (const text of counted()) {
    batch.push(text);
    if (batch.length < 1000) continue;
    yield batch.join('');
    batch = [];
  }
  if (batch.length > 0) yield batch.join('');
  return rows;
}

/**
 * Reads all pieces of a file and passes their bytes to `take`. If `take` throws, the pieces are closed as well: an open read would keep
 * the transaction from ending.
 * @returns the file's entry for the manifest
 */
export function readOut(
  { path, pieces }: MonthFile,
  take: (bytes: Uint8Array) => void = () => {},
): WrittenFile {
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  function* counted() {
    rows = yield* pieces;
  }
  for (const piece of counted()) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    take(buffer);
    hash.update(buffer);
    bytes += buffer.length;
  }
  return { path, sha256: hash.digest('hex'), bytes, rows };
}

/** The file name of the report, in a folder that has one (report-html.ts). */
export const REPORT = 'report.html';

/** The tables beside the invoices, as the data package lists them. */
export const TABLES: readonly DescribedTable[] = [
  { path: 'summary.csv', columns: SUMMARY_COLUMNS, key: DOCUMENT_KEY },
  { path: 'held.csv', columns: HELD_COLUMNS, key: ['practice_id', 'order_id', 'order_line'] },
  { path: 'exceptions.csv', columns: EXCEPTION_COLUMNS, key: [] },
  { path: 'reconciliation.csv', columns: RECONCILIATION_COLUMNS, key: ['currency', 'term'] },
];

/** Only in the folder of a month that was void before. */
export const VOIDED: DescribedTable = {
  path: 'voided.csv',
  columns: VOIDED_COLUMNS,
  key: ['document_number'],
};

/** The folder of the invoices, in that of their month. */
export const INVOICES = 'invoices';

/** In the order of the documents. */
export const invoicePaths = (documents: readonly IssuedDocument[]): string[] =>
  invoiceNames(documents).map((name) => `${INVOICES}/${name}`);

/** Yields the files of a month. Read each file's pieces before asking for the next file. */
export function* monthFiles(view: MonthView): Generator<MonthFile> {
  const documents = [...view.documents()];
  const paths = invoicePaths(documents);
  const invoice = createInvoiceWriter(styleOf(view));
  for (const [index, document] of documents.entries())
    yield { path: paths[index] as string, pieces: invoice(document, view.blocksOf(document)) };
  yield* filesBesideInvoices(view, paths);
}

export function* filesBesideInvoices(
  view: MonthView,
  invoices = invoicePaths([...view.documents()]),
): Generator<MonthFile> {
  const style = styleOf(view);
  yield csvFile('summary.csv', SUMMARY_COLUMNS, view.documents());
  yield csvFile('held.csv', HELD_COLUMNS, listedHeldLines(view));
  yield csvFile('exceptions.csv', EXCEPTION_COLUMNS, listedExceptions(view));
  yield csvFile('reconciliation.csv', RECONCILIATION_COLUMNS, view.reconciliation());
  const voided = view.voided();
  if (voided.length > 0) yield csvFile(VOIDED.path, VOIDED_COLUMNS, voided);

  if (invoices.length > 0) yield wholeFile(INVOICE_SCHEMA, invoiceSchema(invoiceColumns(style)));
  const tables = voided.length > 0 ? [...TABLES, VOIDED] : TABLES;
  yield wholeFile(DATA_PACKAGE, dataPackage(view, tables, invoices));

  function csvFile<Row>(path: string, columns: readonly Column<Row>[], rows: Iterable<Row>): MonthFile {
    return { path, pieces: toCsv(columns, rows, style) };
  }
}

export const styleOf = ({ config }: Pick<MonthView, 'config'>): InvoiceStyle =>
  config as unknown as InvoiceStyle;
