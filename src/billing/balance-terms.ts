/** The terms of a month's balance and their equations (docs/rules.md section 8). */
import type { DocumentLine } from './document.js';

/** The left side: what had to be accounted for. */
export const LEFT = [
  'opening_held',
  'placed_this_month',
  'known_late',
  'returned_to_held',
  'revived',
  'placed_again',
  'amended',
] as const;

/** The right side: what became of it. */
const RIGHT = ['charged', 'ended_uncharged', 'closing_deferred', 'closing_slated'] as const;

/** The terms of what had to be accounted for, and of what became of it. */
export const BALANCE_TERMS = [...LEFT, ...RIGHT] as const;

/** The reasons for crediting charges of earlier documents. */
const CREDITED = ['credited_amended', 'credited_cancelled', 'credited_deleted', 'credited_paused'] as const;

/** The terms from `charged` to the documents: the other lines on documents, and the documents' sums. */
export const DOCUMENT_TERMS = ['recharged', 'charges', ...CREDITED, 'credits', 'documents'] as const;

/** The sums that documents state themselves. */
export const DOCUMENT_SUMS: readonly Term[] = ['charges', 'credits', 'documents'];

/** In the order of docs/rules.md section 8. */
export const TERMS = [...BALANCE_TERMS, ...DOCUMENT_TERMS] as const;

export type Term = (typeof TERMS)[number];

export type DocumentTerm = (typeof DOCUMENT_TERMS)[number];

/** The terms that a close writes down: lines on documents and on the held list, and the sums that documents state. */
export const WRITTEN_TERMS: readonly Term[] = [
  'charged',
  'closing_deferred',
  'closing_slated',
  ...DOCUMENT_TERMS,
];

/** The equations of docs/rules.md section 8. Their sides are equal, in order lines and in money. */
export const EQUATIONS: readonly { readonly left: readonly Term[]; readonly right: readonly Term[] }[] = [
  { left: LEFT, right: RIGHT },
  { left: ['charged', 'recharged'], right: ['charges'] },
  { left: CREDITED, right: ['credits'] },
  { left: ['charges', 'credits'], right: ['documents'] },
];

/** Returns the term of a line on a document that is more than `charged`: a charge next to a credit of the same line, or a credit. */
export function documentTerm({ lineType, reason }: Pick<DocumentLine, 'lineType' | 'reason'>): DocumentTerm {
  if (lineType === 'charge') return 'recharged';
  switch (reason) {
    case 'cancelled':
    case 'deleted':
    case 'paused':
    case 'amended':
      return `credited_${reason}`;
    default:
      throw new Error(`a credit is given for no reason such as ${reason}`);
  }
}

/** A number of order lines and their money. A bigint, because sums over all practices may exceed 2^53. */
export interface Sum {
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface TermSum extends Sum {
  readonly currency: string;
  readonly term: Term;
}

/** The sum of nothing. */
export const NO_SUM: Sum = { lines: 0, amountMinor: 0n };

export const plus = (a: Sum, b: Sum): Sum => ({
  lines: a.lines + b.lines,
  amountMinor: a.amountMinor + b.amountMinor,
});
