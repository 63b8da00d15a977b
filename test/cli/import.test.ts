import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { reportProblems } from '../../src/cli/import.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { readConfig } from '../../src/config/read-config.js';
import { InputRejected } from '../../src/errors/failure.js';
import { notADecimal } from '../../src/errors/messages.js';
import { formatProblem } from '../../src/errors/problem.js';
import { importFiles } from '../../src/import-files.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';
import { allRows } from '../support/facts.js';
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
    expect(stderr).toContain('other.csv:2:17: unit_price: was 100.00 at import 1, is 90.00 here');
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
    expect(place.run(['preview', '2025-10']).stdout).toContain('documents 90.00');
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

  test('problems of one kind in one column are one on the screen, all of them with --json and --problems', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS + 'X,P-1,crown,"$1,180.00",2025-10-05T09:00:00-04:00\n'.repeat(60));
    const { stdout, stderr } = place.run(['import', 'orders.csv', '--json', '--problems', 'p.csv']);
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      `orders.csv:3:13: unit_price: ${notADecimal('$1,180.00')}`,
      '  mend: "$1,180.00" → 1180.00',
      '  also at orders.csv:4:13, orders.csv:5:13, and in 57 more places',
      'every problem: add --problems FILE, which writes them as CSV, or --json',
    ]);
    expect(stderr).toContain('is it the file of another system? "monthend inspect orders.csv"');
    const { problems } = JSON.parse(stdout);
    expect(problems).toHaveLength(60);
    expect(problems[0]).toMatchObject({ kind: 'not-a-decimal', mend: '1180.00' });
    expect(problems[0]).not.toHaveProperty('value');
    const rows = place.read('p.csv').trimEnd().split('\n');
    expect(rows).toHaveLength(61);
    expect(rows.slice(0, 2)).toEqual([
      'file,line,column,field,kind,message,mend',
      `orders.csv,3,13,unit_price,not-a-decimal,"${notADecimal('$1,180.00').replaceAll('"', '""')}",1180.00`,
    ]);
  });

  test('at most 20 groups on the screen', () => {
    const place = workplaceWithLedger();
    const extra = ['a', 'b', 'c', 'd'].map((file) =>
      place.write(
        `${file}.csv`,
        `${ORDERS.split('\n')[0]},${[1, 2, 3, 4, 5, 6].map((each) => `${file}_${each}`)}\n`,
      ),
    );
    const { stderr } = place.run(['import', ...extra]);
    expect(stderr.match(/^[a-d]\.csv:1:\d+: column `\w+` is not known/gm)).toHaveLength(20);
    expect(stderr).toContain('… and 4 more kinds of problems');
  });

  test('--problems writes over its own file only, and a header where nothing is wrong', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('p.csv', 'mine\n');
    const { code, stderr } = place.run(['import', 'orders.csv', '--problems', 'p.csv']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('p.csv: was not written by this command')]);
    expect(place.run(['import', 'orders.csv', '--problems', 'q.csv']).code).toBe(0);
    expect(place.read('q.csv')).toBe('file,line,column,field,kind,message,mend\n');
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

describe('corrections', () => {
  const DEARER = ORDERS.replace('100.00', '120.00');
  const start = () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('dearer.csv', DEARER);
    place.run(['import', 'orders.csv']);
    return place;
  };

  test('are told, and a dump that repeats what was corrected keeps them with --keep', () => {
    const place = start();
    const { stderr } = place.run(['import', '--amend', 'dearer.csv']);
    expect(stderr).toContain('dearer.csv:2: order line 1 of ORD-1: unit_price 100.00 → 120.00');
    expect(place.run(['import', 'orders.csv']).stderr).toContain('was corrected by import 2, dearer.csv');
    const { code, stdout } = place.run(['import', 'orders.csv', '--keep']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('1 known already, 1 of these corrected since and kept'),
    ]);
  });

  test('--amend takes kinds, and leaves a file its name', () => {
    const place = start();
    expect(place.run(['import', '--amend', 'history', 'dearer.csv']).code).toBe(3);
    expect(place.run(['import', '--amend=parcels', 'dearer.csv'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"parcels" is none of orders, history, practices'),
    });
    expect(place.run(['import', 'dearer.csv', '--amend', 'orders,practices']).stdout).toContain('1 amended');
  });

  test('a dry run says what would come of it, and writes nothing', () => {
    const place = start();
    const before = place.snapshot('.');
    const amended = place.run(['import', '--amend', 'dearer.csv', '--dry-run']);
    expect(amended.stdout).toContain('import 2 would be (nothing is written):');
    const { code, stdout } = place.run(['run', '2025-10', '--amend', 'dearer.csv', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('2025-10 would be (nothing is written): 1 invoice');
    expect(stdout).toContain('documents 120.00');
    const early = place.run([
      'run',
      '2025-10',
      'dearer.csv',
      '--keep',
      '--dry-run',
      '--as-of',
      '2025-10-15T00:00:00Z',
    ]);
    expect([early.code, early.stderr]).toEqual([3, expect.stringContaining('is 120.00 here')]);
    place.write('bad.csv', ORDERS.replace('100.00', 'cheap').replace('ORD-1', 'ORD-2'));
    const set = place.run(['run', '2025-10', 'bad.csv', '--dry-run', '--quarantine', 'aside.csv']);
    expect([set.code, set.stderr]).toEqual([
      3,
      expect.stringContaining('1 record would be set aside in aside.csv'),
    ]);
    const { 'bad.csv': _, ...after } = place.snapshot('.');
    expect(after).toEqual(before);
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
    /^ {2}([A-Z]{3}): .* documents (.*)$/m.exec(place.run(['preview', '2025-10']).stdout);

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
      /^ {2}EUR: 1 line, .*documents 100.00\n {2}USD: 1 line, .*120.00$/m,
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

  test.each(cases.map(({ name }) => name))('%s', async (name) => {
    const at = (...names: string[]) => path.join(folder, name, ...names);
    const filesIn = (inputs: string) =>
      readdirSync(at(inputs))
        .sort()
        .map((file) => at(inputs, file));
    const config = existsSync(at('monthend.json'))
      ? readConfig(readFileSync(at('monthend.json'), 'utf8'))
      : DEFAULT_CONFIG;
    const options = { amend: false, config, now: 0 };
    const ledger = temporaryLedger();
    if (existsSync(at('before'))) await importFiles(ledger, filesIn('before'), options);
    if (existsSync(at('before-amend')))
      await importFiles(ledger, filesIn('before-amend'), { ...options, amend: true });
    const before = allRows(ledger);

    const amend = existsSync(at('amend'));
    const told = await importFiles(ledger, filesIn('in'), { ...options, amend }).catch((error) => error);
    if (!(told instanceof InputRejected)) throw told;
    const shown = (lines: readonly string[]) => `${lines.join('\n').replaceAll(`${at()}/`, '')}\n`;
    expect(shown(told.problems.map(formatProblem))).toBe(readFileSync(at('expected.txt'), 'utf8'));
    expect(shown(screenOf(told))).toBe(readFileSync(at('screen.txt'), 'utf8'));
    expect(allRows(ledger)).toEqual(before);
  });
});

/** The lines that a user sees of an import that was rejected. */
function screenOf(rejected: InputRejected): readonly string[] {
  const lines: string[] = [];
  const terminal = { json() {}, note: (text: string) => lines.push(text) } as unknown as Terminal;
  reportProblems(terminal, rejected);
  return [...lines, `monthend: ${rejected.message}`];
}
