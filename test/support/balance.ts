/** The balance of a history, month by month, in the notation of the billing tests: `Oct: placed 1 100.00 = deferred 1 100.00`. */
import { formatAmount } from '../../src/billing/money.js';
import type { OrderPlan } from '../../src/billing/plan.js';
import {
  createReckoning,
  type Reconciliation,
  reckonOrder,
  reconcile,
  type Sum,
  type Term,
  type TermSum,
  type WrittenDocument,
  type WrittenMonth,
} from '../../src/billing/reconciliation.js';
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
};
const RIGHT = ['charged', 'ended', 'deferred', 'slated'];

/** Terms of nothing are left out; a month without any is `-`. A history that does not balance throws. */
export function balanced(history: string, settings?: Settings): string {
  return reconciled(history, (plan) => plan, settings)
    .map(({ month, terms, faults }) => {
      if (faults.length > 0) throw new Error(`${month}: ${faults.map(({ kind }) => kind)}`);
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
    return { month, ...reconcile(reckoning, writtenFrom(fault(plan, nameOf(month)))) };
  });
}

/** What a close would have written of a plan. */
function writtenFrom({ documentLines, held }: OrderPlan): WrittenMonth {
  const charged = documentLines.filter(
    (line) =>
      line.lineType === 'charge' &&
      !documentLines.some((other) => other.lineType === 'credit' && other.orderLine === line.orderLine),
  );
  const written = [
    ...charged.map((line) => ({ ...line, term: 'charged' as const })),
    ...held.map((line) => ({ ...line, term: `closing_${line.status}` as const })),
  ];
  const terms = [...new Set(written.map(({ currency, term }) => JSON.stringify([currency, term])))].map(
    (key): TermSum => {
      const [currency, term] = JSON.parse(key);
      return {
        currency,
        term,
        ...sumOf(written.filter((line) => line.currency === currency && line.term === term)),
      };
    },
  );
  return { terms, documents: documentsOf(documentLines) };
}

function documentsOf(lines: OrderPlan['documentLines']): WrittenDocument[] {
  const keys = [...new Set(lines.map(({ practiceId, currency }) => JSON.stringify([practiceId, currency])))];
  return keys.map((key) => {
    const [practiceId, currency] = JSON.parse(key);
    const own = lines.filter((line) => line.practiceId === practiceId && line.currency === currency);
    const sums = {
      charges: sumOf(own.filter(({ lineType }) => lineType === 'charge')),
      credits: sumOf(own.filter(({ lineType }) => lineType === 'credit')),
    };
    return { practiceId, currency, ...sums, stated: { ...sums, total: sumOf(own) } };
  });
}

const sumOf = (lines: readonly { readonly amountMinor: number }[]): Sum => ({
  lines: lines.length,
  amountMinor: BigInt(lines.reduce((total, { amountMinor }) => total + amountMinor, 0)),
});

/** `placed 1 100.00 = charged 1 100.00`; in another currency than dollars, that comes first. */
function printed(terms: readonly TermSum[]): string {
  const [currency = 'USD'] = terms.map((sum) => sum.currency);
  const texts = terms
    .filter(({ lines, amountMinor }) => lines !== 0 || amountMinor !== 0n)
    .map(({ term, lines, amountMinor }) => ({
      isRight: RIGHT.includes(WORDS[term]),
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
