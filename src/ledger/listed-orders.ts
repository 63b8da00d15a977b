/** Reads the practice and the amounts of an order as a month knew them. Exceptions name only the order and are shown with both. */
import type { ListedOrder, MonthView } from '../billing/month-view.js';
import { orderAmounts } from '../billing/order-amount.js';
import type { Policy } from '../billing/policy.js';
import { knownAt } from '../billing/recorded-order.js';
import type { Ledger } from './ledger.js';
import { factsOfOrder } from './read-order.js';

/** An order without a line that the month knew has no practice and no amounts. */
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
