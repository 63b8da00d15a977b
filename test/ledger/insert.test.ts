import { describe, expect, it } from 'vitest';
import { connect } from '../../src/ledger/connect.js';
import { BULK_COLUMNS, createBulkInsert, insertRow } from '../../src/ledger/insert.js';
import { ledgerWith } from '../support/facts.js';

describe('rows inserted many at a time', () => {
  it.each([0, 1, 49, 50, 51, 100, 149])('are all there, in order: %i', (count) => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE document_details (document_key INTEGER, details TEXT)');
    const rows = Array.from(
      { length: count },
      (_, number) => [number, number % 2 ? null : `row ${number}`] as const,
    );

    const insert = createBulkInsert(db, 'document_details');
    for (const row of rows) insert.add(...row);
    insert.finish();

    expect(
      db.prepare('SELECT document_key, details FROM document_details ORDER BY rowid').raw().all(),
    ).toEqual(rows);
    db.close();
  });

  it('go by the names of the columns, whatever the order in which the table has them', () => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE document_details (details TEXT, document_key INTEGER)');

    const insert = createBulkInsert(db, 'document_details');
    insert.add(7, 'seven');
    insert.finish();

    expect(db.prepare('SELECT * FROM document_details').all()).toEqual([
      { document_key: 7, details: 'seven' },
    ]);
    db.close();
  });

  it('give every column of their table a value', async () => {
    const { db } = await ledgerWith([]);
    const columnsOf = db
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
      .pluck();
    for (const [table, columns] of Object.entries(BULK_COLUMNS))
      expect([...columns].sort(), table).toEqual(columnsOf.all(table).sort());
  });
});

describe('a row inserted by itself', () => {
  it('goes by the names of its columns', () => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE notes (text TEXT, number INTEGER)');

    insertRow(db, 'notes', { number: 1, text: 'one' });

    expect(db.prepare('SELECT number, text FROM notes').all()).toEqual([{ number: 1, text: 'one' }]);
    db.close();
  });
});
