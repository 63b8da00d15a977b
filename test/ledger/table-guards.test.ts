import { describe, expect, it } from 'vitest';
import { CLOSING_TABLES } from '../../src/ledger/closing-tables.js';
import {
  allRows,
  close,
  event,
  importFacts,
  ledgerWith,
  ONE_OF_EACH,
  order,
  practice,
} from '../support/facts.js';

describe('what a close wrote', () => {
  const attempts = CLOSING_TABLES.flatMap(({ name }) => [
    [name, 'UPDATE', `UPDATE ${name} SET ${firstColumn(name)} = ${firstColumn(name)}`],
    [name, 'DELETE', `DELETE FROM ${name}`],
  ]);
  it.each(attempts)('%s: SQLite refuses %s', async (name, _, statement) => {
    const ledger = await ledgerWith(ONE_OF_EACH);
    await close(ledger, '2026-10');
    const before = allRows(ledger);
    expect(before[name], 'the table holds a row').not.toEqual([]);
    expect(() => ledger.db.exec(statement)).toThrow('closed months are never changed');
    expect(allRows(ledger)).toEqual(before);
  });
});

function firstColumn(table: string): string {
  const columns = CLOSING_TABLES.find(({ name }) => name === table)?.columns ?? '';
  return /\w+/.exec(columns)?.[0] ?? '';
}

describe('a fact', () => {
  const first = [
    practice('P1'),
    order('A1', '2026-10-05'),
    event('A1', 'paused', '2026-10-10', { eventId: 'E1' }),
  ];
  const amended = [
    practice('P1', { name: 'Ash & Oak' }),
    order('A1', '2026-10-06'),
    event('A1', 'paused', '2026-10-11', { eventId: 'E1' }),
  ];
  const ledgerWithVersions = async () => {
    const ledger = await ledgerWith(first);
    await importFacts(ledger, amended, { amend: true });
    return ledger;
  };

  const tables = ['practices', 'order_lines', 'events'];
  it.each(tables)('%s: stays in both versions, the old one superseded', async (table) => {
    const { db } = await ledgerWithVersions();
    const versions = db
      .prepare(`SELECT import_id, superseded_by FROM ${table} ORDER BY import_id`)
      .raw()
      .all();
    expect(versions).toEqual([
      [1, 2],
      [2, null],
    ]);
  });

  it.each(['practices', 'fact_segments', 'fact_keys'])('%s: SQLite refuses DELETE', async (table) => {
    const { db } = await ledgerWithVersions();
    for (const version of [1, 2])
      expect(() => db.exec(`DELETE FROM ${table} WHERE import_id = ${version}`)).toThrow('facts are kept');
  });

  it('practices: SQLite refuses UPDATE once it is superseded', async () => {
    const { db } = await ledgerWithVersions();
    for (const value of ['NULL', '3'])
      expect(() => db.exec(`UPDATE practices SET superseded_by = ${value} WHERE import_id = 1`)).toThrow(
        'facts are kept',
      );
  });

  it.each(['fact_segments', 'fact_keys', 'moved_events'])('%s: SQLite refuses UPDATE', async (table) => {
    const ledger = await ledgerWithVersions();
    await importFacts(ledger, [event('A2', 'paused', '2026-10-11', { eventId: 'E1' })], { amend: true });
    expect(() => ledger.db.exec(`UPDATE ${table} SET import_id = 9`)).toThrow('facts are kept');
    expect(() => ledger.db.exec(`DELETE FROM ${table}`)).toThrow('facts are kept');
  });
});

describe('what is recorded', () => {
  const fullLedger = async () => {
    const ledger = await ledgerWith(ONE_OF_EACH);
    await close(ledger, '2026-10');
    return ledger;
  };

  // Known practices and late facts are kept by the hash of their import alone.
  const tableNames = [
    'imports',
    'import_files',
    'practices',
    'fact_segments',
    'fact_keys',
    ...CLOSING_TABLES.map(({ name }) => name),
  ];
  it.each(tableNames)('%s: REPLACE with another last column leaves every row as it is', async (table) => {
    const ledger = await fullLedger();
    const columns = ledger.db.pragma(`table_info(${table})`) as { name: string; type: string }[];
    const changed = columns.map(({ name, type }, index) => {
      if (index < columns.length - 1) return name;
      if (type === 'BLOB') return `CAST(${name} || '!' AS BLOB)`;
      return type === 'INTEGER' ? `coalesce(${name}, 0) + 1` : `${name} || '!'`;
    });
    await expectUnchanged(ledger, `REPLACE INTO ${table} SELECT ${changed} FROM ${table}`, table);
  });

  const rest = (table: string, first: string) => {
    const columns = CLOSING_TABLES.find(({ name }) => name === table)?.columns.match(/^ {2}\w+/gm) ?? [];
    return columns.map((name) => name.trim()).filter((name) => name !== first && !/PRIMARY/.test(name));
  };
  it.each([
    [
      'documents',
      `REPLACE INTO documents SELECT document_key + 100, ${rest('documents', 'document_key')} FROM documents`,
    ],
    [
      'document_blocks',
      "REPLACE INTO document_blocks (rowid, document_key, first_line, lines) SELECT rowid, document_key + 100, 1, '' FROM document_blocks",
    ],
    [
      'open_orders',
      "REPLACE INTO open_orders (rowid, month, block, data) SELECT rowid, month, block + 100, '' FROM open_orders",
    ],
    [
      'fact_keys',
      `REPLACE INTO fact_keys (rowid, import_id, kind, run, key_kind, sha256, keys)
       SELECT rowid, import_id, kind, run + 100, key_kind, sha256, keys FROM fact_keys`,
    ],
  ])('%s: nor does REPLACE by what else must be unique', async (table, statement) => {
    await expectUnchanged(await fullLedger(), statement, table);
  });

  async function expectUnchanged(
    ledger: Awaited<ReturnType<typeof ledgerWith>>,
    statement: string,
    table: string,
  ): Promise<void> {
    const before = allRows(ledger);
    expect(before[table], 'the table holds a row').not.toEqual([]);
    expect(() => ledger.db.exec(statement)).toThrow('what is recorded is never replaced');
    expect(allRows(ledger)).toEqual(before);
  }
});
