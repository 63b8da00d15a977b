/** Whose an order is, and what it comes to, as a month knew it: an exception names the order alone, and is told with both. */
import type { ListedOrder, MonthView } from '../billing/month-view.js';
import { orderAmounts } from '../billing/order-amount.js';
import type { Policy } from '../billing/policy.js';
import { knownAt } from '../billing/recorded-order.js';
import type { Ledger } from './ledger.js';
import { factsOfOrder } from './read-order.js';

/** An order of which the month knew no line has no practice and no amount. */
export function createOrderReader(
  ledger: Ledger,
  { config, lastImport }: MonthView,
): (orderId: string) => ListedOrder {
  const { rounding } = config as unknown as Policy;
  return (orderId) => {
    const known = knownAt(factsOfOrder(ledger, orderId)?.facts.lines ?? [], lastImport);
    const lines = known.map(({ fact }) => fact);
    return { practiceId: lines[0]?.practiceId ?? '', amounts: orderAmounts(lines, rounding) };
  };
}
