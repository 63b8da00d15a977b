/** What a billed month comes to, for the printed summary and for `--json`. */
import type { MonthView } from '../billing/month-view.js';
import { type ControlTotal, controlTotals } from './manifest.js';

export interface MonthSummary {
  readonly month: string;
  readonly isDraft: boolean;
  readonly invoices: number;
  readonly creditNotes: number;
  readonly deferred: number;
  readonly slated: number;
  readonly exceptions: number;
  readonly totals: readonly ControlTotal[];
}

export function summarize(view: MonthView): MonthSummary {
  const summary = { invoices: 0, creditNotes: 0, deferred: 0, slated: 0, exceptions: 0 };
  for (const { documentType } of view.documents())
    summary[documentType === 'invoice' ? 'invoices' : 'creditNotes']++;
  for (const { status } of view.heldLines()) summary[status]++;
  for (const _ of view.exceptions()) summary.exceptions++;
  return { month: view.month, isDraft: view.isDraft, ...summary, totals: controlTotals(view) };
}
