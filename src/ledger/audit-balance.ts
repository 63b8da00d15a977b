/** The audit of a month's balance: the month is billed again from the facts that its close knew, and must come to the same terms. */
import type { BillingMonth } from '../billing/billing-month.js';
import { formatAmount } from '../billing/money.js';
import type { MonthView } from '../billing/month-view.js';
import type { Config } from '../config.js';
import { Failure, type Finding } from '../failure.js';
import { draftMonth, readMonth } from './close.js';
import type { Ledger } from './ledger.js';

/** @returns what the closed month's balance does not come to any more */
export async function auditBalance(ledger: Ledger, month: BillingMonth): Promise<Finding[]> {
  const { config, lastImport } = closedWith(ledger, month);
  // Without an import there were no facts to bill.
  if (lastImport === 0) return [];
  const recorded = await readMonth(ledger, month, termsOf);
  try {
    const anew = await draftMonth(ledger, month, config, termsOf, { knownAt: lastImport });
    return [...differences(month, recorded, anew)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ place: month, message: `cannot be billed again from its facts: ${error.message}` }];
  }
}

function closedWith({ db }: Ledger, month: BillingMonth): { config: Config; lastImport: number } {
  const row = db
    .prepare<[string], { config: string; last_import: number }>(
      'SELECT config, last_import FROM closed_months WHERE month = ?',
    )
    .get(month);
  if (row === undefined) throw new Error(`${month} is not closed`);
  return { config: JSON.parse(row.config), lastImport: row.last_import };
}

type Terms = ReadonlyMap<string, string>;

/** Each term's lines and amount, by currency and name. */
function termsOf(view: MonthView): Terms {
  return new Map(
    [...view.reconciliation()].map(({ currency, term, lines, amountMinor }) => [
      `${currency} ${term}`,
      `${lines} lines, ${formatAmount(amountMinor, currency)}`,
    ]),
  );
}

function* differences(month: BillingMonth, recorded: Terms, anew: Terms): Generator<Finding> {
  for (const term of new Set([...recorded.keys(), ...anew.keys()])) {
    const [was = 'nothing', is = 'nothing'] = [recorded.get(term), anew.get(term)];
    if (was !== is)
      yield { place: month, message: `its balance says ${term} ${was}; its facts come to ${is}` };
  }
}
