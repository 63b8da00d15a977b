import { readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.js';
import { REPOSITORY, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
`;
const NDJSON = `{"order_id":"ORD-1","practice_id":"P-1","product":"crown","unit_price":100.0,"placed_at":"2025-10-05T13:00:00Z"}\n`;

describe('one fact, however it comes', () => {
  const ways: [string, string, string | Uint8Array][] = [
    ['CSV', 'again.csv', ORDERS],
    ['CSV with CRLF and a BOM', 'again.csv', `\uFEFF${ORDERS.replaceAll('\n', '\r\n')}`],
    ['NDJSON, the price as a number and the instant in UTC', 'again.ndjson', NDJSON],
    ['gzipped CSV', 'again.csv.gz', gzipSync(ORDERS)],
    ['gzipped NDJSON', 'again.ndjson.gz', gzipSync(NDJSON)],
  ];
  test.each(ways)('%s: a duplicate of what is known', (_, name, content) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write(name, content);
    place.run(['import', 'orders.csv']);
    const { code, stdout } = place.run(['import', name, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).files).toMatchObject([{ read: 1, imported: 0, amended: 0, duplicates: 1 }]);
  });

  test.each([
    ['CSV', ORDERS],
    ['NDJSON', NDJSON],
  ])('standard input as %s', (_, input) => {
    const place = workplaceWithLedger();
    const { code, stdout } = place.run(['import', '-', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).files).toMatchObject([{ name: '-', kind: 'orders', read: 1, imported: 1 }]);
  });
});

describe('the same identity with other content', () => {
  const OTHER = ORDERS.replace('100.00', '90.00');

  test('is a conflict, named with its place, and nothing is imported', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('other.csv', OTHER);
    place.run(['import', 'orders.csv']);
    const before = place.bytes('monthend.db');
    const { code, stderr } = place.run(['import', 'other.csv']);
    expect(code).toBe(3);
    expect(stderr).toContain('other.csv:2:17: unit_price: was 100 at import 1, is 90 here');
    expect(stderr).toContain('nothing was imported');
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });

  test('replaces the known one with --amend', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('other.csv', OTHER);
    place.run(['import', 'orders.csv']);
    expect(JSON.parse(place.run(['import', 'other.csv', '--amend', '--json']).stdout).files).toMatchObject([
      { read: 1, imported: 0, amended: 1, duplicates: 0 },
    ]);
    expect(place.run(['preview', '2025-10']).stdout).toContain('total 90.00');
  });
});

describe('all or nothing', () => {
  test('one bad record in the second file: nothing of either, every problem told, exit 3', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write(
      'history.csv',
      'order_id,event,at,reason\nORD-1,paused,2025-10-10,review\nORD-1,restarted,2025-10-12T09:00:00Z,\n',
    );
    const { code, stdout, stderr } = place.run(['import', 'orders.csv', 'history.csv', '--json']);
    expect(code).toBe(3);
    expect(stderr).toContain('history.csv:2:14: at: 2025-10-10 has no time and offset');
    expect(
      JSON.parse(stdout).problems.map(({ line, column, field }: Record<string, unknown>) => [
        line,
        column,
        field,
      ]),
    ).toEqual([
      [2, 14, 'at'],
      [3, 7, 'event'],
    ]);
    expect(place.run(['preview', '2025-10']).stdout).toContain('0 invoices');
  });

  test('the first 50 problems on the screen, all of them with --json', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS + 'X,P-1,crown,cheap,2025-10-05T09:00:00-04:00\n'.repeat(60));
    const { stdout, stderr } = place.run(['import', 'orders.csv', '--json']);
    expect(stderr.match(/orders\.csv:\d+:13: unit_price/g)).toHaveLength(50);
    expect(stderr).toContain('and 10 more');
    expect(JSON.parse(stdout).problems).toHaveLength(60);
  });

  test('a file that is not there: exit 2, its name, nothing imported', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    const before = place.bytes('monthend.db');
    const { code, stderr } = place.run(['import', 'orders.csv', 'histroy.csv']);
    expect(code).toBe(2);
    expect(stderr).toContain('histroy.csv: there is no such file');
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });
});

describe('a record that names no currency', () => {
  function importedInDollars() {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    place.write('monthend.json', '{ "currency": "EUR" }');
    return place;
  }
  const totalOf = (place: Workplace) =>
    /^ {2}([A-Z]{3}): .* total (.*)$/m.exec(place.run(['preview', '2025-10']).stdout);

  test.each([
    ['CSV', 'again.csv', ORDERS],
    ['CSV with an empty column', 'again.csv', ORDERS.replace(/^(.*)\n(.*)\n$/, '$1,currency\n$2,\n')],
    ['NDJSON', 'again.ndjson', NDJSON],
  ])('is known all the same after the config changed: %s', (_, name, text) => {
    const place = importedInDollars();
    place.write(name, text);
    expect(place.run(['import', name]).stdout).toContain('1 read, 0 new, 0 amended, 1 known already');
    expect(place.run(['import', '--amend', name]).stdout).toContain(
      '1 read, 0 new, 0 amended, 1 known already',
    );
  });

  test('keeps the currency of the line that it amends, and a new line gets the config\u2019s', () => {
    const place = importedInDollars();
    place.write('dearer.csv', ORDERS.replace('100.00', '120.00'));
    expect(place.run(['import', '--amend', 'dearer.csv']).stdout).toContain('1 amended');
    expect(totalOf(place)?.slice(1)).toEqual(['USD', '120.00']);
    place.write('other.csv', ORDERS.replace('ORD-1', 'ORD-2'));
    place.run(['import', 'other.csv']);
    expect(place.run(['preview', '2025-10']).stdout).toMatch(
      /^ {2}EUR: 1 line, .*total 100.00\n {2}USD: 1 line, .*120.00$/m,
    );
  });

  test('moves a line to another currency only if it says so', () => {
    const place = importedInDollars();
    place.write('euros.csv', ORDERS.replace(/^(.*)\n(.*)\n$/, '$1,currency\n$2,EUR\n'));
    expect(place.run(['import', 'euros.csv'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('currency: was USD at import 1, is EUR here'),
    });
    expect(place.run(['import', '--amend', 'euros.csv']).code).toBe(0);
    expect(totalOf(place)?.slice(1)).toEqual(['EUR', '100.00']);
  });

  test('is refused if its new price is too large in the currency that the line keeps', () => {
    const place = importedInDollars();
    place.write('monthend.json', '{ "currency": "JPY" }');
    place.write('huge.csv', ORDERS.replace('100.00', '900719925474099'));
    expect(place.run(['import', '--amend', 'huge.csv'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('unit_price: quantity 1 × unit_price 900719925474099 is beyond'),
    });
  });
});

describe('fixtures/rejected', () => {
  const folder = path.join(REPOSITORY, 'fixtures/rejected');
  const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  test.each(cases.map(({ name }) => name))('%s', (name) => {
    const place = workplaceWithLedger();
    place.copy(`fixtures/rejected/${name}`, '.');
    const has = new Set(readdirSync(place.folder));
    const filesIn = (inputs: string) =>
      readdirSync(place.path(inputs))
        .sort()
        .map((file) => `${inputs}/${file}`);
    if (has.has('before')) expect(place.run(['import', ...filesIn('before')]).code).toBe(0);
    else createLedger(place.path('monthend.db'));
    const before = place.bytes('monthend.db');

    const { code, stdout, stderr } = place.run([
      'import',
      ...(has.has('amend') ? ['--amend'] : []),
      ...filesIn('in'),
    ]);
    expect({ code, stdout, problems: stderr.split('\n').filter((line) => line.startsWith('in/')) }).toEqual({
      code: 3,
      stdout: '',
      problems: place.read('expected.txt').trimEnd().split('\n'),
    });
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });
});
