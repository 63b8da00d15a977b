/** What the formats that are CSVs with a row for each entry have in common. */
import { formatAmount, formatUnitPrice } from '../billing/money.js';
import type { BooksSettings } from '../config/config.js';
import type { Column, ColumnType } from '../output/csv.js';
import type { BooksDocument } from './check-month.js';
import { dateIn } from './dates.js';
import type { Entry } from './entry.js';

export interface BooksRow {
  readonly document: BooksDocument;
  readonly entry: Entry;
}

/** Invoices, and documents below zero with their signs turned, stand in files of their own. */
export type FileKind = 'invoices' | 'credit-notes';

/** The columns of a file, and which of them hold quantity, unit price and amount: the sum of the file is taken from these. */
export interface CsvTarget {
  readonly columns: (kind: FileKind, books: BooksSettings) => Column<BooksRow>[];
  /** None where the target multiplies. */
  readonly amount?: string;
  /** None where it multiplies nothing. */
  readonly quantity?: string;
  readonly unitPrice?: string;
}

type Cell = (row: BooksRow) => string | number;

export const column = (
  name: string,
  cell: Cell = () => '',
  type: ColumnType = 'string',
): Column<BooksRow> => ({
  name,
  type,
  cell,
});

/** Text from outside that need not match anything in the books: guarded, as in the invoices. */
export const remark = (name: string, cell: Cell): Column<BooksRow> => ({
  ...column(name, cell),
  isText: true,
});

/** The cells that most targets have, under names of their own. */
export const cells = {
  number: ({ document }: BooksRow) => document.issued.documentNumber,
  customer: ({ document }: BooksRow) => document.customer,
  currency: ({ document }: BooksRow) => document.issued.currency,
  month: ({ document }: BooksRow) => document.issued.billingMonth,
  account: ({ entry }: BooksRow) => entry.product.account ?? '',
  item: ({ entry }: BooksRow) => entry.product.item ?? '',
  taxCode: ({ entry }: BooksRow) => entry.product.taxCode ?? '',
  remark: ({ entry }: BooksRow) => entry.remark,
  lineNumber: ({ entry }: BooksRow) => entry.number,
  quantity: ({ entry }: BooksRow) => entry.quantity,
  unitPrice: ({ entry, document }: BooksRow) => formatUnitPrice(entry.unitPrice, document.issued.currency),
  amount: ({ entry, document }: BooksRow) => formatAmount(entry.amountMinor, document.issued.currency),
  total: ({ document }: BooksRow) => formatAmount(document.totalMinor, document.issued.currency),
};

/** The dates of a document and its rows in the books' form. */
export function datesIn({ dates }: BooksSettings) {
  return {
    issueDate: ({ document }: BooksRow) => dateIn(dates, document.issued.issueDate),
    dueDate: ({ document }: BooksRow) => dateIn(dates, document.issued.dueDate),
    serviceDate: ({ entry }: BooksRow) => dateIn(dates, entry.serviceDate),
  };
}
