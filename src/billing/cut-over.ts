/**
 * Whether closed months have counted an order line, and so decided whose it is (billing-rules.md section 5, cut-over).
 */
import type { BillingMonth, Calendar } from './billing-month.js';
import type { Instant } from './order.js';

export interface ClosedMonth {
  readonly month: BillingMonth;
  /** The number of the last import that the close knew. */
  readonly lastImport: number;
}

/** One version of an order line: known from one import until another superseded it. */
export interface LineVersion {
  readonly placedAt: Instant;
  readonly knownFrom: number;
  /** Infinity while it is current. */
  readonly knownUntil: number;
  /** Of the practice that this version names. */
  readonly calendar: Calendar;
}

/**
 * True if, at some closed month's cut-off, the line was placed and known.
 * @param closed in order of month, so in order of `lastImport` too
 */
export function wasCounted(versions: readonly LineVersion[], closed: readonly ClosedMonth[]): boolean {
  return versions.some(({ placedAt, knownFrom, knownUntil, calendar }) => {
    const last = closed.findLast(({ lastImport }) => lastImport >= knownFrom && lastImport < knownUntil);
    return last !== undefined && placedAt < calendar.cutOff(last.month);
  });
}
