/**
 * The hash of an import: a SHA-256 over the facts that it brought, in the order in which they came, and over what it noted of
 * them, so that any change can be seen. The form is described in src/README.md.
 */
import { createHash } from 'node:crypto';
import type { Fact, FactKind, HistoryEvent, OrderLine, Practice, Retraction } from '../billing/order.js';
import type { Connection } from './connect.js';

export type HashedTable =
  | 'order_lines'
  | 'events'
  | 'practices'
  | 'import_files'
  | 'known_practices'
  | 'late_facts';

/** A fact's values as the ledger keeps them, in the order in which they are hashed. */
export type FactValues = readonly (string | number)[];

/** What is hashed of a fact. */
export const factValues = {
  order_lines: (line: OrderLine) =>
    [
      line.orderId,
      line.line,
      line.practiceId,
      line.product,
      line.description,
      line.patientRef,
      line.quantity,
      line.unitPrice,
      line.currency,
      line.placedAt,
    ] as const,
  events: (event: HistoryEvent | Retraction) =>
    [event.orderId, event.at, event.sequence, event.event, event.reason, event.eventId] as const,
  practices: ({ practiceId, name, timeZone }: Practice) => [practiceId, name, timeZone] as const,
};

/** Where the facts of a kind are kept. */
export const TABLE_OF = {
  orders: 'order_lines',
  history: 'events',
  practices: 'practices',
} as const satisfies Record<FactKind, HashedTable>;

/** A fact as it is hashed, with the line feed that ends it. */
export function factLine({ kind, fact }: Fact): string {
  switch (kind) {
    case 'orders':
      return hashedLine('order_lines', factValues.order_lines(fact));
    case 'history':
      return hashedLine('events', factValues.events(fact));
    case 'practices':
      return hashedLine('practices', factValues.practices(fact));
  }
}

function hashedLine(table: HashedTable, values: readonly unknown[]): string {
  return `${table} ${JSON.stringify(values)}\n`;
}

/** @param lines `factLine` of facts of one kind, one after the other. @returns their values */
export function valuesOf(kind: FactKind, lines: string): FactValues[] {
  const start = `${TABLE_OF[kind]} `;
  // A line feed in a text is escaped: each of these ends a fact.
  return JSON.parse(`[${lines.slice(start.length, -1).replaceAll(`\n${start}`, ',')}]`);
}

/** The fact that has these values. */
export function factOf(kind: FactKind, values: FactValues): Fact {
  switch (kind) {
    case 'orders':
      return { kind, fact: orderLineOf(values as ReturnType<typeof factValues.order_lines>) };
    case 'history':
      return { kind, fact: eventOf(values as ReturnType<typeof factValues.events>) };
    case 'practices': {
      const [practiceId, name, timeZone] = values as ReturnType<typeof factValues.practices>;
      return { kind, fact: { practiceId, name, timeZone } };
    }
  }
}

function orderLineOf(values: ReturnType<typeof factValues.order_lines>): OrderLine {
  const [
    orderId,
    line,
    practiceId,
    product,
    description,
    patientRef,
    quantity,
    unitPrice,
    currency,
    placedAt,
  ] = values;
  return {
    orderId,
    line,
    practiceId,
    product,
    description,
    patientRef,
    quantity,
    unitPrice,
    currency,
    placedAt,
  };
}

function eventOf(values: ReturnType<typeof factValues.events>): HistoryEvent | Retraction {
  const [orderId, at, sequence, event, reason, eventId] = values;
  return { eventId, orderId, event, at, sequence, reason } as HistoryEvent | Retraction;
}

/** What an import notes beside its facts, in the order in which it is hashed after them; each query takes the `import_id`. */
const IMPORT_NOTES = {
  known_practices: 'SELECT practice_id FROM known_practices WHERE import_id = ? ORDER BY practice_id',
  late_facts: 'SELECT order_id FROM late_facts WHERE import_id = ? ORDER BY order_id',
  import_files: `SELECT position, name, kind, sha256, read, imported, amended, duplicates, quarantined
    FROM import_files WHERE import_id = ? ORDER BY position`,
} as const;

/** Hashes what an import noted: the end of its hash. */
export function addNotes(hash: FactHash, db: Connection, importId: number): void {
  for (const [table, select] of Object.entries(IMPORT_NOTES)) {
    const rows = db.prepare<[number], unknown[]>(select).raw();
    for (const values of rows.iterate(importId)) hash.add(table as HashedTable, values);
  }
}

export interface FactHash {
  /** Takes one row more. @returns its position, from 1 */
  add(table: HashedTable, values: readonly unknown[]): number;
  /** Takes `count` facts, as `factLine` writes them. @returns the position of the last one */
  addLines(lines: string, count: number): number;
  /** @returns 64 hexadecimal digits; nothing can be added after it */
  digest(): string;
}

/** Characters hashed at a time: hashing each fact by itself would cost more than its text. */
const BATCH = 65_536;

export function createFactHash(): FactHash {
  const hash = createHash('sha256');
  let count = 0;
  let text = '';
  function addLines(lines: string, more: number): number {
    text += lines;
    if (text.length > BATCH) {
      hash.update(text);
      text = '';
    }
    count += more;
    return count;
  }
  return {
    add: (table, values) => addLines(hashedLine(table, values), 1),
    addLines,
    digest: () => hash.update(text).digest('hex'),
  };
}
