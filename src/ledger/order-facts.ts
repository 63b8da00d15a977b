/** Reads the facts of single orders from the log, and puts the versions of a fact in order. */
import { compareCodePoints, type HistoryEvent, type Instant } from '../billing/order.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  createSegmentReader,
  type EventRow,
  firstAt,
  identityOfEvent,
  type KeyKind,
  type Keys,
  type Known,
  keyOf,
  type LineRow,
  rowsOfOrderIn,
  segmentsAt,
  toEvent,
  unpackKeys,
} from './fact-log.js';
import { createSetFinder } from './key-sieve.js';

/** Every version of every fact of an order, in order of import. */
export interface OrderHistory {
  readonly lines: readonly Known<LineRow>[];
  readonly events: readonly Known<EventRow>[];
}

/** Returns all facts of an order, found by the index of the segments. */
export function findOrder(db: Connection, orderId: string, upTo: number): OrderHistory {
  const segments = db
    .prepare<[object], { import_id: number; kind: string; data: string }>(
      `SELECT import_id, kind, data FROM fact_segments
       WHERE first_order <= :orderId AND last_order >= :orderId AND import_id <= :upTo ORDER BY segment_id`,
    )
    .all({ orderId, upTo });
  const lines: Known<LineRow>[] = [];
  const events: Known<EventRow>[] = [];
  for (const { import_id: importId, kind, data } of segments) {
    for (const row of rowsOfOrderIn(data, orderId)) {
      if (kind === 'orders') lines.push({ importId, row: row as LineRow });
      else events.push({ importId, row: row as EventRow });
    }
  }
  return { lines: lines.sort(byImport), events: events.sort(byImport) };
}

/** Returns a function that finds the lines of an order, in all versions. It is fastest if orders are looked up in their stored order. */
export function createLineFinder(
  db: Connection,
  upTo: number,
): (orderId: string) => readonly Known<LineRow>[] {
  const segments = db
    .prepare<[object], number>(
      `SELECT segment_id FROM fact_segments
       WHERE first_order <= :orderId AND last_order >= :orderId AND import_id <= :upTo AND kind = 'orders'`,
    )
    .pluck();
  const reader = createSegmentReader(db);
  return (orderId) =>
    segments
      .all({ orderId, upTo })
      .flatMap((segment) => reader.rowsOfOrder<LineRow>(segment, orderId))
      .sort(byImport);
}

const byImport = (a: Known<unknown>, b: Known<unknown>): number => a.importId - b.importId;

/** A set of keys from one run. */
interface KeySet extends Keys {
  readonly importId: number;
  readonly keyKind: KeyKind;
}

/**
 * Yields the sets of keys of imports up to `upTo`, one at a time, except those for forms of ids.
 * @param isWanted sets that are not wanted are not read
 */
export function* keySets(
  db: Connection,
  upTo: number,
  isWanted: (set: Pick<KeySet, 'importId' | 'keyKind'>) => boolean = () => true,
): Generator<KeySet> {
  const names = db
    .prepare<[number], { id: number; importId: number; keyKind: KeyKind }>(
      `SELECT rowid AS id, import_id AS importId, key_kind AS keyKind FROM fact_keys WHERE import_id <= ? AND key_kind <> 'order_forms' ORDER BY import_id, kind, run`,
    )
    .all(upTo);
  const keysOf = db.prepare<[number], Buffer>('SELECT keys FROM fact_keys WHERE rowid = ?').pluck();
  for (const { id, ...rest } of names.filter(isWanted))
    yield { ...rest, ...unpackKeys(keysOf.get(id) ?? Buffer.alloc(0)) };
}

/**
 * Returns the orders of which several imports brought lines or one event, in order: among them every order with a fact that another version
 * replaced. A version that lies in another month than the one before does not show in that month's segments.
 */
export function ordersOfSeveralVersions(db: Connection, upTo: number): string[] {
  const found = new Set<string>();
  const sets = [...keySets(db, upTo)];
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  for (const kind of ['order_lines', 'event_ids'] as const) {
    const own = sets.filter(({ keyKind }) => keyKind === kind);
    const repeated = keysOfSeveralSets(own);
    const segments = new Set([...repeated].flatMap((key) => own.flatMap((set) => segmentsAt(set, key))));
    for (const segment of segments)
      for (const row of JSON.parse(dataOf.get(segment) ?? '[]') as (LineRow | EventRow)[])
        if (repeated.has(keyOf(String(kind === 'order_lines' ? row[0] : row[5])))) found.add(row[0]);
  }
  return [...found].sort(compareCodePoints);
}

/** An event has one key in the sets of each of its versions, an order one in the sets of each import that brought lines of it. */
function keysOfSeveralSets(sets: readonly KeySet[]): ReadonlySet<number> {
  const all = new Float64Array(sets.reduce((sum, { keys }) => sum + keys.length, 0));
  let end = 0;
  for (const { keys } of sets) {
    // The lines of an order have one key each.
    const distinct = keys.filter((key, index) => key !== keys[index - 1]);
    all.set(distinct, end);
    end += distinct.length;
  }
  const sorted = all.subarray(0, end).sort();
  return new Set(sorted.filter((key, index) => key === sorted[index - 1]));
}

/** Finds the facts of many orders by their keys, which it keeps in memory: 16 to 20 bytes for each key of the ledger. */
export interface FactFinder {
  /** Tells whether there may be facts of this order or event. Another with the same key may be taken for it. */
  mayHave(kind: KeyKind, key: number): boolean;
  linesOf(orderId: string, key: number): readonly Known<LineRow>[];
  /** @param bucket if given, only its events are returned */
  eventsOf(orderId: string, key: number, bucket?: Bucket): readonly Known<EventRow>[];
  /** Returns every version of the event with this id, in order of import. */
  versionsOfEvent(eventId: string): readonly Known<EventRow>[];
  /** Returns the buckets of the segments that may hold an order or event. Another with the same key may add some. */
  bucketsOf(kind: KeyKind, key: number): readonly Bucket[];
}

export function createFactFinder(db: Connection, upTo: number): FactFinder {
  const sets: Record<KeyKind, KeySet[]> = { order_lines: [], order_events: [], event_ids: [] };
  for (const set of keySets(db, upTo)) sets[set.keyKind].push(set);
  // An order has the same key in several kinds, and most orders have no event that an earlier import brought.
  const setsWith = {
    order_lines: createSetFinder(sets.order_lines),
    order_events: createSetFinder(sets.order_events),
    event_ids: createSetFinder(sets.event_ids),
  };
  const segmentBuckets = new Map(
    db
      .prepare<[number], [segment: number, bucket: Bucket]>(
        'SELECT segment_id, bucket FROM fact_segments WHERE import_id <= ?',
      )
      .raw()
      .all(upTo),
  );
  const reader = createSegmentReader(db);

  function segmentsOf(kind: KeyKind, key: number): readonly number[] {
    const found: number[] = [];
    for (const { keys, segments } of setsWith[kind](key))
      for (let at = firstAt(keys, key); keys[at] === key; at++) {
        const segment = segments[at] as number;
        if (!found.includes(segment)) found.push(segment);
      }
    return found;
  }
  return {
    mayHave: (kind, key) => setsWith[kind](key).some(({ keys }) => keys[firstAt(keys, key)] === key),
    linesOf: (orderId, key) =>
      segmentsOf('order_lines', key).flatMap((segment) => reader.rowsOfOrder<LineRow>(segment, orderId)),
    eventsOf: (orderId, key, bucket) =>
      segmentsOf('order_events', key)
        .filter((segment) => bucket === undefined || segmentBuckets.get(segment) === bucket)
        .flatMap((segment) => reader.rowsOfOrder<EventRow>(segment, orderId)),
    versionsOfEvent: (eventId) =>
      segmentsOf('event_ids', keyOf(eventId)).flatMap((segment) => reader.rowsOfEvent(segment, eventId)),
    bucketsOf: (kind, key) => segmentsOf(kind, key).map((segment) => segmentBuckets.get(segment) ?? 0),
  };
}

/** The events that were moved to another order, by order and event id. Few ever are. */
export interface MovedEvents {
  /** Returns the last import that took the event from the order; 0 if none did. */
  movedBy(orderId: string, eventId: string): number;
  /** Returns the orders that had the event before. */
  ordersBefore(eventId: string): readonly string[];
  readonly some: boolean;
}

export function readMovedEvents(db: Connection, upTo: number): MovedEvents {
  const moved = new Map<string, number>();
  const before = new Map<string, string[]>();
  const rows = db
    .prepare<[number], [string, string, number]>(
      'SELECT order_id, event_id, import_id FROM moved_events WHERE import_id <= ? ORDER BY import_id',
    )
    .raw()
    .all(upTo);
  for (const [orderId, eventId, importId] of rows) {
    moved.set(JSON.stringify([orderId, eventId]), importId);
    before.set(eventId, [...(before.get(eventId) ?? []), orderId]);
  }
  return {
    some: moved.size > 0,
    movedBy: (orderId, eventId) => moved.get(JSON.stringify([orderId, eventId])) ?? 0,
    ordersBefore: (eventId) => before.get(eventId) ?? [],
  };
}

/** Returns the events of an order that count: the last version of each, unless it takes the event back or another order has it now. */
export function currentEvents(versions: readonly Known<EventRow>[], moved: MovedEvents): HistoryEvent[] {
  const last = new Map<string, Known<EventRow>>();
  for (const version of versions) {
    const { row } = version;
    const identity = identityOfEvent(row);
    const known = last.get(identity);
    if (known === undefined || known.importId <= version.importId) last.set(identity, version);
  }
  const events: HistoryEvent[] = [];
  for (const { importId, row } of last.values()) {
    if (row[3] === 'retracted') continue;
    if (moved.some && moved.movedBy(row[0], row[5]) > importId) continue;
    events.push(toEvent(row) as HistoryEvent);
  }
  return events;
}

/** Returns the earliest placement among the current order lines; undefined if there is none. */
export function earliestPlacement(
  db: Connection,
  upTo: number,
): { readonly practiceId: string; readonly at: Instant } | undefined {
  const buckets = db
    .prepare<[number], Bucket>(
      "SELECT DISTINCT bucket FROM fact_segments WHERE kind = 'orders' AND import_id <= ? ORDER BY bucket",
    )
    .pluck()
    .all(upTo);
  const segments = db
    .prepare<[Bucket, number], string>(
      "SELECT data FROM fact_segments WHERE kind = 'orders' AND bucket = ? AND import_id <= ?",
    )
    .pluck();
  for (const bucket of buckets) {
    const rows = segments.all(bucket, upTo).flatMap((data): LineRow[] => JSON.parse(data));
    // An amended line may have left the month.
    for (const row of rows.sort((a, b) => a[9] - b[9])) {
      const versions = findOrder(db, row[0], upTo).lines.filter(({ row: each }) => each[1] === row[1]);
      if (JSON.stringify(versions.at(-1)?.row) === JSON.stringify(row))
        return { practiceId: row[2], at: row[9] };
    }
  }
  return undefined;
}

/** Returns the versions of an order's lines grouped by line, each group in order of import with one version for each import. */
export function versionsByLine(versions: readonly Known<LineRow>[]): Known<LineRow>[][] {
  const byLine = new Map<number, Known<LineRow>[]>();
  const inOrder = [...versions].sort((a, b) => a.row[1] - b.row[1] || a.importId - b.importId);
  for (const version of inOrder) {
    const own = byLine.get(version.row[1]);
    if (own === undefined) byLine.set(version.row[1], [version]);
    else if (own.at(-1)?.importId !== version.importId) own.push(version);
  }
  return [...byLine.values()];
}

/** Returns the last version of each of an order's lines, in order of line. */
export const lastVersions = (versions: readonly Known<LineRow>[]): Known<LineRow>[] =>
  versionsByLine(versions).flatMap((ofLine) => ofLine.slice(-1));
