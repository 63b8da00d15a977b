/**
 * Which orders a month must look at, and what is known of each. By index: the work follows the month, not the ledger.
 */

import { previousMonth } from '../billing/billing-month.js';
import { type LineVersion, wasCounted } from '../billing/cut-over.js';
import type { IssuedCharge } from '../billing/document.js';
import type { ExceptionCode } from '../billing/exception.js';
import type { EventKind, HistoryEvent, OrderLine } from '../billing/order.js';
import { listingKey, type OrderAccount, type OrderLineAccount } from '../billing/plan.js';
import { DAY } from '../billing/time-zone.js';
import { type ChargeRow, toCharge } from './charge-row.js';
import type { Connection } from './ledger.js';
import { CURRENT, type MonthFrame } from './month-frame.js';

/** An order as one practice sees it: one that moved is a candidate of both, for the credit here and the charge there. */
export interface Candidate {
  /** Empty if no line of the order is known. */
  readonly practiceId: string;
  readonly orderKey: number;
  readonly account: OrderAccount;
}

/** Orders read at a time: bounds the memory. */
const BATCH = 2000;

/** Notes in the temporary table `touched` each order whose standing may differ from what closed months recorded. */
export function touchOrders(db: Connection, { month, closed, window, lastImport, policy }: MonthFrame): void {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS touched (order_key INTEGER PRIMARY KEY); DELETE FROM temp.touched',
  );
  const touch = (source: string, parameters: object) =>
    db.prepare(`INSERT OR IGNORE INTO temp.touched SELECT order_key FROM ${source}`).run(parameters);

  touch('order_lines WHERE placed_at >= :start AND placed_at < :end', window);
  touch('events WHERE at >= :start AND at < :end', window);
  touch('held_lines WHERE month = :previous', { previous: previousMonth(month) });
  const previous = closed.findLast((row) => row.month < month);
  touch('late_facts WHERE import_id > :known AND import_id <= :lastImport', {
    known: previous?.lastImport ?? 0,
    lastImport,
  });
  if (policy.afterLimit === 'delete') {
    // A limit passes in the month where its pause began that many days before; a day on either side for changes of offset.
    const limit = policy.pauseLimitDays * DAY;
    touch("events WHERE event = 'paused' AND at >= :start AND at < :end", {
      start: window.start - limit - DAY,
      end: window.end - limit + DAY,
    });
  }
}

/** Every touched order, in order of practice, then of order id (by code point: SQLite compares UTF-8 bytes). */
export function* readCandidates(db: Connection, frame: MonthFrame): Generator<Candidate> {
  const { lastImport } = frame;
  db.exec(`
    DROP TABLE IF EXISTS temp.candidates;
    CREATE TEMP TABLE candidates (position INTEGER PRIMARY KEY, practice_id TEXT NOT NULL, order_key INTEGER NOT NULL)`);
  db.prepare(
    `INSERT INTO temp.candidates (practice_id, order_key)
     SELECT pair.practice_id, pair.order_key FROM (
       SELECT line.practice_id, line.order_key FROM temp.touched JOIN order_lines AS line USING (order_key)
         WHERE ${CURRENT('line')}
       UNION
       SELECT practice_id, order_key FROM temp.touched JOIN document_lines USING (order_key) JOIN documents USING (document_key)
       UNION
       SELECT '', order_key FROM temp.touched WHERE NOT EXISTS
         (SELECT 1 FROM order_lines AS line WHERE line.order_key = touched.order_key AND ${CURRENT('line')})
     ) AS pair JOIN orders USING (order_key) ORDER BY pair.practice_id, orders.order_id`,
  ).run({ lastImport });

  const readBatch = createBatchReader(db, frame);
  const count = db.prepare<[], number>('SELECT count(*) FROM temp.candidates').pluck().get() ?? 0;
  for (let start = 1; start <= count; start += BATCH) yield* readBatch(start, start + BATCH);
}

interface LineRow {
  readonly position: number;
  readonly order_line: number;
  readonly import_id: number;
  readonly superseded_by: number | null;
  readonly order_id: string;
  readonly practice_id: string;
  readonly product: string;
  readonly description: string;
  readonly patient_ref: string;
  readonly quantity: string;
  readonly unit_price: string;
  readonly currency: string;
  readonly placed_at: number;
}

interface EventRow {
  readonly position: number;
  readonly order_id: string;
  readonly event: EventKind;
  readonly at: number;
  readonly sequence: number;
  readonly reason: string;
  readonly event_id: string;
}

interface IssuedRow extends ChargeRow {
  readonly position: number;
  readonly document_key: number;
  readonly corrects_key: number | null;
  readonly document_number: string;
  readonly practice_id: string;
  readonly currency: string;
}

function createBatchReader(db: Connection, frame: MonthFrame) {
  const { lastImport } = frame;
  const inBatch = 'FROM temp.candidates AS candidate';
  const range = 'WHERE candidate.position >= :start AND candidate.position < :end';
  const candidates = db.prepare<[object], { position: number; practice_id: string; order_key: number }>(
    `SELECT * ${inBatch} ${range} ORDER BY position`,
  );
  const lines = db.prepare<[object], LineRow>(
    `SELECT candidate.position, order_id, line.* ${inBatch} JOIN orders USING (order_key)
     JOIN order_lines AS line USING (order_key)
     ${range} AND line.import_id <= :lastImport ORDER BY candidate.position, line.order_line, line.import_id`,
  );
  const events = db.prepare<[object], EventRow>(
    `SELECT candidate.position, order_id, event.* ${inBatch} JOIN orders USING (order_key)
     JOIN events AS event USING (order_key)
     ${range} AND ${CURRENT('event')} AND event.event <> 'retracted' ORDER BY candidate.position`,
  );
  const issued = db.prepare<[object], IssuedRow>(
    `SELECT candidate.position, line.*, document.practice_id, document.currency, document.document_number ${inBatch}
     JOIN document_lines AS line USING (order_key) JOIN documents AS document USING (document_key)
     ${range} ORDER BY candidate.position, line.order_line`,
  );
  const listed = db.prepare<[object], EventRow & { code: ExceptionCode }>(
    `SELECT candidate.position, listed.* ${inBatch} JOIN listed_exceptions AS listed USING (order_key)
     ${range} ORDER BY candidate.position`,
  );
  const beforeLedger = db.prepare<[object], { position: number; order_line: number }>(
    `SELECT candidate.position, before.order_line ${inBatch} JOIN before_ledger_lines AS before USING (order_key)
     ${range} ORDER BY candidate.position`,
  );

  return function* readBatch(start: number, end: number): Generator<Candidate> {
    const bounds = { start, end };
    const linesOf = cursor(lines.all({ ...bounds, lastImport }));
    const eventsOf = cursor(events.all({ ...bounds, lastImport }));
    const issuedOf = cursor(issued.all(bounds));
    const listedOf = cursor(listed.all(bounds));
    const beforeLedgerOf = cursor(beforeLedger.all(bounds));
    for (const { position, practice_id, order_key } of candidates.all(bounds)) {
      const account: OrderAccount = {
        lines: lineAccounts(linesOf(position), issuedOf(position), beforeLedgerOf(position), frame),
        events: eventsOf(position).map(toEvent),
        listed: new Set(listedOf(position).map((row) => listingKey(row.code, toEvent(row)))),
      };
      yield { practiceId: practice_id, orderKey: order_key, account };
    }
  };
}

/** Hands out the rows of each position in turn. `rows` stand in order of position, and positions are asked for in order. */
function cursor<Row extends { readonly position: number }>(
  rows: readonly Row[],
): (position: number) => Row[] {
  let next = 0;
  return (position) => {
    const start = next;
    while (next < rows.length && rows[next]?.position === position) next++;
    return rows.slice(start, next);
  };
}

function toEvent(row: EventRow): HistoryEvent {
  return {
    eventId: row.event_id,
    orderId: row.order_id,
    event: row.event,
    at: row.at,
    sequence: row.sequence,
    reason: row.reason,
  };
}

/** @param rows every known version of the order's lines, by line, then by import */
function lineAccounts(
  rows: readonly LineRow[],
  issued: readonly IssuedRow[],
  beforeLedger: readonly { readonly order_line: number }[],
  frame: MonthFrame,
): OrderLineAccount[] {
  const accounts: OrderLineAccount[] = [];
  let versions: LineVersion[] = [];
  let line = 0;
  for (const row of rows) {
    if (row.order_line !== line) [line, versions] = [row.order_line, []];
    const isCurrent = row.superseded_by === null || row.superseded_by > frame.lastImport;
    versions.push({
      placedAt: row.placed_at,
      knownFrom: row.import_id,
      knownUntil: isCurrent ? Number.POSITIVE_INFINITY : (row.superseded_by ?? 0),
      calendar: frame.calendarOf(row.practice_id),
    });
    if (!isCurrent) continue;
    accounts.push({
      line: toOrderLine(row),
      record: {
        issued: standingCharge(issued.filter(({ order_line }) => order_line === line)),
        counted: wasCounted(versions, frame.closed),
        chargedBeforeLedger: beforeLedger.some(({ order_line }) => order_line === line),
      },
    });
  }
  return accounts;
}

function toOrderLine(row: LineRow): OrderLine {
  return {
    orderId: row.order_id,
    line: row.order_line,
    practiceId: row.practice_id,
    product: row.product,
    description: row.description,
    patientRef: row.patient_ref,
    quantity: row.quantity,
    unitPrice: row.unit_price,
    currency: row.currency,
    placedAt: row.placed_at,
  };
}

/** The charge among a line's issued lines that no credit corrects: there is one at most. */
function standingCharge(rows: readonly IssuedRow[]): IssuedCharge | undefined {
  const corrected = new Set(rows.map((row) => row.corrects_key));
  const row = rows.find((line) => line.corrects_key === null && !corrected.has(line.document_key));
  if (row === undefined) return undefined;
  const charge = toCharge(row, { practiceId: row.practice_id, currency: row.currency });
  return { ...charge, document: { key: row.document_key, number: row.document_number } };
}
