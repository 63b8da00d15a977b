/** Reads what a close recorded. */
import { type BillingMonth, nextMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import { Failure } from '../errors/failure.js';
import type { Ledger } from './ledger.js';
import { closedMonths } from './month-frame.js';
import { viewMonth } from './view.js';

/** Passes the view of a closed month to `use`. @throws Failure refused if the month is not closed */
export async function readMonth<T>(
  ledger: Ledger,
  month: BillingMonth,
  use: (view: MonthView) => T | Promise<T>,
): Promise<T> {
  return ledger.read(() => {
    const view = viewMonth(ledger.db, month, false);
    if (view === undefined) {
      throw new Failure('refused', `${month} is not closed; ${wayTo(month, closedMonths(ledger.db))}`);
    }
    return use(view);
  });
}

/** Says what to do about a month that is not closed. */
function wayTo(month: BillingMonth, closed: readonly { readonly month: BillingMonth }[]): string {
  const [first, last] = [closed[0]?.month, closed.at(-1)?.month];
  if (first !== undefined && month < first) return `it lies before ${first}, the first month of this ledger`;
  if (last !== undefined && month > nextMonth(last))
    return `the next month to close is ${nextMonth(last)}; "monthend preview ${month}" shows this one`;
  return `"monthend close ${month}" closes it, "monthend preview ${month}" shows it`;
}

/** Returns the seal of a closed month; undefined if it is not closed. */
export function sealOfMonth(ledger: Ledger, month: BillingMonth): string | undefined {
  return ledger.db
    .prepare<[string], string>('SELECT seal FROM closed_months WHERE month = ?')
    .pluck()
    .get(month);
}

/** Tells whether this ledger has given a month that seal, including void months. */
export function isKnownSeal(ledger: Ledger, seal: string): boolean {
  const known =
    'SELECT 1 FROM closed_months WHERE seal = :seal UNION ALL SELECT 1 FROM voids WHERE :seal IN (month_seal, seal)';
  return ledger.db.prepare(known).pluck().get({ seal }) !== undefined;
}
