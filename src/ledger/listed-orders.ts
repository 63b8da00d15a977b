/** Reads the practice and the amounts of an order as a month knew them. Exceptions name only the order and are shown with both. */
import type { MonthView } from '../billing/month-view.js';
import { listedOrder } from '../billing/order-amount.js';
import type { Policy } from '../billing/policy.js';
import type { Connection } from './connect.js';
import { toOrderLine } from './fact-log.js';
import { createLineFinder, lastVersions } from './order-facts.js';

/** An order without a line that the month knew has no practice and no amounts. */
export function createOrderReader(
  db: Connection,
  { config, lastImport }: Pick<MonthView, 'config' | 'lastImport'>,
): MonthView['orderOf'] {
  const { rounding } = config as unknown as Policy;
  const linesOf = createLineFinder(db, lastImport);
  return ({ orderId, line }) => {
    const lines = lastVersions(linesOf(orderId)).map(({ row }) => toOrderLine(row));
    return listedOrder(lines, line, rounding);
  };
}
