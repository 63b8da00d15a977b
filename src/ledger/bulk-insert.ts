/**
 * Inserts rows many at a time. A statement for fifty rows costs little more than half of fifty statements, and less than that
 * where a trigger may refuse a row: before such a statement changes a page, SQLite copies it, to take the statement back.
 */
import type { Connection } from './connect.js';

/** SQLite takes 32,766 parameters; beyond some dozens of rows nothing more is gained. */
const ROWS_AT_ONCE = 50;

export interface BulkInsert {
  /** Takes the values of one row. It is in the table only after `finish`. */
  add(...values: readonly (string | number | null)[]): void;
  finish(): void;
}

export function createBulkInsert(db: Connection, table: string, columns: number): BulkInsert {
  const row = `(${new Array(columns).fill('?').join(', ')})`;
  const insert = (count: number) =>
    db.prepare(`INSERT INTO ${table} VALUES ${new Array(count).fill(row).join(', ')}`);
  // Small months need no such statement, and pay for none.
  let many: ReturnType<typeof insert> | undefined;
  let values: (string | number | null)[] = [];
  return {
    add(...row) {
      values.push(...row);
      if (values.length < ROWS_AT_ONCE * columns) return;
      many ??= insert(ROWS_AT_ONCE);
      many.run(values);
      values = [];
    },
    finish() {
      if (values.length > 0) insert(values.length / columns).run(values);
      values = [];
    },
  };
}
