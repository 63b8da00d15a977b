/** Folders that cannot be written, or are not ours: told by path, nothing changed, and completed once the way is free. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.js';
import { REPOSITORY, type Workplace, workplace } from '../support/monthend.js';
import { ledgerContent } from './content.js';
import { note } from './figures.js';
import { PROGRAM } from './strace.js';
import { warmProgram } from './warm.js';

const CLOSE = ['close', '2025-10', '--out', 'out'];
const isRoot = process.getuid?.() === 0;

beforeEach(({ task }) => {
  note(task, { fault: 'folder', injected: { obstacles: 1 }, found: { 'wrong otherwise': 0 } });
});

const IMPORTED = mkdtempSync(path.join(tmpdir(), 'monthend-'));
const warm = warmProgram(IMPORTED);
afterAll(() => {
  warm.end();
  rmSync(IMPORTED, { recursive: true, force: true });
});

beforeAll(async () => {
  cpSync(path.join(REPOSITORY, 'fixtures/sample'), IMPORTED, { recursive: true });
  const files = ['practices', 'orders', 'history'].map((name) => `2025-10/${name}.csv`);
  createLedger(path.join(IMPORTED, 'monthend.db'));
  expect(await warm.run(IMPORTED, ['import', ...files])).toMatchObject({ code: 0 });
});

/** A folder with October imported. */
function ready(): Workplace {
  const place = workplace();
  cpSync(IMPORTED, place.folder, { recursive: true });
  return place;
}

const content = (place: Workplace) => ledgerContent(place.path('monthend.db'));

let undisturbed: { files: object; ledger: string } | undefined;

/** Once the obstacle is gone, the same command ends as it would have. */
async function completes(place: Workplace): Promise<void> {
  const end = async (of: Workplace) => {
    expect(await warm.run(of.folder, CLOSE)).toMatchObject({ code: 0 });
    return { files: of.snapshot('out'), ledger: content(of) };
  };
  undisturbed ??= await end(ready());
  expect(await end(place)).toEqual(undisturbed);
}

describe('in the way of OUT/2025-10', () => {
  test.each<[what: string, make: (place: Workplace) => void, rest: (place: Workplace) => void]>([
    [
      'a file',
      (place) => place.write('out/2025-10', 'mine'),
      (place) => expect(place.read('out/2025-10')).toBe('mine'),
    ],
    [
      'a folder that is not ours',
      (place) => place.write('out/2025-10/mine.txt', 'mine'),
      (place) =>
        expect(place.snapshot('out')).toEqual({ '2025-10/mine.txt': Buffer.from('mine').toString('base64') }),
    ],
    [
      'a link to a folder',
      (place) => {
        mkdirSync(place.path('elsewhere'));
        mkdirSync(place.path('out'));
        symlinkSync('../elsewhere', place.path('out/2025-10'));
      },
      (place) => {
        expect(readlinkSync(place.path('out/2025-10'))).toBe('../elsewhere');
        expect(readdirSync(place.path('elsewhere'))).toEqual([]);
      },
    ],
  ])('%s: refused before the month is closed', async (_, make, rest) => {
    const place = ready();
    make(place);
    const before = content(place);
    expect(place.run(CLOSE)).toMatchObject({ code: 4, stderr: expect.stringContaining('out/2025-10: ') });
    expect(content(place)).toBe(before);
    rest(place);
    spawnSync('rm', ['-rf', place.path('out')]);
    await completes(place);
  });

  test('a file in place of OUT: refused before the month is closed', async () => {
    const place = ready();
    place.write('out', 'mine');
    const before = content(place);
    expect(place.run(CLOSE)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('/out is a file, and a folder is expected'),
    });
    expect(content(place)).toBe(before);
    spawnSync('rm', [place.path('out')]);
    await completes(place);
  });
});

test('a ledger behind a link is the ledger', async () => {
  const place = ready();
  place.write('real/keep', '');
  spawnSync('mv', [place.path('monthend.db'), place.path('real/')]);
  symlinkSync('real/monthend.db', place.path('monthend.db'));
  await completes(place);
});

describe.skipIf(!isRoot && process.getuid === undefined)('a folder that may not be written', () => {
  /** Runs as somebody whom the permissions bind: they do not bind root. */
  function runBound(place: Workplace, words: readonly string[]) {
    const somebody = isRoot ? { uid: 65534, gid: 65534 } : {};
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
      cwd: place.folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '' },
      ...somebody,
    });
    return { code: status, stderr };
  }
  const handOver = (place: Workplace) => {
    if (isRoot) spawnSync('chown', ['-R', '65534:65534', place.folder]);
  };

  test("the ledger's: nothing is imported or closed", async () => {
    const place = ready();
    handOver(place);
    const before = content(place);
    chmodSync(place.folder, 0o555);
    for (const words of [['import', '2025-11/orders.csv'], CLOSE])
      expect(runBound(place, words)).toMatchObject({
        code: 74,
        stderr: expect.stringContaining('monthend.db: '),
      });
    chmodSync(place.folder, 0o755);
    expect(content(place)).toBe(before);
    await completes(place);
  });

  test("the months': the month is closed, its files come with the next run", async () => {
    const place = ready();
    mkdirSync(place.path('out'), { mode: 0o555 });
    handOver(place);
    expect(runBound(place, CLOSE)).toMatchObject({
      code: 74,
      stderr: expect.stringMatching(/out\/.*permission denied/),
    });
    chmodSync(place.path('out'), 0o755);
    await completes(place);
  });
});

describe('a mount that is read-only', () => {
  /** @returns whether the folder could be mounted so: only root may */
  function mountReadOnly(folder: string): boolean {
    const done = spawnSync('mount', ['--bind', folder, folder]).status === 0;
    if (!done) {
      console.warn('faults: skipped, a read-only mount needs root and its right to mount');
      return false;
    }
    onTestFinished(() => {
      spawnSync('umount', [folder]);
    });
    return spawnSync('mount', ['-o', 'remount,ro,bind', folder]).status === 0;
  }

  test('a ledger on it can be read, not written', async () => {
    const place = ready();
    place.run(CLOSE);
    const before = content(place);
    const out = workplace();
    if (!mountReadOnly(place.folder)) return;
    expect(place.run(['export', '2025-10', '--out', out.path('copies')])).toMatchObject({ code: 0 });
    expect(out.snapshot('copies')).toEqual(place.snapshot('out'));
    for (const words of [
      ['import', '2025-11/orders.csv'],
      ['close', '2025-11'],
      ['export', '2025-10', '--out', 'out'],
    ])
      expect(place.run(words), words.join(' ')).toMatchObject({
        code: 74,
        stderr: expect.stringContaining(words[0] === 'export' ? 'out' : 'monthend.db'),
      });
    spawnSync('umount', [place.folder]);
    expect(content(place)).toBe(before);
  });

  test("the months' folder on it: the month is closed, its files come with the next run", async () => {
    const place = ready();
    mkdirSync(place.path('out'));
    if (!mountReadOnly(place.path('out'))) return;
    expect(place.run(CLOSE)).toMatchObject({ code: 74, stderr: expect.stringMatching(/out\/.*read-only/) });
    expect(existsSync(place.path('out/2025-10'))).toBe(false);
    spawnSync('umount', [place.path('out')]);
    await completes(place);
  });
});
