/**
 * The hash of an import: a SHA-256 over the facts that it brought, in the order in which they came, and over what it noted of
 * them, so that any change can be seen. The form is that of docs/ledger.md section 5.
 */
import { createHash } from 'node:crypto';
import type { HistoryEvent, OrderLine, Practice, Retraction } from '../billing/order.js';
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
  order_lines: (line: OrderLine) => [
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
  ],
  events: (event: HistoryEvent | Retraction) => [
    event.orderId,
    event.at,
    event.sequence,
    event.event,
    event.reason,
    event.eventId,
  ],
  practices: ({ practiceId, name, timeZone }: Practice) => [practiceId, name, timeZone],
};

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
  /** @returns 64 hexadecimal digits; nothing can be added after it */
  digest(): string;
}

/** Rows hashed at a time: hashing each by itself would cost more than its text. */
const BATCH = 500;

export function createFactHash(): FactHash {
  const hash = createHash('sha256');
  let count = 0;
  // Joined, not added up: a long sum of texts is slow to read if one of them has letters beyond Latin-1.
  let rows: string[] = [];
  return {
    add(table, values) {
      rows.push(`${table} ${JSON.stringify(values)}\n`);
      if (rows.length === BATCH) {
        hash.update(rows.join(''));
        rows = [];
      }
      count++;
      return count;
    },
    digest: () => hash.update(rows.join('')).digest('hex'),
  };
}
