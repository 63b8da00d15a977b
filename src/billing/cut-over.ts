/**
 * Finds out whether a closed month has counted an order line. That month decided who charges it: this ledger or the earlier
 * system (docs/rules.md section 5, cut-over).
 */
import type { BillingMonth, Calendar } from './billing-month.js';
import type { Instant } from './order.js';

export interface ClosedMonth {
  readonly month: BillingMonth;
  /** The number of the last import that the close knew. */
  readonly lastImport: number;
}

/** One version of an order line: known from import `knownFrom` until import `knownUntil` superseded it. */
export interface LineVersion {
  readonly placedAt: Instant;
  readonly knownFrom: number;
  /** Infinity while this version is current. */
  readonly knownUntil: number;
  /** The calendar of the practice that this version names. */
  readonly calendar: Calendar;
}

/**
 * Returns the last closed month that counted the line: the line was known and placed at its cut-off. Undefined if none did.
 * @param versions in the order in which they became known
 * @param closed in order of month, so in order of `lastImport` too
 */
export function lastCountedIn(
  versions: readonly LineVersion[],
  closed: readonly ClosedMonth[],
): BillingMonth | undefined {
  const monthOf = ({ placedAt, knownFrom, knownUntil, calendar }: LineVersion) => {
    const last = closed.findLast(({ lastImport }) => lastImport >= knownFrom && lastImport < knownUntil);
    return last !== undefined && placedAt < calendar.cutOff(last.month) ? last.month : undefined;
  };
  // Later months know later versions, so the last match is the last month.
  const last = versions.findLast((version) => monthOf(version) !== undefined);
  return last && monthOf(last);
}
