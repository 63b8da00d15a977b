/**
 * Which orders a month must look at, and what is known of each. By index: the work follows the month, not the ledger.
 */

import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import { type LineVersion, lastCountedIn } from '../billing/cut-over.js';
import type { Charge, IssuedCharge } from '../billing/document.js';
import type { ExceptionCode } from '../billing/exception.js';
import type { EventKind, HistoryEvent, Instant, OrderLine } from '../billing/order.js';
import type { DocumentOwner } from '../billing/per-document.js';
import { type LineRecord, listingKey, type OrderAccount, type OrderLineAccount } from '../billing/plan.js';
import { DAY } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { chargeOf, unpackLines } from './line-block.js';
import { CURRENT, type MonthFrame } from './month-frame.js';

/** Orders read at a time: bounds the memory. With more, the garbage collector meets them while they are in use. */
const BATCH = 500;

/** Notes in the temporary table `touched` each order whose standing may differ from what closed months recorded. */
export function touchOrders(db: Connection, frame: MonthFrame): void {
  const { month, closed, window, lastImport, policy } = frame;
  startTouching(db);
  const touch = (source: string, parameters: object) =>
    db.prepare(`INSERT OR IGNORE INTO temp.touched SELECT order_id FROM ${source}`).run(parameters);

  touch('order_lines WHERE placed_at >= :start AND placed_at < :end', window);
  // Those that were touched already are not asked twice whether they are more than a shipment.
  touch(
    `events AS event WHERE at >= :start AND at < :end
       AND order_id NOT IN (SELECT order_id FROM temp.touched) AND NOT ${LONE_SHIPMENT}`,
    { ...window, lastImport },
  );
  touch('held_lines WHERE month = :previous', { previous: previousMonth(month) });
  const previous = closed.findLast((row) => row.month < month);
  touch('late_facts WHERE import_id > :known AND import_id <= :lastImport', {
    known: previous?.lastImport ?? 0,
    lastImport,
  });
  if (policy.afterLimit === 'delete') {
    touchPauses(db, frame, { from: window.start, until: window.end });
  }
}

/**
 * An event that changes nothing that closed months recorded: the only one of a known order, its shipment after the placement.
 * Most orders end so, and a month need not look at them again.
 */
const LONE_SHIPMENT = `(
  event.event = 'shipped'
  AND (SELECT count(*) FROM (SELECT 1 FROM events AS each WHERE each.order_id = event.order_id LIMIT 2)) = 1
  AND EXISTS (SELECT 1 FROM order_lines AS line
    WHERE line.order_id = event.order_id AND line.placed_at <= event.at AND ${CURRENT('line')}))`;

/** Notes the orders with a pause whose limit may pass from `from` to `until`; a day on either side for changes of offset. */
export function touchPauses(
  db: Connection,
  { policy }: MonthFrame,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): void {
  const limit = policy.pauseLimitDays * DAY;
  db.prepare(
    `INSERT OR IGNORE INTO temp.touched
     SELECT order_id FROM events WHERE event = 'paused' AND at >= :start AND at < :end`,
  ).run({ start: from - limit - DAY, end: until - limit + DAY });
}

/** Notes one order alone. */
export function touchOrder(db: Connection, orderId: string): void {
  startTouching(db);
  db.prepare('INSERT INTO temp.touched VALUES (?)').run(orderId);
}

function startTouching(db: Connection): void {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS touched (order_id TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM temp.touched',
  );
}

/** What is known of every touched order, in order of order id (by code point: SQLite compares UTF-8 bytes). */
export function* readAccounts(
  db: Connection,
  frame: MonthFrame,
  progress?: (done: number, of: number) => void,
): Generator<OrderAccount> {
  const nextBatch = db
    .prepare<[string, number], string>(
      'SELECT order_id FROM temp.touched WHERE order_id > ? ORDER BY order_id LIMIT ?',
    )
    .pluck();
  const readBatch = createBatchReader(db, frame);
  const count = db.prepare<[], number>('SELECT count(*) FROM temp.touched').pluck().get() ?? 0;
  let after = '';
  for (let done = 0; ; done += BATCH) {
    const orderIds = nextBatch.all(after, BATCH);
    const last = orderIds.at(-1);
    if (last === undefined) return;
    progress?.(done, count);
    yield* readBatch(orderIds, { after, last });
    after = last;
  }
}

// Rows come as arrays: an object for each would cost more than reading them.

type LineRow = readonly [
  orderId: string,
  orderLine: number,
  importId: number,
  supersededBy: number | null,
  practiceId: string,
  product: string,
  description: string,
  patientRef: string,
  quantity: string,
  unitPrice: string,
  currency: string,
  placedAt: number,
];

type EventRow = readonly [
  orderId: string,
  event: EventKind,
  at: number,
  sequence: number,
  reason: string,
  eventId: string,
];

type ListedRow = readonly [...EventRow, code: ExceptionCode];

type IssuedRow = readonly [
  orderId: string,
  orderLine: number,
  documentKey: number,
  lineNumber: number,
  amountMinor: number,
  correctsKey: number | null,
  practiceId: string,
  currency: string,
  documentNumber: string,
];

type HeldRow = readonly [orderId: string, orderLine: number, currency: string, amountMinor: number];

function createBatchReader(db: Connection, frame: MonthFrame) {
  const { lastImport } = frame;
  // A cross join: SQLite takes its tables in this order, so that it looks up the rows of each order and no others.
  function select<Row>(columns: string, joined: string, order = '') {
    return db
      .prepare<[object], Row>(
        `SELECT touched.order_id, ${columns} FROM temp.touched CROSS JOIN ${joined} USING (order_id)
         WHERE touched.order_id > :after AND touched.order_id <= :last ORDER BY touched.order_id${order}`,
      )
      .raw();
  }
  const lines = select<LineRow>(
    `order_line, import_id, superseded_by, practice_id, product, description, patient_ref, quantity, unit_price, currency, placed_at`,
    '(SELECT * FROM order_lines WHERE import_id <= :lastImport)',
    ', order_line, version',
  );
  const events = select<EventRow>(
    'event, at, sequence, reason, event_id',
    `(SELECT * FROM events AS event WHERE ${CURRENT('event')} AND event.event <> 'retracted')`,
  );
  const issued = select<IssuedRow>(
    'order_line, document_key, line_number, amount_minor, corrects_key, practice_id, currency, document_number',
    '(SELECT * FROM document_lines CROSS JOIN documents USING (document_key))',
  );
  const listed = select<ListedRow>('event, at, sequence, reason, event_id, code', 'listed_exceptions');
  const beforeLedger = select<[orderId: string, orderLine: number]>('order_line', 'before_ledger_lines');
  const held = select<HeldRow>(
    'order_line, currency, amount_minor',
    '(SELECT * FROM held_lines WHERE month = :previous)',
  );
  const previous = previousMonth(frame.month);
  const asIssued = createChargeReader(db);
  const sameText = createTexts();
  const wasHeld = createHeldFinder(db);

  return function* readBatch(
    orderIds: readonly string[],
    range: { readonly after: string; readonly last: string },
  ): Generator<OrderAccount> {
    const linesOf = cursor(lines.all({ ...range, lastImport }));
    const eventsOf = cursor(events.all({ ...range, lastImport }));
    const issuedOf = cursor(issued.all(range));
    const listedOf = cursor(listed.all(range));
    const beforeLedgerOf = cursor(beforeLedger.all(range));
    const heldOf = cursor(held.all({ ...range, previous }));
    for (const orderId of orderIds) {
      const recorded: OrderRows = {
        issued: issuedOf(orderId),
        beforeLedger: beforeLedgerOf(orderId),
        held: heldOf(orderId),
      };
      yield {
        lines: lineAccounts(linesOf(orderId), recorded),
        events: eventsOf(orderId).map(toEvent),
        listed: listedKeys(listedOf(orderId)),
      };
    }
  };

  /** @param rows every known version of the order's lines, by line, then by import */
  function lineAccounts(rows: readonly LineRow[], recorded: OrderRows): OrderLineAccount[] {
    const accounts: OrderLineAccount[] = [];
    let versions: LineVersion[] = [];
    let versionsOf = 0;
    for (const row of rows) {
      const [, line, knownFrom, supersededBy] = row;
      const practiceId = sameText(row[4]);
      if (line !== versionsOf) versions = [];
      versionsOf = line;
      const isCurrent = supersededBy === null || supersededBy > lastImport;
      const knownUntil = isCurrent ? Number.POSITIVE_INFINITY : supersededBy;
      versions.push({ placedAt: row[11], knownFrom, knownUntil, calendar: frame.calendarOf(practiceId) });
      if (!isCurrent) continue;
      const countedIn = lastCountedIn(versions, frame.closed);
      accounts.push({ line: toOrderLine(row, practiceId), record: recordOf(row, countedIn, recorded) });
    }
    return accounts;
  }

  function recordOf(
    [orderId, line]: LineRow,
    countedIn: BillingMonth | undefined,
    recorded: OrderRows,
  ): LineRecord {
    const issued = standingCharge(recorded.issued, line, asIssued);
    const held = recorded.held.find(([, orderLine]) => orderLine === line);
    const isElsewhere = countedIn !== undefined && issued === undefined && held === undefined;
    return {
      issued,
      counted: countedIn !== undefined,
      chargedBeforeLedger: recorded.beforeLedger.some(([, orderLine]) => orderLine === line),
      held: held && { currency: held[2], amountMinor: held[3] },
      withdrawn: isElsewhere && wasHeld(countedIn, orderId, line),
    };
  }
}

/** What closed months recorded of an order. */
interface OrderRows {
  readonly issued: readonly IssuedRow[];
  readonly beforeLedger: readonly (readonly [orderId: string, orderLine: number])[];
  readonly held: readonly HeldRow[];
}

/** Hands out the rows of each order in turn. `rows` stand in order of order id, and orders are asked for in that order. */
function cursor<Row extends readonly [orderId: string, ...unknown[]]>(
  rows: readonly Row[],
): (orderId: string) => readonly Row[] {
  let next = 0;
  return (orderId) => {
    const start = next;
    while (next < rows.length && rows[next]?.[0] === orderId) next++;
    return start === next ? NONE : rows.slice(start, next);
  };
}

const NONE: readonly never[] = [];

/** One string for all that are equal: found in a map at once, where each new one would be read through. Bounded by the practices. */
function createTexts(): (text: string) => string {
  const texts = new Map<string, string>();
  return (text) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
}

function toEvent(row: EventRow | ListedRow): HistoryEvent {
  const [orderId, event, at, sequence, reason, eventId] = row;
  return { eventId, orderId, event, at, sequence, reason };
}

function listedKeys(rows: readonly ListedRow[]): ReadonlySet<string> {
  return rows.length === 0 ? NOTHING_LISTED : new Set(rows.map((row) => listingKey(row[6], toEvent(row))));
}

const NOTHING_LISTED: ReadonlySet<string> = new Set();

/** Asked of few lines: those that were counted, but are neither charged nor on the last held list. */
function createHeldFinder(db: Connection) {
  const heldIn = (table: string) =>
    `SELECT 1 FROM ${table} WHERE month = :month AND order_id = :orderId AND order_line = :line`;
  // A draft holds the held lists from the last one on: the earlier ones are in the ledger itself, and so are those of months
  // that the draft bills again with fewer facts.
  const isOwn = `(SELECT last_import FROM main.closed_months WHERE month = :month)
    = (SELECT last_import FROM closed_months WHERE month = :month)`;
  const find = db
    .prepare<[object], number>(
      `${heldIn('main.held_lines')} AND ${isOwn} UNION ALL ${heldIn('held_lines')} LIMIT 1`,
    )
    .pluck();
  return (month: BillingMonth, orderId: string, line: number): boolean =>
    find.get({ month, orderId, line }) !== undefined;
}

function toOrderLine(row: LineRow, practiceId: string): OrderLine {
  return {
    orderId: row[0],
    line: row[1],
    practiceId,
    product: row[5],
    description: row[6],
    patientRef: row[7],
    quantity: row[8],
    unitPrice: row[9],
    currency: row[10],
    placedAt: row[11],
  };
}

/** The charge among a line's issued lines that no credit corrects: there is one at most. */
function standingCharge(
  rows: readonly IssuedRow[],
  orderLine: number,
  asIssued: ReturnType<typeof createChargeReader>,
): IssuedCharge | undefined {
  if (rows.length === 0) return undefined;
  const ofLine = rows.filter((row) => row[1] === orderLine);
  const corrected = new Set(ofLine.map((row) => row[5]));
  const charge = ofLine.find((row) => row[5] === null && !corrected.has(row[2]));
  if (charge === undefined) return undefined;
  const [, , key, lineNumber, amountMinor, , practiceId, currency, number] = charge;
  return {
    practiceId,
    currency,
    amountMinor,
    document: { key, number },
    asIssued: () => asIssued(key, lineNumber, { practiceId, currency }),
  };
}

/** Reads charges as they were issued. A draft holds no blocks of the months before it: those are in the ledger itself. */
function createChargeReader(db: Connection) {
  const blockIn = (table: string) =>
    db
      .prepare<[number, number], [firstLine: number, lines: string]>(
        `SELECT first_line, lines FROM ${table} WHERE document_key = ? AND first_line <= ? ORDER BY first_line DESC LIMIT 1`,
      )
      .raw();
  const [own, ledgers] = [blockIn('document_blocks'), blockIn('main.document_blocks')];
  return (documentKey: number, lineNumber: number, owner: DocumentOwner): Charge => {
    const [firstLine, lines] = own.get(documentKey, lineNumber) ??
      ledgers.get(documentKey, lineNumber) ?? [0, ''];
    const line = unpackLines(lines, firstLine, owner)[lineNumber - firstLine];
    if (line === undefined) throw new Error(`line ${lineNumber} of document ${documentKey} is not there`);
    return chargeOf(line);
  };
}
