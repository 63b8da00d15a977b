/** Inserts rows many at a time: a statement for fifty rows costs little more than half of fifty statements. */
import type { Connection } from './connect.js';

/** SQLite takes 32,766 parameters; beyond some dozens of rows nothing more is gained. */
const ROWS_AT_ONCE = 50;

/** @returns what inserts rows of so many columns into a table */
export function createBulkInsert(
  db: Connection,
  table: string,
  columns: number,
): (rows: readonly (readonly unknown[])[]) => void {
  const row = `(${new Array(columns).fill('?').join(', ')})`;
  const insert = (count: number) =>
    db.prepare(`INSERT INTO ${table} VALUES ${new Array(count).fill(row).join(', ')}`);
  const one = insert(1);
  // Small months need no such statement, and pay for none.
  let many: ReturnType<typeof insert> | undefined;
  return (rows) => {
    let next = 0;
    for (; next + ROWS_AT_ONCE <= rows.length; next += ROWS_AT_ONCE) {
      many ??= insert(ROWS_AT_ONCE);
      many.run(rows.slice(next, next + ROWS_AT_ONCE).flat());
    }
    for (; next < rows.length; next++) one.run(rows[next]);
  };
}
