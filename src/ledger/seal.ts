/**
 * Computes the seal of a month: a SHA-256 over everything that its close recorded and over the seal before it. docs/ledger.md section 5
 * describes the form, so that others can compute it.
 */
import { createHash } from 'node:crypto';
import type { BillingMonth } from '../billing/billing-month.js';
import type { BlockTaker } from '../billing/month-view.js';
import type { Connection } from './connect.js';

/** What the seal covers after the month's own row, each table in the order of its key. No audit column is covered. */
const COVERED: readonly (readonly [table: string, select: string])[] = [
  [
    'imports',
    `SELECT import_id, sha256 FROM imports WHERE import_id <= :lastImport AND import_id >
       coalesce((SELECT max(last_import) FROM closed_months WHERE month < :month), 0) ORDER BY import_id`,
  ],
  [
    'cut_offs',
    'SELECT month, time_zone, at FROM cut_offs WHERE stored_by = :month ORDER BY month, time_zone',
  ],
  [
    'practice_zones',
    'SELECT practice_id, time_zone FROM practice_zones WHERE fixed_by = :month ORDER BY practice_id',
  ],
  [
    'before_ledger_lines',
    'SELECT order_id, order_line FROM before_ledger_lines WHERE decided_by = :month ORDER BY order_id, order_line',
  ],
  ['documents', 'SELECT * FROM documents WHERE month = :month ORDER BY document_key'],
  [
    'document_blocks',
    `SELECT block.* FROM documents JOIN document_blocks AS block USING (document_key)
     WHERE month = :month ORDER BY document_key, first_line`,
  ],
  ['held_lines', 'SELECT * FROM held_lines WHERE month = :month ORDER BY practice_id, order_id, order_line'],
  ['listed_exceptions', 'SELECT * FROM listed_exceptions WHERE month = :month ORDER BY exception_number'],
  ['reconciliations', 'SELECT * FROM reconciliations WHERE month = :month ORDER BY currency, term'],
  ['open_orders', 'SELECT * FROM open_orders WHERE month = :month ORDER BY block'],
  [
    // Only in a migrated ledger, in the first month closed after the migration: it has open orders, and no month before it has.
    'moved_imports',
    `SELECT import_id, sha256 FROM moved_imports
     WHERE EXISTS (SELECT 1 FROM open_orders WHERE month = :month)
       AND NOT EXISTS (SELECT 1 FROM open_orders WHERE month < :month) ORDER BY import_id`,
  ],
  [
    'document_details',
    `SELECT document_key, details FROM documents JOIN document_details USING (document_key)
     WHERE month = :month ORDER BY document_key`,
  ],
  [
    'accepted_findings',
    'SELECT month, code, sums, message FROM accepted_findings WHERE month = :month ORDER BY code',
  ],
];

export interface SealedRow {
  readonly month: BillingMonth;
  readonly cutOffRule: string;
  readonly config: string;
  readonly lastImport: number;
  /** Empty for the ledger's first month. */
  readonly sealBefore: string;
}

/**
 * @param takeBlock receives the blocks of the documents, which are most of a month: so they are read only once
 * @returns the seal, 64 hexadecimal digits
 */
export function sealOf(db: Connection, row: SealedRow, takeBlock?: BlockTaker): string {
  const hash = createHash('sha256');
  for (const [table, values] of sealedLines(db, row)) {
    hash.update(`${table} ${JSON.stringify(values)}\n`);
    if (table === 'document_blocks') takeBlock?.(...(values as Parameters<BlockTaker>));
  }
  return hash.digest('hex');
}

/** Yields what the seal covers, row by row. */
export function* sealedLines(
  db: Connection,
  { month, cutOffRule, config, lastImport, sealBefore }: SealedRow,
): Generator<[table: string, values: unknown]> {
  yield ['closed_months', [month, cutOffRule, config, lastImport, sealBefore]];
  for (const [table, select] of COVERED) {
    const statement = db.prepare<[object], unknown[]>(select).raw();
    const parameters = select.includes(':lastImport') ? { month, lastImport } : { month };
    for (const values of statement.iterate(parameters)) yield [table, values];
  }
}

/**
 * Returns the last link of the chain before the close of a month: the void that reopened it, otherwise the last closed month before it.
 * Empty if there is none.
 * @param upTo a void of this month: returns the link that was last before the close that it voided
 */
export function sealBeforeMonth(db: Connection, month: BillingMonth, upTo = Number.MAX_SAFE_INTEGER): string {
  const seal = db
    .prepare<[object], string>(
      `SELECT seal FROM voids WHERE void_number = (SELECT max(void_number) FROM voids WHERE month <= :month AND void_number < :upTo)
         AND month = :month
       UNION ALL
       SELECT seal FROM (SELECT seal FROM closed_months WHERE month < :month ORDER BY month DESC LIMIT 1)`,
    )
    .pluck();
  return seal.get({ month, upTo }) ?? '';
}
