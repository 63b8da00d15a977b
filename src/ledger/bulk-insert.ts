/** Inserts rows many at a time: a statement for fifty rows costs little more than half of fifty statements. */
import type { Connection } from './ledger.js';

/** SQLite takes 32,766 parameters; beyond some dozens of rows nothing more is gained. */
const ROWS_AT_ONCE = 50;

/**
 * @param row the values of a row, `(?, ?, NULL, 1)`, with a `?` for each that differs from row to row
 * @returns what inserts rows but for those whose key is taken, and says how many it inserted
 */
export function createBulkInsert(
  db: Connection,
  table: string,
  row: string,
): (rows: readonly (readonly unknown[])[]) => number {
  const insert = (count: number) =>
    db.prepare(`INSERT OR IGNORE INTO ${table} VALUES ${new Array(count).fill(row).join(', ')}`);
  const many = insert(ROWS_AT_ONCE);
  const one = insert(1);
  return (rows) => {
    let inserted = 0;
    let next = 0;
    for (; next + ROWS_AT_ONCE <= rows.length; next += ROWS_AT_ONCE)
      inserted += many.run(rows.slice(next, next + ROWS_AT_ONCE).flat()).changes;
    for (; next < rows.length; next++) inserted += one.run(rows[next]).changes;
    return inserted;
  };
}
