/**
 * Compares two states of one month row by row: an earlier preview or closed month with the current preview. Numbers of documents and
 * lines are not compared, since a preview has none.
 */
import { compareCodePoints } from '../billing/order.js';

/** A row of a month's CSV: its values by column. */
export type MonthRow = Readonly<Record<string, string>>;

/** `documents` are the rows of the summary; `lines` are those of all invoices. */
export const LISTS = ['documents', 'lines', 'held', 'exceptions'] as const;

export type ListName = (typeof LISTS)[number];

export type MonthRows = Readonly<Record<ListName, readonly MonthRow[]>>;

export const NO_ROWS: MonthRows = { documents: [], lines: [], held: [], exceptions: [] };

export interface RowChange {
  readonly list: ListName;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Undefined if the row was added. */
  readonly before: MonthRow | undefined;
  /** Undefined if the row was removed. */
  readonly after: MonthRow | undefined;
  /** The columns that differ, if the row changed. */
  readonly columns: readonly string[];
}

/** For each list, the columns that identify a row and the columns that are compared. */
const COLUMNS: Readonly<
  Record<ListName, { readonly key: readonly string[]; readonly compared: readonly string[] }>
> = {
  documents: {
    key: ['practice_id', 'currency'],
    compared: ['document_type', 'practice_name', 'issue_date', 'due_date', 'charges', 'credits', 'total'],
  },
  lines: {
    key: ['practice_id', 'order_id', 'order_line', 'currency', 'line_type'],
    compared: [
      'amount',
      'reason',
      'product',
      'description',
      'quantity',
      'unit_price',
      'placed_on',
      'deferred_from',
      'resumed_on',
      'service_month',
      'corrects',
    ],
  },
  held: {
    key: ['order_id', 'order_line'],
    compared: [
      'practice_id',
      'practice_name',
      'status',
      'amount',
      'currency',
      'product',
      'placed_on',
      'paused_on',
      'pause_reason',
      'days_paused',
      'limit_on',
      'limit_at',
    ],
  },
  exceptions: { key: ['order_id', 'at', 'event', 'event_id', 'code'], compared: [] },
};

/** Returns the columns that a comparison reads: first those that identify a row, then those that may differ. */
export function comparedColumns(list: ListName): string[] {
  return [...COLUMNS[list].key, ...COLUMNS[list].compared];
}

/** Returns every difference, by list, then in order of the rows' keys. */
export function differencesOf(before: MonthRows, after: MonthRows): RowChange[] {
  return LISTS.flatMap((list) => compareLists(list, before[list], after[list]));
}

function compareLists(list: ListName, before: readonly MonthRow[], after: readonly MonthRow[]): RowChange[] {
  const { compared } = COLUMNS[list];
  const [old, now] = [byKey(list, before), byKey(list, after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(compareCodePoints);
  const changes: RowChange[] = [];
  for (const key of keys) {
    const [olds, nows] = [old.get(key) ?? [], now.get(key) ?? []];
    // Two rows share a key only if they are exceptions of two events that are listed alike.
    for (let index = 0; index < Math.max(olds.length, nows.length); index++) {
      const [was, is] = [olds[index], nows[index]];
      const columns = was && is ? compared.filter((column) => differs(was[column], is[column])) : [];
      const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
      if (kind !== 'changed' || columns.length > 0)
        changes.push({ list, kind, before: was, after: is, columns });
    }
  }
  return changes;
}

/** A preview of an earlier version may lack the column. That is not a change. */
const differs = (was: string | undefined, is = ''): boolean => was !== undefined && was !== is;

function byKey(list: ListName, rows: readonly MonthRow[]): Map<string, MonthRow[]> {
  const found = new Map<string, MonthRow[]>();
  for (const row of rows) {
    const key = COLUMNS[list].key.map((column) => row[column] ?? '').join('\n');
    const same = found.get(key);
    if (same === undefined) found.set(key, [row]);
    else same.push(row);
  }
  return found;
}
