/** The columns of voided.csv: one row for each void document of the month (docs/files.md section 2). */
import { formatAmount } from '../billing/money.js';
import type { VoidedDocument } from '../billing/month-view.js';
import type { Column } from './csv.js';

export const VOIDED_COLUMNS: readonly Column<VoidedDocument>[] = [
  { name: 'document_number', type: 'string', cell: (document) => document.documentNumber },
  { name: 'document_type', type: 'string', cell: (document) => document.documentType },
  { name: 'practice_id', type: 'string', isText: true, cell: (document) => document.practiceId },
  { name: 'practice_name', type: 'string', isText: true, cell: (document) => document.practiceName },
  { name: 'billing_month', type: 'yearmonth', cell: (document) => document.billingMonth },
  { name: 'issue_date', type: 'date', cell: (document) => document.issueDate },
  { name: 'currency', type: 'string', cell: (document) => document.currency },
  { name: 'line_count', type: 'integer', cell: ({ totals }) => totals.lineCount },
  {
    name: 'total',
    type: 'number',
    cell: ({ totals, currency }) => formatAmount(totals.totalMinor, currency),
  },
  { name: 'void_number', type: 'integer', cell: ({ voidNumber }) => voidNumber },
  { name: 'void_reason', type: 'string', isText: true, cell: ({ voidReason }) => voidReason },
];
