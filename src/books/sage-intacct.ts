/** Sage Intacct, import of AR invoices: the columns of its template, with the document's values on each of its rows. */
import { type CsvTarget, cells, column, datesIn, remarkColumn } from './csv-target.js';

/** The template's columns in their order. A company's dimensions add more. */
const COLUMNS =
  'DONOTIMPORT BATCH_TITLE INVOICE_NO PO_NO CUSTOMER_ID POSTING_DATE CREATED_DATE DUE_DATE TOTAL_DUE TOTAL_PAID PAID_DATE TERM_NAME ' +
  'DESCRIPTION BASECURR CURRENCY EXCH_RATE_DATE EXCH_RATE_TYPE_ID EXCHANGE_RATE LINE_NO MEMO ACCT_NO ACCT_LABEL LOCATION_ID DEPT_ID ' +
  'ALLOCATION_ID AMOUNT SUBTOTAL REVREC_TEMPLATE REVREC_STARTDATE DEFERREDREV_ACCOUNT REVREC_JOURNAL REVREC_SCHEDULE_LINE_NO ' +
  'REVENUE_ACCOUNT REVREC_POSTINGDATE REVREC_AMOUNT ARINVOICEITEM_ARACCOUNT ACTION SUPDOCID BILLTO SHIPTO AMORTIZATIONTEMPLATEID ' +
  'AMORTIZATIONSTARTDATE AMORTIZATIONENDDATE REVREC_ENDDATE INVOICE_TYPE INVOICE_MODE ARINVOICEITEM_PROJECTID ' +
  'ARINVOICEITEM_CUSTOMERID ARINVOICEITEM_VENDORID ARINVOICEITEM_EMPLOYEEID ARINVOICEITEM_ITEMID ARINVOICEITEM_CLASSID ' +
  'ARINVOICEITEM_TASKID ARINVOICEITEM_COSTTYPEID';

export const sageIntacct: CsvTarget = {
  amount: 'AMOUNT',
  columns(_, books) {
    const { issueDate, dueDate } = datesIn(books);
    const filled = [
      column('BATCH_TITLE', ({ document }) => `monthend ${document.issued.billingMonth}`),
      column('INVOICE_NO', cells.number),
      column('CUSTOMER_ID', cells.customer),
      column('CREATED_DATE', issueDate),
      column('DUE_DATE', dueDate),
      column('TOTAL_DUE', cells.total, 'number'),
      column('DESCRIPTION', ({ document }) => `Billing month ${document.issued.billingMonth}`),
      column('CURRENCY', cells.currency),
      column('LINE_NO', cells.lineNumber, 'integer'),
      remarkColumn('MEMO', cells.remark),
      column('ACCT_NO', cells.account),
      column('AMOUNT', cells.amount, 'number'),
      column('ARINVOICEITEM_ITEMID', cells.item),
    ];
    return COLUMNS.split(' ').map((name) => filled.find((each) => each.name === name) ?? column(name));
  },
};
