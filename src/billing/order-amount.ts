/** The amount of an order line and of a whole order. */
import { lineAmount, type Rounding } from './money.js';
import { compareCodePoints, type OrderLine } from './order.js';

export interface OrderAmount {
  readonly currency: string;
  /** A bigint, because sums over lines may exceed 2^53. */
  readonly amountMinor: bigint;
}

/** An order's practice and the amounts of its lines, as an exception shows them. */
export interface ListedOrder {
  /** Empty if no line of the order is known. */
  readonly practiceId: string;
  readonly amounts: readonly OrderAmount[];
  /** The amount of the order line, if the event concerns only that; undefined if it concerns the order, or a line that is not known. */
  readonly lineAmount: OrderAmount | undefined;
}

type PricedLine = Pick<OrderLine, 'quantity' | 'unitPrice' | 'currency'>;

/**
 * Returns the amount of a line in minor units. Intake has checked that it is not too large.
 * @throws Error if it is too large all the same
 */
export function amountOfLine(line: OrderLine, rounding: Rounding): number {
  const amount = lineAmount(line, rounding);
  if (amount === undefined)
    throw new Error(`order ${line.orderId} line ${line.line}: intake let its amount through`);
  return amount;
}

/**
 * Returns the amounts of an order's lines added up by currency, in order of currency; empty if no line is known. For lists of orders
 * only: no charge comes from it.
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

/**
 * Returns an order's practice and amounts.
 * @param lines the known lines of the order
 * @param line the order line, if the event concerns only that
 */
export function listedOrder(
  lines: readonly OrderLine[],
  line: number | undefined,
  rounding: Rounding,
): ListedOrder {
  const own = line === undefined ? undefined : lines.find((each) => each.line === line);
  return {
    practiceId: lines[0]?.practiceId ?? '',
    amounts: orderAmounts(lines, rounding),
    lineAmount: own && { currency: own.currency, amountMinor: BigInt(amountOfLine(own, rounding)) },
  };
}
