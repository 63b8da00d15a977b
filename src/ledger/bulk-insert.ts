/** Inserts rows many at a time: a statement for fifty rows costs little more than half of fifty statements. */
import type { Connection } from './connect.js';

/** SQLite takes 32,766 parameters; beyond some dozens of rows nothing more is gained. */
const ROWS_AT_ONCE = 50;

/**
 * @param into `INSERT INTO documents`, or `INSERT OR IGNORE INTO …`
 * @param row the values of a row, `(?, ?, NULL, 1)`, with a `?` for each that differs from row to row
 * @returns what inserts rows, and says how many it inserted
 */
export function createBulkInsert(
  db: Connection,
  into: string,
  row: string,
): (rows: readonly (readonly unknown[])[]) => number {
  const insert = (count: number) => db.prepare(`${into} VALUES ${new Array(count).fill(row).join(', ')}`);
  const one = insert(1);
  // Small imports and months need no such statement, and pay for none.
  let many: ReturnType<typeof insert> | undefined;
  return (rows) => {
    let inserted = 0;
    let next = 0;
    for (; next + ROWS_AT_ONCE <= rows.length; next += ROWS_AT_ONCE) {
      many ??= insert(ROWS_AT_ONCE);
      inserted += many.run(rows.slice(next, next + ROWS_AT_ONCE).flat()).changes;
    }
    for (; next < rows.length; next++) inserted += one.run(rows[next]).changes;
    return inserted;
  };
}
