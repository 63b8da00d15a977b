/** The month's documents, a row for each (files-and-commands.md section 2). */
import { formatAmount } from '../billing/money.js';
import type { IssuedDocument } from '../billing/month-view.js';
import type { Column } from './csv.js';

export const SUMMARY_COLUMNS: readonly Column<IssuedDocument>[] = [
  { name: 'document_number', cell: (document) => document.documentNumber },
  { name: 'document_type', cell: (document) => document.documentType },
  { name: 'practice_id', isText: true, cell: (document) => document.practiceId },
  { name: 'practice_name', isText: true, cell: (document) => document.practiceName },
  { name: 'billing_month', cell: (document) => document.billingMonth },
  { name: 'issue_date', cell: (document) => document.issueDate },
  { name: 'due_date', cell: (document) => document.dueDate },
  { name: 'currency', cell: (document) => document.currency },
  { name: 'line_count', cell: ({ totals }) => totals.lineCount },
  { name: 'charge_count', cell: ({ totals }) => totals.chargeCount },
  { name: 'credit_count', cell: ({ totals }) => totals.creditCount },
  { name: 'charges', cell: ({ totals, currency }) => formatAmount(totals.chargesMinor, currency) },
  { name: 'credits', cell: ({ totals, currency }) => formatAmount(totals.creditsMinor, currency) },
  { name: 'total', cell: ({ totals, currency }) => formatAmount(totals.totalMinor, currency) },
];
