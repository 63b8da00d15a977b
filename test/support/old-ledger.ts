/** Ledgers as earlier versions of the program left them. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';

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
