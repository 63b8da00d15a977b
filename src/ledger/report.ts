/** Reads what a month's report needs besides the month's view. */
import { previousMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import type { ReportSources } from '../billing/report-sources.js';
import type { Ledger } from './ledger.js';
import { viewMonth } from './view.js';

/** Called inside the transaction in which `view` was read. */
export function reportSources({ db }: Ledger, view: MonthView): ReportSources {
  return {
    view,
    documentsBefore: viewMonth(db, previousMonth(view.month), false)?.documents(),
    balances: [],
  };
}
