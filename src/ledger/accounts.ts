/** Collects what a plan is made from: what is known of an order, and what closed months recorded of it. */

import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import { type ClosedMonth, lastCountedIn } from '../billing/cut-over.js';
import type { IssuedCharge } from '../billing/document.js';
import { type ExceptionCode, parseListedEvent } from '../billing/exception.js';
import { chargeOf } from '../billing/line-block.js';
import type { EventKind, HistoryEvent } from '../billing/order.js';
import { type LineRecord, listingKey, type OrderAccount, type OrderLineAccount } from '../billing/plan.js';
import type { Connection } from './connect.js';
import {
  createDocumentFinder,
  createDocumentLineFinder,
  createIndexReader,
  type IndexEntry,
} from './document-index.js';
import { type Known, type LineRow, toOrderLine } from './fact-log.js';
import type { MonthFrame } from './month-frame.js';
import { currentEvents, type OrderHistory, readMovedEvents, versionsByLine } from './order-facts.js';
import type { TouchedOrder } from './touched-orders.js';

/** The closed months on which a draft builds: those up to `month`, and the practice zones fixed by months up to `zonesOf`. */
export interface Basis {
  /** The month on which the draft builds; undefined if there is none. */
  readonly month: BillingMonth | undefined;
  readonly zonesOf: BillingMonth | undefined;
}

/** The rows that closed months recorded of an order. */
interface OrderRows {
  readonly issued: readonly IndexEntry[];
  readonly beforeLedger: readonly number[];
  readonly held: readonly HeldRow[];
  readonly listed: ReadonlySet<string>;
}

const NOTHING: OrderRows = { issued: [], beforeLedger: [], held: [], listed: new Set() };

/** @param basis of a draft; undefined in a close */
export function createAccounts(
  db: Connection,
  frame: MonthFrame,
  basis: Basis | undefined,
  moved = readMovedEvents(db, frame.lastImport),
): (order: TouchedOrder) => OrderAccount {
  const recordOf = createRecordReader(db, frame, basis);
  const chargeIn = createStandingCharges(db);
  const wasHeld = createHeldFinder(db);

  function lineAccounts({ lines }: OrderHistory, recorded: OrderRows): OrderLineAccount[] {
    const [only] = lines;
    if (only === undefined) return NO_LINES;
    if (lines.length === 1) return [lineAccount(lines, recorded)];
    return versionsByLine(lines).map((versions) => lineAccount(versions, recorded));
  }

  /** @param versions of one line in order of import, at least one */
  function lineAccount(versions: readonly Known<LineRow>[], recorded: OrderRows): OrderLineAccount {
    const { row } = versions.at(-1) as Known<LineRow>;
    const line = toOrderLine(row);
    if (frame.closed.length === 0) return { line, record: FRESH };
    const countedIn = lastCountedIn(
      versions.map(({ importId, row: version }, index) => ({
        placedAt: version[9],
        knownFrom: importId,
        knownUntil: versions[index + 1]?.importId ?? Number.POSITIVE_INFINITY,
        calendar: frame.calendarOf(version[2]),
      })),
      frame.closed,
    );
    const issued = chargeIn(recorded.issued, line.line);
    const held = recorded.held.find(([orderLine]) => orderLine === line.line);
    const isElsewhere = countedIn !== undefined && issued === undefined && held === undefined;
    const record: LineRecord = {
      issued,
      counted: countedIn !== undefined,
      chargedBeforeLedger: recorded.beforeLedger.includes(line.line),
      held: held && { currency: held[1], amountMinor: held[2] },
      withdrawn: isElsewhere && wasHeld(countedIn, line.orderId, line.line),
    };
    return { line, record };
  }

  return (order) => {
    const recorded = order.mayBeRecorded ? recordOf.order(order) : NOTHING;
    const events = order.events.length === 0 ? NO_EVENTS : currentEvents(order.events, moved);
    return {
      lines: lineAccounts(order, recorded),
      events,
      listed: moved.some ? listedOf(events, recorded.listed) : recorded.listed,
    };
  };

  /** Adds what was listed of an event while it belonged to another order, since one exception is one code and one event. */
  function listedOf(events: readonly HistoryEvent[], listed: ReadonlySet<string>): ReadonlySet<string> {
    const before = events.flatMap(({ eventId }) => moved.ordersBefore(eventId));
    if (before.length === 0) return listed;
    return new Set([...listed, ...before.flatMap((orderId) => [...recordOf.listed(orderId)])]);
  }
}

const NO_LINES: OrderLineAccount[] = [];
const NO_EVENTS: HistoryEvent[] = [];
const FRESH: LineRecord = {
  issued: undefined,
  counted: false,
  chargedBeforeLedger: false,
  held: undefined,
  withdrawn: false,
};

type HeldRow = readonly [orderLine: number, currency: string, amountMinor: number];

type ListedRow = readonly [
  orderId: string,
  event: EventKind,
  at: number,
  sequence: number,
  reason: string,
  eventId: string,
  code: ExceptionCode,
];

/** Reads the rows of an order. A draft holds only what it has billed itself; the rows of its basis are in the ledger's own tables. */
function createRecordReader(db: Connection, frame: MonthFrame, basis: Basis | undefined) {
  const upTo = basis === undefined ? {} : { upTo: basis.month ?? null };
  function select<Row>(columns: string, table: string, month: string) {
    const own = `SELECT ${columns} FROM ${table} WHERE order_id = :orderId`;
    const earlier = `SELECT ${columns} FROM main.${table} WHERE order_id = :orderId AND ${month} <= :upTo`;
    const statement = db
      .prepare<[object], Row>(basis === undefined ? own : `${earlier} UNION ALL ${own}`)
      .raw();
    return (orderId: string) => statement.all({ orderId, ...upTo });
  }
  const monthsOfBasis = new Set(
    db
      .prepare<[string | null], BillingMonth>('SELECT month FROM main.closed_months WHERE month <= ?')
      .pluck()
      .all(basis?.month ?? null),
  );
  const entriesOf = createIndexReader(db, (month) =>
    monthsOfBasis.has(month) ? 'main.document_index' : 'document_index',
  );
  const listed = select<ListedRow>(
    'order_id, event, at, sequence, reason, event_id, code',
    'listed_exceptions',
    'month',
  );
  const before = select<[number]>('order_line', 'before_ledger_lines', 'decided_by');
  const held = db
    .prepare<[string, string], HeldRow>(
      'SELECT order_line, currency, amount_minor FROM held_lines WHERE month = ? AND order_id = ?',
    )
    .raw();
  const previous = previousMonth(frame.month);
  const listedUnder = (orderId: string) => listedKeys(listed(orderId));
  return {
    listed: listedUnder,
    order: (order: TouchedOrder): OrderRows => ({
      issued: monthsSince(firstImportOf(order)).flatMap(({ month }) => entriesOf(month, order.orderId)),
      listed: listedUnder(order.orderId),
      beforeLedger: before(order.orderId).map(([orderLine]) => orderLine),
      held: held.all(previous, order.orderId),
    }),
  };

  /** Returns the closed months that knew an import. No other month can have issued a line of an order that it brought. */
  function monthsSince(importId: number): ClosedMonth[] {
    return frame.closed.filter(({ lastImport }) => lastImport >= importId);
  }
}

const firstImportOf = ({ lines, events }: OrderHistory): number =>
  [...lines, ...events].reduce((first, { importId }) => Math.min(first, importId), Number.POSITIVE_INFINITY);

function listedKeys(rows: readonly ListedRow[]): ReadonlySet<string> {
  if (rows.length === 0) return NOTHING.listed;
  return new Set(
    rows.map(([orderId, event, at, sequence, reason, eventId, code]) =>
      listingKey(code, { eventId, orderId, ...parseListedEvent(event), at, sequence, reason }),
    ),
  );
}

/** Called for few lines: those that were counted, but are neither charged nor on the last held list. */
function createHeldFinder(db: Connection) {
  const heldIn = (table: string) =>
    `SELECT 1 FROM ${table} WHERE month = :month AND order_id = :orderId AND order_line = :line`;
  // A draft holds held lists from the last closed month on. Earlier lists are in the ledger itself, but the ledger's lists of months
  // that the draft bills again with fewer facts must not be read.
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

/** Returns a function that finds the one charge of a line that no credit corrects; undefined if there is none. */
function createStandingCharges(db: Connection) {
  const documentOf = createDocumentFinder(db);
  const lineOf = createDocumentLineFinder(db);
  return (entries: readonly IndexEntry[], orderLine: number): IssuedCharge | undefined => {
    if (entries.length === 0) return undefined;
    const ofLine = entries.filter((entry) => entry[1] === orderLine);
    const corrected = new Set(ofLine.map((entry) => entry[5]));
    const charge = ofLine.find((entry) => entry[5] === 0 && !corrected.has(entry[2]));
    if (charge === undefined) return undefined;
    const [, , key, lineNumber, amountMinor] = charge;
    const { number, ...owner } = documentOf(key);
    return {
      ...owner,
      amountMinor,
      document: { key, number },
      asIssued: () => chargeOf(lineOf(key, lineNumber, owner)),
    };
  };
}
