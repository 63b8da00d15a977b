/**
 * Makes a draft of closings: the closing tables again, in SQLite's temporary space, with what the month before left. SQLite looks up
 * unqualified names there first, so a preview runs the code of a close and the ledger does not change.
 */
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { Basis } from './accounts.js';
import { closingTables } from './closing-tables.js';
import type { Connection } from './connect.js';

/** Starts a draft on the months closed up to the basis. It ends with the surrounding transaction. */
export function createDraft(db: Connection, { month, zonesOf }: Basis): void {
  db.exec(closingTables('temp'));
  db.prepare('INSERT INTO closed_months SELECT * FROM main.closed_months WHERE month <= ?').run(
    month ?? null,
  );
  db.exec('INSERT INTO cut_offs SELECT * FROM main.cut_offs');
  db.prepare('INSERT INTO practice_zones SELECT * FROM main.practice_zones WHERE fixed_by <= ?').run(
    zonesOf ?? null,
  );
}

/**
 * Copies what the last closed month held and left open into the month before `first`, the first one drafted. A closed month that is
 * drafted again starts from what it held itself.
 */
export function copyOpen(db: Connection, first: BillingMonth): void {
  const last = db.prepare<[object], string | null>('SELECT max(month) FROM closed_months').pluck().get({});
  if (last == null) return;
  for (const table of ['held_lines', 'open_orders'])
    db.prepare(
      `INSERT INTO ${table} SELECT :as, ${columnsAfter(db, table, 'month')} FROM main.${table} WHERE month = :last`,
    ).run({ last, as: previousMonth(first) });
}

function columnsAfter(db: Connection, table: string, column: string): string {
  const names = db
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?, 'main') ORDER BY cid")
    .pluck()
    .all(table);
  return names.slice(names.indexOf(column) + 1).join(', ');
}
