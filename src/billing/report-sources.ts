/** What a month's report is made from, besides the month's view: plain data, read from the ledger. */
import type { IssuedDocument, MonthView } from './month-view.js';

/** The balance of a month in one currency (billing-rules.md section 8), its terms in the order of the equation. */
export interface Balance {
  readonly currency: string;
  readonly terms: readonly BalanceTerm[];
}

export interface BalanceTerm {
  readonly term: string;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface ReportSources {
  readonly view: MonthView;
  /** The documents of the month before; undefined if this ledger did not close it. */
  readonly documentsBefore: Iterable<IssuedDocument> | undefined;
  readonly balances: readonly Balance[];
}
