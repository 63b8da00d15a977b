/**
 * The totals of a billed month, for the printed summary and for `--json`. The names here are those in the JSON. The names of counts end in
 * `Count`, so that no name means a number in one place and a list in another.
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
  /** Order lines that this month took as charged by the lab's earlier system. This ledger never charges them. */
  readonly beforeLedgerLineCount: number;
  readonly totals: readonly MonthTotal[];
  readonly comparison: Comparison;
}

/** The month's totals in one currency. Amounts are texts as in the files. */
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

/** Compares the month with each practice's last closed month. */
export interface Comparison {
  /** How many totals there are to compare with; 0 in a ledger's first month. */
  readonly comparedCount: number;
  /** How many practices have their first document in a currency. */
  readonly firstTimeCount: number;
  /** The percentage above which a change is marked for review; null marks nothing. */
  readonly reviewChangePercent: number | null;
  /** Largest first, without unchanged totals. */
  readonly changes: readonly ComparedPractice[];
}

/** Amounts are texts as in the files. */
export interface ComparedPractice {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly currency: string;
  readonly lastClosedMonth: string;
  readonly totalThen: string;
  readonly total: string;
  readonly change: string;
  /** In whole percent; null if the total was 0 before. */
  readonly changePercent: number | null;
  readonly needsReview: boolean;
}

export function summarize(view: MonthView): MonthSummary {
  const documents = { invoice: 0, credit_note: 0 };
  for (const { documentType } of view.documents()) documents[documentType]++;
  const held = { deferred: 0, slated: 0 };
  for (const { status, lines } of view.heldSums()) held[status] += lines;
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

/** Returns the control totals under the names of this file. */
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
