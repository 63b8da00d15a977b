/**
 * What a billed month comes to, for the printed summary and for `--json`: the names here are those of its JSON, and a count ends
 * in `Count`, so that no name stands for a number in one place and for a list in another.
 */

import { formatAmount } from '../billing/money.js';
import type { MonthView } from '../billing/month-view.js';
import { changeOf, largestFirst, type PracticeChange } from '../billing/practice-change.js';
import { controlTotals } from './manifest.js';

export interface MonthSummary {
  readonly month: string;
  readonly isDraft: boolean;
  readonly invoiceCount: number;
  readonly creditNoteCount: number;
  readonly deferredLineCount: number;
  readonly slatedLineCount: number;
  readonly exceptionCount: number;
  /** Order lines now taken as charged by the lab's earlier system: this ledger never charges them. */
  readonly beforeLedgerLineCount: number;
  readonly totals: readonly MonthTotal[];
  readonly comparison: Comparison;
}

/** What the month comes to in one currency. Amounts as the files write them. */
export interface MonthTotal {
  readonly currency: string;
  readonly documentCount: number;
  readonly lineCount: number;
  readonly charges: string;
  readonly credits: string;
  readonly total: string;
  readonly heldLineCount: number;
  readonly heldAmount: string;
}

/** The month against the last closed month of each practice. */
export interface Comparison {
  /** How many of them there are to compare with: 0 in a ledger's first month. */
  readonly comparedCount: number;
  /** Practices whose first document in that currency this is. */
  readonly firstTimeCount: number;
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
  readonly lastClosedMonth: string;
  readonly totalThen: string;
  readonly total: string;
  readonly change: string;
  /** Whole percent; null if the total was 0 then. */
  readonly changePercent: number | null;
  readonly needsReview: boolean;
}

export function summarize(view: MonthView): MonthSummary {
  const documents = { invoice: 0, credit_note: 0 };
  for (const { documentType } of view.documents()) documents[documentType]++;
  const held = { deferred: 0, slated: 0 };
  for (const { status } of view.heldLines()) held[status]++;
  let exceptionCount = 0;
  for (const _ of view.exceptions()) exceptionCount++;
  return {
    month: view.month,
    isDraft: view.isDraft,
    invoiceCount: documents.invoice,
    creditNoteCount: documents.credit_note,
    deferredLineCount: held.deferred,
    slatedLineCount: held.slated,
    exceptionCount,
    beforeLedgerLineCount: view.linesBeforeLedger(),
    totals: totalsOf(view),
    comparison: compare(view),
  };
}

/** The control totals, under the names of this file. */
function totalsOf(view: MonthView): MonthTotal[] {
  return controlTotals(view).map(({ documents, lines, held_lines, held, ...amounts }) => ({
    ...amounts,
    documentCount: documents,
    lineCount: lines,
    heldLineCount: held_lines,
    heldAmount: held,
  }));
}

function compare(view: MonthView): Comparison {
  const reviewChangePercent = (view.config.reviewChangePercent ?? null) as number | null;
  const changes: PracticeChange[] = [];
  const counts = { comparedCount: 0, firstTimeCount: 0 };
  for (const totals of view.practiceTotals()) {
    counts[totals.before === undefined ? 'firstTimeCount' : 'comparedCount']++;
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
    lastClosedMonth: before.month,
    totalThen: formatAmount(before.totalMinor, currency),
    total: formatAmount(totalMinor, currency),
    change: formatAmount(changeMinor, currency),
    changePercent: changePercent === undefined ? null : Number(changePercent),
    needsReview: change.needsReview,
  };
}
