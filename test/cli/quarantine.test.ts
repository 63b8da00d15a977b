/** `--quarantine` as its users meet it; what is set aside, and how, is in test/quarantine.test.ts. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workplaceWithLedger } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const GOOD = 'ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00';
const BAD = 'ORD-2,P-1,crown,cheap,2025-10-06T09:00:00-04:00';
const ORDERS = `${HEADER}\n${GOOD}\n${BAD}\n`;

test('import: the good records, the bad ones in the file, both counted, exit 3; mended, it is an import like any other', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  const { code, stdout, stderr } = place.run(['import', 'orders.csv', '--quarantine', 'bad.csv']);
  expect({ code, stdout }).toEqual({
    code: 3,
    stdout: 'import 1:\n  orders.csv (orders): 2 read, 1 new, 0 amended, 0 known already, 1 quarantined\n',
  });
  expect(stderr).toContain('orders.csv:3:17: unit_price: cheap is not a plain decimal');
  expect(stderr).toContain('1 record was not imported but set aside in bad.csv');
  expect(place.read('bad.csv')).toMatch(
    /^quarantine_reason,order_id,.*\n"orders\.csv:3:17: unit_price: .*",ORD-2,P-1,crown,cheap,.*\n$/,
  );

  place.write('bad.csv', place.read('bad.csv').replace(',cheap,', ',50.00,'));
  expect(place.run(['import', 'bad.csv'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 read, 1 new'),
  });
  expect(place.run(['preview', '2025-10']).stdout).toContain('documents 150.00');
});

test('run: the good records are imported, the month stays open, exit 3; mended, it is closed', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  const run = place.run(['run', '2025-10', 'orders.csv', '--quarantine', 'bad.csv', '--json']);
  expect(run.code).toBe(3);
  expect(run.stderr).toContain('2025-10 is not closed: mend bad.csv');
  expect(JSON.parse(run.stdout)).toMatchObject({
    importId: 1,
    files: [{ read: 2, imported: 1, quarantined: 1 }],
    quarantine: { file: 'bad.csv', recordCount: 1, problems: [{ line: 3, column: 17, field: 'unit_price' }] },
    months: [],
  });
  place.write('mended.csv', place.read('bad.csv').replace('cheap,2', '50.00,2'));
  expect(place.run(['run', '2025-10', 'mended.csv']).code).toBe(0);
  const manifest = JSON.parse(place.read('invoices/2025-10/manifest.json'));
  expect(manifest.imports).toMatchObject([
    { read: 2, imported: 1, amended: 0, duplicates: 0, quarantined: 1 },
    { read: 1, imported: 1, amended: 0, duplicates: 0, quarantined: 0 },
  ]);
});

describe('standard input', () => {
  test('is set aside in the format that it has', () => {
    const place = workplaceWithLedger();
    const { code } = place.run(['import', '-', '--quarantine', 'bad.csv'], { input: ORDERS });
    expect({ code, text: place.read('bad.csv') }).toEqual({
      code: 3,
      text: expect.stringContaining(`",${BAD}\n`),
    });
    const other = place.run(['import', '-', '--quarantine', 'bad.ndjson'], { input: ORDERS });
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the records to set aside are CSV'),
    });
  });

  test('with records that contradict each other is rejected: it cannot be read again', () => {
    const place = workplaceWithLedger();
    const input = `${HEADER}\n${GOOD}\n${GOOD.replace('100', '90')}\n`;
    expect(place.run(['import', '-', '--quarantine', 'bad.csv'], { input })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('standard input cannot be read again to set all of them aside'),
    });
    expect(existsSync(place.path('bad.csv'))).toBe(false);
    expect(place.run(['preview', '2025-10']).stdout).toContain('0 invoices');
  });
});

describe('exit 2 for a name that will not do, before anything is done', () => {
  test.each([
    ['bad.dat', ['orders.csv'], 'the name of a .csv or .ndjson file is expected'],
    ['-', ['orders.csv'], 'the name of a .csv or .ndjson file is expected'],
    ['bad.csv.gz', ['orders.csv'], 'the name of a .csv or .ndjson file is expected'],
    ['bad.csv', ['orders.csv', 'history.ndjson'], 'history.ndjson is of another format'],
    ['none/bad.csv', ['orders.csv'], 'there is no such folder'],
    ['bad.csv', ['-', '-'], '-: standard input can be named only once'],
  ])('%s for %j', (quarantine, files, message) => {
    const place = workplaceWithLedger();
    for (const file of files) if (file !== '-') place.write(file, ORDERS);
    const before = place.snapshot('.');
    const { code, stderr } = place.run(['import', ...files, '--quarantine', quarantine]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(place.snapshot('.')).toEqual(before);
  });
});
