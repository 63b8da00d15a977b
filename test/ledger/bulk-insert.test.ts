import { describe, expect, it } from 'vitest';
import { createBulkInsert } from '../../src/ledger/bulk-insert.js';
import { connect } from '../../src/ledger/connect.js';

describe('rows inserted many at a time', () => {
  it.each([0, 1, 49, 50, 51, 100, 149])('are all there, in order: %i', (count) => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE rows (number INTEGER, text TEXT)');
    const rows = Array.from(
      { length: count },
      (_, number) => [number, number % 2 ? null : `row ${number}`] as const,
    );

    const insert = createBulkInsert(db, 'rows', 2);
    for (const row of rows) insert.add(...row);
    insert.finish();

    expect(db.prepare('SELECT number, text FROM rows ORDER BY rowid').raw().all()).toEqual(rows);
    db.close();
  });
});
