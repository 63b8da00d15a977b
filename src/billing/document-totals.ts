/** Adds up the lines of documents (docs/rules.md section 7). */
import type { DocumentLine } from './document.js';
import { grown } from './grown.js';
import { add } from './money.js';

export interface DocumentTotals {
  readonly lineCount: number;
  readonly chargeCount: number;
  readonly creditCount: number;
  /** In minor units. Negative only if order lines have negative amounts. */
  readonly chargesMinor: number;
  /** In minor units. Positive only if lines with negative amounts are credited. */
  readonly creditsMinor: number;
  readonly totalMinor: number;
}

type LineMoney = Pick<DocumentLine, 'lineType' | 'amountMinor'>;

/** The totals of many documents. Their memory is compact, since a month adds its lines to one document after another at random. */
export interface TotalsTable {
  /**
   * Adds a line to a document.
   * @param document its place, from 0
   * @throws AmountTooLarge
   */
  add(document: number, line: LineMoney): void;
  lineCountOf(document: number): number;
  of(document: number): DocumentTotals;
}

/** The numbers of each document, in this order. */
const PLACE = { lines: 0, charges: 1, credits: 2, chargesMinor: 3, creditsMinor: 4, totalMinor: 5 } as const;
const PLACES = 6;

export function createTotals(): TotalsTable {
  let numbers = new Float64Array(16 * PLACES);
  const at = (document: number, place: number): number => numbers[document * PLACES + place] ?? 0;
  function increase(document: number, place: number, by: number): void {
    numbers[document * PLACES + place] = add(at(document, place), by);
  }
  return {
    add(document, { lineType, amountMinor }) {
      const length = (document + 1) * PLACES;
      if (length > numbers.length) numbers = grown(numbers, new Float64Array(2 * length));
      const isCharge = lineType === 'charge';
      increase(document, PLACE.lines, 1);
      increase(document, isCharge ? PLACE.charges : PLACE.credits, 1);
      increase(document, isCharge ? PLACE.chargesMinor : PLACE.creditsMinor, amountMinor);
      increase(document, PLACE.totalMinor, amountMinor);
    },
    lineCountOf: (document) => at(document, PLACE.lines),
    of: (document) => ({
      lineCount: at(document, PLACE.lines),
      chargeCount: at(document, PLACE.charges),
      creditCount: at(document, PLACE.credits),
      chargesMinor: at(document, PLACE.chargesMinor),
      creditsMinor: at(document, PLACE.creditsMinor),
      totalMinor: at(document, PLACE.totalMinor),
    }),
  };
}

/** Returns the totals of one document. @throws AmountTooLarge */
export function totalsOf(lines: Iterable<LineMoney>): DocumentTotals {
  const totals = createTotals();
  for (const line of lines) totals.add(0, line);
  return totals.of(0);
}
