/**
 * Whether closed months have counted an order line, and so decided whose it is (docs/rules.md section 5, cut-over).
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
 * The last closed month that counted the line: at whose cut-off it was placed and known. Undefined if none did.
 * @param versions in the order in which they were known
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
  // A later version is known to later months.
  const last = versions.findLast((version) => monthOf(version) !== undefined);
  return last && monthOf(last);
}
