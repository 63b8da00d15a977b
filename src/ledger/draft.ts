/**
 * A draft of closings: the closing tables once more, in SQLite's temporary space, with the rows that billing a month reads.
 * Unqualified names find them first, so a preview runs the very code of a close, and the ledger stays as it is.
 */
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { Connection } from './connect.js';
import { closingTables } from './schema.js';

/** What a draft builds on: the months closed up to `month`, and the zones that months up to `zonesOf` have fixed. */
export interface Basis {
  /** Empty for none. */
  readonly month: BillingMonth | '';
  readonly zonesOf: BillingMonth;
}

/** Starts a draft on what was closed up to the basis; ends with the transaction around it. */
export function createDraft(db: Connection, { month, zonesOf }: Basis): void {
  db.exec(closingTables('temp'));
  db.exec('CREATE TABLE temp.drafted (order_id TEXT PRIMARY KEY) WITHOUT ROWID');
  db.prepare('INSERT INTO closed_months SELECT * FROM main.closed_months WHERE month <= ?').run(month);
  db.exec('INSERT INTO cut_offs SELECT * FROM main.cut_offs');
  db.prepare('INSERT INTO practice_zones SELECT * FROM main.practice_zones WHERE fixed_by <= ?').run(zonesOf);
}

/**
 * Takes over what the last closed month held, as the month before the `first` one that is drafted: the orders that it must look
 * at. A closed month that is drafted again starts from what it held itself.
 */
export function copyHeld(db: Connection, first: BillingMonth): void {
  const last = db.prepare<[object], string | null>('SELECT max(month) FROM closed_months').pluck().get({});
  if (last == null) return;
  db.prepare(
    `INSERT INTO held_lines SELECT :heldIn, ${columnsAfter(db, 'held_lines', 'month')} FROM main.held_lines WHERE month = :last`,
  ).run({ last, heldIn: previousMonth(first) });
}

/**
 * Takes over what months closed up to `month` recorded of the touched orders. It is what the draft's months build on, so it
 * belongs to none of them: its month is empty.
 */
export function copyTouched(db: Connection, month: BillingMonth | ''): void {
  const upTo = { month };
  const NEW = 'order_id IN (SELECT order_id FROM temp.touched EXCEPT SELECT order_id FROM temp.drafted)';
  const ISSUED = `document_key IN (SELECT document_key FROM main.documents WHERE month <= :month)`;
  db.prepare(
    `INSERT OR IGNORE INTO documents
     SELECT document_key, '', ${columnsAfter(db, 'documents', 'month')} FROM main.documents WHERE month <= :month
       AND document_key IN (SELECT document_key FROM main.document_lines WHERE ${NEW})`,
  ).run(upTo);
  db.prepare(`INSERT INTO document_lines SELECT * FROM main.document_lines WHERE ${NEW} AND ${ISSUED}`).run(
    upTo,
  );
  db.prepare(
    `INSERT INTO listed_exceptions
     SELECT '', (SELECT count(*) FROM listed_exceptions) + row_number() OVER (),
       ${columnsAfter(db, 'listed_exceptions', 'exception_number')}
     FROM main.listed_exceptions WHERE ${NEW} AND month <= :month`,
  ).run(upTo);
  db.prepare(
    `INSERT INTO before_ledger_lines SELECT * FROM main.before_ledger_lines WHERE ${NEW} AND decided_by <= :month`,
  ).run(upTo);
  db.exec('INSERT OR IGNORE INTO temp.drafted SELECT order_id FROM temp.touched');
}

function columnsAfter(db: Connection, table: string, column: string): string {
  const names = db
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?, 'main') ORDER BY cid")
    .pluck()
    .all(table);
  return names.slice(names.indexOf(column) + 1).join(', ');
}
