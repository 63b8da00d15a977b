/**
 * Checks the balance of a month against the books: the lines that the last close left held, and those that this close wrote. If both sides
 * agree, it stores the month's terms. billing/reconciliation.ts defines the terms.
 */
import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import { CELL, createLineCells, findCells, nextLine, unpackLine } from '../billing/line-block.js';
import type { DocumentOwner } from '../billing/per-document.js';
import type { HeldLine } from '../billing/plan.js';
import {
  createReckoning,
  type Reckoning,
  reconcile,
  type Sum,
  type WrittenDocument,
} from '../billing/reconciliation.js';
import { Failure } from '../errors/failure.js';
import { describeImbalance } from '../explain/reconciliation-text.js';
import type { Connection } from './connect.js';
import type { WrittenNote } from './document-writer.js';
import type { MonthFrame } from './month-frame.js';

/** The sums of a month, added up while it is billed. */
export interface Balance {
  /** Computed from the facts. */
  readonly due: Reckoning;
  /** Added up from what was written. */
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
      const { practiceId, currency } = owner;
      for (const { lineType, amountMinor, orderLineName } of moneyOfLines(lines, owner)) {
        const money = { practiceId, currency, amountMinor };
        written.addToDocument(lineType === 'charge' ? 'charges' : 'credits', money);
        if (lineType === 'charge' && (credited.size === 0 || !credited.has(orderLineName())))
          written.add('charged', money, 1);
      }
    },
  };
}

interface LineMoney {
  readonly lineType: 'charge' | 'credit';
  readonly amountMinor: number;
  /** Tells order lines apart. */
  readonly orderLineName: () => string;
}

/** What lines come to, from their bytes. @throws SyntaxError if they are damaged */
export function* moneyOfLines(bytes: Buffer, owner: DocumentOwner): Generator<LineMoney> {
  const { starts, ends } = createLineCells();
  const cell = (from: number, to: number) => bytes.toString('latin1', starts[from], ends[to]);
  for (let at = 0, next = 0; at < bytes.length; at = next) {
    next = findCells(bytes, at, { starts, ends });
    if (next > 0) {
      yield {
        lineType: cell(CELL.lineType, CELL.lineType) === 'charge' ? 'charge' : 'credit',
        amountMinor: Number(cell(CELL.amountMinor, CELL.amountMinor)),
        orderLineName: () => bytes.toString('utf8', starts[CELL.orderId], ends[CELL.orderLine]),
      };
    } else {
      next = nextLine(bytes, at);
      const line = unpackLine(bytes.toString('utf8', at, next), 0, owner);
      const orderLineName = () => `${JSON.stringify(line.orderId).slice(1)},${line.orderLine}`;
      yield { lineType: line.lineType, amountMinor: line.amountMinor, orderLineName };
    }
  }
}

/** Records the terms of a month whose rows are all written. @throws Failure refused if they do not balance */
export function settleBalance(db: Connection, { month }: MonthFrame, { due, written }: Balance): void {
  const documents = documentsOf(db, month);
  addWrittenHeld(db, month, written);
  const { terms, faults } = reconcile(due, written, writtenDocuments(documents, written));
  if (faults.length > 0) throw new Failure('refused', describeImbalance(month, terms, faults));
  const insert = db.prepare('INSERT INTO reconciliations VALUES (?, ?, ?, ?, ?)');
  for (const { currency, term, lines, amountMinor } of terms)
    insert.run(month, currency, term, lines, String(amountMinor));
}

/** Adds the lines of the month's held list. */
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
  readonly practice_id: string;
  readonly currency: string;
  readonly line_count: number;
  readonly charge_count: number;
  readonly charges_minor: number;
  readonly credit_count: number;
  readonly credits_minor: number;
  readonly total_minor: number;
}

const documentsOf = (db: Connection, month: BillingMonth): DocumentRow[] =>
  db.prepare<[string], DocumentRow>('SELECT * FROM documents WHERE month = ?').all(month);

/** Returns each document with the sums of its lines and the totals that it states. */
function writtenDocuments(documents: readonly DocumentRow[], written: Reckoning): WrittenDocument[] {
  return documents.map((row) => ({
    ...written.documentOf({ practiceId: row.practice_id, currency: row.currency }),
    stated: {
      charges: { lines: row.charge_count, amountMinor: BigInt(row.charges_minor) },
      credits: { lines: row.credit_count, amountMinor: BigInt(row.credits_minor) },
      total: { lines: row.line_count, amountMinor: BigInt(row.total_minor) },
    },
  }));
}

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
