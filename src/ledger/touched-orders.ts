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
import type { RowPlace } from '../billing/plain-order.js';
import type { Connection } from './connect.js';
import {
  bucketOfMonth,
  createSegmentReader,
  type EventRow,
  type KeyKind,
  keyOf,
  type LineRow,
} from './fact-log.js';
import {
  compareIds,
  createFoundOrder,
  createLateStream,
  createOpenStream,
  createSegmentStream,
  type FoundOrder,
  isStored,
  parsedFact,
  type SegmentHead,
} from './fact-streams.js';
import { createMatcher } from './key-sieve.js';
import { createKeyTable } from './key-table.js';
import type { MonthFrame } from './month-frame.js';
import { hasOpenOrders } from './open-orders.js';
import { keySets, type OrderHistory } from './order-facts.js';
import { createHeap } from './order-streams.js';

export interface TouchedOrder extends OrderHistory {
  readonly orderId: string;
  /** True if closed months may have recorded something of the order. */
  readonly mayBeRecorded: boolean;
}

/**
 * @param isWhole includes the facts of later months
 * @param also orders to look at by all their facts, whatever a close would read of them; in order
 * @param shortcut is tried with the rows of each order that has one line and at most one event, of which closed months have recorded
 *   nothing. If it returns true, the order is not yielded.
 * @param progress called from time to time with the number of orders read, and of the order lines to read
 */
export function* touchedOrders(
  db: Connection,
  frame: MonthFrame,
  {
    isWhole = false,
    also = [],
    shortcut,
    progress,
  }: {
    isWhole?: boolean;
    also?: readonly string[];
    shortcut?: Shortcut | undefined;
    progress?: ((done: number, of: number) => void) | undefined;
  } = {},
): Generator<TouchedOrder> {
  const reading = createReading(db, frame, { isWhole, also });
  const streams = [
    ...reading.streams,
    createOpenStream(db, reading.openFrom),
    createLateStream(reading.late),
  ];
  const heap = createHeap(
    streams.filter((stream) => stream.advance()),
    (x, y) => compareIds(x.id, y.id),
  );
  const isEveryRecorded = frame.closed.at(-1)?.month === frame.month || reading.known === 0;
  const canBeRecorded = frame.closed.length > 0;
  const found = createFoundOrder();
  let done = 0;
  for (let top = heap.top(); top !== undefined; ) {
    found.begin(top.id);
    while (top !== undefined && compareIds(top.id, found.id) === 0) {
      top.take(found);
      heap.advanceTop();
      top = heap.top();
    }
    done++;
    if (done % 500 === 0) progress?.(Math.min(done, reading.count), reading.count);
    let wasSettled = false;
    if (found.isLate) reading.addAll(found);
    else if (!found.isOpen) {
      const isNewsOnly = found.lines.length === 0;
      wasSettled = reading.addEarlier(found);
      if (isNewsOnly && wasSettled && isLoneShipment(found)) continue;
    }
    if (found.lines.length + found.events.length === 0) continue;
    const mayBeRecorded = canBeRecorded && (isEveryRecorded || found.isOpen || found.isLate || wasSettled);
    if (shortcut !== undefined && !mayBeRecorded && takesShortcut(found, shortcut)) continue;
    yield {
      orderId: found.orderId(),
      lines: found.lines.map(parsedFact<LineRow>),
      events: found.events.map(parsedFact<EventRow>),
      mayBeRecorded,
    };
  }
}

/** Bills an order from the bytes of its rows. @returns false if that is not possible */
export type Shortcut = (line: RowPlace, event: RowPlace | undefined) => boolean;

function takesShortcut({ lines, events }: FoundOrder, shortcut: Shortcut): boolean {
  const [line, event] = [lines[0], events[0]];
  if (line === undefined || lines.length > 1 || events.length > 1) return false;
  if (!isStored(line) || (event !== undefined && !isStored(event))) return false;
  return shortcut(line, event);
}

/**
 * Tells whether the only event of an order with a settled line is a shipment after its placement. It changes nothing that closed months
 * recorded. Most orders end like this.
 */
function isLoneShipment({ lines, events }: FoundOrder): boolean {
  const [event] = events;
  const [line] = lines;
  if (event === undefined || line === undefined || events.length > 1 || lines.length > 1) return false;
  const [{ row: shipment }, { row: placement }] = [parsedFact<EventRow>(event), parsedFact<LineRow>(line)];
  return shipment[3] === 'shipped' && placement[9] <= shipment[1];
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
    .prepare<[number], SegmentHead>(
      `SELECT segment_id AS id, import_id AS importId, kind, run, bucket, facts FROM fact_segments
       WHERE import_id <= ? ORDER BY segment_id`,
    )
    .all(lastImport);
  const isRead = ({ bucket, importId }: SegmentHead) =>
    bucket <= until && (importId > known || bucket >= own);
  const buckets = new Map(segments.map(({ id, bucket }) => [id, bucket]));
  const read = segments.filter(isRead);
  const ids = new Set(read.map(({ id }) => id));

  const byRun = new Map<string, SegmentHead[]>();
  for (const segment of read) {
    const name = `${segment.importId} ${segment.kind} ${segment.run} ${segment.bucket}`;
    const run = byRun.get(name);
    if (run === undefined) byRun.set(name, [segment]);
    else run.push(segment);
  }
  const dataOf = db
    .prepare<[number], Buffer>('SELECT CAST(data AS BLOB) FROM fact_segments WHERE segment_id = ?')
    .pluck();
  const streams = [...byRun.values()].map((run) =>
    createSegmentStream(run, (id) => dataOf.get(id) ?? Buffer.alloc(0)),
  );

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

  function add(found: FoundOrder, lookup: Lookup): boolean {
    if (lookup === NO_LOOKUP) return false;
    const { lines, events } = lookup(found.key());
    if (lines.length + events.length === 0) return false;
    const orderId = found.orderId();
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
    addEarlier: (found: FoundOrder) => add(found, earlier),
    /** Replaces what was found by all facts of the order. */
    addAll(found: FoundOrder): void {
      found.lines.length = 0;
      found.events.length = 0;
      add(found, all);
    },
  };
}

/** Returns the keys of all orders in the segments to read, in ascending order. */
function readKeys(db: Connection, lastImport: number, read: readonly SegmentHead[]): Float64Array {
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
