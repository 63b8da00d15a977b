/** What a billed month comes to, for the printed summary and for `--json`. */

import { formatAmount } from '../billing/money.js';
import { changeOf, largestFirst, type PracticeChange } from '../billing/month-change.js';
import type { MonthView } from '../billing/month-view.js';
import { type ControlTotal, controlTotals } from './manifest.js';

export interface MonthSummary {
  readonly month: string;
  readonly isDraft: boolean;
  readonly invoices: number;
  readonly creditNotes: number;
  readonly deferred: number;
  readonly slated: number;
  readonly exceptions: number;
  /** Order lines now taken as charged by the lab's earlier system: this ledger never charges them. */
  readonly linesBeforeLedger: number;
  readonly totals: readonly ControlTotal[];
  readonly comparison: Comparison;
}

/** The month against the last closed month of each practice. */
export interface Comparison {
  /** How many of them there are to compare with: 0 in a ledger's first month. */
  readonly compared: number;
  /** Practices whose first document in that currency this is. */
  readonly firstTimes: number;
  /** The percentage beyond which a change is marked for review; null marks nothing. */
  readonly reviewChangePercent: number | null;
  /** The largest first; what did not change is left out. */
  readonly changes: readonly ComparedPractice[];
}

/** Amounts as the files write them. */
export interface ComparedPractice {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly currency: string;
  readonly lastClosed: string;
  readonly totalThen: string;
  readonly total: string;
  readonly change: string;
  /** Whole percent; empty if the total was 0 then. */
  readonly changePercent: string;
  readonly needsReview: boolean;
}

export function summarize(view: MonthView): MonthSummary {
  const summary = { invoices: 0, creditNotes: 0, deferred: 0, slated: 0, exceptions: 0 };
  for (const { documentType } of view.documents())
    summary[documentType === 'invoice' ? 'invoices' : 'creditNotes']++;
  for (const { status } of view.heldLines()) summary[status]++;
  for (const _ of view.exceptions()) summary.exceptions++;
  return {
    month: view.month,
    isDraft: view.isDraft,
    ...summary,
    linesBeforeLedger: view.linesBeforeLedger(),
    totals: controlTotals(view),
    comparison: compare(view),
  };
}

function compare(view: MonthView): Comparison {
  const reviewChangePercent = (view.config.reviewChangePercent ?? null) as number | null;
  const changes: PracticeChange[] = [];
  const counts = { compared: 0, firstTimes: 0 };
  for (const totals of view.practiceTotals()) {
    counts[totals.before === undefined ? 'firstTimes' : 'compared']++;
    const change = changeOf(totals, reviewChangePercent);
    if (change !== undefined) changes.push(change);
  }
  return { ...counts, reviewChangePercent, changes: largestFirst(changes).map(comparedPractice) };
}

function comparedPractice(change: PracticeChange): ComparedPractice {
  const { practiceId, practiceName, currency, before, totalMinor, changeMinor, changePercent } = change;
  return {
    practiceId,
    practiceName,
    currency,
    lastClosed: before.month,
    totalThen: formatAmount(before.totalMinor, currency),
    total: formatAmount(totalMinor, currency),
    change: formatAmount(changeMinor, currency),
    changePercent: changePercent === undefined ? '' : String(changePercent),
    needsReview: change.needsReview,
  };
}
