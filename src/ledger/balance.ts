/**
 * The balance of a month against the books: what the last close left as held, what this one has written, and, if both sides
 * agree, the month's terms for good. What the terms are is decided in billing/reconciliation.ts.
 */
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { HeldLine } from '../billing/plan.js';
import {
  createReckoning,
  type Reckoning,
  reconcile,
  type Sum,
  type WrittenDocument,
} from '../billing/reconciliation.js';
import { describeImbalance } from '../billing/reconciliation-text.js';
import { Failure } from '../failure.js';
import type { Connection } from './connect.js';
import type { MonthFrame } from './month-frame.js';

/** Starts from the lines held at the last cut-off. */
export function openBalance(db: Connection, { month }: MonthFrame): Reckoning {
  const reckoning = createReckoning();
  const rows = db
    .prepare<[string], SumRow>(`SELECT currency, ${SUMS} FROM held_lines WHERE month = ? GROUP BY currency`)
    .safeIntegers()
    .all(previousMonth(month));
  for (const row of rows) reckoning.addSum('opening_held', row.currency, toSum(row));
  return reckoning;
}

/** Records the terms of a month whose rows are all written. @throws Failure refused if they do not balance */
export function settleBalance(db: Connection, { month }: MonthFrame, reckoning: Reckoning): void {
  const documents = documentsOf(db, month);
  const written = createReckoning();
  addWrittenLines(db, documents, written);
  addWrittenHeld(db, month, written);
  const { terms, faults } = reconcile(reckoning, written, writtenDocuments(documents, written));
  if (faults.length > 0) throw new Failure('refused', describeImbalance(month, terms, faults));
  const insert = db.prepare('INSERT INTO reconciliations VALUES (?, ?, ?, ?, ?)');
  for (const { currency, term, lines, amountMinor } of terms)
    insert.run(month, currency, term, lines, String(amountMinor));
}

/** The lines that the month's held list shows. */
function addWrittenHeld(db: Connection, month: BillingMonth, written: Reckoning): void {
  const rows = db
    .prepare<[string], SumRow & { readonly status: HeldLine['status'] }>(
      `SELECT currency, status, ${SUMS} FROM held_lines WHERE month = ? GROUP BY currency, status`,
    )
    .safeIntegers()
    .all(month);
  for (const row of rows) written.addSum(`closing_${row.status}`, row.currency, toSum(row));
}

interface DocumentRow {
  readonly document_key: number;
  readonly practice_id: string;
  readonly currency: string;
  readonly line_count: number;
  readonly charge_count: number;
  readonly charges_minor: number;
  readonly credit_count: number;
  readonly credits_minor: number;
  readonly total_minor: number;
}

function documentsOf(db: Connection, month: BillingMonth): ReadonlyMap<number, DocumentRow> {
  const rows = db
    .prepare<[string], DocumentRow>('SELECT * FROM documents WHERE month = ? ORDER BY document_key')
    .all(month);
  return new Map(rows.map((row) => [row.document_key, row]));
}

/** The lines of the month's documents, added up: they stand under the orders that the month touched. */
function addWrittenLines(
  db: Connection,
  documents: ReadonlyMap<number, DocumentRow>,
  written: Reckoning,
): void {
  const [firstKey] = documents.keys();
  if (firstKey === undefined) return;
  const sums = (lines: string) =>
    db
      .prepare<[{ readonly firstKey: number }], DocumentSumRow>(
        `SELECT document_key, corrects_key IS NULL AS is_charge, ${SUMS}
         FROM ${lines} GROUP BY document_key, is_charge`,
      )
      .safeIntegers()
      .all({ firstKey });

  for (const row of sums(MONTHS_LINES)) {
    const document = documents.get(Number(row.document_key));
    if (document === undefined) continue;
    const { practice_id: practiceId, currency } = document;
    const type = row.is_charge === 1n ? 'charges' : 'credits';
    written.addSumToDocument(type, { practiceId, currency }, toSum(row));
    if (type === 'charges') written.addSum('charged', currency, toSum(row));
  }
  for (const row of sums(CHARGED_ANEW)) {
    const currency = documents.get(Number(row.document_key))?.currency;
    if (currency !== undefined) written.addSum('charged', currency, negative(toSum(row)));
  }
}

interface DocumentSumRow extends AmountSums {
  readonly document_key: bigint;
  readonly is_charge: 0n | 1n;
}

const MONTHS_LINES =
  '(SELECT * FROM temp.touched CROSS JOIN document_lines USING (order_id) WHERE document_key >= :firstKey)';

/**
 * Charges of order lines that the month credits too: those were charged before, and are in no term. Each counts once, however
 * often a faulty plan credits its line.
 */
const CHARGED_ANEW = `(SELECT DISTINCT order_id, order_line FROM ${MONTHS_LINES} WHERE corrects_key IS NOT NULL)
  CROSS JOIN document_lines USING (order_id, order_line) WHERE document_key >= :firstKey AND corrects_key IS NULL`;

/** Each document with the sums of its lines, and what it states itself. */
function writtenDocuments(
  documents: ReadonlyMap<number, DocumentRow>,
  written: Reckoning,
): WrittenDocument[] {
  return [...documents.values()].map((row) => ({
    ...written.documentOf({ practiceId: row.practice_id, currency: row.currency }),
    stated: {
      charges: { lines: row.charge_count, amountMinor: BigInt(row.charges_minor) },
      credits: { lines: row.credit_count, amountMinor: BigInt(row.credits_minor) },
      total: { lines: row.line_count, amountMinor: BigInt(row.total_minor) },
    },
  }));
}

/**
 * The sums of amounts as `lines`, `high`, `low`. SQLite adds in 64 bits and fails beyond them; the two halves of the amounts,
 * added apart, stay within.
 */
const SUMS = `count(*) AS lines, sum(amount_minor >> 32) AS high, sum(amount_minor & 4294967295) AS low`;

interface AmountSums {
  readonly lines: bigint;
  readonly high: bigint;
  readonly low: bigint;
}

interface SumRow extends AmountSums {
  readonly currency: string;
}

const toSum = ({ lines, high, low }: AmountSums): Sum => ({
  lines: Number(lines),
  amountMinor: (high << 32n) + low,
});

const negative = ({ lines, amountMinor }: Sum): Sum => ({ lines: -lines, amountMinor: -amountMinor });
