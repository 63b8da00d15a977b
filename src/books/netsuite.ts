/** NetSuite, CSV import of transactions: one row for each entry, with the external id on each row. Columns are mapped once, by hand. */
import { type CsvTarget, cells, column, datesIn, remarkColumn } from './csv-target.js';
import { periodOf } from './dates.js';

export const netsuite: CsvTarget = {
  quantity: 'Quantity',
  unitPrice: 'Rate',
  amount: 'Amount',
  columns(kind, books) {
    const { issueDate, dueDate } = datesIn(books);
    const isInvoice = kind === 'invoices';
    return [
      column('External ID', cells.number),
      column(isInvoice ? 'Invoice #' : 'Credit #', cells.number),
      column('Customer', cells.customer),
      column('Date', issueDate),
      ...(isInvoice ? [column('Due Date', dueDate), column('Terms')] : []),
      column('Posting Period', ({ document }) => periodOf(document.issued.issueDate)),
      remarkColumn('Memo', ({ document }) => `Billing month ${document.issued.billingMonth}`),
      column('Currency', cells.currency),
      column('Exchange Rate'),
      column('Subsidiary'),
      column('Department'),
      column('Class'),
      column('Location'),
      column('Item', cells.item),
      column('Quantity', cells.quantity, 'number'),
      // NetSuite accepts a given rate only at this price level.
      column('Price Level', () => 'Custom'),
      column('Rate', cells.unitPrice, 'number'),
      column('Amount', cells.amount, 'number'),
      remarkColumn('Description', cells.remark),
      column('Tax Code', cells.taxCode),
      // NetSuite knows the settled invoice only by its internal id, so a credit note is applied there.
      ...(isInvoice ? [] : [column('Apply_Applied'), column('Apply_Payment')]),
    ];
  },
};
