/**
 * Checks the balance of a month against the books: the lines that the last close left held, and those that this close wrote. If both sides
 * agree, it stores the month's terms. billing/reconciliation.ts defines the terms.
 */

import {
  BALANCE_TERMS,
  documentTerm,
  type Sum,
  TERMS,
  type Term,
  type TermSum,
} from '../billing/balance-terms.js';
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import type { Reason } from '../billing/document.js';
import type { DocumentTotals } from '../billing/document-totals.js';
import {
  CELL,
  correctionsIn,
  createLineCells,
  findCells,
  isCorrection,
  nextLine,
  unpackLine,
} from '../billing/line-block.js';
import type { HeldSum, IssuedDocument } from '../billing/month-view.js';
import type { DocumentOwner } from '../billing/per-document.js';
import type { HeldLine } from '../billing/plan.js';
import { addDocuments, createReckoning, type Reckoning } from '../billing/reckoning.js';
import { reconcile, type WrittenDocument } from '../billing/reconciliation.js';
import { Failure } from '../errors/failure.js';
import { describeImbalance } from '../explain/reconciliation-text.js';
import type { Connection } from './connect.js';
import type { WrittenNote } from './document-writer.js';
import type { MonthFrame } from './month-frame.js';

/** The sums of a month, added up while it is billed. */
export interface Balance {
  /** Computed from the facts. */
  readonly due: Reckoning;
  /** Computed from the lines as written. */
  readonly written: Reckoning;
}

/** Starts with the lines held at the last cut-off. */
export function openBalance(db: Connection, { month }: MonthFrame): Balance {
  const due = createReckoning();
  const rows = db
    .prepare<[string], SumRow>(`SELECT currency, ${SUMS} FROM held_lines WHERE month = ? GROUP BY currency`)
    .safeIntegers()
    .all(previousMonth(month));
  for (const row of rows) due.addSum('opening_held', row.currency, toSum(row));
  return { due, written: createReckoning() };
}

/**
 * Counts lines from their text as written. If the month also credits the order line of a charge, that line was charged before, and the
 * charge is in no term. Memory grows with the month's credits.
 */
export function countWritten(written: Reckoning): WrittenNote {
  const credited = new Set<string>();
  return {
    credit(owner, line) {
      for (const { lineType, orderLineName } of moneyOfLines(line, owner))
        if (lineType === 'credit') credited.add(orderLineName());
    },
    block(owner, lines) {
      const sums = written.open(owner);
      for (const { lineType, reason, amountMinor, orderLineName } of moneyOfLines(lines, owner)) {
        sums.addToDocument(lineType === 'charge' ? 'charges' : 'credits', amountMinor);
        if (lineType === 'charge' && (credited.size === 0 || !credited.has(orderLineName())))
          sums.add('charged', amountMinor);
        // The term follows from the reason in the line. If that is wrong, the sides differ.
        if (reason !== undefined) sums.add(documentTerm({ lineType, reason }), amountMinor);
      }
    },
  };
}

interface LineMoney {
  readonly lineType: 'charge' | 'credit';
  /** The reason of a credit or a repeated charge; undefined for every other charge. */
  readonly reason: Reason | undefined;
  readonly amountMinor: number;
  /** Tells order lines apart. */
  readonly orderLineName: () => string;
}

const LETTER_A = 'a'.charCodeAt(0);

/** Yields the amounts of packed lines, from their bytes. @throws SyntaxError if they are damaged */
export function* moneyOfLines(bytes: Buffer, owner: DocumentOwner): Generator<LineMoney> {
  const { starts, ends } = createLineCells();
  const cell = (from: number, to: number) => bytes.toString('latin1', starts[from], ends[to]);
  for (let at = 0, next = 0; at < bytes.length; at = next) {
    next = findCells(bytes, at, { starts, ends });
    if (next > 0) {
      const lineType = cell(CELL.lineType, CELL.lineType) === 'charge' ? 'charge' : 'credit';
      // `amended` is the only reason of a charge that begins with this letter.
      const isCorrection = lineType === 'credit' || bytes[starts[CELL.reason] as number] === LETTER_A;
      yield {
        lineType,
        reason: isCorrection ? (cell(CELL.reason, CELL.reason) as Reason) : undefined,
        amountMinor: Number(cell(CELL.amountMinor, CELL.amountMinor)),
        orderLineName: () => bytes.toString('utf8', starts[CELL.orderId], ends[CELL.orderLine]),
      };
    } else {
      next = nextLine(bytes, at);
      const line = unpackLine(bytes.toString('utf8', at, next), 0, owner);
      const orderLineName = () => `${JSON.stringify(line.orderId).slice(1)},${line.orderLine}`;
      const { lineType, amountMinor } = line;
      yield { lineType, reason: isCorrection(line) ? line.reason : undefined, amountMinor, orderLineName };
    }
  }
}

/** Records the terms of a month whose rows are all written. @throws Failure refused if they do not balance */
export function settleBalance(db: Connection, { month }: MonthFrame, { due, written }: Balance): void {
  const documents = writtenDocuments(db, month, written);
  addWrittenHeld(db, month, written);
  const { terms, faults } = reconcile(due, written, documents);
  if (faults.length > 0) throw new Failure('refused', describeImbalance(month, terms, faults));
  const insert = db.prepare(
    'INSERT INTO reconciliations (month, currency, term, lines, amount_minor) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { currency, term, lines, amountMinor } of terms)
    if (isStored(term)) insert.run(month, currency, term, lines, String(amountMinor));
}

/** The terms of documents are not stored, since the documents of every version give them. */
const isStored = (term: Term): boolean => (BALANCE_TERMS as readonly Term[]).includes(term);

/** Returns the balance of a billed month: the stored terms, and those that its documents give. */
export function reconciliationOf(
  db: Connection,
  month: BillingMonth,
  documents: readonly IssuedDocument[],
): TermSum[] {
  const sums = createReckoning();
  const rows = db
    .prepare<[string], { currency: string; term: Term; lines: number; amount: string }>(
      'SELECT currency, term, lines, amount_minor AS amount FROM reconciliations WHERE month = ?',
    )
    .all(month);
  for (const { currency, term, lines, amount } of rows)
    sums.addSum(term, currency, { lines, amountMinor: BigInt(amount) });
  addDocuments(
    sums,
    documents.map(({ currency, totals }) => ({ currency, ...statedBy(totals) })),
  );
  addCorrections(db, month, sums);
  return sums
    .currencies()
    .flatMap((currency) => TERMS.map((term) => ({ currency, term, ...sums.sumOf(term, currency) })));
}

/** Adds the lines that the month's documents credit or charge again. */
function addCorrections(db: Connection, month: BillingMonth, sums: Reckoning): void {
  const blocks = db.prepare<[string], DocumentOwner & { readonly lines: string }>(
    `SELECT practice_id AS practiceId, currency, lines
       FROM documents JOIN document_blocks USING (document_key)
       WHERE month = ? AND (instr(lines, '["credit"') > 0 OR instr(lines, '","amended",') > 0)`,
  );
  for (const { lines, ...owner } of blocks.iterate(month))
    for (const line of correctionsIn(lines, owner)) sums.add(documentTerm(line), line, 1);
}

/** Adds the lines of the month's held list. */
function addWrittenHeld(db: Connection, month: BillingMonth, written: Reckoning): void {
  for (const { currency, status, ...sum } of heldSumsOf(db, month))
    written.addSum(`closing_${status}`, currency, sum);
}

/** Adds up the month's held list, by currency, then status. */
export function heldSumsOf(db: Connection, month: BillingMonth): HeldSum[] {
  return db
    .prepare<[string], SumRow & { readonly status: HeldLine['status'] }>(
      `SELECT currency, status, ${SUMS} FROM held_lines WHERE month = ? GROUP BY currency, status ORDER BY currency, status`,
    )
    .safeIntegers()
    .all(month)
    .map((row) => ({ currency: row.currency, status: row.status, ...toSum(row) }));
}

/** Returns each document with the sums of its lines and the totals that it states. */
function writtenDocuments(db: Connection, month: BillingMonth, written: Reckoning): WrittenDocument[] {
  return db
    .prepare<[string], DocumentOwner & DocumentTotals>(
      `SELECT practice_id AS practiceId, currency, line_count AS lineCount, charge_count AS chargeCount,
         credit_count AS creditCount, charges_minor AS chargesMinor, credits_minor AS creditsMinor,
         total_minor AS totalMinor
       FROM documents WHERE month = ?`,
    )
    .all(month)
    .map((row) => ({ ...written.documentOf(row), stated: statedBy(row) }));
}

const statedBy = (totals: DocumentTotals): WrittenDocument['stated'] => ({
  charges: { lines: totals.chargeCount, amountMinor: BigInt(totals.chargesMinor) },
  credits: { lines: totals.creditCount, amountMinor: BigInt(totals.creditsMinor) },
  total: { lines: totals.lineCount, amountMinor: BigInt(totals.totalMinor) },
});

/**
 * Sums amounts as `lines`, `high` and `low`. SQLite adds in 64 bits and fails on overflow; the two halves of the amounts, added
 * separately, stay within.
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
