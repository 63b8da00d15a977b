import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Failure } from '../../src/errors/failure.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { CLOSING_TABLES } from '../../src/ledger/closing-tables.js';
import { ledgerIdOf } from '../../src/ledger/identity.js';
import { createLedger, type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { APPLICATION_ID, LATEST_VERSION } from '../../src/ledger/migrations.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { voidMonth } from '../../src/ledger/void.js';
import {
  allRows,
  close,
  closed,
  drafted,
  importFacts,
  order,
  practice,
  temporaryFolder,
} from '../support/facts.js';
import { runInto } from '../support/monthend.js';
import { backToVersion6, makeLedgerOfVersion3, makeLedgerOfVersion4 } from '../support/old-ledger.js';

function newLedgerFile(): string {
  const file = path.join(temporaryFolder(), 'monthend.db');
  createLedger(file);
  return file;
}

function open(file: string, { readonly = false } = {}): Ledger {
  const ledger = openLedger(file, { readonly });
  onTestFinished(() => ledger.close());
  return ledger;
}

const filesBeside = (file: string) => readdirSync(path.dirname(file));

describe('a new ledger', () => {
  it('is for the owner alone, and the only file in its folder', () => {
    const file = newLedgerFile();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(filesBeside(file)).toEqual(['monthend.db']);
  });

  it('is whole: its tables are STRICT, its version is the newest', () => {
    const { db } = open(newLedgerFile());
    const loose =
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'";
    expect(db.prepare(loose).all()).toEqual([]);
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(db.pragma('user_version', { simple: true })).toBe(LATEST_VERSION);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('leaves alone a ledger that is there already', async () => {
    const file = newLedgerFile();
    await importFacts(open(file), [order('A1', '2026-10-05')]);
    const before = readFileSync(file);
    createLedger(file);
    expect(readFileSync(file)).toEqual(before);
    expect(filesBeside(file)).toEqual(['monthend.db']);
  });
});

describe('what a process left that was killed while it created a ledger', () => {
  const draftOf = (file: string, pid: number | undefined) =>
    path.join(path.dirname(file), `.monthend.db.${pid}.new`);
  const deadProcess = () => spawnSync('true').pid;

  it('is removed by the next that creates one', () => {
    const file = path.join(temporaryFolder(), 'monthend.db');
    const draft = draftOf(file, deadProcess());
    for (const left of [draft, `${draft}-journal`]) writeFileSync(left, 'half a le');
    createLedger(file);
    expect(filesBeside(file)).toEqual(['monthend.db']);
  });

  it('is removed by the next that writes, if it had its name already', () => {
    const file = newLedgerFile();
    linkSync(file, draftOf(file, deadProcess()));
    open(file);
    expect(filesBeside(file)).toEqual(['monthend.db']);
  });

  it('stays if the process lives', () => {
    const file = newLedgerFile();
    linkSync(file, draftOf(file, process.ppid));
    open(file);
    expect(filesBeside(file)).toHaveLength(2);
  });
});

it.each([false, true])(
  'every open ledger has the settings that docs/ledger.md section 2 asks for; read-only: %s',
  (readonly) => {
    const { db } = open(newLedgerFile(), { readonly });
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check'];
    const EXTRA = 3;
    expect(settings.map((name) => db.pragma(name, { simple: true }))).toEqual(['delete', EXTRA, 1, 0, 1]);
  },
);

it('a ledger that others may read is the owner’s alone again once it is opened for writing', () => {
  const file = newLedgerFile();
  chmodSync(file, 0o644);
  open(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

describe('a ledger of version 3, whose facts were rows', () => {
  function ledgerOfVersion3(): string {
    const file = path.join(temporaryFolder(), 'monthend.db');
    makeLedgerOfVersion3(file);
    return file;
  }
  const versionOf = ({ db }: Ledger) => db.pragma('user_version', { simple: true });

  it.each([true, false])(
    'is brought up to date when it is opened, after a copy beside it (to read: %s)',
    (readonly) => {
      const file = ledgerOfVersion3();
      const before = readFileSync(file);
      expect(versionOf(open(file, { readonly }))).toBe(LATEST_VERSION);
      const copy = `${file}.version-3`;
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      const [was, is] = [before, readFileSync(copy)].map((bytes) => new Database(bytes));
      const rows = (db: Database.Database | undefined) =>
        ['order_lines', 'events', 'closed_months'].map((table) =>
          db?.prepare(`SELECT * FROM ${table}`).all(),
        );
      expect(rows(is)).toEqual(rows(was));
    },
  );

  it('has the same facts, versions, months and seals afterwards, and passes its audit', async () => {
    const file = ledgerOfVersion3();
    const old = new Database(readFileSync(file));
    const ledger = open(file);
    for (const table of ['order_lines', 'events']) {
      const columns = (old.pragma(`table_info(${table})`) as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => name !== 'position');
      const rows = (db: Database.Database) =>
        db.prepare(`SELECT ${columns} FROM ${table} ORDER BY ${columns}`).all();
      expect(rows(ledger.db), table).toEqual(rows(old));
    }
    for (const name of closingTablesIn(old)) expect(rowsOf(ledger.db, name), name).toEqual(rowsOf(old, name));
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    for (const month of ['2025-10', '2025-11']) expect(await auditBalance(ledger, month)).toEqual([]);
    await close(ledger, '2025-12');
    expect(await auditLedger(ledger, undefined)).toEqual([]);
  });

  it('is refused if its facts are not as they were imported, and stays as it is', () => {
    const file = ledgerOfVersion3();
    const db = new Database(file);
    const trigger = db
      .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'order_lines_refuse_update'")
      .pluck()
      .get();
    db.exec(
      `DROP TRIGGER order_lines_refuse_update; UPDATE order_lines SET unit_price = '1' WHERE order_line = 1; ${trigger}`,
    );
    db.close();
    const before = readFileSync(file);
    expect(() => open(file)).toThrow('the facts of import 1 do not match their hash');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('has the hashes by the log in the seal of the next month, and in no earlier or later one', async () => {
    const ledger = open(ledgerOfVersion3());
    for (const month of ['2025-12', '2026-01']) await close(ledger, month);
    ledger.db.exec(
      "DROP TRIGGER moved_imports_refuse_update; UPDATE moved_imports SET sha256 = 'f' WHERE import_id = 1",
    );
    const places = (await auditLedger(ledger, undefined)).map(({ place, message }) => `${place}: ${message}`);
    expect(places.filter((each) => each.includes('seal'))).toEqual([expect.stringContaining('2025-12')]);
  });

  it('may be opened by several processes at once', async () => {
    const file = ledgerOfVersion3();
    const folder = path.dirname(file);
    const output = openSync(path.join(folder, 'output'), 'w');
    const runs = Array.from({ length: 4 }, () => runInto(['status', '--ledger', file], folder, output));
    expect((await Promise.all(runs)).map(({ code, stderr }) => [code, stderr])).toEqual(
      Array(4).fill([0, '']),
    );
    closeSync(output);
    expect(await auditLedger(open(file), undefined)).toEqual([]);
  });
});

/** The lines of orders were rows up to version 5; now a view shows them. */
function closingTablesIn(old: Database.Database): string[] {
  const tables = new Set(
    old.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
  );
  return [...CLOSING_TABLES.map(({ name }) => name), 'document_lines'].filter((name) => tables.has(name));
}

/** Returns the rows of a table, in the same order and with their columns in the same order in every version. */
const rowsOf = (db: Database.Database, table: string): string[] =>
  db
    .prepare<[], object>(`SELECT * FROM ${table}`)
    .all()
    .map((row) => JSON.stringify(Object.entries(row).sort()))
    .sort();

describe('a ledger of version 4, without identity, preflight and voids', () => {
  function ledgerOfVersion4(): string {
    const file = path.join(temporaryFolder(), 'monthend.db');
    makeLedgerOfVersion4(file);
    return file;
  }

  it('has the same rows afterwards, passes its audit, is closed further and voided', async () => {
    const file = ledgerOfVersion4();
    const old = new Database(readFileSync(file));
    const ledger = open(file);
    for (const name of closingTablesIn(old)) expect(rowsOf(ledger.db, name), name).toEqual(rowsOf(old, name));
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    for (const month of ['2025-10', '2025-11']) expect(await auditBalance(ledger, month)).toEqual([]);
    await close(ledger, '2025-12');
    for (const month of ['2025-12', '2025-11']) await voidMonth(ledger, month, { reason: 'a test', now: 0 });
    await close(ledger, '2025-11');
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    expect(await auditBalance(ledger, '2025-11')).toEqual([]);
  });

  it('gets an identity that all its copies have, and no other ledger', () => {
    const ids = [makeLedgerOfVersion4, makeLedgerOfVersion4, makeLedgerOfVersion3].map((make) => {
      const file = path.join(temporaryFolder(), 'monthend.db');
      make(file);
      return ledgerIdOf(open(file).db);
    });
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});

describe('a ledger of version 6, in which a practice had one zone for all months', () => {
  it('has the same rows and triggers afterwards, and takes another zone', async () => {
    const file = newLedgerFile();
    const before = openLedger(file, { readonly: false });
    await importFacts(before, [practice('P1', { timeZone: 'Asia/Tokyo' }), order('A1', '2026-10-05')]);
    await close(before, '2026-10');
    await importFacts(before, [order('B1', '2026-11-05', { practiceId: 'P2' })]);
    await close(before, '2026-11');
    before.close();
    backToVersion6(file);
    const old = new Database(readFileSync(file));
    expect(rowsOf(old, 'practice_zones')).toHaveLength(2);

    const ledger = open(file);
    expect(existsSync(`${file}.version-6`)).toBe(true);
    for (const name of closingTablesIn(old)) expect(rowsOf(ledger.db, name), name).toEqual(rowsOf(old, name));
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    for (const statement of ["UPDATE practice_zones SET time_zone = 'UTC'", 'DELETE FROM practice_zones'])
      expect(() => ledger.db.exec(statement)).toThrow('closed months are never changed');

    await importFacts(ledger, [practice('P1', { timeZone: 'America/New_York' })], { amend: true });
    await voidMonth(ledger, '2026-11', { reason: 'a test', now: 0 });
    await close(ledger, '2026-11');
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    for (const month of ['2026-10', '2026-11']) expect(await auditBalance(ledger, month)).toEqual([]);
  });
});

it.each([
  ['3', makeLedgerOfVersion3],
  ['4', makeLedgerOfVersion4],
])('months closed under version %s have the terms of their documents too', async (_, make) => {
  const file = path.join(temporaryFolder(), 'monthend.db');
  make(file);
  const ledger = open(file);
  const november = await readMonth(ledger, '2025-11', (view) =>
    [...view.reconciliation()].map(({ term, lines, amountMinor }) => `${term} ${lines} ${amountMinor}`),
  );
  // As README.md prints it: 919.50 charged; 1,473.00 credited, since an order was cancelled.
  expect(november.slice(11)).toEqual([
    'recharged 0 0',
    'charges 3 91950',
    'credited_amended 0 0',
    'credited_cancelled 1 -147300',
    'credited_deleted 0 0',
    'credited_paused 0 0',
    'credits 1 -147300',
    'documents 4 -55350',
  ]);
});

/** Writes a file of SQLite through a connection of its own. */
function writeDatabase(file: string, write: (db: Database.Database) => void): void {
  const db = new Database(file);
  write(db);
  db.close();
}

describe('a file that is no ledger of ours is refused and stays as it is', () => {
  it.each<[what: string, kind: string, make: (file: string) => void]>([
    ['a zero-byte file', 'damaged', (file) => writeFileSync(file, '')],
    ['a file of one byte', 'damaged', (file) => writeFileSync(file, 'x')],
    ['a text file', 'damaged', (file) => writeFileSync(file, 'order_id,product\n'.repeat(1000))],
    [
      "another application's file of SQLite",
      'damaged',
      (file) => writeDatabase(file, (db) => db.exec('CREATE TABLE notes (text); PRAGMA user_version = 1')),
    ],
    [
      'a ledger of a newer version',
      'damaged',
      (file) => {
        createLedger(file);
        writeDatabase(file, (db) => db.pragma(`user_version = ${LATEST_VERSION + 1}`));
      },
    ],
    [
      'a ledger from before the first release',
      'damaged',
      (file) => {
        createLedger(file);
        writeDatabase(file, (db) => db.pragma('user_version = 1'));
      },
    ],
    [
      'a ledger cut in half',
      'damaged',
      (file) => {
        createLedger(file);
        truncateSync(file, statSync(file).size / 2);
      },
    ],
    [
      'a ledger laid out as SQLite does not know it',
      'damaged',
      (file) => {
        createLedger(file);
        const bytes = readFileSync(file);
        bytes[47] = 5; // the schema format number
        writeFileSync(file, bytes);
      },
    ],
    [
      'a ledger whose header is overwritten',
      'damaged',
      (file) => {
        createLedger(file);
        writeFileSync(file, 'not SQLite any more', { flag: 'r+' });
      },
    ],
  ])('%s: %s', (_, kind, make) => {
    const file = path.join(temporaryFolder(), 'monthend.db');
    make(file);
    chmodSync(file, 0o664);
    const { mode } = statSync(file);
    const before = readFileSync(file);
    for (const readonly of [true, false]) {
      const message = expect.stringContaining(file);
      expect(() => openLedger(file, { readonly })).toThrow(expect.objectContaining({ kind, message }));
      expect(readFileSync(file)).toEqual(before);
      expect(statSync(file).mode).toBe(mode);
      expect(filesBeside(file)).toEqual(['monthend.db']);
    }
  });

  it.skipIf(process.platform === 'win32').each(['notes.txt', 'pipe', '/dev/zero'])(
    'a link to %s: as it is',
    (to) => {
      const folder = temporaryFolder();
      const [file, target] = [path.join(folder, 'monthend.db'), path.resolve(folder, to)];
      if (to === 'notes.txt') writeFileSync(target, 'mine', { mode: 0o664 });
      if (to === 'pipe') execFileSync('mkfifo', ['-m', '664', target]);
      symlinkSync(target, file);
      const { mode } = statSync(target);
      for (const readonly of [true, false]) expect(() => openLedger(file, { readonly })).toThrow(Failure);
      expect(statSync(target).mode).toBe(mode);
    },
  );

  it('a folder: usage', () => {
    const folder = path.join(temporaryFolder(), 'monthend.db');
    mkdirSync(folder);
    expect(() => openLedger(folder, { readonly: false })).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('no file at all: usage, and none is made', () => {
    const file = path.join(temporaryFolder(), 'monthend.db');
    expect(() => openLedger(file, { readonly: false })).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(filesBeside(file)).toEqual([]);
  });
});

describe('one writer', () => {
  it('tells a second one who holds the ledger, and the second one changes nothing', async () => {
    const file = newLedgerFile();
    const [first, second] = [open(file), open(file)];
    let ran = false;
    await first.write('close 2026-10', async () => {
      const refused = second.write('import', () => {
        ran = true;
      });
      await expect(refused).rejects.toMatchObject({
        kind: 'busy',
        message: expect.stringContaining(`process ${process.pid}, "monthend close 2026-10"`),
      });
    });
    expect(ran).toBe(false);
    expect(allRows(first).imports).toEqual([]);
    expect(filesBeside(file)).toEqual(['monthend.db']);
  });

  it('lets the second one in when the first is done', async () => {
    const file = newLedgerFile();
    const [first, second] = [open(file), open(file)];
    expect(await importFacts(first, [order('A1', '2026-10-05')])).toEqual(['imported']);
    expect(await importFacts(second, [order('A1', '2026-10-05')])).toEqual(['duplicate']);
  });
});

describe('a write that throws', () => {
  const boom = new Error('boom');
  it.each<[how: string, fail: () => Promise<void>]>([
    [
      'at once',
      () => {
        throw boom;
      },
    ],
    [
      'later',
      async () => {
        await Promise.resolve();
        throw boom;
      },
    ],
  ])('%s leaves no trace, and its error passes through', async (_, fail) => {
    const file = newLedgerFile();
    const ledger = open(file);
    await importFacts(ledger, [order('A1', '2026-10-05')]);
    const [rows, bytes] = [allRows(ledger), readFileSync(file)];

    const work = ledger.write('import', () => {
      ledger.db.exec("INSERT INTO late_facts VALUES (2, 'A2')");
      return fail();
    });
    await expect(work).rejects.toBe(boom);

    expect(allRows(ledger)).toEqual(rows);
    expect(readFileSync(file)).toEqual(bytes);
    expect(filesBeside(file)).toEqual(['monthend.db']);
    expect(await importFacts(ledger, [order('A2', '2026-10-05')])).toEqual(['imported']);
  });
});

describe('a read-only ledger', () => {
  it('of mode 0400 can be read and previewed, but not written', async () => {
    const file = newLedgerFile();
    const writer = open(file);
    await importFacts(writer, [order('A1', '2026-10-05')]);
    await close(writer, '2026-10');
    chmodSync(file, 0o400);
    const bytes = readFileSync(file);

    const reader = open(file, { readonly: true });
    expect(await closed(reader, '2026-10')).toEqual(['INV-000001 P1 A1/1 placed 100.00']);
    expect(await drafted(reader, '2026-11')).toEqual([]);
    await expect(importFacts(reader, [order('A2', '2026-10-05')])).rejects.toMatchObject({ kind: 'system' });
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('shows one unchanging state while it is read', async () => {
    const file = newLedgerFile();
    const [reader, writer] = [open(file, { readonly: true }), open(file)];
    const orders = reader.db.prepare('SELECT order_id FROM order_lines').pluck();
    writer.db.pragma('busy_timeout = 10');
    await reader.read(async () => {
      expect(orders.all()).toEqual([]);
      // A commit would have to wait for the reader, and says so.
      await expect(importFacts(writer, [order('A1', '2026-10-05')])).rejects.toMatchObject({ kind: 'busy' });
      expect(orders.all()).toEqual([]);
    });
    expect(await importFacts(writer, [order('A1', '2026-10-05')])).toEqual(['imported']);
    expect(orders.all()).toEqual(['A1']);
  });
});
