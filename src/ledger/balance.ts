/**
 * The balance of a month against the books: what the last close left as held, what this one has written, and, if both sides
 * agree, the month's terms for good. What the terms are is decided in billing/reconciliation.ts.
 */
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { HeldLine } from '../billing/plan.js';
import {
  createReckoning,
  type Money,
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

type LineRow = readonly [
  orderId: string,
  orderLine: number,
  documentKey: number,
  amountMinor: number,
  correctsKey: number | null,
];

/** The lines of the month's documents, added up: they stand under the orders that the month touched. */
function addWrittenLines(
  db: Connection,
  documents: ReadonlyMap<number, DocumentRow>,
  written: Reckoning,
): void {
  const [firstKey] = documents.keys();
  if (firstKey === undefined) return;
  const rows = db
    .prepare<[number], LineRow>(
      `SELECT order_id, order_line, document_key, amount_minor, corrects_key
       FROM temp.touched CROSS JOIN document_lines USING (order_id) WHERE document_key >= ? ORDER BY order_id, order_line`,
    )
    .raw()
    .iterate(firstKey);
  let charges: Money[] = [];
  let isCredited = false;
  let [orderId, orderLine] = ['', 0];
  const finishLine = () => {
    if (!isCredited) for (const charge of charges) written.add('charged', charge, 1);
    [charges, isCredited] = [[], false];
  };
  for (const [order, line, key, amountMinor, correctsKey] of rows) {
    if (order !== orderId || line !== orderLine) finishLine();
    [orderId, orderLine] = [order, line];
    const document = documents.get(key);
    if (document === undefined) continue;
    const money = { practiceId: document.practice_id, currency: document.currency, amountMinor };
    written.addToDocument(correctsKey === null ? 'charges' : 'credits', money);
    if (correctsKey === null) charges.push(money);
    else isCredited = true;
  }
  finishLine();
}

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

interface SumRow {
  readonly currency: string;
  readonly lines: bigint;
  readonly high: bigint;
  readonly low: bigint;
}

const toSum = ({ lines, high, low }: SumRow): Sum => ({
  lines: Number(lines),
  amountMinor: (high << 32n) + low,
});
