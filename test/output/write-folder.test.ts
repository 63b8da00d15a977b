import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import { monthFiles } from '../../src/output/month-files.js';
import { renderMonth } from '../../src/output/render-month.js';
import { type FolderOptions, refuseForeignFolder, writeMonthFolder } from '../../src/output/write-folder.js';
import {
  blockOf,
  heldLine,
  issuedDocument,
  issuedLine,
  monthView,
  temporaryFolder,
} from '../support/facts.js';

const VERSION = '1.2.3';
const DOCUMENTS = [issuedDocument(), issuedDocument({ practiceId: 'Zoë 🦷' })];
const VIEW = monthView({ documents: DOCUMENTS, held: [heldLine()] });

/** As the ledger of VIEW would say: what has its seal is its own. */
const keep: FolderOptions['keep'] = ({ month, seal }) =>
  month === VIEW.month && seal === VIEW.seal ? undefined : { reason: 'was written for another ledger' };

const write = (out: string, view: MonthView = VIEW) =>
  writeMonthFolder({ view, files: monthFiles(view), engineVersion: VERSION }, { out, keep });

/** Every file below a folder, by name with `/`, as latin1 text. */
function filesBelow(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => lstatSync(path.join(folder, name)).isFile())
      .map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(folder, name), 'latin1')]),
  );
}

const sorted = (files: Map<string, string>) => new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));

describe("a month's folder", () => {
  it('holds the same bytes as are rendered in memory', async () => {
    const folder = await write(temporaryFolder());
    expect(path.basename(folder)).toBe('2026-10');
    expect(sorted(filesBelow(folder))).toEqual(sorted(renderMonth(VIEW, VERSION)));
  });

  it('is for the owner alone, and so is the folder of the months', async () => {
    const out = path.join(temporaryFolder(), 'new', 'invoices');
    const folder = await write(out);
    const modeOf = (name: string) => statSync(path.join(folder, name)).mode & 0o777;
    for (const name of ['..', '.', 'invoices']) expect(modeOf(name), name).toBe(0o700);
    for (const name of filesBelow(folder).keys()) expect(modeOf(name), name).toBe(0o600);
  });

  it('has nothing beside it when it is done', async () => {
    const out = temporaryFolder();
    await write(out);
    await write(out);
    expect(readdirSync(out)).toEqual(['2026-10']);
  });

  it('has no folder of invoices when there are none', async () => {
    expect(readdirSync(await write(temporaryFolder(), monthView({})))).not.toContain('invoices');
  });
});

describe('a write that fails midway', () => {
  function* failing() {
    yield blockOf([issuedLine()]);
    throw new Error('boom');
  }
  const broken = { ...VIEW, blocksOf: failing };

  it('leaves no folder and no staging folder', async () => {
    const out = temporaryFolder();
    await expect(write(out, broken)).rejects.toThrow('boom');
    expect(readdirSync(out)).toEqual([]);
  });

  it('leaves the folder that was there, whole', async () => {
    const out = temporaryFolder();
    const before = filesBelow(await write(out));
    await expect(write(out, broken)).rejects.toThrow('boom');
    expect(readdirSync(out)).toEqual(['2026-10']);
    expect(filesBelow(path.join(out, '2026-10'))).toEqual(before);
  });
});

describe('a folder that is there already', () => {
  it('is replaced if it is our own: what was in it is gone', async () => {
    const out = temporaryFolder();
    await write(out);
    const fewer = monthView({ documents: DOCUMENTS.slice(0, 1) });
    await write(out, fewer);
    expect(sorted(filesBelow(path.join(out, '2026-10')))).toEqual(sorted(renderMonth(fewer, VERSION)));
  });

  it('is replaced if it is empty', async () => {
    const out = temporaryFolder();
    mkdirSync(path.join(out, '2026-10'));
    expect(filesBelow(await write(out)).has('manifest.json')).toBe(true);
  });

  const manifest = (changes: object) =>
    JSON.stringify({
      generator: 'monthend',
      billing_month: '2026-10',
      draft: false,
      seal: VIEW.seal,
      ...changes,
    });
  const withManifest = (text: string) => (folder: string) => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'manifest.json'), text);
  };
  it.each<[what: string, make: (folder: string) => void, why: string]>([
    [
      'without a manifest',
      (folder) => {
        mkdirSync(folder);
        writeFileSync(path.join(folder, 'mine.txt'), 'mine');
      },
      'was not written by monthend',
    ],
    [
      'with the manifest of another program',
      withManifest(manifest({ generator: 'webpack' })),
      'was not written by monthend',
    ],
    [
      'with a manifest that is not JSON',
      withManifest('{"generator": "monthend"'),
      'was not written by monthend',
    ],
    ['with a manifest that is no object', withManifest('null'), 'was not written by monthend'],
    ['of another ledger', withManifest(manifest({ seal: 'f'.repeat(64) })), 'another ledger'],
    ['of another month', withManifest(manifest({ billing_month: '2026-09' })), 'another ledger'],
    ['that is a file', (folder) => writeFileSync(folder, 'mine'), 'is not a folder'],
    [
      'that is a link to a folder of ours',
      (folder) => {
        withManifest(manifest({}))(`${folder}-elsewhere`);
        symlinkSync(`${folder}-elsewhere`, folder);
      },
      'is not a folder',
    ],
    ['that is a link to nowhere', (folder) => symlinkSync(`${folder}-nowhere`, folder), 'is not a folder'],
  ])('%s is refused and stays as it is', async (_, make, why) => {
    const out = temporaryFolder();
    const folder = path.join(out, '2026-10');
    make(folder);
    const [names, files] = [readdirSync(out), filesBelow(out)];
    const refused = expect.objectContaining({ kind: 'refused', message: expect.stringContaining(why) });
    expect(() => refuseForeignFolder('2026-10', { out, keep })).toThrow(refused);
    await expect(write(out)).rejects.toThrow(refused);
    expect(readdirSync(out)).toEqual(names);
    expect(filesBelow(out)).toEqual(files);
  });

  it.each<[what: string, put: (folder: string) => void, named: string]>([
    ['a file', (folder) => writeFileSync(path.join(folder, 'notes.txt'), 'mine'), 'holds notes.txt, which'],
    [
      'a hidden file',
      (folder) => writeFileSync(path.join(folder, '.DS_Store'), ''),
      'holds .DS_Store, which',
    ],
    [
      'a file beside the invoices',
      (folder) => writeFileSync(path.join(folder, 'invoices', 'P-100 paid.csv'), 'mine'),
      'holds invoices/P-100 paid.csv, which',
    ],
    ['an empty folder', (folder) => mkdirSync(path.join(folder, 'sent')), 'holds sent/, which'],
    ['a link', (folder) => symlinkSync('nowhere', path.join(folder, 'link')), 'holds link, which'],
    [
      'more than a message names',
      (folder) => {
        for (const name of ['e', 'd', 'c', 'b', 'a']) writeFileSync(path.join(folder, name), '');
      },
      'holds a, b, c and 2 more, which monthend did not write, so nothing in it is replaced; move them elsewhere',
    ],
  ])('is refused if it holds %s of somebody else, and stays as it is', async (_, put, named) => {
    const out = temporaryFolder();
    const folder = await write(out);
    put(folder);
    const [names, files] = [readdirSync(folder), filesBelow(out)];
    const refused = expect.objectContaining({ kind: 'refused', message: expect.stringContaining(named) });
    expect(() => refuseForeignFolder('2026-10', { out, keep })).toThrow(refused);
    await expect(write(out)).rejects.toThrow(refused);
    expect(readdirSync(folder)).toEqual(names);
    expect(readdirSync(out)).toEqual(['2026-10']);
    expect(filesBelow(out)).toEqual(files);
  });

  it('is refused if something comes into it while its successor is written, and stays as it is', async () => {
    const out = temporaryFolder();
    const folder = await write(out);
    const files = filesBelow(out).set('2026-10/notes.txt', 'mine');
    function* late() {
      writeFileSync(path.join(folder, 'notes.txt'), 'mine');
      yield blockOf([issuedLine()]);
    }
    await expect(write(out, { ...VIEW, blocksOf: late })).rejects.toThrow('holds notes.txt, which');
    expect(readdirSync(out)).toEqual(['2026-10']);
    expect(sorted(filesBelow(out))).toEqual(sorted(files));
  });

  it('is replaced though a file of ours in it was changed: that is how it is mended', async () => {
    const folder = await write(temporaryFolder());
    writeFileSync(path.join(folder, 'summary.csv'), 'spoiled');
    await write(path.dirname(folder));
    expect(sorted(filesBelow(folder))).toEqual(sorted(renderMonth(VIEW, VERSION)));
  });

  it('is described to whom decides: its month, its seal, whether it is a draft', async () => {
    const out = temporaryFolder();
    await write(out, { ...VIEW, isDraft: true });
    const found: unknown[] = [];
    const noting: FolderOptions['keep'] = (each) => {
      found.push(each);
      return undefined;
    };
    refuseForeignFolder('2026-10', { out, keep: noting });
    expect(found).toEqual([{ month: '2026-10', seal: VIEW.seal, isDraft: true, ledgerId: VIEW.ledgerId }]);
  });

  it.each(['nothing', 'an empty folder'])('%s in place: no question is asked', (what) => {
    const out = temporaryFolder();
    if (what !== 'nothing') mkdirSync(path.join(out, '2026-10'));
    const never = () => ({ reason: 'no' });
    expect(() => refuseForeignFolder('2026-10', { out, keep: never })).not.toThrow();
  });
});

describe('what a stopped run left behind', () => {
  const deadProcess = () => spawnSync(process.execPath, ['--version']).pid;
  const livingProcess = () => process.ppid;

  it.each<[whose: string, name: () => string, stays: boolean]>([
    ['a partial folder of a dead process', () => `.2026-10.${deadProcess()}.partial`, false],
    ['a replaced folder of a dead process', () => `.2026-09.${deadProcess()}.replaced`, false],
    ['a partial folder of our own number', () => `.2026-10.${process.pid}.partial`, false],
    ['a partial folder of a living process', () => `.2026-10.${livingProcess()}.partial`, true],
    ['a replaced folder of a living process', () => `.2026-10.${livingProcess()}.replaced`, true],
    ['a folder of another name', () => `2026-10.${deadProcess()}.partial`, true],
    ['a hidden folder of another name', () => '.git', true],
  ])('%s', async (_, nameOf, stays) => {
    const out = temporaryFolder();
    const leftover = path.join(out, nameOf());
    mkdirSync(leftover);
    writeFileSync(path.join(leftover, 'summary.csv'), 'half a ro');
    await write(out);
    expect(readdirSync(out).includes(path.basename(leftover))).toBe(stays);
    expect(readdirSync(out)).toContain('2026-10');
  });
});
