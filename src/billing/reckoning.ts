/** The sums of a month: by term and by document, in order lines and in money. */
import { plus, type Sum, TERMS, type Term } from './balance-terms.js';
import { compareCodePoints } from './order.js';
import { createPerDocument, type DocumentOwner } from './per-document.js';

/** The charges and the credits of one practice and currency; credits are negative. */
export interface DocumentSums extends DocumentOwner {
  readonly charges: Sum;
  readonly credits: Sum;
}

/** The sums of a month. There are two: one from facts and earlier records, one from what the close wrote. */
export interface Reckoning {
  add(term: Term, money: Money, lines: 1 | 0 | -1): void;
  addSum(term: Term, currency: string, sum: Sum): void;
  /** Adds a line's charge or credit to the document of its practice. */
  addToDocument(type: 'charges' | 'credits', money: Money & DocumentOwner): void;
  addSumToDocument(type: 'charges' | 'credits', whose: DocumentOwner, sum: Sum): void;
  /** Looks up the sums of one document, to which many lines are to be added. */
  open(owner: DocumentOwner): OpenSums;
  sumOf(term: Term, currency: string): Sum;
  currencies(): string[];
  documents(): DocumentSums[];
  documentOf(whose: DocumentOwner): DocumentSums;
}

/** The sums of a document and of its currency. Each call adds one line. */
export interface OpenSums {
  add(term: Term, amountMinor: number): void;
  addToDocument(type: 'charges' | 'credits', amountMinor: number): void;
}

export interface Money {
  readonly currency: string;
  /** Minor units. */
  readonly amountMinor: number;
}

/** @returns sums of nothing yet */
export function createReckoning(): Reckoning {
  const terms = new Map<string, Record<Term, Tally>>();

  function termsIn(currency: string): Record<Term, Tally> {
    let sums = terms.get(currency);
    if (sums === undefined) {
      sums = Object.fromEntries(TERMS.map((term) => [term, nothing()])) as Record<Term, Tally>;
      terms.set(currency, sums);
    }
    return sums;
  }

  const documents = createPerDocument(({ practiceId, currency }): OpenDocument => {
    // Enters the currency into the balance, even if its lines are in no term.
    termsIn(currency);
    return { practiceId, currency, charges: nothing(), credits: nothing() };
  });
  const sumsOf = ({ practiceId, currency, charges, credits }: OpenDocument): DocumentSums => ({
    practiceId,
    currency,
    charges: sumOf(charges),
    credits: sumOf(credits),
  });

  return {
    add: (term, { currency, amountMinor }, lines) => increase(termsIn(currency)[term], lines, amountMinor),
    addSum: (term, currency, sum) => increaseBySum(termsIn(currency)[term], sum),
    addToDocument: (type, money) => increase(documents.of(money)[type], 1, money.amountMinor),
    addSumToDocument: (type, whose, sum) => increaseBySum(documents.of(whose)[type], sum),
    open(owner) {
      const document = documents.of(owner);
      const sums = termsIn(owner.currency);
      return {
        add: (term, amountMinor) => increase(sums[term], 1, amountMinor),
        addToDocument: (type, amountMinor) => increase(document[type], 1, amountMinor),
      };
    },
    sumOf: (term, currency) => sumOf(terms.get(currency)?.[term] ?? nothing()),
    currencies: () => [...terms.keys()].sort(compareCodePoints),
    documents: () => documents.all().map(sumsOf),
    documentOf: (whose) => sumsOf(documents.of(whose)),
  };
}

interface OpenDocument extends DocumentOwner {
  readonly charges: Tally;
  readonly credits: Tally;
}

/** A growing sum. It is a number as long as that is exact, since a bigint would be created anew for every line. */
interface Tally {
  lines: number;
  exact: number;
  beyond: bigint;
}

const nothing = (): Tally => ({ lines: 0, exact: 0, beyond: 0n });

function increase(tally: Tally, lines: number, amountMinor: number): void {
  tally.lines += lines;
  const sum = tally.exact + amountMinor;
  if (Number.isSafeInteger(sum)) tally.exact = sum;
  else {
    tally.beyond += BigInt(tally.exact);
    tally.exact = amountMinor;
  }
}

function increaseBySum(tally: Tally, { lines, amountMinor }: Sum): void {
  tally.lines += lines;
  tally.beyond += amountMinor;
}

const sumOf = ({ lines, exact, beyond }: Tally): Sum => ({ lines, amountMinor: beyond + BigInt(exact) });

/** Adds the sums of documents, as terms. */
export function addDocuments(
  to: Reckoning,
  documents: Iterable<{
    readonly currency: string;
    readonly charges: Sum;
    readonly credits: Sum;
    readonly total?: Sum;
  }>,
): void {
  for (const { currency, charges, credits, total = plus(charges, credits) } of documents) {
    to.addSum('charges', currency, charges);
    to.addSum('credits', currency, credits);
    to.addSum('documents', currency, total);
  }
}
