/**
 * Reads everything that the ledger knows of one order, by indexes: its facts in every version, what closed months recorded of it, and what
 * open months would record, billed in a draft by the code of a close.
 */
import { type BillingMonth, type Calendar, monthsFrom, nextMonth } from '../billing/billing-month.js';
import type { ClosedMonth } from '../billing/cut-over.js';
import { type ExceptionCode, parseListedEvent } from '../billing/exception.js';
import type { ImportedFile } from '../billing/month-view.js';
import { earliest, type HistoryEvent, type Instant, latest } from '../billing/order.js';
import type { OrderFacts, OrderRecord, RecordedLine, RecordedMonth } from '../billing/recorded-order.js';
import type { Config } from '../config/config.js';
import type { Connection } from './connect.js';
import {
  createDocumentFinder,
  createDocumentLineFinder,
  createIndexReader,
  type IndexEntry,
} from './document-index.js';
import { draftOnto } from './draft-month.js';
import { createDraft } from './draft-tables.js';
import { identityOfEvent, toEvent as toFact, toOrderLine } from './fact-log.js';
import { lastImportOf } from './import.js';
import type { Ledger } from './ledger.js';
import { calendarBeforeClose, closedMonths, type MonthFrame, openFrame } from './month-frame.js';
import { monthsToClose } from './months-to-close.js';
import { findOrder, readMovedEvents, versionsByLine } from './order-facts.js';
import { voidedLinesOf } from './void.js';

/** The most open months to bill after the next one, since facts may lie far ahead. */
const MOST_OPEN_MONTHS = 12;

/**
 * Passes the record of an order to `use`. Its months begin with the first that concerns the order. They end with the last closed month, or
 * with the last open one for which something is known or would be issued.
 * @returns undefined if no fact names the order
 * @throws Failure usage if the config contradicts what the first close fixed
 */
export async function readOrder<T>(
  ledger: Ledger,
  orderId: string,
  config: Config,
  use: (record: OrderRecord) => T,
): Promise<T | undefined> {
  return ledger.read(() => {
    const { db } = ledger;
    const facts = orderFacts(db, orderId);
    if (facts.lines.length + facts.events.length === 0) return undefined;
    const closed = closedMonths(db);
    const last = closed.at(-1)?.month;
    if (last !== undefined) monthsToClose(ledger, last, { config, catchUp: true });
    const closedRecords = recordedMonths(db, orderId, closed.map(asClosed));

    const order = { orderId, facts };
    const start = last === undefined ? monthOfFirst(db, facts, config) : nextMonth(last);
    const { frame, openMonths } = billOpenMonths(db, order, { start, basis: last, config });
    const openRecords = recordedMonths(db, orderId, openMonths);
    return use({
      ...facts,
      orderId,
      firstMonth: frame.firstMonth,
      policy: config,
      calendarOf: (practiceId) => calendarIn(frame, practiceId),
      voided: voidedLinesOf(db, orderId).map(({ document, line }) => ({
        month: document.billingMonth,
        voidReason: document.voidReason,
        line: { ...line, documentNumber: document.documentNumber },
      })),
      months: monthsOfConcern([...closedRecords, ...openRecords], facts, frame, heldIn(db, orderId)),
    });
  });
}

/**
 * Returns a function that reads orders as closed months recorded them, without what open months would do. It passes over void documents.
 * @param calendarOf of practices in closed months
 */
export function createClosedOrderReader(
  { db }: Ledger,
  config: Config,
  calendarOf: OrderRecord['calendarOf'],
): (orderId: string) => OrderRecord {
  const closed = closedMonths(db);
  return (orderId) => ({
    ...orderFacts(db, orderId),
    orderId,
    firstMonth: closed[0]?.month ?? '',
    policy: config,
    calendarOf,
    voided: [],
    months: recordedMonths(db, orderId, closed.map(asClosed)),
  });
}

/** Returns an order's facts in every version; empty lists if no fact names the order. */
export const factsOfOrder = ({ db }: Ledger, orderId: string): OrderFacts => orderFacts(db, orderId);

/** Returns the names that imports after `since`, up to `upTo`, gave a practice. */
export function namesOfPractice(
  { db }: Ledger,
  practiceId: string,
  { since, upTo }: { since: number; upTo: number },
): { name: string; importId: number; files: string }[] {
  return db
    .prepare<[object], { name: string; importId: number; files: string }>(
      `SELECT practice.name, import_id AS importId,
         (SELECT group_concat(file.name, ', ') FROM import_files AS file
          WHERE file.import_id = practice.import_id AND file.kind = 'practices') AS files
       FROM practices AS practice WHERE practice_id = :practiceId AND import_id > :since AND import_id <= :upTo
       ORDER BY import_id`,
    )
    .all({ practiceId, since, upTo });
}

interface ListedRow {
  readonly event: string;
  readonly at: number;
  readonly sequence: number;
  readonly reason: string;
  readonly event_id: string;
}

/** Returns every version of the order's facts, with the files that brought them; empty lists if no fact names the order. */
function orderFacts(db: Connection, orderId: string): OrderFacts {
  const lastImport = lastImportOf(db);
  const history = findOrder(db, orderId, lastImport);
  const moved = readMovedEvents(db, lastImport);
  const lines = versionsByLine(history.lines).flatMap((versions) =>
    versions.map(({ importId, row }, index) => ({
      fact: toOrderLine(row),
      importId,
      supersededBy: versions[index + 1]?.importId ?? Number.POSITIVE_INFINITY,
    })),
  );
  const versionsOf = new Map<string, number[]>();
  for (const { importId, row } of history.events) {
    const identity = identityOfEvent(row);
    versionsOf.set(identity, [...(versionsOf.get(identity) ?? []), importId]);
  }
  const events = history.events.map(({ importId, row }) => {
    const next = versionsOf.get(identityOfEvent(row))?.find((each) => each > importId);
    const isMoved = moved.movedBy(orderId, row[5]);
    const supersededBy = Math.min(
      next ?? Number.POSITIVE_INFINITY,
      isMoved > importId ? isMoved : Number.POSITIVE_INFINITY,
    );
    return { fact: toFact(row), importId, supersededBy };
  });
  const known = [...lines, ...events].flatMap(({ importId, supersededBy }) => [importId, supersededBy]);
  const files = db.prepare<[number], ImportedFile>(
    `SELECT import_id AS importId, name, kind, sha256, read, imported, amended, duplicates
     FROM import_files WHERE import_id = ? ORDER BY position`,
  );
  const imports = [...new Set(known)].filter(Number.isFinite).sort((a, b) => a - b);
  return { lines, events, files: imports.flatMap((importId) => files.all(importId)) };
}

function toEvent({ event, at, sequence, reason, event_id }: ListedRow, orderId: string): HistoryEvent {
  return { eventId: event_id, orderId, ...parseListedEvent(event), at, sequence, reason };
}

/** Returns every instant known of the order: its events and every placement that it ever had. */
function instantsOf({ lines, events }: OrderFacts): Instant[] {
  return [...lines.map(({ fact }) => fact.placedAt), ...events.map(({ fact }) => fact.at)];
}

/** Returns the month in which the order was placed. It stands for the ledger's first month as long as none is closed. */
function monthOfFirst(db: Connection, facts: OrderFacts, config: Config): BillingMonth {
  const practiceId = facts.lines.at(-1)?.fact.practiceId ?? '';
  const calendar = calendarBeforeClose(db, practiceId, { config, lastImport: lastImportOf(db) });
  const placed = facts.lines.map(({ fact }) => fact.placedAt);
  return calendar.monthOf(earliest(placed.length > 0 ? placed : instantsOf(facts)));
}

/** Bills only this order, in the open months up to the last one for which something is known. */
function billOpenMonths(
  db: Connection,
  { orderId, facts }: { orderId: string; facts: OrderFacts },
  { start, basis, config }: { start: BillingMonth; basis: BillingMonth | undefined; config: Config },
): { frame: MonthFrame; openMonths: MonthToRead[] } {
  const lastImport = lastImportOf(db);
  const onBasis = { month: basis, zonesOf: basis };
  createDraft(db, onBasis);
  const order = { orderId, ...findOrder(db, orderId, lastImport), mayBeRecorded: true };
  const bill = (month: BillingMonth): MonthFrame => {
    const frame = openFrame(db, { month, config, lastImport });
    draftOnto(db, onBasis, frame, { orders: [order] });
    return frame;
  };
  let frame = bill(start);
  const calendar = calendarIn(frame, facts.lines.at(-1)?.fact.practiceId ?? '');
  const horizon = calendar.monthOf(latest(instantsOf(facts)));
  const months = [start];
  for (const month of monthsFrom(nextMonth(start), horizon)) {
    if (months.length > MOST_OPEN_MONTHS) break;
    frame = bill(month);
    months.push(month);
  }
  return { frame, openMonths: months.map((month) => ({ month, isClosed: false, lastImport })) };
}

function calendarIn(frame: MonthFrame, practiceId: string): Calendar {
  return practiceId === '' ? frame.configCalendar : frame.calendarOf(practiceId);
}

type MonthToRead = Pick<RecordedMonth, 'month' | 'isClosed' | 'lastImport'>;

const asClosed = ({ month, lastImport }: ClosedMonth): MonthToRead => ({ month, isClosed: true, lastImport });

/** Returns what the closing tables hold of the order for each month. The tables are the ledger's own, or those of a draft. */
function recordedMonths(db: Connection, orderId: string, months: readonly MonthToRead[]): RecordedMonth[] {
  const linesOf = createLineReader(db, orderId);
  const exceptions = db
    .prepare<[string], ListedRow & { month: BillingMonth; code: ExceptionCode }>(
      'SELECT * FROM listed_exceptions WHERE order_id = ? ORDER BY exception_number',
    )
    .all(orderId);
  const beforeLedger = db
    .prepare<[string], { order_line: number; decided_by: BillingMonth }>(
      'SELECT order_line, decided_by FROM before_ledger_lines WHERE order_id = ? ORDER BY order_line',
    )
    .all(orderId);
  return months.map((each) => ({
    ...each,
    lines: linesOf(each.month),
    exceptions: exceptions
      .filter(({ month }) => month === each.month)
      .map((row) => ({ code: row.code, event: toEvent(row, orderId) })),
    beforeLedger: beforeLedger
      .filter(({ decided_by }) => decided_by === each.month)
      .map(({ order_line }) => order_line),
  }));
}

/** Returns a function that reads the order's lines on the documents of a month. */
function createLineReader(db: Connection, orderId: string): (month: BillingMonth) => RecordedLine[] {
  const entriesOf = createIndexReader(db);
  const documentOf = createDocumentFinder(db);
  const lineOf = createDocumentLineFinder(db);
  return (month) =>
    [...entriesOf(month, orderId)].sort(byLine).map(([, , documentKey, lineNumber]) => {
      const { number, ...owner } = documentOf(documentKey);
      return { ...lineOf(documentKey, lineNumber, owner), documentNumber: number };
    });
}

/** By order line, a credit before a charge. */
const byLine = (a: IndexEntry, b: IndexEntry): number =>
  a[1] - b[1] || Number(a[5] === 0) - Number(b[5] === 0);

/** Returns the months of the draft in which the order is held. */
function heldIn(db: Connection, orderId: string): ReadonlySet<BillingMonth> {
  const months = db
    .prepare<[string], BillingMonth>('SELECT month FROM held_lines WHERE order_id = ?')
    .pluck();
  return new Set(months.all(orderId));
}

/** Leaves out months before the order's first fact, and open months at the end in which nothing happens to it. */
function monthsOfConcern(
  months: readonly RecordedMonth[],
  facts: OrderFacts,
  frame: MonthFrame,
  held: ReadonlySet<BillingMonth>,
): RecordedMonth[] {
  const calendar = calendarIn(frame, facts.lines.at(-1)?.fact.practiceId ?? '');
  const known = instantsOf(facts).map((at) => calendar.monthOf(at));
  const isTold = ({ month, lines, exceptions, beforeLedger }: RecordedMonth) =>
    lines.length + exceptions.length + beforeLedger.length > 0 || held.has(month) || known.includes(month);
  const from = months.findIndex((each) => isTold(each) || known.some((month) => month <= each.month));
  const to = months.findLastIndex((month) => month.isClosed || isTold(month));
  return months.slice(Math.max(from, 0), Math.max(to, 0) + 1);
}
