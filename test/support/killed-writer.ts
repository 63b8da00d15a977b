import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import { REPOSITORY, type Workplace } from './monthend.js';

/** Kills a writer of `monthend.db` in the middle of a transaction that has reached the file already: its journal stays. */
export function killWriter(place: Workplace): void {
  const script = `
    const Database = require(${JSON.stringify(path.join(REPOSITORY, 'node_modules/better-sqlite3'))});
    const db = new Database(${JSON.stringify(place.path('monthend.db'))});
    db.pragma('cache_size = 1');
    db.exec('BEGIN IMMEDIATE');
    const insert = db.prepare('INSERT INTO late_facts VALUES (99, ?)');
    for (let i = 0; i < 5000; i++) insert.run('half an import ' + i);
    process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
}
