/** Large imports: their files are read in a thread, and their facts taken many at a time. What comes of it must be the same. */
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { BULK_BYTES } from '../../src/import-files.js';
import { type Workplace, workplace } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,description,unit_price,placed_at\n';
const DESCRIPTION = 'zirconia, shade A2 "warm" — as on the picture that came by post '.repeat(3);

/** Lines of CSV, each with a description that makes it long: `count` of them are a large import. */
const order = (id: number | string, { practice = 'P-1', price = '100.00' } = {}): string =>
  `ORD-${id},${practice},crown,"${DESCRIPTION.replaceAll('"', '""')}",${price},2025-10-05T09:00:00-04:00\n`;
const orders = (count: number) => HEADER + Array.from({ length: count }, (_, id) => order(id)).join('');
const ENOUGH = 5000;
const MANY = orders(ENOUGH);
const HISTORY = `order_id,event,at,reason\n${Array.from(
  { length: 2000 },
  (_, id) => `ORD-${id},paused,2025-10-10T09:00:00-04:00,"shade, ""A2"""\n`,
).join('')}`;

function content(place: Workplace): unknown {
  const db = new Database(place.path('monthend.db'), { readonly: true });
  const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all();
  const [importRow] = db.prepare('SELECT import_id, sha256 FROM imports').all();
  const facts = ['order_lines', 'events', 'practices', 'known_practices', 'import_files'].map(rows);
  db.close();
  return { importRow, facts };
}

/** `--amend` looks at record after record, and on an empty ledger there is nothing to amend. */
function importedBothWays(files: Readonly<Record<string, string>>): {
  readonly inBulk: Workplace;
  readonly byRecord: Workplace;
  readonly said: readonly string[];
} {
  const [inBulk, byRecord] = [workplace(), workplace()];
  const said = [inBulk, byRecord].map((place, index) => {
    for (const [name, text] of Object.entries(files)) place.write(name, text);
    const { stdout } = place.run([
      'import',
      ...Object.keys(files),
      ...(index === 0 ? [] : ['--amend']),
      '--json',
    ]);
    return stdout;
  });
  return { inBulk, byRecord, said };
}

test('these are large imports', () => {
  expect(MANY.length).toBeGreaterThan(BULK_BYTES);
});

describe('the same as record by record', () => {
  test('orders and histories of a first import, and their hash', () => {
    const { inBulk, byRecord, said } = importedBothWays({ 'orders.csv': MANY, 'history.csv': HISTORY });
    expect(said[0]).toBe(said[1]);
    expect(JSON.parse(said[0] ?? '').files).toMatchObject([
      { read: ENOUGH, imported: ENOUGH, duplicates: 0 },
      { read: 2000, imported: 2000, duplicates: 0 },
    ]);
    expect(content(inBulk)).toEqual(content(byRecord));
    expect(inBulk.run(['verify']).code).toBe(0);
  });

  test('a record that stands twice, which is known the second time', () => {
    const { inBulk, byRecord, said } = importedBothWays({ 'orders.csv': MANY + order(7) });
    expect(said[0]).toBe(said[1]);
    expect(JSON.parse(said[0] ?? '').files).toMatchObject([{ imported: ENOUGH, duplicates: 1 }]);
    expect(content(inBulk)).toEqual(content(byRecord));
  });

  test.each([
    ['a price that is none', order('X', { price: 'free' })],
    ['another price for an order of the same files', order(7, { price: '90.00' })],
    ['another practice for the second line of an order', `${order(7, { practice: 'P-2' })}`],
  ])('%s: refused with its place', (_, bad) => {
    const { inBulk, byRecord, said } = importedBothWays({ 'orders.csv': MANY + bad });
    expect(said[0]).toBe(said[1]);
    expect(JSON.parse(said[0] ?? '').problems).toMatchObject([{ file: 'orders.csv', line: ENOUGH + 2 }]);
    expect(content(inBulk)).toEqual(content(byRecord));
  });

  test('two practices for the lines of one order', () => {
    const line = (practice: string, number: number) =>
      `ORD-X,${practice},crown,,100,2025-10-05T09:00:00-04:00,${number}\n`;
    const withLines = MANY.replace(HEADER, `${HEADER.trimEnd()},line\n`);
    const numbered = withLines.replaceAll('-04:00\n', '-04:00,1\n');
    const { said } = importedBothWays({ 'orders.csv': numbered + line('P-1', 1) + line('P-2', 2) });
    expect(said[0]).toBe(said[1]);
    expect(JSON.parse(said[0] ?? '').problems).toMatchObject([{ field: 'practice_id', line: ENOUGH + 3 }]);
  });
});

test('mended records of several kinds, which came from one quarantine file', () => {
  const reasons = (csv: string, reason = 'reason') =>
    csv
      .trimEnd()
      .split('\n')
      .map((line, index) => `${index === 0 ? 'quarantine_reason' : reason},${line}\n`)
      .join('');
  const { inBulk, byRecord, said } = importedBothWays({ 'mended.csv': reasons(MANY) + reasons(HISTORY) });
  expect(said[0]).toBe(said[1]);
  expect(JSON.parse(said[0] ?? '').files).toMatchObject([
    { kind: 'orders', imported: ENOUGH },
    { kind: 'history', imported: 2000 },
  ]);
  expect(content(inBulk)).toEqual(content(byRecord));
});

test('what the ledger knows already is known in bulk too', () => {
  const place = workplace();
  place.write('orders.csv', orders(3));
  place.write('all.csv', MANY);
  place.run(['import', 'orders.csv']);
  const { stdout } = place.run(['import', 'all.csv', '--json']);
  expect(JSON.parse(stdout).files).toMatchObject([{ read: ENOUGH, imported: ENOUGH - 3, duplicates: 3 }]);
  expect(place.run(['verify']).code).toBe(0);
});
