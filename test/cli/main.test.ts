import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { PROGRAM, runInto, type Workplace, workplace, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
`;

describe('exit 2: the command line or the config is wrong', () => {
  const slips: [words: string[], message: string][] = [
    [['clsoe', '2025-10'], 'Did you mean close?'],
    [['close'], "missing required argument 'month'; expected monthend close [options] <month>;"],
    [
      ['run', 'orders.csv'],
      "missing required argument 'file'; expected monthend run [options] <month> <file...>;",
    ],
    [['close', '2025-13'], '"2025-13" is no month; expected YYYY-MM'],
    [['preview', '2025-1'], '"2025-1" is no month; expected YYYY-MM'],
    [['run', '2025-00', 'orders.csv'], '"2025-00" is no month; expected YYYY-MM'],
    [['close', '9999-12'], 'expected YYYY-MM from 1970-01 to 9998-12'],
    [['export', 'October'], '"October" is no month; expected YYYY-MM'],
    [['import'], "missing required argument 'file'"],
    [['import', 'orders.csv', '--quarantin', 'x.csv'], 'Did you mean --quarantine?'],
    [
      ['close', '2025-10', '--as-of', '2025-11-31T00:00:00Z'],
      '--as-of: 2025-11-31T00:00:00Z is not a day of the calendar',
    ],
    [['close', '2025-10', '--strct'], 'Did you mean --strict?'],
    [['close', '2025-10', '--as-of', '2025-11-01'], '--as-of: 2025-11-01 has no time and offset'],
    [
      ['import', 'orders.csv', '--as', 'invoices'],
      'expected orders, history or practices; the config has no input profiles',
    ],
    [['run', 'orders.csv', '2025-10'], '"orders.csv" is no month'],
    [['close', '2025-10', '--out', 'orders.csv'], '/orders.csv is a file, and a folder is expected'],
    [
      ['run', '2025-10', 'orders.csv', '--out', 'orders.csv/out'],
      '/orders.csv is a file, and a folder is expected',
    ],
    [['preview', '2025-10', '--out', ''], "'--out <folder>' argument '' is invalid. It is empty"],
    [['init', 'orders.csv'], '/orders.csv is a file, and a folder is expected'],
    [['close', '2025-10', '--ledger', ''], "'--ledger <file>' argument '' is invalid. It is empty"],
    [['import', 'orders.csv', '--config', ''], "'--config <file>' argument '' is invalid. It is empty"],
    [['import', 'orders.csv', '--config', '.'], '.: is a folder, a file is expected'],
    [['close', '2025-10', '--ledger', 'none.db'], 'none.db: there is no ledger here'],
    [['import', 'orders.csv', '--config', 'none.json'], 'none.json: there is no such config file'],
    [
      ['import', 'orders.csv', '--config', 'bad.json'],
      'bad.json:2:3: timezone: no such key; did you mean timeZone?',
    ],
  ];
  test.each(slips)('monthend %j', (words, message) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('bad.json', '{\n  "timezone": "UTC"\n}\n');
    const before = place.bytes('monthend.db');
    expect(place.run(words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(place.bytes('monthend.db')).toEqual(before);
  });

  test.each([
    [
      ['close'],
      `missing required argument 'month'; expected monthend close [options] <month>; see "monthend close --help"`,
    ],
    [['clsoe'], `unknown command 'clsoe'; Did you mean close?; see "monthend --help"`],
    [['import', 'a.csv', '--as'], 'see "monthend import --help"'],
    [['--ledger'], `option '--ledger <file>' argument missing; see "monthend --help"`],
    [[], 'a command is expected; see "monthend --help"'],
  ])('monthend --json %j: says so as JSON too', (words, message) => {
    const { code, stdout, stderr } = workplace().run(['--json', ...words]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      error: { kind: 'usage', exitCode: 2, message: expect.stringContaining(message) },
    });
    expect(stderr).toContain(`monthend: `);
  });

  test('no command at all: the help', () => {
    expect(workplace().run([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Usage: monthend'),
    });
  });
});

test('--help has examples, for every command', () => {
  const place = workplace();
  const { code, stdout } = place.run(['--help']);
  expect(code).toBe(0);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help');
  expect(commands).toEqual(
    expect.arrayContaining(['init', 'import', 'preview', 'close', 'run', 'export', 'check']),
  );
  for (const command of new Set(commands.filter((name) => name !== 'monthend'))) {
    expect(place.run([command ?? '', '--help']).stdout, command).toContain('Examples:');
  }
});

test('the ledger and the config can be named by flag or environment', () => {
  const place = workplace();
  place.write('orders.csv', ORDERS);
  place.write('yen.json', '{ "currency": "JPY" }');
  const env = { MONTHEND_LEDGER: 'other.db', MONTHEND_CONFIG: 'yen.json' };
  expect(place.run(['init'], { env }).stdout).toBe('other.db: written\n');
  expect(place.run(['import', 'orders.csv'], { env }).code).toBe(0);
  expect(place.run(['--ledger', 'other.db', '--config', 'yen.json', 'preview', '2025-10']).stdout).toContain(
    'JPY: 1 line',
  );
  expect(existsSync(place.path('monthend.db'))).toBe(false);
});

describe('a folder can be named by environment', () => {
  const FOLDERS: [variable: string, words: string[], written: string][] = [
    ['MONTHEND_OUT', ['close', '2025-10'], '2025-10/summary.csv'],
    ['MONTHEND_OUT', ['run', '2025-10', 'orders.csv'], '2025-10/summary.csv'],
    ['MONTHEND_OUT', ['export', '2025-10'], '2025-10/summary.csv'],
    ['MONTHEND_REPORTS', ['report', '2025-10'], '2025-10/report.html'],
    ['MONTHEND_PRINTABLE', ['invoices', '2025-10'], '2025-10/index.csv'],
    ['MONTHEND_DRAFTS', ['preview', '2025-11'], '2025-11/summary.csv'],
  ];
  function closedOctober() {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-10', 'orders.csv', '--out', 'first']);
    return place;
  }

  test.each(FOLDERS)('%s by %j, unless the flag names another or it is empty', (variable, words, file) => {
    const place = closedOctober();
    expect(place.run(words, { env: { [variable]: 'named' } }).code).toBe(0);
    expect(existsSync(place.path('named', file))).toBe(true);
    place.run([...words, '--out', 'flag'], { env: { [variable]: 'other' } });
    expect(existsSync(place.path('flag', file))).toBe(true);
    expect(existsSync(place.path('other'))).toBe(false);
    expect(place.run(words, { env: { [variable]: '' } })).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = place.run([words[0] ?? '', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(`env: ${variable}\\)`));
  });

  test('verify looks where the month was written to', () => {
    const env = { MONTHEND_OUT: 'first' };
    expect(closedOctober().run(['verify'], { env }).stdout).toContain('1 folder match their seals');
  });

  test('a variable that names a file is named in the message', () => {
    const place = closedOctober();
    expect(place.run(['export', '2025-10'], { env: { MONTHEND_OUT: 'orders.csv' } })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /from env 'MONTHEND_OUT' is invalid. .*orders.csv is a file, and a folder/,
      ),
    });
  });

  test('no file of one call has a variable', () => {
    const place = closedOctober();
    const files = [
      ['check', '--junit <file>'],
      ['import', '--quarantine <file>'],
      ['explain', '--html <file>'],
    ];
    for (const [command = '', flag = ''] of files) {
      const help = place.run([command, '--help']).stdout;
      expect(help).toContain(flag);
      expect(help).not.toMatch(/env: MONTHEND_/);
    }
  });
});

describe('exit 5: a file that is no ledger of ours is left as it is', () => {
  const newer = (file: string) => {
    const db = new Database(file);
    db.pragma('application_id = 1836019301');
    db.pragma('user_version = 99');
    db.close();
  };
  const foreign = (file: string) => new Database(file).exec('CREATE TABLE notes (note TEXT)').close();
  const files: [string, string, (place: ReturnType<typeof workplace>) => void][] = [
    ['empty', 'is empty, not a ledger', (place) => place.write('x.db', '')],
    ['text', 'is damaged or not a ledger', (place) => place.write('x.db', 'dear diary\n'.repeat(100))],
    [
      "another program's",
      'is the database of another program, not a ledger of monthend',
      (place) => foreign(place.path('x.db')),
    ],
    ['too new', 'has ledger version 99', (place) => newer(place.path('x.db'))],
  ];
  test.each(files)('%s', (_, message, create) => {
    const place = workplace();
    place.write('orders.csv', ORDERS);
    create(place);
    const before = place.bytes('x.db');
    for (const words of [
      ['import', 'orders.csv'],
      ['close', '2025-10'],
      ['export', '2025-10'],
      ['preview', '2025-10'],
    ]) {
      const { code, stderr } = place.run(['--ledger', 'x.db', ...words]);
      expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining(message) });
    }
    expect(place.bytes('x.db').equals(before)).toBe(true);
  });
});

// macOS has no device that is always full.
test
  .skipIf(!existsSync('/dev/full'))
  .each([['preview', '2025-10'], ['--help'], ['--version'], ['close', '--help']])(
  'exit 74: a result that cannot be written is an error, not silence: %s %s',
  async (...words) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    const full = openSync('/dev/full', 'w');
    try {
      expect(await runInto(words, place.folder, full)).toMatchObject({
        code: 74,
        stderr: expect.stringContaining('standard output: cannot be written'),
      });
    } finally {
      closeSync(full);
    }
  },
);

describe('a reader that stops reading changes nothing', () => {
  /** The exit code of monthend with its output going to a reader that has gone before the first byte. */
  const unread = (place: Workplace, words: string, stream: string) =>
    spawnSync(
      'bash',
      ['--norc', '-c', `"$NODE" "$PROGRAM" ${words} ${stream} >(exec true); echo "exit $?"`],
      {
        cwd: place.folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', NODE: process.execPath, PROGRAM },
      },
    ).stdout;

  test.each([
    ['close 2025-10', ['>', '2>'], 0],
    ['--json close 2025-10', ['&>'], 0],
    ['verify', ['&>'], 0],
    ['--help', ['&>'], 0],
    ['clsoe', ['&>'], 2],
    ['import bad.csv', ['>', '2>'], 3],
    ['--json import bad.csv', ['&>'], 3],
    ['close 2025-09', ['&>'], 4],
  ])('monthend %s, with %j: exit %i', (words, streams, code) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('bad.csv', ORDERS.replace('100.00', 'cheap'));
    place.run(['run', '2025-10', 'orders.csv']);
    for (const stream of streams) expect(unread(place, words, stream), stream).toContain(`exit ${code}\n`);
  });
});

test('exit 75: another process holds the ledger', () => {
  const place = workplace();
  place.write('orders.csv', ORDERS);
  place.run(['init']);
  const before = place.bytes('monthend.db');
  const other = new Database(place.path('monthend.db'));
  try {
    // From here to its close this process must not read the file in any other way: closing it would drop the lock.
    other.exec('BEGIN IMMEDIATE');
    expect(place.run(['import', 'orders.csv'])).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('another process holds the ledger'),
    });
  } finally {
    other.close();
  }
  expect(place.bytes('monthend.db').equals(before)).toBe(true);
  expect(place.run(['import', 'orders.csv']).code).toBe(0);
});

test.each([
  [['import', 'orders.csv']],
  [['run', '2025-10', 'orders.csv']],
  [['close', '2025-10']],
  [['preview', '2025-10']],
  [['export', '2025-10']],
  [['report', '2025-10']],
  [['invoices', '2025-10']],
  [['explain', 'ORD-1']],
  [['status']],
  [['verify']],
])('without a ledger, %j makes none: it says where it looked and what to do', (words) => {
  const place = workplace();
  place.write('orders.csv', ORDERS);
  for (const [named, file] of [
    [[], 'monthend.db'],
    [['--ledger', 'books.db'], 'books.db'],
  ] as const) {
    expect(place.run([...named, ...words])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `monthend: ${file}: there is no ledger here (looked for ${place.path(file)}); if you have one, run this in its ` +
        `folder or name it with --ledger; "monthend init --ledger ${file}" makes a new one\n`,
    });
    expect(readdirSync(place.folder)).toEqual(['orders.csv']);
    expect(place.run(['init', '--ledger', file]).stdout).toContain(`${file}: written`);
    for (const each of ['monthend.json', file]) rmSync(place.path(each));
  }
});

describe('init', () => {
  test('writes a commented config that reads as the defaults, and an empty ledger', () => {
    const place = workplace();
    expect(place.run(['init', 'billing']).code).toBe(0);
    expect(place.read('billing/monthend.json')).toContain('// The time zone of practices');
    place.write('orders.csv', ORDERS);
    const words = [
      '--ledger',
      'billing/monthend.db',
      '--config',
      'billing/monthend.json',
      'run',
      '2025-10',
      'orders.csv',
    ];
    expect(place.run(words)).toMatchObject({ code: 0, stdout: expect.stringContaining('documents 100.00') });
  });

  test('puts the config and the ledger where the environment says that they are', () => {
    const place = workplace();
    const env = { MONTHEND_LEDGER: 'my.db', MONTHEND_CONFIG: 'my.json' };
    expect(place.run(['init'], { env }).stdout).toBe('my.json: written\nmy.db: written\n');
    expect(place.run(['status'], { env }).code).toBe(0);
  });

  test('leaves alone what is there', () => {
    const place = workplace();
    place.write('monthend.json', '{ "cutoff": "19:00" }');
    expect(place.run(['init', '--sample'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('left as it is'),
    });
    expect(place.read('monthend.json')).toBe('{ "cutoff": "19:00" }');
    expect(existsSync(place.path('2025-10/orders.csv'))).toBe(true);
  });
});
