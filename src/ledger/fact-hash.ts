/**
 * Computes the hash of an import: a SHA-256 over everything that it brought and noted, so that any change shows. Segments and keys are
 * covered by their own hashes. docs/ledger.md section 5 describes the form.
 */
import { createHash } from 'node:crypto';
import type { Connection } from './connect.js';

/** In the order in which they are hashed. Each query takes the `import_id`. */
const COVERED_SINCE_THE_LOG: readonly (readonly [table: string, select: string])[] = [
  [
    'fact_segments',
    `SELECT kind, run, bucket, first_order, last_order, facts, sha256 FROM fact_segments
     WHERE import_id = ? ORDER BY segment_id`,
  ],
  [
    'fact_keys',
    'SELECT kind, run, key_kind, sha256 FROM fact_keys WHERE import_id = ? ORDER BY kind, run, key_kind',
  ],
  ['practices', 'SELECT practice_id, name, time_zone FROM practices WHERE import_id = ? ORDER BY position'],
  ['known_practices', 'SELECT practice_id FROM known_practices WHERE import_id = ? ORDER BY practice_id'],
  ['late_facts', 'SELECT order_id FROM late_facts WHERE import_id = ? ORDER BY order_id'],
  [
    'moved_events',
    'SELECT order_id, event_id FROM moved_events WHERE import_id = ? ORDER BY order_id, event_id',
  ],
  [
    'import_files',
    `SELECT position, name, kind, sha256, read, imported, amended, duplicates, quarantined
     FROM import_files WHERE import_id = ? ORDER BY position`,
  ],
];

const COVERED: typeof COVERED_SINCE_THE_LOG = [
  ...COVERED_SINCE_THE_LOG,
  [
    'practice_details',
    'SELECT practice_id, details FROM practice_details WHERE import_id = ? ORDER BY practice_id',
  ],
  ['set_aside', 'SELECT number, file, kind, order_id FROM set_aside WHERE import_id = ? ORDER BY number'],
];

/** @returns 64 hexadecimal digits */
export function hashOfImport(db: Connection, importId: number): string {
  return hashOver(db, importId, COVERED);
}

/** The same while facts are moved to the log, before the tables of later versions exist. @returns 64 hexadecimal digits */
export function hashOfMovedImport(db: Connection, importId: number): string {
  return hashOver(db, importId, COVERED_SINCE_THE_LOG);
}

function hashOver(db: Connection, importId: number, covered: typeof COVERED): string {
  const hash = createHash('sha256');
  for (const [table, select] of covered) {
    const rows = db.prepare<[number], unknown[]>(select).raw();
    for (const values of rows.iterate(importId)) hash.update(`${table} ${JSON.stringify(values)}\n`);
  }
  return hash.digest('hex');
}
