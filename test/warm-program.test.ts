/**
 * Most tests run their commands in a process that is kept (support/warm-program.ts). It is held here to what users start: some
 * commands, and every way to fail, in a process of its own; in `npm run test:long` every command.
 */
import { realpathSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { programOutline } from '../src/cli/main.js';
import { type Workplace, workplace } from './support/monthend.js';
import { IS_LONG } from './support/search.js';
import { type Request, runWarm } from './support/warm-program.js';

const ORDERS = 'order_id,practice_id,product,unit_price,placed_at\n';
const OCTOBER = ['practices', 'orders', 'history'].map((name) => `2025-10/${name}.csv`);
const NOVEMBER = ['orders', 'history'].map((name) => `2025-11/${name}.csv`);

/** In one folder, in this order. */
const COMMANDS: readonly (readonly [words: readonly string[], env?: Readonly<Record<string, string>>])[] = [
  [['--help']],
  [[]],
  [['init', '--sample']],
  [['inspect', '2025-10/orders.csv']],
  [['--json', 'import', 'bad.csv']],
  [['import', 'bad.csv', '--quarantine', 'aside.csv']],
  [['import', ...OCTOBER]],
  [['status', '--as-of', '2025-11-02T00:00:00Z']],
  [['preview', '2025-10', '--out', 'drafts']],
  [['close', '2025-10', '--as-of', '2025-10-20T00:00:00Z']],
  [['close', '2025-10'], { MONTHEND_OUT: 'named' }],
  [['close', '2025-10'], { MONTHEND_OUT: '' }],
  [['run', '2025-11', ...NOVEMBER]],
  [['explain', 'ORD-1002', '--html', 'order.html']],
  [['export', '2025-10', '--to', 'xero']],
  [['books', 'check', '2025-10'], { GITHUB_ACTIONS: 'true' }],
  [['invoices', '2025-11', '--pdf']],
  [['report', '2025-11']],
  [['preflight', '2025-12']],
  [['verify'], { TZ: 'America/New_York' }],
  [['void', '2025-11', '--reason', 'a slip']],
  [['check', 'cases', '--update']],
  [['check', 'cases']],
  [['status', '--ledger', 'broken.db']],
  [['status', '--config', 'bad.json']],
  [['completion', 'bash']],
  [['man']],
];

const prepared = () => {
  const place = workplace();
  place.write('bad.csv', `${ORDERS}ORD-1,P-1,crown,dear,2025-10-05T09:00:00Z\n`);
  place.write('bad.json', '{ "timezone": "UTC" }');
  place.write('broken.db', 'dear diary\n'.repeat(100));
  const input = `${ORDERS}ORD-1,P-1,crown,100.00,2025-10-05T09:00:00Z\n`;
  place.write('cases/one-crown/2026-10/in/orders.csv', input);
  return place;
};

/** But for the ledger, which has the time of each import, and its identity, which init makes at random. */
const filesOf = (place: Workplace) =>
  Object.fromEntries(
    Object.entries(place.snapshot('.'))
      .filter(([name]) => !name.startsWith('monthend.db'))
      .map(([name, bytes]) => {
        const text = Buffer.from(bytes, 'base64').toString('latin1');
        return [name, text.replace(/"ledger": "[0-9a-f]{32}"/, '"ledger": "ID"')];
      }),
  );

/**
 * Those that start a process of their own in `npm test`, two for success and one for each way to fail. In the long lane all do, and so
 * does each command of every other test.
 */
const ALONE: ReadonlySet<string> = new Set([
  'invoices 2025-11 --pdf',
  'verify',
  'books check 2025-10',
  'status --config bad.json',
  'import bad.csv --quarantine aside.csv',
  'close 2025-10 --as-of 2025-10-20T00:00:00Z',
  'status --ledger broken.db',
]);

/** What comes of all commands in a folder of their own, whose name stands as FOLDER. */
function outcomes(isAlone: (command: string) => boolean) {
  const place = prepared();
  const shown = (text: string) => text.replaceAll(place.folder, 'FOLDER');
  const runs = COMMANDS.map(([words, env = {}]) => {
    const inOwnProcess = isAlone(words.join(' '));
    const { code, stdout, stderr } = place.run(words, { inOwnProcess, env });
    return { words, code, stdout: shown(stdout), stderr: shown(stderr) };
  });
  return { runs, files: filesOf(place) };
}

describe('a command in the kept process', () => {
  test('comes to the same bytes and exit codes as in a process of its own, however often', () => {
    const own = outcomes((command) => IS_LONG || ALONE.has(command));
    // Most of `own` ran in the kept process before a merge, so one more round shows that a command can be repeated there.
    const rounds = Array.from({ length: IS_LONG ? 2 : 1 }, () => outcomes(() => false));
    for (const [index, kept] of rounds.entries()) {
      for (const [at, run] of kept.runs.entries()) expect(run, `round ${index}`).toEqual(own.runs[at]);
      expect(kept.files).toEqual(own.files);
    }
    const alone = own.runs.filter(({ words }) => ALONE.has(words.join(' ')));
    expect(alone).toHaveLength(ALONE.size);
    expect([...new Set(alone.map(({ code }) => code))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('that ends the process is an error, and the next one has another process', () => {
    const place = workplace();
    place.write('stops.js', 'process.stderr.write("too early\\n"); process.exit(0);');
    const request = { program: place.path('stops.js'), words: ['now'], cwd: place.folder, env: {} };
    expect(() => runWarm(request)).toThrow('monthend now: ended the process of the tests\ntoo early\n');
    expect(place.run(['--version']).code).toBe(0);
  });

  test('has its own words, folder, variables and umask, and none of the command before', () => {
    const place = workplace();
    place.write(
      'shows.mjs',
      `const { env: { A, B, C }, argv } = process;
      console.log(JSON.stringify({ A, B, C, words: argv.slice(2), cwd: process.cwd(), umask: process.umask() }));
      process.env.C = 'left behind';`,
    );
    const shown = (request: Pick<Request, 'words' | 'cwd' | 'env' | 'umask'>) =>
      JSON.parse(runWarm({ program: place.path('shows.mjs'), ...request }).stdout);
    expect(shown({ words: ['1'], cwd: place.folder, env: { A: 'a' }, umask: 0o27 })).toEqual({
      A: 'a',
      words: ['1'],
      cwd: realpathSync(place.folder),
      umask: 0o27,
    });
    expect(shown({ words: [], cwd: '/', env: { B: 'b' } })).toEqual({
      B: 'b',
      words: [],
      cwd: '/',
      umask: process.umask(),
    });
  });

  test('that does not end is killed, and is an error', () => {
    const place = workplace();
    place.write('waits.js', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
    const request = { program: place.path('waits.js'), words: [], cwd: place.folder, env: {} };
    expect(() => runWarm({ ...request, withinSeconds: 0.1 })).toThrow('ended the process of the tests');
    expect(place.run(['--version'], { withinSeconds: 20 }).code).toBe(0);
  });

  test('is any command', () => {
    const named = new Set(COMMANDS.flatMap(([words]) => words));
    expect(programOutline().commands.filter(({ name }) => !named.has(name))).toEqual([]);
  });
});
