/** The three kinds of facts and their columns, and how the column names of a file tell its kind. */
import { FACT_KINDS, type FactKind } from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import { nearMiss } from '../words/near-miss.js';

export interface InputColumn {
  readonly name: string;
  /** True if the column must be there and have a value in every record. */
  readonly required: boolean;
  /** True if NDJSON may have a number as the value. */
  readonly takesNumber: boolean;
}

export const COLUMNS: Readonly<Record<FactKind, readonly InputColumn[]>> = {
  orders: [
    required('order_id'),
    optional('line', { takesNumber: true }),
    required('practice_id'),
    required('product'),
    optional('description'),
    optional('patient_ref'),
    optional('quantity', { takesNumber: true }),
    required('unit_price', { takesNumber: true }),
    optional('currency'),
    required('placed_at'),
  ],
  history: [
    optional('event_id'),
    required('order_id'),
    required('event'),
    required('at'),
    optional('sequence', { takesNumber: true }),
    optional('reason'),
    optional('line', { takesNumber: true }),
  ],
  practices: [
    required('practice_id'),
    required('name'),
    optional('time_zone'),
    ...PRACTICE_DETAILS.map((name) => optional(name, { takesNumber: name === 'terms_days' })),
  ],
};

/**
 * Returns the kind to which column names belong. If they fit none exactly, it is the nearest kind, so that messages can use its terms.
 * Undefined if none is near.
 */
export function kindOf(names: readonly string[]): FactKind | undefined {
  let best: FactKind | undefined;
  let bestScore = 0;
  for (const kind of FACT_KINDS) {
    const score = likeness(names, kind);
    if (score > bestScore) {
      best = kind;
      bestScore = score;
    }
  }
  return best;
}

/** Required columns count double, since they distinguish the kinds: a file with all of one kind's and none of another's is of that kind. */
function likeness(names: readonly string[], kind: FactKind): number {
  const columns = COLUMNS[kind];
  const known = columnNames(kind);
  let score = 0;
  const given = new Set(names.map((name) => (known.includes(name) ? name : nearMiss(name, known))));
  for (const column of columns) {
    if (given.has(column.name)) score += column.required ? 4 : 2;
    else if (column.required) score -= 1;
  }
  return score;
}

export function columnNames(kind: FactKind): readonly string[] {
  return COLUMNS[kind].map((column) => column.name);
}

function required(name: string, { takesNumber = false } = {}): InputColumn {
  return { name, required: true, takesNumber };
}

function optional(name: string, { takesNumber = false } = {}): InputColumn {
  return { name, required: false, takesNumber };
}
