/** The common parts of the CSV formats that have one row for each entry. */
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

/** Documents below zero, with their signs turned, have a file of their own. */
export type FileKind = 'invoices' | 'credit-notes';

/** The columns of a file, and the names of those with quantity, unit price and amount, from which its sum is computed. */
export interface CsvTarget {
  readonly columns: (kind: FileKind, books: BooksSettings) => Column<BooksRow>[];
  /** Undefined if the target multiplies. */
  readonly amount?: string;
  /** Undefined if the target does not multiply. */
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

/** A column of text from outside that need not match a name in the books. It is guarded as in the invoices. */
export const remarkColumn = (name: string, cell: Cell): Column<BooksRow> => ({
  ...column(name, cell),
  isText: true,
});

/** Cells that most targets have, each under its own column name. */
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

/** Returns cells with the dates of a document and its entries in the books' format. */
export function datesIn({ dates }: BooksSettings) {
  return {
    issueDate: ({ document }: BooksRow) => dateIn(dates, document.issued.issueDate),
    dueDate: ({ document }: BooksRow) => dateIn(dates, document.issued.dueDate),
    serviceDate: ({ entry }: BooksRow) => dateIn(dates, entry.serviceDate),
  };
}
