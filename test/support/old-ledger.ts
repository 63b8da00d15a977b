/** Ledgers as earlier versions of the program left them. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { referenceSchema } from '../../src/ledger/ledger.js';

/** Two months of fixtures/sample, closed by the program that knew version 3. */
export function makeLedgerOfVersion3(file: string): void {
  unpack('version-3', file);
}

/** The same by the program that knew version 4. */
export function makeLedgerOfVersion4(file: string): void {
  unpack('version-4', file);
}

function unpack(version: string, file: string): void {
  const packed = path.join(import.meta.dirname, '../ledger', version, 'monthend.db.gz');
  writeFileSync(file, gunzipSync(readFileSync(packed)), { mode: 0o600 });
}

/** The same: version 2 had no triggers against REPLACE. */
export function makeLedgerOfVersion2(file: string): void {
  makeLedgerOfVersion3(file);
  const db = new Database(file);
  const triggers = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE name LIKE '%_refuse_replace'")
    .pluck()
    .all();
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.pragma('user_version = 2');
  db.close();
}

/** Puts the zones of practices back into the table of version 6, without months of which they are in force. */
export function backToVersion6(file: string): void {
  const db = new Database(file);
  const rows = db.prepare('SELECT practice_id, time_zone, fixed_by FROM practice_zones').raw().all();
  db.exec('DROP TABLE practice_zones');
  const own = referenceSchema(6).filter(({ name }) => name.startsWith('practice_zones'));
  for (const type of ['table', 'trigger'])
    for (const { sql } of own.filter((each) => each.type === type)) db.exec(sql ?? '');
  const insert = db.prepare('INSERT INTO practice_zones VALUES (?, ?, ?)');
  for (const row of rows) insert.run(...(row as string[]));
  db.pragma('user_version = 6');
  db.close();
}
