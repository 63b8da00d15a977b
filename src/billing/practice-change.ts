/**
 * Compares each practice's total with its last closed month. No decision depends on it: a change beyond the configured percentage is
 * only marked for review. All arithmetic is on integers.
 */

import type { BillingMonth } from './billing-month.js';
import { minorDigits } from './currency.js';

/** A practice's document total in one currency, this month and before. */
export interface PracticeTotals {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly currency: string;
  /** 0 if the practice has no document this month. */
  readonly totalMinor: number;
  /** The practice's last document in that currency from an earlier closed month; undefined if it had none. */
  readonly before: { readonly month: BillingMonth; readonly totalMinor: number } | undefined;
}

export interface PracticeChange extends PracticeTotals {
  readonly before: { readonly month: BillingMonth; readonly totalMinor: number };
  readonly changeMinor: bigint;
  /** In whole percent of the previous total, rounded half away from zero; undefined if that total was 0. */
  readonly changePercent: bigint | undefined;
  /** The change exceeds the configured percentage. */
  readonly needsReview: boolean;
}

/** Returns the change of a total; undefined if it is the same or there is none before. @param reviewChangePercent null marks nothing */
export function changeOf(
  { before, ...totals }: PracticeTotals,
  reviewChangePercent: number | null,
): PracticeChange | undefined {
  if (before === undefined || before.totalMinor === totals.totalMinor) return undefined;
  const base = magnitude(BigInt(before.totalMinor));
  const changeMinor = BigInt(totals.totalMinor) - BigInt(before.totalMinor);
  return {
    ...totals,
    before,
    changeMinor,
    changePercent: base === 0n ? undefined : roundedQuotient(changeMinor * 100n, base),
    needsReview:
      reviewChangePercent !== null && magnitude(changeMinor) * 100n > BigInt(reviewChangePercent) * base,
  };
}

/** Sorts changes by size in whole units of their currency, largest first. Equal changes keep their order. */
export function largestFirst(changes: readonly PracticeChange[]): PracticeChange[] {
  const sized = changes.map((change) => {
    const units = BigInt(MOST_DIGITS - (minorDigits(change.currency) ?? 0));
    return { change, size: magnitude(change.changeMinor) * 10n ** units };
  });
  return sized.sort((a, b) => (b.size > a.size ? 1 : b.size < a.size ? -1 : 0)).map(({ change }) => change);
}

/** The most digits that the minor unit of an ISO 4217 currency has. */
const MOST_DIGITS = 4;

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/** Divides, rounding half away from zero. @param divisor above 0 */
function roundedQuotient(amount: bigint, divisor: bigint): bigint {
  const rounded = (magnitude(amount) * 2n + divisor) / (divisor * 2n);
  return amount < 0n ? -rounded : rounded;
}
