/**
 * Finds the orders that a month must look at, with their facts. It merges, in order of order id:
 *
 * 1. what the month reads from the log: facts of its own month, and facts of earlier months that imports since the last close brought;
 * 2. the orders that the last close left open;
 * 3. the orders that an import has noted (`late_facts`).
 *
 * The older facts of an order that was settled before are looked up by its key. So the work grows with the month, except for the keys:
 * a close reads 12 bytes for each fact of the ledger.
 */
import { previousMonth } from '../billing/billing-month.js';
import { compareCodePoints } from '../billing/order.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  bucketOfMonth,
  createSegmentReader,
  type EventRow,
  type FactKindOfLog,
  type KeyKind,
  type Known,
  keyOf,
  type LineRow,
} from './fact-log.js';
import { createMatcher } from './key-sieve.js';
import { createKeyTable } from './key-table.js';
import type { MonthFrame } from './month-frame.js';
import { hasOpenOrders, readOpenOrders } from './open-orders.js';
import { keySets, type OrderHistory } from './order-facts.js';
import { createHeap, type OrderStream } from './order-streams.js';

export interface TouchedOrder extends OrderHistory {
  readonly orderId: string;
  /** True if closed months may have recorded something of the order. */
  readonly mayBeRecorded: boolean;
}

/**
 * @param isWhole includes the facts of later months
 * @param also orders to look at by all their facts, whatever a close would read of them; in order
 * @param progress called from time to time with the number of orders read, and of the order lines to read
 */
export function* touchedOrders(
  db: Connection,
  frame: MonthFrame,
  {
    isWhole = false,
    also = [],
    progress,
  }: {
    isWhole?: boolean;
    also?: readonly string[];
    progress?: ((done: number, of: number) => void) | undefined;
  } = {},
): Generator<TouchedOrder> {
  const reading = createReading(db, frame, { isWhole, also });
  const streams = [
    ...reading.streams,
    createOpenStream(db, reading.openFrom),
    createLateStream(reading.late),
  ];
  const heap = createHeap(streams.filter((stream) => stream.advance()));
  const isEveryRecorded = frame.closed.at(-1)?.month === frame.month || reading.known === 0;
  const canBeRecorded = frame.closed.length > 0;
  let done = 0;
  for (let top = heap.top(); top !== undefined; ) {
    const orderId = top.orderId;
    const found: Found = { lines: [], events: [], isOpen: false, isLate: false };
    while (top !== undefined && top.orderId === orderId) {
      top.take(found);
      heap.advanceTop();
      top = heap.top();
    }
    done++;
    if (done % 500 === 0) progress?.(Math.min(done, reading.count), reading.count);
    const key = keyOf(orderId);
    let wasSettled = false;
    if (found.isLate) reading.addAll(found, orderId, key);
    else if (!found.isOpen) {
      const isNewsOnly = found.lines.length === 0;
      wasSettled = reading.addEarlier(found, orderId, key);
      if (isNewsOnly && wasSettled && isLoneShipment(found)) continue;
    }
    if (found.lines.length + found.events.length === 0) continue;
    const mayBeRecorded = canBeRecorded && (isEveryRecorded || found.isOpen || found.isLate || wasSettled);
    yield { orderId, lines: found.lines, events: found.events, mayBeRecorded };
  }
}

/** The facts found of an order so far. */
interface Found {
  readonly lines: Known<LineRow>[];
  readonly events: Known<EventRow>[];
  isOpen: boolean;
  isLate: boolean;
}

/**
 * Tells whether the only event of an order with a settled line is a shipment after its placement. It changes nothing that closed months
 * recorded. Most orders end like this.
 */
function isLoneShipment({ lines, events }: Found): boolean {
  const [event] = events;
  const [line] = lines;
  if (event === undefined || line === undefined || events.length > 1 || lines.length > 1) return false;
  return event.row[3] === 'shipped' && line.row[9] <= event.row[1];
}

interface Stream extends OrderStream {
  /** Adds what it has of the current order. */
  take(found: Found): void;
}

interface SegmentRow {
  readonly id: number;
  readonly importId: number;
  readonly kind: FactKindOfLog;
  readonly run: number;
  readonly bucket: Bucket;
  readonly facts: number;
}

/** Decides what a month reads from the log, and what it can look up besides. */
function createReading(
  db: Connection,
  { month, closed, lastImport }: MonthFrame,
  { isWhole, also }: { readonly isWhole: boolean; readonly also: readonly string[] },
) {
  const before = previousMonth(month);
  const isCarried = hasOpenOrders(db, before);
  // Without stored open orders every fact is new: in the first month, and in the first month after a version that did not store them.
  const known = isCarried ? (closed.findLast((row) => row.month < month)?.lastImport ?? 0) : 0;
  const own = bucketOfMonth(month);
  const until = isWhole ? Number.POSITIVE_INFINITY : own;
  const segments = db
    .prepare<[number], SegmentRow>(
      `SELECT segment_id AS id, import_id AS importId, kind, run, bucket, facts FROM fact_segments
       WHERE import_id <= ? ORDER BY segment_id`,
    )
    .all(lastImport);
  const isRead = ({ bucket, importId }: SegmentRow) => bucket <= until && (importId > known || bucket >= own);
  const buckets = new Map(segments.map(({ id, bucket }) => [id, bucket]));
  const read = segments.filter(isRead);
  const ids = new Set(read.map(({ id }) => id));

  const byRun = new Map<string, SegmentRow[]>();
  for (const segment of read) {
    const name = `${segment.importId} ${segment.kind} ${segment.run} ${segment.bucket}`;
    const run = byRun.get(name);
    if (run === undefined) byRun.set(name, [segment]);
    else run.push(segment);
  }
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  const streams = [...byRun.values()].map((run) => createSegmentStream(run, (id) => dataOf.get(id) ?? '[]'));

  const noted = db
    .prepare<[number, number], string>(
      'SELECT DISTINCT order_id FROM late_facts WHERE import_id > ? AND import_id <= ? ORDER BY order_id',
    )
    .pluck()
    .all(known, lastImport);
  const late = also.length === 0 ? noted : [...new Set([...noted, ...also])].sort(compareCodePoints);
  const isEarlier = (segment: number) => !ids.has(segment) && (buckets.get(segment) ?? own) < own;
  const hasEarlier = segments.some(({ id }) => isEarlier(id));
  const earlier = hasEarlier
    ? createLookup(db, lastImport, { wanted: readKeys(db, lastImport, read), isWanted: isEarlier })
    : NO_LOOKUP;
  const lateKeys = Float64Array.from(late, keyOf).sort();
  const all =
    late.length > 0 ? createLookup(db, lastImport, { wanted: lateKeys, isWanted: () => true }) : NO_LOOKUP;
  const reader = createSegmentReader(db);

  function add(found: Found, lookup: Lookup, orderId: string, key: number): boolean {
    const { lines, events } = lookup(key);
    const count = found.lines.length + found.events.length;
    for (const segment of lines) found.lines.push(...reader.rowsOfOrder<LineRow>(segment, orderId));
    for (const segment of events) found.events.push(...reader.rowsOfOrder<EventRow>(segment, orderId));
    return found.lines.length + found.events.length > count;
  }
  return {
    known,
    late,
    openFrom: isCarried ? before : undefined,
    streams,
    count: read.reduce((sum, { kind, facts }) => sum + (kind === 'orders' ? facts : 0), 0),
    /** Adds the facts of earlier months that the last close knew. @returns whether there are any */
    addEarlier: (found: Found, orderId: string, key: number) => add(found, earlier, orderId, key),
    /** Replaces what was found by all facts of the order. */
    addAll(found: Found, orderId: string, key: number): void {
      found.lines.length = 0;
      found.events.length = 0;
      add(found, all, orderId, key);
    },
  };
}

/** Returns the keys of all orders in the segments to read, in ascending order. */
function readKeys(db: Connection, lastImport: number, read: readonly SegmentRow[]): Float64Array {
  const imports = new Set(read.map(({ importId }) => importId));
  const segments = new Set(read.map(({ id }) => id));
  const parts: Float64Array[] = [];
  const sets = keySets(db, lastImport, (set) => isOfOrders(set) && imports.has(set.importId));
  for (const { keys, segments: places } of sets) {
    const own = keys.filter((_, index) => segments.has(places[index] ?? 0));
    if (own.length > 0) parts.push(own);
  }
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

const isOfOrders = ({ keyKind }: { readonly keyKind: KeyKind }) => keyKind !== 'event_ids';

interface Hits {
  readonly lines: readonly number[];
  readonly events: readonly number[];
}

/** Returns the segments that may hold the facts of an order with this key. */
type Lookup = (key: number) => Hits;

const NO_HITS: Hits = { lines: [], events: [] };
const NO_LOOKUP: Lookup = () => NO_HITS;

/** Makes a look-up of the ledger's keys that are `wanted`, in the segments that are wanted. */
function createLookup(
  db: Connection,
  lastImport: number,
  { wanted, isWanted }: { readonly wanted: Float64Array; readonly isWanted: (segment: number) => boolean },
): Lookup {
  const tables = { lines: createKeyTable(), events: createKeyTable() };
  const eachWanted = createMatcher(wanted);
  for (const { keyKind, ...set } of keySets(db, lastImport, isOfOrders)) {
    const { add } = keyKind === 'order_lines' ? tables.lines : tables.events;
    eachWanted(set, (key, segment) => {
      if (isWanted(segment)) add(key, segment);
    });
  }
  return (key) => ({ lines: tables.lines.at(key), events: tables.events.at(key) });
}

/** Reads the segments of one run and bucket. */
function createSegmentStream(run: readonly SegmentRow[], dataOf: (id: number) => string): Stream {
  const [first] = run;
  const importId = first?.importId ?? 0;
  const isLines = first?.kind === 'orders';
  let rows: readonly (LineRow | EventRow)[] = [];
  let next = 0;
  let at = 0;
  const stream: Stream = {
    orderId: '',
    advance() {
      while (at < rows.length && (rows[at] as LineRow)[0] === stream.orderId) at++;
      if (at >= rows.length) {
        const segment = run[next];
        if (segment === undefined) return false;
        next++;
        rows = JSON.parse(dataOf(segment.id));
        at = 0;
      }
      stream.orderId = (rows[at] as LineRow)[0];
      return true;
    },
    take({ lines, events }) {
      for (let index = at; index < rows.length; index++) {
        const row = rows[index] as LineRow | EventRow;
        if (row[0] !== stream.orderId) break;
        if (isLines) lines.push({ importId, row: row as LineRow });
        else events.push({ importId, row: row as EventRow });
      }
    },
  };
  return stream;
}

function createOpenStream(db: Connection, month: string | undefined): Stream {
  const orders = month === undefined ? undefined : readOpenOrders(db, month);
  let order: OrderHistory | undefined;
  const stream: Stream = {
    orderId: '',
    advance() {
      const next = orders?.next();
      if (next === undefined || next.done) return false;
      order = next.value;
      stream.orderId = next.value.orderId;
      return true;
    },
    take(found) {
      found.isOpen = true;
      found.lines.push(...(order?.lines ?? []));
      found.events.push(...(order?.events ?? []));
    },
  };
  return stream;
}

function createLateStream(late: readonly string[]): Stream {
  let next = 0;
  const stream: Stream = {
    orderId: '',
    advance() {
      const orderId = late[next];
      if (orderId === undefined) return false;
      next++;
      stream.orderId = orderId;
      return true;
    },
    take(found) {
      found.isLate = true;
    },
  };
  return stream;
}
