/** What someone can do to a ledger who knows how it is made: rows deleted, and every hash and seal computed anew. */
import Database from 'better-sqlite3';
import { hashOfImport } from '../../src/ledger/fact-hash.js';
import { sealBeforeMonth, sealOf } from '../../src/ledger/seal.js';

type Db = Database.Database;

/** Opens the ledger without its triggers, and puts them back. */
function forge(file: string, work: (db: Db) => void): void {
  const db = new Database(file);
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    work(db);
    for (const { sql } of triggers) db.exec(sql);
  })();
  db.close();
}

/** By which column the rows of a closing belong to their month; those of documents by their document. */
const MONTH_OF: Readonly<Record<string, string>> = {
  cut_offs: 'stored_by',
  practice_zones: 'fixed_by',
  before_ledger_lines: 'decided_by',
};
const OF_DOCUMENTS = ['document_blocks', 'document_details'];
const OF_MONTH = [
  ...['documents', 'document_index', 'held_lines', 'listed_exceptions', 'reconciliations', 'open_orders'],
  ...['accepted_findings', 'cut_offs', 'practice_zones', 'before_ledger_lines', 'closed_months'],
];

/** Deletes the last closed month: it is the end of the chain of seals, so nothing is left to be computed anew. */
export function deleteLastMonth(file: string): void {
  forge(file, (db) => {
    const month = db.prepare<[], string>('SELECT max(month) FROM closed_months').pluck().get();
    for (const table of OF_DOCUMENTS)
      db.prepare(
        `DELETE FROM ${table} WHERE document_key IN (SELECT document_key FROM documents WHERE month = ?)`,
      ).run(month);
    for (const table of OF_MONTH)
      db.prepare(`DELETE FROM ${table} WHERE ${MONTH_OF[table] ?? 'month'} = ?`).run(month);
  });
}

/** Deletes the last import. A month that knew it is sealed anew, as if the import before had been its last. */
export function deleteLastImport(file: string): void {
  forge(file, (db) => {
    const last = db.prepare<[], number>('SELECT max(import_id) FROM imports').pluck().get() ?? 0;
    for (const table of [
      ...['fact_segments', 'fact_keys', 'moved_events', 'practices', 'practice_details', 'known_practices'],
      ...['late_facts', 'set_aside', 'import_files', 'imports'],
    ])
      db.prepare(`DELETE FROM ${table} WHERE import_id = ?`).run(last);
    db.prepare('UPDATE practices SET superseded_by = NULL WHERE superseded_by = ?').run(last);
    db.prepare('UPDATE closed_months SET last_import = last_import - 1 WHERE last_import = ?').run(last);
    sealAnew(db);
  });
}

/** Deletes the last void. The month that it took back stays open, or closed by its next close, which is sealed anew. */
export function deleteLastVoid(file: string): void {
  forge(file, (db) => {
    const last = db.prepare<[], number>('SELECT max(void_number) FROM voids').pluck().get();
    for (const table of ['voids', 'voided_rows'])
      db.prepare(`DELETE FROM ${table} WHERE void_number = ?`).run(last);
    sealAnew(db);
  });
}

/** Computes the hash of every import, and the seal of every closed month in turn. */
function sealAnew(db: Db): void {
  for (const id of db.prepare<[], number>('SELECT import_id FROM imports').pluck().all())
    db.prepare('UPDATE imports SET sha256 = ? WHERE import_id = ?').run(hashOfImport(db, id), id);
  const months = db
    .prepare<[], { month: string; cutOffRule: string; config: string; lastImport: number }>(
      'SELECT month, cut_off_rule AS cutOffRule, config, last_import AS lastImport FROM closed_months ORDER BY month',
    )
    .all();
  for (const row of months) {
    const seal = sealOf(db, { ...row, sealBefore: sealBeforeMonth(db, row.month) });
    db.prepare('UPDATE closed_months SET seal = ? WHERE month = ?').run(seal, row.month);
  }
}
