import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import type { Ledger } from '../ledger/ledger.js';
import { viewMonth } from '../ledger/view.js';
import { type MonthFile, REPORT, wholeFile } from '../output/month-files.js';
import { recordedLogo } from './recorded-logo.js';

/** Loads the drawing code only when a report is needed, so that a close without one starts as fast as before. */
export async function reportFile(ledger: Ledger, view: MonthView): Promise<MonthFile> {
  const { reportHtml } = await import('../output/report-html.js');
  const { MOST_MONTHS } = await import('../output/report-figures.js');
  const before = viewMonth(ledger.db, previousMonth(view.month), false);
  const earlier = lastMonthsBefore(view.month, MOST_MONTHS - 1).flatMap(
    (month) => viewMonth(ledger.db, month, false) ?? [],
  );
  const logo = await recordedLogo(view);
  const page = reportHtml({ view, documentsBefore: before?.documents(), earlier, logo });
  return wholeFile(REPORT, page);
}

/** Returns the months before `month`, earliest first. */
function lastMonthsBefore(month: BillingMonth, count: number): BillingMonth[] {
  const months: BillingMonth[] = [];
  for (let each = previousMonth(month); months.length < count; each = previousMonth(each))
    months.unshift(each);
  return months;
}
