/**
 * QuickBooks Online, invoices from a CSV: one row for each entry, with the number on each row. If products have tax codes, the columns are
 * those for companies outside the US.
 */
import type { BooksSettings } from '../config/config.js';
import { type CsvTarget, cells, column, datesIn, type FileKind, remarkColumn } from './csv-target.js';

export const quickbooksOnline: CsvTarget = {
  quantity: 'ItemQuantity',
  unitPrice: 'ItemRate',
  amount: '*ItemAmount',
  columns(kind, books) {
    const { issueDate, dueDate, serviceDate } = datesIn(books);
    const isTaxed = hasTaxCodes(books);
    return [
      ...head(kind, issueDate, dueDate),
      remarkColumn('Memo', ({ document }) => `Billing month ${document.issued.billingMonth}`),
      column(`${isTaxed || kind === 'credit-notes' ? '*' : ''}Item(Product/Service)`, cells.item),
      remarkColumn('ItemDescription', cells.remark),
      column('ItemQuantity', cells.quantity, 'number'),
      column('ItemRate', cells.unitPrice, 'number'),
      column('*ItemAmount', cells.amount, 'number'),
      ...(isTaxed
        ? [
            column('*Item Tax Code', cells.taxCode),
            column('Item Tax Amount'),
            column('Currency', cells.currency),
          ]
        : [column('Service Date', serviceDate)]),
    ];
  },
};

type Dates = ReturnType<typeof datesIn>;

/** A credit note has neither due date nor terms. Its file's name and mapping are chosen in the wizard. */
function head(kind: FileKind, issueDate: Dates['issueDate'], dueDate: Dates['dueDate']) {
  return kind === 'invoices'
    ? [
        column('*InvoiceNo', cells.number),
        column('*Customer', cells.customer),
        column('*InvoiceDate', issueDate),
        column('*DueDate', dueDate),
        column('Terms'),
        column('Location'),
      ]
    : [
        column('*CreditMemoNo', cells.number),
        column('*Customer', cells.customer),
        column('*CreditMemoDate', issueDate),
      ];
}

/** Decided by the config and not by the month, so that every month has the same columns. */
function hasTaxCodes({ products, default: other }: BooksSettings): boolean {
  return [...products, other].some((each) => each?.taxCode !== undefined);
}
