/**
 * Compares what a close has written with the balance of the month (docs/rules.md section 8): what had to be accounted for and what became
 * of it, per currency, in order lines and in money.
 *
 * The balance is computed from the facts and the records of closed months (reckon-order.ts), without the code that makes documents and held
 * lists. So a fault in that code shows before the month is closed.
 */
import {
  DOCUMENT_SUMS,
  EQUATIONS,
  NO_SUM,
  plus,
  type Sum,
  TERMS,
  type Term,
  type TermSum,
  WRITTEN_TERMS,
} from './balance-terms.js';
import { compareCodePoints } from './order.js';
import type { DocumentOwner } from './per-document.js';
import { addDocuments, type DocumentSums, type Reckoning } from './reckoning.js';

/** A currency has three letters, so two documents never share a key. */
const documentKey = ({ practiceId, currency }: DocumentOwner) => `${currency} ${practiceId}`;

export interface WrittenDocument extends DocumentSums {
  /** The totals that the document, and so the summary, states. */
  readonly stated: { readonly charges: Sum; readonly credits: Sum; readonly total: Sum };
}

/** The balance of a month and its faults. */
export interface Reconciliation {
  /** By currency, then in the order of docs/rules.md section 8, including zeros. */
  readonly terms: readonly TermSum[];
  /** Empty if the month balances. */
  readonly faults: readonly Fault[];
}

/** One disagreement. */
export type Fault =
  /** The two sides of an equation of docs/rules.md section 8 differ. */
  | {
      readonly kind: 'sides';
      readonly currency: string;
      readonly of: { readonly left: readonly Term[]; readonly right: readonly Term[] };
      readonly left: Sum;
      readonly right: Sum;
    }
  /** A term as written differs from what the facts make it. */
  | {
      readonly kind: 'term';
      readonly currency: string;
      readonly term: Term;
      readonly due: Sum;
      readonly written: Sum;
    }
  /** A document's charges or credits differ from what the facts make them, or its lines differ from the totals that it states. */
  | {
      readonly kind: 'document';
      readonly practiceId: string;
      readonly currency: string;
      readonly part: 'charges' | 'credits' | 'total';
      readonly against: 'facts' | 'lines';
      readonly due: Sum;
      readonly written: Sum;
    };

/**
 * Compares what was written with the facts. The balance shows the written terms as they were written. It adds the sums of documents to
 * both.
 * @param reckoning from the facts, complete
 * @param written sums of the lines on documents and on the held list, complete
 * @param documents each with the sums of its lines
 */
export function reconcile(
  reckoning: Reckoning,
  written: Reckoning,
  documents: readonly WrittenDocument[],
): Reconciliation {
  addDocuments(reckoning, reckoning.documents());
  addDocuments(
    written,
    documents.map(({ currency, stated }) => ({ currency, ...stated })),
  );
  const currencies = [...new Set([...reckoning.currencies(), ...written.currencies()])].sort(
    compareCodePoints,
  );
  const terms = currencies.flatMap((currency) =>
    TERMS.map((term): TermSum => {
      const source = WRITTEN_TERMS.includes(term) ? written : reckoning;
      const { lines, amountMinor } = source.sumOf(term, currency);
      return { currency, term, lines, amountMinor };
    }),
  );
  const differing = terms.flatMap(({ currency, term, ...sum }): Fault[] => {
    // Documents are compared one by one.
    if (DOCUMENT_SUMS.includes(term)) return [];
    const due = reckoning.sumOf(term, currency);
    return isSame(due, sum) ? [] : [{ kind: 'term', currency, term, due, written: sum }];
  });
  return { terms, faults: [...unequalSides(terms), ...differing, ...documentFaults(reckoning, documents)] };
}

/** Returns each equation with different sides, in lines or in money, by currency. `terms` may also be those of a stored month. */
export function unequalSides(terms: readonly TermSum[]): Fault[] {
  return [...new Set(terms.map(({ currency }) => currency))].flatMap((currency) => {
    const own = terms.filter((sum) => sum.currency === currency);
    return EQUATIONS.flatMap((of): Fault[] => {
      const [left, right] = [total(own, of.left), total(own, of.right)];
      return isSame(left, right) ? [] : [{ kind: 'sides', currency, of, left, right }];
    });
  });
}

function total(terms: readonly TermSum[], side: readonly Term[]): Sum {
  return terms.filter(({ term }) => side.includes(term)).reduce<Sum>(plus, NO_SUM);
}

/** Checks document by document: document totals = sum of lines = the ledger's change = the summary. */
function documentFaults(reckoning: Reckoning, written: readonly WrittenDocument[]): Fault[] {
  const found = new Map(written.map((document) => [documentKey(document), document]));
  const due = new Map(reckoning.documents().map((document) => [documentKey(document), document]));
  return [...new Set([...due.keys(), ...found.keys()])].sort(compareCodePoints).flatMap((key): Fault[] => {
    const [owed, document] = [due.get(key), found.get(key)];
    const { practiceId = '', currency = '' } = owed ?? document ?? {};
    const compare = (
      part: 'charges' | 'credits' | 'total',
      against: 'facts' | 'lines',
      [a, b]: readonly [Sum | undefined, Sum | undefined],
    ): Fault[] => {
      const [expected, actual] = [a ?? NO_SUM, b ?? NO_SUM];
      if (isSame(expected, actual)) return [];
      return [{ kind: 'document', practiceId, currency, part, against, due: expected, written: actual }];
    };
    return [
      ...compare('charges', 'facts', [owed?.charges, document?.charges]),
      ...compare('credits', 'facts', [owed?.credits, document?.credits]),
      ...compare('charges', 'lines', [document?.charges, document?.stated.charges]),
      ...compare('credits', 'lines', [document?.credits, document?.stated.credits]),
      ...compare('total', 'lines', [
        document && plus(document.charges, document.credits),
        document?.stated.total,
      ]),
    ];
  });
}

const isSame = (a: Sum, b: Sum) => a.lines === b.lines && a.amountMinor === b.amountMinor;
