/**
 * Audits a ledger: computes again everything that can be computed and compares it. It only reads, and goes on after a finding, so that one
 * run shows all. SQLite's own check does not notice a changed value; this audit does.
 */
import { type BillingMonth, nextMonth } from '../billing/billing-month.js';
import { Failure, type Finding } from '../errors/failure.js';
import { auditDocuments, auditSeries } from './audit-documents.js';
import { auditImports } from './audit-facts.js';
import { auditCharges } from './audit-index.js';
import { auditVoids } from './audit-voids.js';
import { CLOSING_COLUMNS } from './closing-tables.js';
import type { Connection } from './connect.js';
import { type Ledger, referenceSchema, versionOf } from './ledger.js';
import { closedMonths } from './month-frame.js';
import { schemaDifferences } from './schema-differences.js';
import { sealBeforeMonth, sealOf } from './seal.js';

/**
 * Returns every finding in the ledger; with `month`, those of all facts and of that month's documents.
 * @throws Failure damaged if the file cannot be read
 */
export async function auditLedger(ledger: Ledger, month: BillingMonth | undefined): Promise<Finding[]> {
  return ledger.read(() => {
    try {
      return [...findings(ledger.db, month)];
    } catch (error) {
      // Every ledger understands this statement, so the schema of this one, or its description of itself, is damaged.
      if ((error as { code?: string }).code !== 'SQLITE_ERROR') throw error;
      const text = `${ledger.file}: cannot be read (${(error as Error).message}); nothing was changed; restore a backup`;
      throw new Failure('damaged', text, { cause: error });
    }
  });
}

function* findings(db: Connection, month: BillingMonth | undefined): Generator<Finding> {
  yield* auditFile(db);
  yield* auditImports(db);
  yield* auditMonths(db);
  yield* auditVoids(db);
  yield* auditSeries(db);
  const months = closedMonths(db).filter((row) => month === undefined || row.month === month);
  for (const row of months) yield* auditDocuments(db, row.month);
  yield* auditCharges(db, month);
}

function* auditFile(db: Connection): Generator<Finding> {
  const problems = db.pragma('integrity_check') as { integrity_check: string }[];
  for (const { integrity_check } of problems)
    if (integrity_check !== 'ok') yield { place: 'the file', message: integrity_check };
  // Without a trigger a closed month could be changed. With any worse difference the ledger would not have been opened.
  for (const { place, message } of schemaDifferences(db, referenceSchema(versionOf(db))))
    yield { place, message };
}

interface ClosedMonthRow {
  readonly month: string;
  readonly cut_off_rule: string;
  readonly config: string;
  readonly last_import: number;
  readonly seal: string;
}

/** Checks each month's seal over what its close recorded and the seal before it, and that no month is missing. */
function* auditMonths(db: Connection): Generator<Finding> {
  const rows = db.prepare<[], ClosedMonthRow>('SELECT * FROM closed_months ORDER BY month').all();
  for (const { month, cut_off_rule: cutOffRule, config, last_import: lastImport, seal } of rows) {
    const sealBefore = sealBeforeMonth(db, month);
    const anew = sealOf(db, { month, cutOffRule, config, lastImport, sealBefore });
    if (anew !== seal)
      yield {
        place: month,
        message: `what the close recorded has changed: its seal was ${seal} and is ${anew} now`,
      };
  }
  yield* auditSequence(rows.map(({ month }) => month));
  yield* auditStrays(db);
}

function* auditSequence(months: readonly BillingMonth[]): Generator<Finding> {
  for (const [index, month] of months.entries()) {
    const before = months[index - 1];
    if (before !== undefined && nextMonth(before) !== month)
      yield { place: month, message: `does not follow ${before}, the closed month before it` };
  }
}

/** Finds rows that belong to no closed month, since no seal covers them. */
function* auditStrays(db: Connection): Generator<Finding> {
  for (const [table, column] of Object.entries(CLOSING_COLUMNS)) {
    const known = column === 'document_key' ? 'document_key FROM documents' : 'month FROM closed_months';
    const count = db
      .prepare<[], number>(`SELECT count(*) FROM ${table} WHERE ${column} NOT IN (SELECT ${known})`)
      .pluck()
      .get();
    if (count) yield { place: table, message: `${count} rows belong to no closed month` };
  }
}

/**
 * Finds the cause of an unexpected error. Imports and closes check all that they write, so what cannot be read back was changed since. The
 * audit finds the change, or cannot read the ledger either. If it finds nothing, the program is at fault.
 * @returns the error to show instead; a Failure or an error of the system is returned unchanged
 */
export async function causeIn(ledger: Ledger, error: unknown): Promise<unknown> {
  if (error instanceof Failure || (error as NodeJS.ErrnoException).syscall !== undefined) return error;
  const damaged = ({ place, message }: Finding) =>
    new Failure(
      'damaged',
      `${ledger.file}: ${place}: ${message}; this ledger cannot be used; restore a backup`,
      { cause: error },
    );
  try {
    const [first] = await auditLedger(ledger, undefined);
    return first === undefined ? error : damaged(first);
  } catch (unreadable) {
    if (unreadable instanceof Failure) return unreadable;
    return damaged({ place: 'what it holds', message: `cannot be read (${(unreadable as Error).message})` });
  }
}
