/** The balance of a history, month by month, in the notation of the billing tests: `Oct: placed 1 100.00 = deferred 1 100.00`. */

import {
  BALANCE_TERMS,
  DOCUMENT_TERMS,
  documentTerm,
  type Term,
  type TermSum,
} from '../../src/billing/balance-terms.js';
import type { DocumentLine } from '../../src/billing/document.js';
import { formatAmount } from '../../src/billing/money.js';
import type { OrderPlan } from '../../src/billing/plan.js';
import { reckonOrder } from '../../src/billing/reckon-order.js';
import { createReckoning, type Reckoning } from '../../src/billing/reckoning.js';
import { type Reconciliation, reconcile, type WrittenDocument } from '../../src/billing/reconciliation.js';
import { billedMonths, nameOf, newYork, type Settings } from './notation.js';

const WORDS: Readonly<Record<Term, string>> = {
  opening_held: 'opening',
  placed_this_month: 'placed',
  known_late: 'late',
  returned_to_held: 'returned',
  revived: 'revived',
  placed_again: 'again',
  amended: 'amended',
  charged: 'charged',
  ended_uncharged: 'ended',
  closing_deferred: 'deferred',
  closing_slated: 'slated',
  recharged: 'recharged',
  charges: 'charges',
  credited_amended: 'amended',
  credited_cancelled: 'cancelled',
  credited_deleted: 'deleted',
  credited_paused: 'paused',
  credits: 'credits',
  documents: 'documents',
};
const RIGHT: readonly Term[] = ['charged', 'ended_uncharged', 'closing_deferred', 'closing_slated'];
const SUMS: readonly Term[] = ['charges', 'credits', 'documents'];

/** Terms of nothing are left out; a month without any is `-`. A history that does not balance throws. */
export function balanced(history: string, settings?: Settings): string {
  return told(history, BALANCE_TERMS, settings);
}

/** The same of the lines on documents: `Nov: recharged 1 80.00 + charges 1 80.00 = …`, sums on the right. */
export function documented(history: string, settings?: Settings): string {
  return told(history, ['charged', ...DOCUMENT_TERMS], settings);
}

function told(history: string, shown: readonly Term[], settings?: Settings): string {
  return reconciled(history, (plan) => plan, settings)
    .map(({ month, terms: all, faults }) => {
      if (faults.length > 0) throw new Error(`${month}: ${faults.map(({ kind }) => kind)}`);
      const terms = all.filter(({ term }) => shown.includes(term));
      const currencies = [...new Set(terms.map(({ currency }) => currency))];
      const texts = currencies.map((currency) => printed(terms.filter((sum) => sum.currency === currency)));
      return `${nameOf(month)}: ${texts.filter((text) => text !== '').join('; ') || '-'}`;
    })
    .join(' | ');
}

/** Each month's reconciliation, its plan gone through `fault` before it was written. */
export function reconciled(
  history: string,
  fault: (plan: OrderPlan, month: string) => OrderPlan,
  settings?: Settings,
): (Reconciliation & { readonly month: string })[] {
  return [...billedMonths(history, settings)].map(({ month, account, context, plan }) => {
    const reckoning = createReckoning();
    for (const { record } of account.lines)
      if (record.held !== undefined) reckoning.add('opening_held', record.held, 1);
    reckonOrder(reckoning, account, newYork(), context);
    const written = writtenFrom(fault(plan, nameOf(month)));
    return { month, ...reconcile(reckoning, written, documentsOf(written)) };
  });
}

/** What a close would have written of a plan, added up. */
function writtenFrom({ documentLines, held }: OrderPlan): Reckoning {
  const written = createReckoning();
  for (const line of documentLines) {
    const isCharge = line.lineType === 'charge';
    written.addToDocument(isCharge ? 'charges' : 'credits', line);
    const isOfLine = (other: DocumentLine) => other.orderLine === line.orderLine;
    const isCredited = documentLines.some((other) => isOfLine(other) && other.lineType === 'credit');
    if (isCharge && !isCredited) written.add('charged', line, 1);
    if (!isCharge || line.reason === 'amended') written.add(documentTerm(line), line, 1);
  }
  for (const line of held) written.add(`closing_${line.status}`, line, 1);
  return written;
}

/** Documents that state the sums of their lines. */
const documentsOf = (written: Reckoning): WrittenDocument[] =>
  written.documents().map(({ charges, credits, ...whose }) => {
    const total = {
      lines: charges.lines + credits.lines,
      amountMinor: charges.amountMinor + credits.amountMinor,
    };
    return { ...whose, charges, credits, stated: { charges, credits, total } };
  });

/** `placed 1 100.00 = charged 1 100.00`; in another currency than dollars, that comes first. */
function printed(terms: readonly TermSum[]): string {
  const right = terms.some(({ term }) => term === 'documents') ? SUMS : RIGHT;
  const [currency = 'USD'] = terms.map((sum) => sum.currency);
  const texts = terms
    .filter(({ lines, amountMinor }) => lines !== 0 || amountMinor !== 0n)
    .map(({ term, lines, amountMinor }) => ({
      isRight: right.includes(term),
      text: `${WORDS[term]} ${lines} ${formatAmount(amountMinor, currency)}`,
    }));
  if (texts.length === 0) return '';
  const side = (isRight: boolean) =>
    texts
      .filter((each) => each.isRight === isRight)
      .map(({ text }) => text)
      .join(' + ') || '0';
  return `${currency === 'USD' ? '' : `${currency} `}${side(false)} = ${side(true)}`;
}
