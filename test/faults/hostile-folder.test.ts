/**
 * Every command in a folder that someone else prepared. What names a command opens is seen by tracing it, so a new one is covered
 * by itself; at each of them stands something else: a link, a pipe, a device, a stranger's file, a forged journal. In each run of
 * these tests every name that a close opens meets one of them, in the full run of the faults every name of each command all.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/errors/failure.js';
import { PROGRAM, REPOSITORY, runMonthend, type Workplace, workplace } from '../support/monthend.js';
import { IS_FULL } from './scenarios.js';

const CAN_TRACE = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

const COMMANDS = [
  'init',
  'import 2025-11/orders.csv 2025-11/history.csv',
  'import bad.csv --quarantine set-aside.csv',
  'preview 2025-11 --out drafts',
  'close 2025-11',
  'run 2025-11 2025-11/orders.csv 2025-11/history.csv',
  'export 2025-10',
  'report 2025-10',
  'invoices 2025-10',
  'verify',
  'status',
  'explain ORD-1001',
  'explain ORD-1001 --html order.html',
  'check case --junit report.xml',
  'check case --update',
];

const template = mkdtempSync(path.join(tmpdir(), 'monthend-hostile-folder-'));
afterAll(() => rmSync(template, { recursive: true, force: true }));

/** October closed, with all that the commands leave beside the ledger. */
beforeAll(() => {
  cpSync(path.join(REPOSITORY, 'fixtures/sample'), template, { recursive: true });
  cpSync(
    path.join(REPOSITORY, 'fixtures/cases/cancelled-after-the-charge-is-credited'),
    path.join(template, 'case'),
    {
      recursive: true,
    },
  );
  execFileSync('sh', ['-c', 'echo order_id,event,at,reason > bad.csv; echo ,paused,, >> bad.csv'], {
    cwd: template,
  });
  const october = ['practices', 'orders', 'history'].map((name) => `2025-10/${name}.csv`);
  const words = [
    ['init'],
    ['run', '2025-10', ...october],
    ['report', '2025-10'],
    ['invoices', '2025-10'],
    ['preview', '2025-11', '--out', 'drafts'],
    ['explain', 'ORD-1001', '--html', 'order.html'],
    ['check', 'case', '--junit', 'report.xml'],
  ];
  for (const each of words) expect(runMonthend(each, template), each.join(' ')).toMatchObject({ code: 0 });
});

interface Obstacle {
  readonly what: string;
  readonly make: (at: string, outside: string) => void;
  /** The user may keep a folder elsewhere: then new files come to stand there. */
  readonly leadsToFolder?: boolean;
}

const OBSTACLES: readonly Obstacle[] = [
  { what: 'a link to a file', make: (at, outside) => symlinkSync(path.join(outside, 'notes.txt'), at) },
  { what: 'a pipe', make: (at) => execFileSync('mkfifo', [at]) },
  { what: 'a link to an endless device', make: (at) => symlinkSync('/dev/zero', at) },
  { what: 'a link to nothing', make: (at, outside) => symlinkSync(path.join(outside, 'new.txt'), at) },
  { what: 'a link to a folder', make: (at, outside) => symlinkSync(outside, at), leadsToFolder: true },
  { what: "a stranger's file", make: (at) => cpSync(PROGRAM, at) },
  { what: 'a folder', make: (at) => mkdirSync(path.join(at, 'inside'), { recursive: true }) },
];

/** A genuine header whose super-journal, which SQLite would delete, is a file elsewhere (sqlite.org/fileformat.html, section 3). */
const FORGED_JOURNAL: Obstacle = {
  what: 'a journal that names a file to delete',
  make: (at, outside) => {
    const name = Buffer.from(path.join(outside, 'notes.txt'));
    const ledger = readFileSync(at.replace(/-journal$/, ''));
    const header = Buffer.alloc(512);
    Buffer.from('d9d505f920a163d7', 'hex').copy(header);
    header.writeUInt32BE(ledger.length / 8192, 16);
    header.writeUInt32BE(512, 20);
    header.writeUInt32BE(8192, 24);
    const end = Buffer.alloc(16);
    end.writeUInt32BE(name.length, 0);
    end.writeUInt32BE(
      name.reduce((sum, byte) => sum + byte, 0),
      4,
    );
    Buffer.from('d9d505f920a163d7', 'hex').copy(end, 8);
    const page = Buffer.alloc(4);
    page.writeUInt32BE(Math.floor(0x40000000 / 8192) + 1);
    execFileSync('sh', ['-c', 'cat > "$0"', at], { input: Buffer.concat([header, page, name, end]) });
  },
};

function place(): Workplace {
  const made = workplace();
  cpSync(template, made.path('lab'), { recursive: true });
  made.write('outside/notes.txt', 'mine');
  made.write('outside/inside/notes.txt', 'mine, too');
  return made;
}

/** The names in the folder that the command meets, but those that it was told on the command line, and those with its number. */
function namesOf(words: string): string[] {
  const made = place();
  const log = made.path('log');
  const trace = ['-f', '-qq', '-s', '4096', '-e', 'trace=%file', '-o', log];
  spawnSync('strace', [...trace, process.execPath, PROGRAM, ...words.split(' ')], {
    cwd: made.path('lab'),
    env: { PATH: process.env.PATH ?? '' },
  });
  const given = words
    .split(' ')
    .filter((word) => !/^(case|.*\.html|.*\.xml|drafts|set-aside\.csv)$/.test(word));
  const names = new Set<string>();
  for (const [, quoted = ''] of readFileSync(log, 'utf8').matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
    const name = path.relative(made.path('lab'), path.resolve(made.path('lab'), quoted));
    if (name === '' || name.startsWith('..') || /\.\d+(-\d+)?\.(new|partial|replaced)/.test(name)) continue;
    if (name.includes('node_modules') || name === 'package.json') continue;
    if (given.some((word) => word === name || word.startsWith(`${name}/`))) continue;
    names.add(name);
  }
  return [...names].sort();
}

const KNOWN_CODES: readonly number[] = [
  0,
  ...Object.values(EXIT_CODES).filter((code) => code !== EXIT_CODES.fault),
];

describe.skipIf(!CAN_TRACE)('a folder that someone else prepared', () => {
  it.each(COMMANDS.filter((_, index) => IS_FULL || index === 4))(
    '%s changes nothing outside of it, and ends',
    { timeout: 1_800_000 },
    (words) => {
      const names = namesOf(words);
      expect(names.length).toBeGreaterThan(0);
      const wrong: string[] = [];
      for (const [index, name] of names.entries()) {
        const obstacles = [...OBSTACLES, ...(name === 'monthend.db-journal' ? [FORGED_JOURNAL] : [])];
        const chosen = (index + COMMANDS.indexOf(words)) % OBSTACLES.length;
        const met = obstacles.filter(
          (each, number) => IS_FULL || number === chosen || each === FORGED_JOURNAL,
        );
        for (const obstacle of met) wrong.push(...harm(words, name, obstacle));
      }
      expect(wrong).toEqual([]);
    },
  );

  /** @returns how the command ended, if not with one of its codes in bounded time and memory */
  function outcome(words: string, folder: string): string | undefined {
    try {
      const { code, stderr } = runMonthend(words.split(' '), folder, { withinSeconds: 60 });
      return KNOWN_CODES.includes(code ?? -1) ? undefined : `exit ${code}: ${stderr}`;
    } catch (error) {
      return `does not end: ${(error as Error).message}`;
    }
  }

  function harm(words: string, name: string, { what, make, leadsToFolder = false }: Obstacle): string[] {
    const made = place();
    const at = made.path('lab', name);
    const outside = made.path('outside');
    const before = made.snapshot('outside');
    rmSync(at, { recursive: true, force: true });
    mkdirSync(path.dirname(at), { recursive: true });
    make(at, outside);
    const ended = outcome(words, made.path('lab'));
    const after = made.snapshot('outside');
    rmSync(made.folder, { recursive: true, force: true });
    const kept = Object.keys(before).every((file) => after[file] === before[file]);
    const added = Object.keys(after).length > Object.keys(before).length;
    const faults = [
      ...(ended === undefined ? [] : [ended]),
      ...(kept ? [] : ['a file outside has changed']),
      ...(added && !leadsToFolder ? ['a file outside is new'] : []),
    ];
    return faults.map((fault) => `${what} at ${name}: ${fault}`);
  }
});
