import { expect, it } from 'vitest';
import {
  createIndexReader,
  createIndexWriter,
  type IndexEntry,
  indexBlocks,
  indexedOrders,
} from '../../src/ledger/document-index.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';

const MONTHS = ['2026-10', '2026-11'] as const;

/** Enough orders for several blocks, with ids that JSON escapes and that differ in length only. */
const IDS = Array.from({ length: 4000 }, (_, index) => `A${String(index).padStart(5, '0')}`).concat([
  'B"1',
  'B\\1',
  'C',
  'C1',
  '\u{fffd}',
  '\u{1f9b7}',
]);

const entriesOf = (orderId: string): IndexEntry[] => [
  [orderId, 1, 7, 1, -4500, 3],
  [orderId, 1, 7, 2, 5000, 0],
];

function indexed() {
  const { db } = temporaryLedger();
  for (const month of MONTHS) {
    const index = createIndexWriter(db, month);
    for (const orderId of IDS) for (const entry of entriesOf(orderId)) index.add(...entry);
    index.finish();
  }
  return db;
}

it('finds the entries of each order, in any order of asking, and of no other', () => {
  const db = indexed();
  const entriesIn = createIndexReader(db);
  expect([...indexBlocks(db, '2026-10')].length).toBeGreaterThan(2);
  for (const orderId of [...IDS.slice(-20), ...IDS.filter((_, index) => index % 37 === 0), ...IDS.slice(-6)])
    expect(entriesIn('2026-10', orderId)).toEqual(entriesOf(orderId));
  for (const orderId of ['A', 'A00000x', 'B', 'B"', 'C0', 'D', '', '\u{1f9b8}'])
    expect(entriesIn('2026-10', orderId), orderId).toEqual([]);
  expect(entriesIn('2026-12', 'C1')).toEqual([]);
});

it('splits no order between blocks, and merges months in order of order id', () => {
  const db = indexed();
  const ends = [...indexBlocks(db, '2026-11')].map(({ first, last }) => [first, last]);
  expect(new Set(ends.flat()).size).toBe(ends.flat().length);
  const merged = [...indexedOrders(db, MONTHS)];
  expect(merged.map(([first]) => first?.entry[0])).toEqual(IDS);
  expect(merged.every((found) => found.length === 4)).toBe(true);
});

it.each<[what: string, from: string, to: string]>([
  ['two entries share a line', '],\n["A00001"', '],["A00001"'],
  ['a line is split', ',1,7,1,', ',1,\n7,1,'],
  ['an entry is no array', '["A00001",1,7,1,-4500,3]', '"A00001"'],
  ['a value is cut off', ']', ''],
])('is damaged if %s', (_, from, to) => {
  const db = indexed();
  db.exec('DROP TRIGGER document_index_refuse_update');
  expect(() => [...indexBlocks(db, '2026-10')]).not.toThrow();
  db.prepare(
    "UPDATE document_index SET data = replace(data, ?, ?) WHERE month = '2026-10' AND first_order = 'A00000'",
  ).run(from, to);
  expect(() => [...indexBlocks(db, '2026-10')]).toThrow(SyntaxError);
});

it('is damaged if the text is a blob', () => {
  const db = indexed();
  db.exec(
    'CREATE TEMP TABLE document_index AS SELECT month, first_order, last_order, CAST(data AS BLOB) AS data FROM main.document_index',
  );
  expect(() => [...indexBlocks(db, '2026-10')]).toThrow(SyntaxError);
});
