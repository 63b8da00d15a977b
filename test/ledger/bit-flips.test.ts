/**
 * Damage is seen: single bits of a ledger's file are flipped at random, and every flip that changes a value must be found by the
 * audit or make the file be refused. support/search.ts says how many and which.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { Failure } from '../../src/errors/failure.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { createLedger, type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { importFacts } from '../support/facts.js';
import { close } from '../support/lab.js';
import { runs, SEED } from '../support/search.js';
import { severalMonths } from '../support/several-months.js';

const FLIPS = runs(300);

/** Values without effect, and the identity, which folders tell. seal.test.ts says why no audit finds them. */
const UNCOVERED = new Set([
  ...['imports.imported_at', 'closed_months.closed_at', 'import_files.profile'],
  ...['practices.position', 'ledger_identity.ledger_id'],
]);

let folder: string;
let file: string;
let pristine: Buffer;
let values: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'monthend-flips-'));
  file = path.join(folder, 'monthend.db');
  createLedger(file);
  const ledger = openLedger(file, { readonly: false });
  for (const { month, facts, amend } of severalMonths()) {
    await importFacts(ledger, facts, { amend });
    await close(ledger, month, DEFAULT_CONFIG);
  }
  await importFacts(ledger, severalMonths()[0]?.facts.slice(0, 3) ?? []);
  values = valuesOf(ledger);
  ledger.close();
  pristine = readFileSync(file);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every value that a promise covers, as text. */
function valuesOf({ db }: Ledger): string {
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck();
  const rows = tables.all().map((table) => {
    const columns = db
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
      .pluck()
      .all(table)
      .filter((column) => !UNCOVERED.has(`${table}.${column}`));
    return [
      table,
      db
        .prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${columns.join(', ')}`)
        .raw()
        .all(),
    ];
  });
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').raw().all();
  return JSON.stringify([schema, rows]);
}

type Outcome = 'unchanged' | 'found' | 'refused' | 'missed';

/** What becomes of the ledger when one bit of its file is another. */
async function outcomeOf(bit: number): Promise<Outcome> {
  const bytes = Buffer.from(pristine);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  writeFileSync(file, bytes);
  let ledger: Ledger | undefined;
  try {
    ledger = openLedger(file, { readonly: true });
    const findings = await auditLedger(ledger, undefined);
    if (findings.length > 0) return 'found';
    return isUnchanged(ledger) ? 'unchanged' : 'missed';
  } catch (error) {
    // Anything but a failure with words for the user would be a crash.
    if (error instanceof Failure && error.kind === 'damaged') return 'refused';
    throw error;
  } finally {
    ledger?.close();
    expect(readFileSync(file).equals(bytes), 'the audit changes nothing').toBe(true);
  }
}

function isUnchanged(ledger: Ledger): boolean {
  try {
    return valuesOf(ledger) === values;
  } catch {
    return false;
  }
}

describe('one flipped bit', () => {
  it('is found wherever it changes a value', async () => {
    const bits = fc.sample(fc.nat(pristine.length * 8 - 1), { numRuns: FLIPS, seed: SEED });
    const counts: Record<Outcome, number> = { unchanged: 0, found: 0, refused: 0, missed: 0 };
    const missed: number[] = [];
    for (const bit of bits) {
      const outcome = await outcomeOf(bit);
      counts[outcome]++;
      if (outcome === 'missed') missed.push(bit);
    }
    process.stdout.write(`bit flips: ${JSON.stringify(counts)} of ${FLIPS} in ${pristine.length} bytes\n`);
    expect(missed).toEqual([]);
    expect(counts.found).toBeGreaterThan(0);
  });
});
