/** Describes a month that does not balance, in the words of those who must look into it. */

import { LEFT, type Sum, TERMS, type Term, type TermSum } from '../billing/balance-terms.js';
import type { BillingMonth } from '../billing/billing-month.js';
import { formatAmount } from '../billing/money.js';
import type { Fault } from '../billing/reconciliation.js';

const WORDS: Readonly<Record<Term, string>> = {
  opening_held: 'held at the last cut-off',
  placed_this_month: 'placed this month',
  known_late: 'known late, placed earlier',
  returned_to_held: 'credited, and held again',
  revived: 'ended or credited earlier, and back',
  placed_again: 'placed again after it was moved out',
  amended: 'amended while held',
  charged: 'charged',
  ended_uncharged: 'ended uncharged',
  closing_deferred: 'held at this cut-off, deferred',
  closing_slated: 'held at this cut-off, slated',
  recharged: 'charged again beside a credit',
  charges: 'charges',
  credited_amended: 'credited: amended',
  credited_cancelled: 'credited: cancelled',
  credited_deleted: 'credited: deleted',
  credited_paused: 'credited: paused',
  credits: 'credits',
  documents: 'documents',
};

/** Returns a message of several lines: the differences, then the terms of each currency with a fault. */
export function describeImbalance(
  month: BillingMonth,
  terms: readonly TermSum[],
  faults: readonly Fault[],
): string {
  const currencies = [...new Set(faults.map(({ currency }) => currency))];
  return [
    `${month} does not balance, so it was not closed. This is a fault of monthend, not of your facts: please report it with the lines below`,
    ...faults.map(describeFault),
    ...currencies.flatMap((currency) => [
      `${currency}:`,
      ...TERMS.map((name) => {
        const sum = terms.find(({ term, currency: own }) => term === name && own === currency);
        return `  ${WORDS[name].padEnd(36)}${sum === undefined ? '' : shown(sum, currency)}`;
      }),
    ]),
  ].join('\n');
}

function describeFault(fault: Fault): string {
  const { currency } = fault;
  switch (fault.kind) {
    case 'sides': {
      const { left, right, of } = fault;
      const difference = {
        lines: left.lines - right.lines,
        amountMinor: left.amountMinor - right.amountMinor,
      };
      const [first, second] =
        of.left === LEFT ? ['to account for', 'accounted for'] : [of.left, of.right].map(namesOf);
      return (
        `${currency}: ${first} ${shown(left, currency)}; ${second} ${shown(right, currency)}; ` +
        `difference ${shown(difference, currency)}`
      );
    }
    case 'term':
      return `${currency}, ${WORDS[fault.term]}: written ${shown(fault.written, currency)}; by the facts ${shown(fault.due, currency)}`;
    case 'document': {
      const source = fault.against === 'facts' ? 'by the facts' : 'its lines come to';
      return (
        `${currency}, ${fault.part} of practice ${fault.practiceId}: written ${shown(fault.written, currency)}; ` +
        `${source} ${shown(fault.due, currency)}`
      );
    }
  }
}

const namesOf = (terms: readonly Term[]): string => terms.map((term) => WORDS[term]).join(' + ');

function shown({ lines, amountMinor }: Sum, currency: string): string {
  return `${lines} ${Math.abs(lines) === 1 ? 'line' : 'lines'}, ${formatAmount(amountMinor, currency)}`;
}
