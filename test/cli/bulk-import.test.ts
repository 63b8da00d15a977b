/** Large imports: their files are read in a thread, and their facts taken many at a time. What comes of it must be the same. */
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { BULK_BYTES } from '../../src/import-files.js';
import { REPOSITORY, rowsOf, type Workplace, workplace } from '../support/monthend.js';

// As it is built: a thread runs a file that Node can read.
const { readInThread }: typeof import('../../src/fact-thread.js') = await import(
  `${REPOSITORY}dist/fact-thread.js`
);
const INTAKE = { amend: false, defaultCurrency: 'USD' };

const HEADER = 'order_id,practice_id,product,description,unit_price,placed_at\n';
const DESCRIPTION = 'zirconia, shade A2 "warm" — as on the picture that came by post '.repeat(14);

/** Lines of CSV, each with a description that makes it long: `count` of them are a large import. */
const order = (id: number | string, { practice = 'P-1', price = '100.00' } = {}): string =>
  `ORD-${id},${practice},crown,"${DESCRIPTION.replaceAll('"', '""')}",${price},2025-10-05T09:00:00-04:00\n`;
const orders = (count: number) => HEADER + Array.from({ length: count }, (_, id) => order(id)).join('');
const ENOUGH = 1200;
const PAUSED = 500;
const MANY = orders(ENOUGH);
const HISTORY = `order_id,event,at,reason\n${Array.from(
  { length: PAUSED },
  (_, id) => `ORD-${id},paused,2025-10-10T09:00:00-04:00,"shade, ""A2"""\n`,
).join('')}`;

/** The same table as a quarantine file has it. */
const reasons = (csv: string) =>
  csv
    .trimEnd()
    .split('\n')
    .map((line, index) => `${index === 0 ? 'quarantine_reason' : 'mended'},${line}\n`)
    .join('');

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

describe('these are large imports', () => {
  test('by their size', () => {
    expect(MANY.length).toBeGreaterThan(BULK_BYTES);
  });

  test('which the thread reads to their end, and hands over whole', async () => {
    const place = workplace();
    place.write('orders.csv', MANY);
    let lines = '';
    const read: unknown[] = [];
    await readInThread([place.path('orders.csv')], INTAKE, {
      facts: (batch) => {
        lines += batch.lines;
      },
      file: (file) => read.push(file),
      progress() {},
    });
    expect(lines.split('\n')).toHaveLength(ENOUGH + 1);
    expect(read).toMatchObject([{ kind: 'orders', records: ENOUGH }]);
  });

  test('of which nothing more comes once a batch could not be taken', async () => {
    const place = workplace();
    place.write('orders.csv', MANY);
    let batches = 0;
    const reading = readInThread([place.path('orders.csv')], INTAKE, {
      facts() {
        batches++;
        throw new Error('the disk is full');
      },
      file() {},
      progress() {},
    });
    await expect(reading).rejects.toThrow('the disk is full');
    expect(batches).toBe(1);
  });
});

describe('the same as record by record', () => {
  test('orders and histories of a first import, and their hash', () => {
    const { inBulk, byRecord, said } = importedBothWays({ 'orders.csv': MANY, 'history.csv': HISTORY });
    expect(said[0]).toBe(said[1]);
    expect(JSON.parse(said[0] ?? '').files).toMatchObject([
      { read: ENOUGH, imported: ENOUGH, duplicates: 0 },
      { read: PAUSED, imported: PAUSED, duplicates: 0 },
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
  const { inBulk, byRecord, said } = importedBothWays({ 'mended.csv': reasons(MANY) + reasons(HISTORY) });
  expect(said[0]).toBe(said[1]);
  expect(JSON.parse(said[0] ?? '').files).toMatchObject([
    { kind: 'orders', imported: ENOUGH },
    { kind: 'history', imported: PAUSED },
  ]);
  expect(content(inBulk)).toEqual(content(byRecord));
});

test('mended records of a kind alone, below a header of another kind that has none', () => {
  const none = 'quarantine_reason,order_id,practice_id,product,unit_price,placed_at\n';
  const { inBulk, byRecord, said } = importedBothWays({ 'mended.csv': none + reasons(MANY) + none });
  expect(said[0]).toBe(said[1]);
  expect(content(inBulk)).toEqual(content(byRecord));
});

test('orders of a month that was closed before there were any: late, and on the next month', () => {
  const [inBulk, byRecord] = [[], ['--amend']].map((flags) => {
    const place = workplace();
    place.write('orders.csv', MANY);
    place.write('history.csv', HISTORY);
    place.run(['init']);
    place.run(['close', '2025-10']);
    place.run(['import', 'orders.csv', 'history.csv', ...flags]);
    place.run(['close', '2025-11']);
    return place;
  });
  expect(rowsOf(inBulk?.read('invoices/2025-11/summary.csv') ?? '')).toMatchObject([
    { line_count: String(ENOUGH - PAUSED) },
  ]);
  expect(inBulk?.snapshot('invoices/2025-11')).toEqual(byRecord?.snapshot('invoices/2025-11'));
  expect(inBulk?.run(['verify']).code).toBe(0);
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
