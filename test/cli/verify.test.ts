import { appendFileSync, chmodSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Workplace, workplaceWithSample } from '../support/monthend.js';

const closedSample = () => workplaceWithSample('2025-11');

/** As someone would who opens the ledger with another program. */
function byHand(place: Workplace, statements: string): void {
  const db = new Database(place.path('monthend.db'));
  try {
    db.exec(statements);
  } finally {
    db.close();
  }
}

/** Changes the index of document lines of the first month. */
const changeIndex = (place: Workplace, data: string): void =>
  byHand(
    place,
    `${dropTriggers('document_index')} UPDATE document_index SET data = ${eachOnALine(data)} WHERE month = '2025-10'`,
  );

/** SQLite writes JSON without line feeds. An entry has a line to itself. */
const eachOnALine = (data: string): string => `replace(${data}, '],[', '],' || char(10) || '[')`;

const dropTriggers = (...tables: string[]) =>
  tables.map((table) => `DROP TRIGGER ${table}_refuse_update; DROP TRIGGER ${table}_refuse_delete;`).join('');

describe('monthend verify', () => {
  it('finds all as it was written, and changes nothing', () => {
    const place = closedSample();
    const before = place.snapshot('.');
    const { code, stdout, stderr } = place.run(['verify']);
    expect(stdout).toBe('Verified: 2 months, 2 imports and 2 folders match their seals\n');
    expect([code, stderr]).toEqual([0, '']);
    expect(place.snapshot('.')).toEqual(before);
  });

  it('runs on a ledger that nobody may write', () => {
    const place = closedSample();
    chmodSync(place.path('monthend.db'), 0o400);
    expect(place.run(['verify', '2025-10']).stdout).toBe(
      'Verified: 1 month, 2 imports and 1 folder match their seals\n',
    );
  });

  it('says of which months it found no files to compare', () => {
    const place = closedSample();
    rmSync(place.path('invoices/2025-10'), { recursive: true });
    const { code, stdout, stderr } = place.run(['verify']);
    expect([code, stdout]).toEqual([0, 'Verified: 2 months, 2 imports and 1 folder match their seals\n']);
    expect(stderr).toBe('not compared: invoices has no files of 2025-10\n');
  });

  it.each<[what: string, harm: (place: Workplace) => void, finding: string | RegExp]>([
    [
      'a changed file',
      (place) => appendFileSync(place.path('invoices/2025-10/summary.csv'), 'x'),
      'invoices/2025-10/summary.csv: is not what the ledger wrote; "monthend export 2025-10 --out invoices" writes the files again',
    ],
    [
      'a missing file',
      (place) => rmSync(place.path('invoices/2025-11/held.csv')),
      'invoices/2025-11/held.csv: is missing; "monthend export 2025-11 --out invoices" writes the files again',
    ],
    [
      'a file that is too much',
      (place) => writeFileSync(place.path('invoices/2025-11/notes.txt'), ''),
      'invoices/2025-11/notes.txt: was not written by monthend',
    ],
    [
      'another manifest',
      (place) => writeFileSync(place.path('invoices/2025-10/manifest.json'), '{"engine_version": "0.1.0"}'),
      'invoices/2025-10/manifest.json: is not what the ledger wrote; move invoices/2025-10 away, then "monthend export 2025-10 --out invoices" writes the files again',
    ],
    [
      'no manifest',
      (place) => rmSync(place.path('invoices/2025-10/manifest.json')),
      'invoices/2025-10/manifest.json: is missing; move invoices/2025-10 away, then "monthend export 2025-10 --out invoices" writes the files again',
    ],
    [
      'a trigger that is gone',
      (place) => byHand(place, 'DROP TRIGGER documents_refuse_delete'),
      'trigger documents_refuse_delete: is missing from the ledger',
    ],
    [
      'a changed total',
      (place) =>
        byHand(place, `${dropTriggers('documents')} UPDATE documents SET total_minor = total_minor + 1`),
      'INV-000001: its totals are not the sums of its lines',
    ],
    [
      'a document taken out',
      (place) =>
        byHand(
          place,
          `${dropTriggers('documents')} DELETE FROM documents WHERE document_number = 'INV-000002'`,
        ),
      'INV-000003: is number 3 of its series, but 2 comes next',
    ],
    [
      'a charge changed in the index',
      (place) => changeIndex(place, `replace(data, '["ORD-1001",1,', '["ORD-1001",9,')`),
      'INV-000001 line 1: order ORD-1001 line 1 is missing from the index of lines, or differs there',
    ],
    [
      'an entry of the index with a blank that no close writes',
      (place) => changeIndex(place, `replace(data, '["ORD-1001",', '["ORD-1001", ')`),
      'INV-000001 line 1: order ORD-1001 line 1 is missing from the index of lines, or differs there',
    ],
    [
      'a charge taken off the index',
      (place) => changeIndex(place, "json_remove(data, '$[0]')"),
      /document_index 2025-10: has \d entries for \d lines of documents/,
    ],
    [
      'a charge twice in the index',
      (place) => changeIndex(place, `json_insert(data, '$[#]', json(data->0))`),
      'document_index 2025-10: has 6 entries for 5 lines of documents',
    ],
    [
      'an index out of order',
      (place) => changeIndex(place, `json_insert(json_remove(data, '$[0]'), '$[#]', json(data->0))`),
      'document_index 2025-10: its entries are not in order',
    ],
    [
      'an index that is no JSON',
      (place) => changeIndex(place, 'substr(data, 2)'),
      'document_index 2025-10: its entries cannot be read',
    ],
    [
      'an index in which two entries share a line',
      (place) => changeIndex(place, "replace(data, '],' || char(10), '], ')"),
      'document_index 2025-10: its entries cannot be read',
    ],
    [
      'a changed fact',
      (place) =>
        byHand(
          place,
          `${dropTriggers('fact_segments')} UPDATE fact_segments SET data = replace(data, 'ORD-1001', 'ORD-1009')`,
        ),
      'import 1: its facts have changed',
    ],
    [
      'a closed month taken out',
      (place) =>
        byHand(place, `${dropTriggers('closed_months')} DELETE FROM closed_months WHERE month = '2025-10'`),
      '2025-11: what the close recorded has changed',
    ],
  ])('finds %s', (_, harm, finding) => {
    const place = closedSample();
    harm(place);
    const { code, stdout } = place.run(['verify']);
    expect(stdout).toMatch(finding);
    expect(code).toBe(1);
    expect(place.run(['verify', '--json']).stdout).toContain('"findings"');
  });

  it('exits 5 on a ledger that cannot be read', () => {
    const place = closedSample();
    truncateSync(place.path('monthend.db'), 40_000);
    const { code, stderr } = place.run(['verify']);
    expect(stderr).toMatch(/^monthend: monthend\.db: is damaged/);
    expect(code).toBe(5);
  });

  it('refuses a month that is not closed', () => {
    const { code, stderr } = closedSample().run(['verify', '2025-12']);
    expect(stderr).toContain('2025-12 is not closed');
    expect(code).toBe(4);
  });
});

describe('a closed row', () => {
  const TABLES = ['closed_months', 'documents', 'document_blocks', 'document_index', 'held_lines'];
  it.each(TABLES)('of %s is changed and deleted by no statement', (table) => {
    const place = closedSample();
    const column = table === 'documents' || table === 'document_blocks' ? 'document_key' : 'month';
    expect(() => byHand(place, `UPDATE ${table} SET ${column} = ${column}`)).toThrow(
      'closed months are never changed',
    );
    expect(() => byHand(place, `DELETE FROM ${table}`)).toThrow('closed months are never changed');
  });
});
