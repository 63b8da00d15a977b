/** Names beside a ledger under which something of another user may stand already: none is followed, overwritten or waited for. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createLedger, openLedger, versionOf } from '../../src/ledger/ledger.js';
import { LATEST_VERSION } from '../../src/ledger/migrations.js';
import { importFacts, order, temporaryFolder } from '../support/facts.js';
import { makeLedgerOfVersion2 } from '../support/old-ledger.js';

describe.skipIf(process.platform === 'win32')('the note that says who writes', () => {
  const PLANTED: readonly (readonly [what: string, plant: (note: string, target: string) => void])[] = [
    ['a link', (note, target) => symlinkSync(target, note)],
    ['a link to nothing', (note, target) => symlinkSync(`${target}-missing`, note)],
    ['a pipe', (note) => execFileSync('mkfifo', [note])],
    ['a link to an endless device', (note) => symlinkSync('/dev/zero', note)],
    ['a file of someone else', (note) => writeFileSync(note, 'mine')],
  ];

  it.each(PLANTED)(
    'is not written where %s has its name, and the work is done all the same',
    async (_, plant) => {
      const folder = temporaryFolder();
      const file = path.join(folder, 'monthend.db');
      const [note, target] = [`${file}-holder`, path.join(folder, 'notes.txt')];
      createLedger(file);
      writeFileSync(target, 'mine');
      plant(note, target);
      const before = { ...lstatSync(note), atime: 0, atimeMs: 0 };
      const [first, second] = [openLedger(file, { readonly: false }), openLedger(file, { readonly: false })];
      second.db.pragma('busy_timeout = 10');
      await first.write('close 2026-10', async () => {
        const refused = second.write('import', () => {});
        await expect(refused).rejects.toMatchObject({
          kind: 'busy',
          message: expect.stringContaining('another process holds the ledger; try'),
        });
      });
      expect(await importFacts(first, [order('A1', '2026-10-05')])).toEqual(['imported']);
      for (const ledger of [first, second]) ledger.close();
      expect({ ...lstatSync(note), atime: 0, atimeMs: 0 }).toEqual(before);
      expect(readFileSync(target, 'utf8')).toBe('mine');
      expect(readdirSync(folder).sort()).toEqual(['monthend.db', 'monthend.db-holder', 'notes.txt']);
    },
  );

  it.each(['', 'proc', 'process 4711, "mon', 'process 4711, "monthend import"'])(
    'replaces what a killed process left of it: %j',
    async (left) => {
      const file = path.join(temporaryFolder(), 'monthend.db');
      createLedger(file);
      writeFileSync(`${file}-holder`, left, { mode: 0o644 });
      const ledger = openLedger(file, { readonly: false });
      await ledger.write('close 2026-10', () => {
        expect(readFileSync(`${file}-holder`, 'utf8')).toBe(
          `process ${process.pid}, "monthend close 2026-10"`,
        );
        expect(statSync(`${file}-holder`).mode & 0o777).toBe(0o600);
      });
      ledger.close();
      expect(readdirSync(path.dirname(file))).toEqual(['monthend.db']);
    },
  );
});

describe('the copy before a ledger is brought up to date', () => {
  it.skipIf(process.platform === 'win32')(
    'takes another name where its own is taken, and is for the owner alone',
    () => {
      const folder = temporaryFolder();
      const file = path.join(folder, 'monthend.db');
      makeLedgerOfVersion2(file);
      const target = path.join(folder, 'notes.txt');
      writeFileSync(target, '');
      symlinkSync(target, `${file}.version-2`);
      writeFileSync(`${file}.version-2-2`, '');
      chmodSync(`${file}.version-2-2`, 0o666);
      openLedger(file, { readonly: false }).close();
      expect(readFileSync(target, 'utf8')).toBe('');
      expect(statSync(`${file}.version-2-2`)).toMatchObject({ size: 0, mode: 0o100666 });
      expect(versionOf(new Database(readFileSync(`${file}.version-2-3`)))).toBe(2);
      expect(statSync(`${file}.version-2-3`).mode & 0o777).toBe(0o600);
      const now = openLedger(file, { readonly: true });
      expect(versionOf(now.db)).toBe(LATEST_VERSION);
      now.close();
      expect(readdirSync(folder)).toHaveLength(5);
    },
  );
});
