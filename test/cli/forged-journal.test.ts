/** A journal beside the ledger that no stopped write of it left: SQLite would obey it, so it must not come to see it. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { killWriter } from '../support/killed-writer.js';
import { type Workplace, workplaceWithSample } from '../support/monthend.js';

const lab = () => workplaceWithSample('2025-10');

const MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/** What SQLite appends to the journal of a commit of several files: the name of the one that lists them all. */
function superJournal(name: string): Buffer {
  const text = Buffer.from(name);
  const numbers = Buffer.alloc(12);
  const LOCKING_PAGE = 2 ** 30 / 8192 + 1;
  numbers.writeUInt32BE(LOCKING_PAGE, 0);
  numbers.writeUInt32BE(text.length, 4);
  numbers.writeUInt32BE(
    text.reduce((sum, byte) => sum + byte, 0),
    8,
  );
  return Buffer.concat([numbers.subarray(0, 4), text, numbers.subarray(4), MAGIC]);
}

const COMMANDS: readonly (readonly string[])[] = [
  ['verify'],
  ['status'],
  ['explain', 'ORD-1001'],
  ['report', '2025-10'],
  ['export', '2025-10', '--out', 'again'],
  ['invoices', '2025-10'],
  ['preview', '2025-11'],
  ['import', '2025-11/orders.csv'],
  ['close', '2025-11'],
  ['run', '2025-11', '2025-11/orders.csv'],
];

describe('a journal that names a super-journal', () => {
  it('is what SQLite would delete another file for', () => {
    const place = lab();
    place.write('elsewhere/notes.txt', 'mine');
    killWriter(place);
    appendFileSync(place.path('monthend.db-journal'), superJournal(place.path('elsewhere/notes.txt')));
    const db = new Database(place.path('monthend.db'));
    db.pragma('schema_version');
    db.close();
    expect(existsSync(place.path('elsewhere/notes.txt'))).toBe(false);
  });

  it.each(COMMANDS)('is refused by %s', (...words) => {
    const place = lab();
    place.write('elsewhere/notes.txt', 'mine');
    killWriter(place);
    appendFileSync(place.path('monthend.db-journal'), superJournal(place.path('elsewhere/notes.txt')));
    const before = place.snapshot('.');
    const { code, stderr } = place.run(words);
    expect(stderr).toContain('monthend.db-journal: names another file, which a rollback would delete');
    expect(code).toBe(5);
    expect(place.snapshot('.')).toEqual(before);
  });
});

describe('a journal that is not of this ledger', () => {
  const change = (place: Workplace, alter: (journal: Buffer) => void) => {
    killWriter(place);
    const journal = place.bytes('monthend.db-journal');
    alter(journal);
    writeFileSync(place.path('monthend.db-journal'), journal);
  };
  it.each<[what: string, message: string, make: (place: Workplace) => void]>([
    ['a note', 'is not a journal of SQLite', (place) => place.write('monthend.db-journal', 'mine')],
    [
      'a long note',
      'is not a journal of SQLite',
      (place) => place.write('monthend.db-journal', 'mine\n'.repeat(5000)),
    ],
    [
      'one with other pages',
      'has pages of 4096 bytes',
      (place) => change(place, (journal) => journal.writeUInt32BE(4096, 24)),
    ],
    [
      'one of a larger file',
      'is of a file of 900000 pages',
      (place) => change(place, (journal) => journal.writeUInt32BE(900_000, 16)),
    ],
  ])('%s is refused', (_, message, make) => {
    const place = lab();
    make(place);
    const before = place.snapshot('.');
    for (const words of [['status'], ['close', '2025-11']])
      expect(place.run(words)).toMatchObject({ code: 5, stderr: expect.stringContaining(message) });
    expect(place.snapshot('.')).toEqual(before);
  });

  it.skipIf(process.getuid?.() !== 0)("another user's is refused", () => {
    const place = lab();
    killWriter(place);
    chownSync(place.path('monthend.db-journal'), 65534, 65534);
    const before = place.snapshot('.');
    expect(place.run(['status'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('belongs to another user'),
    });
    expect(place.snapshot('.')).toEqual(before);
  });
});

describe.skipIf(process.platform === 'win32')('what is no regular file beside a ledger', () => {
  it.each(['-journal', '-wal', '-shm'])(
    'LEDGER%s as a pipe or a link: refused, and nothing waits',
    (suffix) => {
      for (const make of [
        (file: string) => execFileSync('mkfifo', [file]),
        (file: string) => symlinkSync('notes.txt', file),
      ]) {
        const place = lab();
        place.write('notes.txt', 'mine');
        make(place.path(`monthend.db${suffix}`));
        for (const words of [['status'], ['close', '2025-11']])
          expect(place.run(words)).toMatchObject({
            code: 5,
            stderr: expect.stringContaining('is not a regular file'),
          });
        expect(place.read('notes.txt')).toBe('mine');
        expect(lstatSync(place.path(`monthend.db${suffix}`)).isFile()).toBe(false);
      }
    },
  );
});

it('a journal that was not synced yet is passed over, as SQLite does', () => {
  const place = lab();
  writeFileSync(place.path('monthend.db-journal'), Buffer.alloc(512));
  expect(place.run(['status']).code).toBe(0);
});
