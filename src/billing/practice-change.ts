/**
 * A month against the one before: what each practice comes to, beside its last closed month. Nothing is decided by it; a change
 * beyond the percentage that the config sets is marked for a person to look at. Integers all through.
 */

import type { BillingMonth } from './billing-month.js';
import { minorDigits } from './currency.js';

/** A practice's document total in one currency, this month and before. */
export interface PracticeTotals {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly currency: string;
  /** 0 if it has no document this month. */
  readonly totalMinor: number;
  /** Its last document in that currency in a closed month before this one; undefined if it had none. */
  readonly before: { readonly month: BillingMonth; readonly totalMinor: number } | undefined;
}

export interface PracticeChange extends PracticeTotals {
  readonly before: { readonly month: BillingMonth; readonly totalMinor: number };
  readonly changeMinor: bigint;
  /** Whole percent of the total before, half away from zero; undefined if that was 0. */
  readonly changePercent: bigint | undefined;
  /** The change is beyond the percentage that the config sets. */
  readonly needsReview: boolean;
}

/** @param reviewChangePercent null marks nothing. @returns undefined if nothing changed or there is nothing before */
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

/** The largest change first, by its amount in whole units of its currency; the given order among equals. */
export function largestFirst(changes: readonly PracticeChange[]): PracticeChange[] {
  const size = ({ changeMinor, currency }: PracticeChange) =>
    magnitude(changeMinor) * 10n ** BigInt(MOST_DIGITS - (minorDigits(currency) ?? 0));
  return [...changes].sort((a, b) => {
    const difference = size(b) - size(a);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  });
}

/** No currency of ISO 4217 has a finer minor unit. */
const MOST_DIGITS = 4;

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/** Half away from zero. @param divisor above 0 */
function roundedQuotient(amount: bigint, divisor: bigint): bigint {
  const rounded = (magnitude(amount) * 2n + divisor) / (divisor * 2n);
  return amount < 0n ? -rounded : rounded;
}
