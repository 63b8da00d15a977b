/** Xero, sales invoices: its template's columns in their order, the empty ones too, since Xero wants all of them. */
import { type CsvTarget, cells, column, datesIn, remark } from './csv-target.js';

export const xero: CsvTarget = {
  quantity: '*Quantity',
  unitPrice: '*UnitAmount',
  columns(kind, books) {
    const { issueDate, dueDate } = datesIn(books);
    const isInvoice = kind === 'invoices';
    return [
      column('*ContactName', cells.customer),
      column('EmailAddress'),
      column('POAddressLine1'),
      column('POAddressLine2'),
      column('POAddressLine3'),
      column('POAddressLine4'),
      column('POCity'),
      column('PORegion'),
      column('POPostalCode'),
      column('POCountry'),
      column(isInvoice ? '*InvoiceNumber' : '*CreditNoteNumber', cells.number),
      column('Reference', ({ document }) => `Billing month ${document.issued.billingMonth}`),
      column(isInvoice ? '*InvoiceDate' : '*CreditNoteDate', issueDate),
      ...(isInvoice ? [column('*DueDate', dueDate)] : []),
      column('InventoryItemCode', cells.item),
      remark('*Description', cells.remark),
      column('*Quantity', cells.quantity, 'number'),
      column('*UnitAmount', cells.unitPrice, 'number'),
      column('Discount'),
      column('*AccountCode', cells.account),
      column('*TaxType', cells.taxCode),
      column('TrackingName1'),
      column('TrackingOption1'),
      column('TrackingName2'),
      column('TrackingOption2'),
      column('Currency', cells.currency),
      column('BrandingTheme'),
    ];
  },
};
