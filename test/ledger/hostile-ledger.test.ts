/**
 * A ledger that was handed over: what its schema would do is never done, and whatever stands in its tables, a command ends with
 * words for the user.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession } from '../../src/cli/session.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { Failure } from '../../src/errors/failure.js';
import { createLedger, type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { voidMonth } from '../../src/ledger/void.js';
import { explain } from '../../src/month/explain-order.js';
import { exportMonth } from '../../src/month/export-month.js';
import { previewMonth } from '../../src/month/preview-month.js';
import { statusOf } from '../../src/month/read-status.js';
import { verify } from '../../src/month/verify-ledger.js';
import { importFacts, temporaryFolder } from '../support/facts.js';
import { close } from '../support/lab.js';
import { runMonthend } from '../support/monthend.js';
import { IS_LONG, SEED } from '../support/search.js';
import { severalMonths } from '../support/several-months.js';

const template = mkdtempSync(path.join(tmpdir(), 'monthend-hostile-'));
afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeAll(async () => {
  const file = path.join(template, 'monthend.db');
  createLedger(file);
  const ledger = openLedger(file, { readonly: false });
  let last = '';
  for (const { month, facts, amend } of severalMonths()) {
    await importFacts(ledger, facts, { amend });
    await close(ledger, month, DEFAULT_CONFIG);
    last = month;
  }
  await voidMonth(ledger, last, { reason: 'a test', now: 0 });
  await close(ledger, last, DEFAULT_CONFIG);
  ledger.close();
});

function changedLedger(change: (db: Database.Database) => void): string {
  const file = path.join(temporaryFolder(), 'monthend.db');
  copyFileSync(path.join(template, 'monthend.db'), file);
  const db = new Database(file);
  try {
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.pragma('foreign_keys = OFF');
    db.pragma('synchronous = OFF');
    db.pragma('journal_mode = MEMORY');
    change(db);
  } finally {
    db.close();
  }
  return file;
}

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';

/** A view of the same name and columns, of which no row ever comes. */
function endlessView(db: Database.Database, table: string): void {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  const kind = db
    .prepare<[string], string>('SELECT type FROM sqlite_schema WHERE name = ?')
    .pluck()
    .get(table);
  db.exec(
    `DROP ${kind} ${table}; CREATE VIEW ${table} AS ${ENDLESS} SELECT ${columns.map((name) => `i AS ${name}`)} FROM n WHERE i < 0`,
  );
}

const names = (type: string): string[] => {
  const db = new Database(path.join(template, 'monthend.db'), { readonly: true });
  try {
    return db.prepare<[string], string>('SELECT name FROM sqlite_schema WHERE type = ?').pluck().all(type);
  } finally {
    db.close();
  }
};

describe('a schema that is not ours', () => {
  const ORDERS =
    'order_id,practice_id,product,unit_price,placed_at\nZ1,P1,crown,100.00,2027-01-05T09:00:00Z\n';
  const COMMANDS = [
    'status',
    'verify',
    'explain A100',
    'explain A100 --html page.html',
    'preview 2027-01',
    'export 2026-10',
    'report 2026-10',
    'invoices 2026-10',
    'close 2027-01',
    'import orders.csv',
    'run 2027-01 orders.csv',
  ];
  it.each(COMMANDS)('%s ends with 5 before anything is asked of it', (words) => {
    const file = changedLedger((db) => endlessView(db, 'closed_months'));
    const before = readFileSync(file);
    writeFileSync(path.join(path.dirname(file), 'orders.csv'), ORDERS);
    expect(runMonthend(words.split(' '), path.dirname(file), { withinSeconds: 20 })).toEqual({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(
        /^monthend: monthend\.db: table closed_months is missing from the ledger \(the first of \d such differences\): another program has changed this ledger; nothing was changed; restore a backup\n$/,
      ),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused whichever table is a view', () => {
    for (const table of names('table')) {
      const file = changedLedger((db) => endlessView(db, table));
      for (const readonly of [true, false])
        expect(() => openLedger(file, { readonly }), table).toThrow(
          `table ${table} is missing from the ledger`,
        );
    }
  });

  function manyViews(db: Database.Database, count: number): void {
    const insert = db.prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, 0, ?)');
    db.transaction(() => {
      for (let n = 0; n < count; n++) insert.run('view', `v${n}`, `v${n}`, `CREATE VIEW v${n} AS SELECT 1`);
    })();
  }
  const put = (type: string, name: string, table: string, sql: string) => (db: Database.Database) =>
    db.prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, 0, ?)').run(type, name, table, sql);
  it.each<[what: string, change: (db: Database.Database) => void, message: string]>([
    [
      'a trigger that never ends',
      (db) =>
        db.exec(
          `CREATE TRIGGER wait BEFORE INSERT ON imports BEGIN SELECT count(*) FROM imports a, events b, events c; END`,
        ),
      'trigger wait is not of monthend, but stands in the ledger',
    ],
    [
      'an index over an expression',
      (db) => db.exec("CREATE INDEX mine ON imports (length(hex(sha256) || 'x'))"),
      'index mine is not of monthend, but stands in the ledger',
    ],
    [
      'a view that would hide the schema',
      put(
        'view',
        'sqlite_schema',
        'sqlite_schema',
        `CREATE VIEW sqlite_schema AS ${ENDLESS} SELECT i AS type FROM n`,
      ),
      'is damaged or not a ledger (malformed database schema',
    ],
    [
      'a default that computes',
      (db) =>
        db.exec(
          "UPDATE sqlite_schema SET sql = replace(sql, 'imported_at TEXT NOT NULL', 'imported_at TEXT NOT NULL DEFAULT (random())') WHERE name = 'imports'",
        ),
      'table imports is not defined as monthend defines it',
    ],
    [
      'a text that is huge',
      put('view', 'v', 'v', `CREATE VIEW v AS SELECT 1 /* ${'x'.repeat(50_000_000)} */`),
      'view v is not of monthend, but stands in the ledger',
    ],
    [
      'more views than SQLite reads in a minute',
      (db) => manyViews(db, 100_000),
      'its schema is far larger than a ledger',
    ],
    ['many views', (db) => manyViews(db, 2_000), 'view v0 is not of monthend, but stands in the ledger'],
  ])('is refused for %s', { timeout: 60_000 }, (_, change, message) => {
    const file = changedLedger(change);
    const before = readFileSync(file);
    for (const readonly of [true, false]) expect(() => openLedger(file, { readonly })).toThrow(message);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is read without its triggers, for verify to tell of them, and not written', () => {
    const file = changedLedger((db) => db.exec('DROP TRIGGER documents_refuse_delete'));
    openLedger(file, { readonly: true }).close();
    expect(() => openLedger(file, { readonly: false })).toThrow(
      'trigger documents_refuse_delete is missing from the ledger: another program has changed this ledger',
    );
  });
});

describe('values that no import and no close writes', () => {
  /** What each command that reads comes to: nothing, or a failure. */
  async function outcomes(file: string): Promise<unknown[]> {
    const session = createSession({ ledger: file, quiet: true });
    const out = path.join(path.dirname(file), 'out');
    const options = { out, fileMode: 'private', engineVersion: '0', report: true, withLists: true } as const;
    const config = DEFAULT_CONFIG;
    const found: unknown[] = [];
    const reads: readonly ((ledger: Ledger) => Promise<unknown>)[] = [
      (ledger) => statusOf(ledger, { config, asOf: Date.parse('2027-01-20T00:00:00Z'), days: 30, out }),
      (ledger) => explain(ledger, 'A100', config),
      (ledger) =>
        previewMonth(ledger, '2027-01', {
          config,
          out: undefined,
          knownAt: undefined,
          diff: false,
          engineVersion: '0',
        }),
      (ledger) => exportMonth(ledger, '2026-11', options),
      (ledger) => verify(ledger, undefined, { out, progress: () => {} }),
    ];
    for (const read of reads) {
      try {
        await session.withLedger('read', read);
      } catch (error) {
        found.push(error);
      }
    }
    return found;
  }

  const HOSTILE: readonly (readonly [what: string, sql: string])[] = [
    ['a text that is no JSON, month or number', "'[{' || char(27, 0, 0x202e)"],
    ['a blob', "x'80ff'"],
    ['an integer larger than a double holds', '9223372036854775807'],
  ];
  const columnsOf = (table: string): string[] => {
    const db = new Database(path.join(template, 'monthend.db'), { readonly: true });
    try {
      return db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    } finally {
      db.close();
    }
  };

  it('without them, every command reads the ledger', async () => {
    expect(await outcomes(changedLedger(() => {}))).toEqual([]);
  });

  it(`any of them in any column ends every command in words (MONTHEND_SEED=${SEED})`, {
    timeout: 900_000,
  }, async () => {
    const all = names('table').flatMap((table) => columnsOf(table).map((column) => ({ table, column })));
    // One column of four has one of them, the next such column the next one; in the long lane each column has all.
    const columns = all.filter((_, index) => IS_LONG || (SEED + index) % 4 === 0);
    const faults: string[] = [];
    let failures = 0;
    for (const [index, { table, column }] of columns.entries())
      for (let number = 0; number < (IS_LONG ? HOSTILE.length : 1); number++) {
        const [what, value] = HOSTILE[(SEED + index + number) % HOSTILE.length] ?? ['', ''];
        const file = changedLedger((db) => forge(db, table, column, value));
        const started = performance.now();
        for (const error of await outcomes(file))
          if (error instanceof Failure) failures++;
          else faults.push(`${table}.${column}, ${what}: ${(error as Error).stack}`);
        if (performance.now() - started > 20_000) faults.push(`${table}.${column}, ${what}: does not end`);
        rmSync(path.dirname(file), { recursive: true });
      }
    expect(faults).toEqual([]);
    // The others are of values that no command reads.
    expect(failures).toBeGreaterThan(columns.length / 5);
  });

  /** In the rows with the greatest value, past the types, constraints and triggers of the table. */
  function forge(db: Database.Database, table: string, column: string, value: string): void {
    const own = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table) as string;
    const write = db.prepare('UPDATE sqlite_schema SET sql = ? WHERE name = ?');
    const lax = own
      .replace(/\bSTRICT\b,?/, '')
      .replace(/,\s*$/, '')
      .replaceAll(' NOT NULL', '');
    db.exec(
      "CREATE TEMP TABLE triggers AS SELECT * FROM sqlite_schema WHERE type = 'trigger'; DELETE FROM sqlite_schema WHERE type = 'trigger'",
    );
    write.run(lax, table);
    reload(db);
    try {
      // A key that is the number of its row is an integer, whatever the table says.
      db.exec(
        `UPDATE OR IGNORE ${table} SET ${column} = ${value} WHERE ${column} = (SELECT max(${column}) FROM ${table})`,
      );
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_MISMATCH') throw error;
    } finally {
      write.run(own, table);
      db.exec('INSERT INTO sqlite_schema SELECT * FROM temp.triggers');
      reload(db);
    }
  }

  const reload = (db: Database.Database) => {
    const version = Number(db.pragma('schema_version', { simple: true }));
    db.pragma(`schema_version = ${version + 1}`);
  };

  const MANY = IS_LONG ? 100_000 : 10_000;
  it.each([
    [`${MANY} keys`, `{${Array.from({ length: MANY }, (_, n) => `"key${n}":${n}`)}}`],
    ['no JSON', 'currency: USD'],
    ['a list', '[]'],
    ['settings of another kind', '{"currency": 5}'],
  ])('a closed config of %s is damage', async (_, config) => {
    const file = changedLedger((db) => {
      db.exec('DROP TRIGGER closed_months_refuse_update');
      db.prepare('UPDATE closed_months SET config = ?').run(config);
    });
    const failures = await outcomes(file);
    expect(failures.length).toBeGreaterThan(2);
    for (const error of failures) expect(error).toMatchObject({ kind: 'damaged' });
  });
});
