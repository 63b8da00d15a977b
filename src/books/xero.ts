/** Xero, sales invoices: all columns of its template in their order. Xero requires the empty ones too. */
import type { PracticeDetail } from '../billing/party.js';
import { type CsvTarget, cells, column, datesIn, remarkColumn } from './csv-target.js';
import { oneLine } from './entry.js';

const detail = (name: string, field: PracticeDetail) =>
  remarkColumn(name, ({ document }) => oneLine(document.issued.billTo.details[field] ?? ''));

export const xero: CsvTarget = {
  quantity: '*Quantity',
  unitPrice: '*UnitAmount',
  columns(kind, books) {
    const { issueDate, dueDate } = datesIn(books);
    const isInvoice = kind === 'invoices';
    return [
      column('*ContactName', cells.customer),
      detail('EmailAddress', 'email'),
      detail('POAddressLine1', 'address_1'),
      detail('POAddressLine2', 'address_2'),
      column('POAddressLine3'),
      column('POAddressLine4'),
      detail('POCity', 'city'),
      detail('PORegion', 'region'),
      detail('POPostalCode', 'postal_code'),
      detail('POCountry', 'country'),
      column(isInvoice ? '*InvoiceNumber' : '*CreditNoteNumber', cells.number),
      column('Reference', ({ document }) => `Billing month ${document.issued.billingMonth}`),
      column(isInvoice ? '*InvoiceDate' : '*CreditNoteDate', issueDate),
      ...(isInvoice ? [column('*DueDate', dueDate)] : []),
      column('InventoryItemCode', cells.item),
      remarkColumn('*Description', cells.remark),
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
