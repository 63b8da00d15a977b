/** What an order line comes to, and an order as a whole. */
import { lineAmount, type Rounding } from './money.js';
import { compareCodePoints, type OrderLine } from './order.js';

export interface OrderAmount {
  readonly currency: string;
  /** A sum over lines may pass 2^53: hence bigint. */
  readonly amountMinor: bigint;
}

type PricedLine = Pick<OrderLine, 'quantity' | 'unitPrice' | 'currency'>;

/**
 * The amount of a line that intake has taken, in minor units.
 * @throws Error if it is too large: intake let it through
 */
export function amountOfLine(line: OrderLine, rounding: Rounding): number {
  const amount = lineAmount(line, rounding);
  if (amount === undefined)
    throw new Error(`order ${line.orderId} line ${line.line}: intake let its amount through`);
  return amount;
}

/**
 * The amounts of an order's lines, added up by currency, in order of currency; none if no line is known. For lists that name orders and
 * not lines: nothing is charged by it.
 */
export function orderAmounts(lines: readonly PricedLine[], rounding: Rounding): OrderAmount[] {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const amount = BigInt(lineAmount(line, rounding) ?? 0);
    sums.set(line.currency, (sums.get(line.currency) ?? 0n) + amount);
  }
  return [...sums]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
