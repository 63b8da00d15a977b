/** The columns of summary.csv: one row for each document of the month (docs/files.md section 2). */
import { formatAmount } from '../billing/money.js';
import type { IssuedDocument } from '../billing/month-view.js';
import type { Column } from './csv.js';

export const SUMMARY_COLUMNS: readonly Column<IssuedDocument>[] = [
  { name: 'document_number', type: 'string', cell: (document) => document.documentNumber },
  { name: 'document_type', type: 'string', cell: (document) => document.documentType },
  { name: 'practice_id', type: 'string', isText: true, cell: (document) => document.practiceId },
  { name: 'practice_name', type: 'string', isText: true, cell: (document) => document.practiceName },
  { name: 'billing_month', type: 'yearmonth', cell: (document) => document.billingMonth },
  { name: 'issue_date', type: 'date', cell: (document) => document.issueDate },
  { name: 'due_date', type: 'date', cell: (document) => document.dueDate },
  { name: 'currency', type: 'string', cell: (document) => document.currency },
  { name: 'line_count', type: 'integer', cell: ({ totals }) => totals.lineCount },
  { name: 'charge_count', type: 'integer', cell: ({ totals }) => totals.chargeCount },
  { name: 'credit_count', type: 'integer', cell: ({ totals }) => totals.creditCount },
  {
    name: 'charges',
    type: 'number',
    cell: ({ totals, currency }) => formatAmount(totals.chargesMinor, currency),
  },
  {
    name: 'credits',
    type: 'number',
    cell: ({ totals, currency }) => formatAmount(totals.creditsMinor, currency),
  },
  {
    name: 'total',
    type: 'number',
    cell: ({ totals, currency }) => formatAmount(totals.totalMinor, currency),
  },
];
