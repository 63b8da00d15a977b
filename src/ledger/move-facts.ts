/** Moves the facts of a ledger of version 3 or older, which were rows, into the log. */
import { createHash } from 'node:crypto';
import { Failure } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { hashOfMovedImport } from './fact-hash.js';
import { type EventRow, keyOf, type LineRow } from './fact-log.js';
import { createRunWriter } from './fact-writer.js';
import { createRunQueue } from './run-queue.js';

/**
 * Called after the tables of the log are made and before the rows are dropped.
 * @throws Failure damaged if the hash of an import does not match: a hash over the log would hide the damage
 */
export function moveFacts(db: Connection): void {
  const imports = db
    .prepare<[], [importId: number, sha256: string]>(
      'SELECT import_id, sha256 FROM imports ORDER BY import_id',
    )
    .raw()
    .all();
  for (const [table] of FACTS) db.exec(`CREATE INDEX moving_${table} ON ${table} (import_id, position)`);
  for (const [importId, sha256] of imports) {
    if (moveImport(db, importId) === sha256) continue;
    const text = `the facts of import ${importId} do not match their hash, so the ledger is damaged; nothing was changed; restore a backup`;
    throw new Failure('damaged', text);
  }
  db.exec('DROP INDEX moving_practices');
  db.exec(MOVED_EVENTS);
  db.exec(LATE_FACTS);
  const insert = db.prepare('INSERT INTO moved_imports (import_id, sha256) VALUES (?, ?)');
  for (const [importId] of imports) insert.run(importId, hashOfMovedImport(db, importId));
}

/** Moves one import. @returns its hash as version 3 computed it, over its facts in the order in which they came, then over its notes */
function moveImport(db: Connection, importId: number): string {
  const queue = createRunQueue();
  const lines = createRunWriter<LineRow>(db, queue, { importId, kind: 'orders', atOf: (row) => row[9] });
  const events = createRunWriter<EventRow>(db, queue, { importId, kind: 'history', atOf: (row) => row[1] });
  const hash = createHash('sha256');
  const cursors = FACTS.map(([table, columns]) => createCursor(db, importId, table, columns));
  for (;;) {
    const next = cursors.reduce((a, b) => (b.position() < a.position() ? b : a));
    if (next.position() === Number.POSITIVE_INFINITY) break;
    const { table } = next;
    const row = next.take();
    hash.update(`${table} ${JSON.stringify(row)}\n`);
    const key = keyOf(String(row[0]));
    if (table === 'order_lines') lines.add(row as unknown as LineRow, key);
    if (table !== 'events') continue;
    const eventId = String(row[5]);
    events.add(row as unknown as EventRow, key, { otherKey: eventId === '' ? 0 : keyOf(eventId) });
  }
  for (const [table, select] of NOTES)
    for (const row of db.prepare<[number], unknown[]>(select).raw().all(importId))
      hash.update(`${table} ${JSON.stringify(row)}\n`);
  lines.end();
  events.end();
  queue.finish();
  return hash.digest('hex');
}

const FACTS = [
  [
    'order_lines',
    'order_id, order_line, practice_id, product, description, patient_ref, quantity, unit_price, currency, placed_at',
  ],
  ['events', 'order_id, at, sequence, event, reason, event_id'],
  ['practices', 'practice_id, name, time_zone'],
] as const;

const NOTES = [
  ['known_practices', 'SELECT practice_id FROM known_practices WHERE import_id = ? ORDER BY practice_id'],
  ['late_facts', 'SELECT order_id FROM late_facts WHERE import_id = ? ORDER BY order_id'],
  [
    'import_files',
    `SELECT position, name, kind, sha256, read, imported, amended, duplicates, quarantined
     FROM import_files WHERE import_id = ? ORDER BY position`,
  ],
] as const;

const PAGE = 5000;

/** Reads an import's rows of a table in the order in which they came, in pages: an open statement would block writers. */
function createCursor(db: Connection, importId: number, table: string, columns: string) {
  const select = db
    .prepare<[number, number], [position: number, ...row: unknown[]]>(
      `SELECT position, ${columns} FROM ${table} WHERE import_id = ? AND position > ? ORDER BY position LIMIT ${PAGE}`,
    )
    .raw();
  let page = select.all(importId, 0);
  let at = 0;
  return {
    table,
    position: () => page[at]?.[0] ?? Number.POSITIVE_INFINITY,
    take(): unknown[] {
      const [position, ...row] = page[at] ?? [0];
      at++;
      if (at === PAGE) {
        page = select.all(importId, position);
        at = 0;
      }
      return row;
    },
  };
}

const MOVED_EVENTS = `
INSERT INTO moved_events
SELECT old.order_id, old.event_id, old.superseded_by FROM events AS old
JOIN events AS new ON new.event_id = old.event_id AND new.import_id = old.superseded_by
WHERE old.event_id <> '' AND old.superseded_by IS NOT NULL AND new.order_id <> old.order_id;`;

const bucket = (at: string) => `strftime('%Y%m', (${at} - 43200000) / 1000.0, 'unixepoch')`;

/** Notes what imports note since facts are a log: orders that the facts of one month do not describe completely (facts.ts). */
const LATE_FACTS = `
INSERT OR IGNORE INTO late_facts
SELECT max(import_id), order_id FROM order_lines GROUP BY order_id
HAVING count(DISTINCT ${bucket('placed_at')}) > 1 OR max(version) > 1;
INSERT OR IGNORE INTO late_facts
SELECT max(import_id), order_id FROM events GROUP BY order_id HAVING max(version) > 1 OR max(superseded_by) IS NOT NULL;
INSERT OR IGNORE INTO late_facts
SELECT event.import_id, event.order_id FROM events AS event JOIN order_lines AS line USING (order_id)
WHERE ${bucket('line.placed_at')} > ${bucket('event.at')};`;
