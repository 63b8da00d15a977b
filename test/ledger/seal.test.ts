import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { auditLedger } from '../../src/ledger/audit.js';
import { CLOSING_TABLES } from '../../src/ledger/closing-tables.js';
import { hashOfImport } from '../../src/ledger/fact-hash.js';
import { type Ledger, referenceSchema } from '../../src/ledger/ledger.js';
import { LATEST_VERSION } from '../../src/ledger/migrations.js';
import { sealOfMonth } from '../../src/ledger/read-month.js';
import { sealOf } from '../../src/ledger/seal.js';
import { voidMonth } from '../../src/ledger/void.js';
import {
  close,
  event,
  importFacts,
  instant,
  ledgerWith,
  ONE_OF_EACH,
  order,
  practice,
} from '../support/facts.js';

const MONTH = '2026-10';

async function closedLedger(): Promise<Ledger> {
  const ledger = await ledgerWith(ONE_OF_EACH);
  await close(ledger, MONTH);
  return ledger;
}

interface ClosedMonthRow {
  readonly month: string;
  readonly cut_off_rule: string;
  readonly config: string;
  readonly last_import: number;
}

/** The seal that the ledger's first month should have, from its rows as they are now. */
function sealAnew({ db }: Ledger, sealBefore = ''): string {
  const row = db.prepare<[], ClosedMonthRow>('SELECT * FROM closed_months ORDER BY month').get();
  if (row === undefined) throw new Error('no month is closed');
  const { month, cut_off_rule: cutOffRule, config, last_import: lastImport } = row;
  return sealOf(db, { month, cutOffRule, config, lastImport, sealBefore });
}

describe('the seal of a month', () => {
  it('can be computed again from what the close recorded', async () => {
    const ledger = await closedLedger();
    expect(sealOfMonth(ledger, MONTH)).toMatch(/^[0-9a-f]{64}$/);
    expect(sealAnew(ledger)).toBe(sealOfMonth(ledger, MONTH));
  });

  it('is the same for the same facts and imports, whatever the clock says', async () => {
    const other = await ledgerWith();
    await importFacts(other, ONE_OF_EACH, { now: instant('2031-05-06') });
    await close(other, MONTH, { now: instant('2031-05-07'), asOf: instant('2031-05-07') });
    expect(sealOfMonth(other, MONTH)).toBe(sealOfMonth(await closedLedger(), MONTH));
  });

  it.each<[what: string, make: () => Promise<Ledger>]>([
    ['another fact', () => ledgerWith([...ONE_OF_EACH, order('A9', '2026-10-05')])],
    ['other imports of the same facts', () => ledgerWith(ONE_OF_EACH.slice(0, 3), ONE_OF_EACH.slice(3))],
    [
      'another file of the same facts',
      async () => {
        const ledger = await ledgerWith();
        await importFacts(ledger, ONE_OF_EACH, { sha256: 'f'.repeat(64) });
        return ledger;
      },
    ],
  ])('is another for %s', async (_, make) => {
    const ledger = await make();
    await close(ledger, MONTH);
    expect(sealOfMonth(ledger, MONTH)).not.toBe(sealOfMonth(await closedLedger(), MONTH));
  });

  it('covers the seal before it', async () => {
    const ledger = await closedLedger();
    expect(sealAnew(ledger, 'f'.repeat(64))).not.toBe(sealAnew(ledger));

    const [one, other] = [
      await ledgerWith([order('A1', '2026-10-05')]),
      await ledgerWith([order('A1', '2026-10-06')]),
    ];
    for (const each of [one, other]) {
      await close(each, '2026-10');
      await importFacts(each, [event('A1', 'shipped', '2026-11-05')]);
      await close(each, '2026-11');
    }
    const issuedIn = "SELECT count(*) FROM documents WHERE month = '2026-11'";
    expect(one.db.prepare(issuedIn).pluck().get()).toBe(0);
    expect(sealOfMonth(one, '2026-11')).not.toBe(sealOfMonth(other, '2026-11'));
  });
});

describe('seal and hash, as docs/ledger.md section 5 describes them', () => {
  const sha256 = (lines: readonly [table: string, values: unknown][]) =>
    createHash('sha256')
      .update(lines.map(([table, values]) => `${table} ${JSON.stringify(values)}\n`).join(''))
      .digest('hex');
  const rowsOf = ({ db }: Ledger, table: string, columns: string, order: string) =>
    db
      .prepare<[], unknown[]>(`SELECT ${columns} FROM ${table} ORDER BY ${order}`)
      .raw()
      .all()
      .map((values): [string, unknown[]] => [table, values]);

  it('are what someone else computes', async () => {
    const ledger = await closedLedger();
    const rows = rowsOf.bind(undefined, ledger);
    const contents = [
      ...rows('fact_segments', 'sha256, data', '1'),
      ...rows('fact_keys', 'sha256, keys', '1'),
    ];
    for (const [, [hash, content]] of contents)
      expect(
        createHash('sha256')
          .update(content as string)
          .digest('hex'),
      ).toBe(hash);
    const covered = [
      ...rows('fact_segments', 'kind, run, bucket, first_order, last_order, facts, sha256', 'segment_id'),
      ...rows('fact_keys', 'kind, run, key_kind, sha256', 'kind, run, key_kind'),
      ...rows('practices', 'practice_id, name, time_zone', 'position'),
      ...rows('known_practices', 'practice_id', 'practice_id'),
      ...rows('late_facts', 'order_id', 'order_id'),
      ...rows('moved_events', 'order_id, event_id', 'order_id, event_id'),
      ...rows(
        'import_files',
        'position, name, kind, sha256, read, imported, amended, duplicates, quarantined',
        'position',
      ),
      ...rows('practice_details', 'practice_id, details', 'practice_id'),
      ...rows('set_aside', 'number, file, kind, order_id', 'number'),
    ];
    expect(rows('imports', 'import_id, sha256', 'import_id')).toEqual([['imports', [1, sha256(covered)]]]);

    const [[, closed]] = rows('closed_months', "month, cut_off_rule, config, last_import, ''", 'month') as [
      [string, unknown],
    ];
    const seal = sha256([
      ['closed_months', closed],
      ...rows('imports', 'import_id, sha256', 'import_id'),
      ...rows('cut_offs', 'month, time_zone, at', 'month, time_zone'),
      ...rows('practice_zones', 'practice_id, time_zone', 'practice_id'),
      ...rows('before_ledger_lines', 'order_id, order_line', 'order_id, order_line'),
      ...rows('documents', '*', 'document_key'),
      ...rows('document_blocks', '*', 'document_key, first_line'),
      ...rows('held_lines', '*', 'practice_id, order_id, order_line'),
      ...rows('listed_exceptions', '*', 'exception_number'),
      ...rows('reconciliations', '*', 'currency, term'),
      ...rows('open_orders', '*', 'block'),
      ...rows('document_details', '*', 'document_key'),
      ...rows('accepted_findings', '*', 'code'),
    ]);
    expect(seal).toBe(sealOfMonth(ledger, MONTH));
  });
});

/** What makes a copy of a table's row one of no closed month, with a key of its own. */
const STRAY: Readonly<Record<string, string>> = {
  cut_offs: "stored_by = '2031-01', month = '2031-01'",
  practice_zones: "fixed_by = '2031-01', practice_id = 'stray'",
  before_ledger_lines: "decided_by = '2031-01', order_id = 'stray'",
  documents: "month = '2031-01', document_key = 1000, document_number = 'stray', sequence = 1000",
  document_blocks: 'document_key = 1000',
  document_index: "month = '2031-01'",
  held_lines: "month = '2031-01'",
  listed_exceptions: "month = '2031-01'",
  reconciliations: "month = '2031-01'",
  open_orders: "month = '2031-01'",
  document_details: 'document_key = 1000',
  accepted_findings: "month = '2031-01'",
};

describe('a row of no closed month', () => {
  const tables = CLOSING_TABLES.map(({ name }) => name).filter((name) => name !== 'closed_months');
  it.each(tables)('is found in %s', async (table) => {
    const ledger = await closedLedger();
    ledger.db.exec(
      `CREATE TEMP TABLE stray AS SELECT * FROM ${table} LIMIT 1;
       UPDATE stray SET ${STRAY[table]}; INSERT INTO ${table} SELECT * FROM stray`,
    );
    expect(await auditLedger(ledger, undefined)).toContainEqual({
      place: table,
      message: '1 rows belong to no closed month',
    });
  });
});

/** The values that no seal covers: it cannot cover itself, and the clock is for the audit only. */
const UNCOVERED = ['closed_months.seal', 'closed_months.closed_at', 'imports.imported_at'];

/** It repeats what stands in document_blocks, for finding it; `verify` holds the two together. */
const INDEX = 'document_index';

describe('one changed value of', () => {
  const closing = CLOSING_TABLES.map(({ name }) => name).filter((name) => name !== INDEX);
  const tables = [...closing, 'imports'];
  it.each(tables)('%s changes the seal', async (table) => {
    const pristine = await closedLedger();
    const columns = pristine.db
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table);
    const covered: string[] = [];
    const uncovered: string[] = [];
    for (const column of columns) {
      const ledger = await closedLedger();
      changeOneValue(ledger, table, column);
      const list = sealAnew(ledger) === sealOfMonth(pristine, MONTH) ? uncovered : covered;
      list.push(`${table}.${column}`);
    }
    expect(covered).not.toEqual([]);
    expect(uncovered).toEqual(UNCOVERED.filter((name) => name.startsWith(`${table}.`)));
  });
});

/** The values that no audit of the ledger finds: see the comment of each. */
const UNFOUND = [
  'imports.imported_at', // what the clock wrote
  'import_files.profile', // only for a person who looks
  'practices.position', // only the order in which the hash covers the rows
  'ledger_identity.ledger_id', // `verify` compares it with the manifests of folders
  'voids.closed_at',
  'voids.voided_at',
];

describe('one changed value is found by the audit', () => {
  it('in every column of facts and voids, in the first row and the last', async () => {
    const ledger = await richLedger();
    const pristine = ledger.db.serialize();
    const closing = CLOSING_TABLES.map(({ name }) => name);
    const tables = ledger.db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
      .filter((name) => !closing.includes(name) && name !== 'moved_imports');
    const unfound = new Set<string>();
    for (const table of tables) {
      const columns = ledger.db
        .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
        .pluck()
        .all(table);
      for (const column of columns.filter((name) => `${table}.${name}` !== 'ledger_identity.row')) {
        for (const order of ['ASC', 'DESC'] as const) {
          const db = new Database(pristine);
          const read: Ledger['read'] = async (work) => work();
          const changed: Ledger = { ...ledger, db, read };
          if (!isPossible(() => withTriggers(db, () => changeOneValue(changed, table, column, order))))
            continue;
          // What stops the audit is told as damage too (`causeIn`).
          const findings = await auditLedger(changed, undefined).catch(() => ['damage']);
          if (findings.length === 0) unfound.add(`${table}.${column}`);
          db.close();
        }
      }
    }
    expect([...unfound].sort()).toEqual([...UNFOUND].sort());
  });
});

/** With a row in every table of facts and voids, and practices that were amended. */
async function richLedger(): Promise<Ledger> {
  const ledger = await closedLedger();
  await importFacts(
    ledger,
    [
      practice('P1', { name: 'Elm', details: { city: 'Seaside' } }),
      practice('P2'),
      order('late', '2026-10-05'),
      event('charged', 'paused', '2026-10-06', { eventId: 'E1' }),
    ],
    { amend: true },
  );
  await importFacts(ledger, [event('held', 'paused', '2026-10-06', { eventId: 'E1' })], { amend: true });
  ledger.db.exec("INSERT INTO set_aside VALUES (3, 1, 'bad.csv', 'orders', 'A9')");
  ledger.db.exec('DROP TRIGGER imports_refuse_update');
  ledger.db.prepare('UPDATE imports SET sha256 = ? WHERE import_id = 3').run(hashOfImport(ledger.db, 3));
  const trigger = referenceSchema(LATEST_VERSION).find(({ name }) => name === 'imports_refuse_update');
  ledger.db.exec(String(trigger?.sql));
  await close(ledger, '2026-11');
  await voidMonth(ledger, '2026-11', { reason: 'a test', now: 0 });
  expect(await auditLedger(ledger, undefined)).toEqual([]);
  return ledger;
}

/** False if a constraint of the table refuses the change. */
function isPossible(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (/^SQLITE_CONSTRAINT/.test((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}

/** Puts back the triggers that the work dropped. */
function withTriggers(db: Database.Database, work: () => void): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  work();
  for (const { sql } of triggers) db.exec(sql.replace('CREATE TRIGGER', 'CREATE TRIGGER IF NOT EXISTS'));
}

/** As someone would who opens the file with another program. */
function changeOneValue({ db }: Ledger, table: string, column: string, order: 'ASC' | 'DESC' = 'DESC'): void {
  db.pragma('foreign_keys = OFF');
  db.exec(`DROP TRIGGER IF EXISTS ${table}_refuse_update`);
  const key = db
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?) WHERE pk > 0')
    .pluck()
    .all(table)
    .join(', ');
  const changed = db.prepare(
    `UPDATE ${table} SET ${column} = CASE typeof(${column}) WHEN 'text' THEN ${column} || 'x'
       WHEN 'null' THEN 1 ELSE ${column} + 1 END
     WHERE (${key}) = (SELECT ${key} FROM ${table} ORDER BY ${key} ${order} LIMIT 1)`,
  );
  expect(changed.run().changes).toBe(1);
}
