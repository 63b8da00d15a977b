/**
 * Finds the order lines and events of an import and of those before it: by their identity, and by their order. Keys only find facts; the
 * ids in them decide. Facts of this import that are written already are read from their segment.
 */
import type { Instant } from '../billing/order.js';
import type { PackedPart } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  createBuckets,
  createSegmentReader,
  type EventRow,
  identityOfEvent,
  type Known,
  keyOf,
  type LineRow,
  type SegmentReader,
} from './fact-log.js';
import { type AboutFact, createRunWriter, type RunWriter } from './fact-writer.js';
import { createKeyTable, FETCHED_AT_ONCE } from './key-table.js';
import { compareOrders, type FactOfOrder, type OrdersAtEnd } from './late-orders.js';
import type { KnownOrders } from './like-ids.js';
import { createFactFinder, type FactFinder } from './order-facts.js';
import { createPlaces, type Where } from './record-places.js';
import { createRunQueue, type RunQueue, type RunThread } from './run-queue.js';

/** A fact, with its number if it belongs to this import. */
export interface FoundFact<Row> extends Known<Row> {
  readonly fact?: number;
}

/** Returns the place of the record of this import that brought a fact; undefined if an earlier import brought it. */
export function ownPlace(
  index: Pick<LineIndex | EventIndex, 'placeOf'>,
  { fact }: FoundFact<unknown>,
): Where | undefined {
  return fact === undefined ? undefined : index.placeOf(fact);
}

/** The month and the practice of an order line. */
export interface OtherLine {
  readonly bucket: Bucket;
  readonly practiceId: string;
}

export interface FactIndex {
  readonly lines: LineIndex;
  readonly events: EventIndex;
  /** Tells that no more facts come, so that a thread can sort the last run. */
  end(): void;
  /** Writes what is left. */
  finish(): void;
  /** Also compares the lines and the events of each order. */
  atEnd(): OrdersAtEnd;
}

/** @param thread sorts runs */
export function createFactIndex(db: Connection, importId: number, thread?: RunThread): FactIndex {
  const history = importId === 1 ? undefined : createFactFinder(db, importId - 1);
  const segments = createSegmentReader(db);
  const queue = createRunQueue(thread);
  const lines = createLineIndex(db, { importId, history, segments, queue });
  const events = createEventIndex(db, { importId, history, segments, queue });
  let ended: OrdersAtEnd | undefined;
  const end = () => {
    lines.end();
    events.end();
    lines.forget();
    events.forget();
  };
  const finish = () => {
    end();
    queue.finish();
  };
  return {
    lines,
    events,
    end,
    finish,
    atEnd() {
      finish();
      ended ??= compareOrders(lines.own(), events.own(), history);
      return ended;
    },
  };
}

/** What both indexes read. */
interface Sources {
  readonly importId: number;
  /** The facts of earlier imports; undefined for the first import. */
  readonly history: FactFinder | undefined;
  readonly segments: SegmentReader;
  readonly queue: RunQueue;
}

export type LineIndex = ReturnType<typeof createLineIndex>;

function createLineIndex(db: Connection, { importId, history, segments, queue }: Sources) {
  const writer = createRunWriter<LineRow>(db, queue, { importId, kind: 'orders', atOf: (row) => row[9] });
  const places = createPlaces();
  let byIdentity = createKeyTable();
  // Further lines of an order than line 1, only those that show its months and practices: it may have very many.
  let furtherLines = createKeyTable();
  const before = createMemory((orderId: string) => {
    const versions = history?.linesOf(orderId, keyOf(orderId)) ?? NONE;
    return { versions, byLine: new Map(versions.map((version) => [version.row[1], version])) };
  });

  /** The key of line 1 is that of its order. */
  const factsAt = (key: number) => [...byIdentity.at(key), ...furtherLines.at(key)];

  /** The orders that the watch for similar ids asks about. */
  const orders: KnownOrders = {
    idsOf: (facts) => facts.flatMap((fact) => idsAt(fact, writer, segments)),
    placeOf: places.of,
    isKnownBefore: (key, id) =>
      history?.mayHave('order_lines', key) === true && history.linesOf(id(), key).length > 0,
  };

  return {
    orders,
    placeOf: places.of,
    bucketOf: writer.bucketOf,
    end: writer.end,
    /** Frees what only a further record would need. */
    forget(): void {
      byIdentity = createKeyTable();
      furtherLines = createKeyTable();
    },
    own: () => writer.orders(),
    ordersOf: (facts: readonly FactOfOrder[]) => ordersOf(facts, writer, segments),
    /** Returns the months and practices of an order's lines that this import brought, some of them once for several lines. */
    linesOf: (key: number, orderId: string): OtherLine[] =>
      factsAt(key).flatMap((fact) => otherLinesAt(fact, orderId, writer, segments)),
    /** The number of the next order line. */
    get count() {
      return writer.count;
    },
    /**
     * Adds lines of orders of which nothing is known, as most are, up to one of which something may be known, or that is not wanted.
     * @returns how many
     */
    addNew({ of, from, to, line }: PackedPart, file: string, isWanted: (place: number) => boolean): number {
      const first = writer.count;
      let place = from;
      for (; place < to && isWanted(place); place++) {
        if ((place - from) % FETCHED_AT_ONCE === 0) byIdentity.fetch(of.identities, place, to);
        const key = of.keys[place] as number;
        const identity = of.identities[place] as number;
        if (byIdentity.has(key) || furtherLines.has(key) || byIdentity.has(identity)) break;
        if (history?.mayHave('order_lines', key)) break;
        const fact = first + place - from;
        byIdentity.add(identity, fact);
        if (identity !== key) furtherLines.add(key, fact);
      }
      if (place > from) places.set(first, { file, line });
      writer.addPacked(of, from, place);
      return place - from;
    },
    /** Returns the last version of an order line; undefined if the line is new. */
    find(orderId: string, line: number, identity: number): FoundFact<LineRow> | undefined {
      const own = findOwn(
        byIdentity.at(identity),
        { importId, writer },
        (row) => row[0] === orderId && row[1] === line,
        (segment) => segments.rowsOfOrder<LineRow>(segment, orderId),
      );
      return own ?? (history && before(orderId).byLine.get(line));
    },
    /** Returns the versions of all lines of an order that earlier imports brought. */
    versionsBefore: (orderId: string): readonly Known<LineRow>[] =>
      history === undefined ? NONE : before(orderId).versions,
    /** Writes an order line. `addToOrder` adds it to its order. @returns its number */
    add(row: LineRow, { order, line, form }: LineKeys, where: Where): number {
      const fact = writer.add(row, order, { otherKey: form });
      places.set(fact, where);
      byIdentity.add(line, fact);
      return fact;
    },
    /** Adds a further line than line 1 to its order. */
    addToOrder: (key: number, fact: number): void => furtherLines.add(key, fact),
  };
}

export type EventIndex = ReturnType<typeof createEventIndex>;

function createEventIndex(db: Connection, { importId, history, segments, queue }: Sources) {
  const writer = createRunWriter<EventRow>(db, queue, { importId, kind: 'history', atOf: (row) => row[1] });
  const places = createPlaces();
  let byIdentity = createKeyTable();
  const bucketOf = createBuckets();
  const contentsBefore = createMemory((orderId: string, bucket: Bucket) => {
    const last = new Map<string, Known<EventRow>>();
    for (const version of history?.eventsOf(orderId, keyOf(orderId), bucket) ?? NONE)
      if (version.row[5] === '') last.set(identityOfEvent(version.row), version);
    return last;
  });
  const versionsBefore = (eventId: string): readonly Known<EventRow>[] =>
    history?.versionsOfEvent(eventId) ?? NONE;

  return {
    placeOf: places.of,
    bucketOf: writer.bucketOf,
    end: writer.end,
    /** Frees what only a further record would need. */
    forget(): void {
      byIdentity = createKeyTable();
    },
    own: () => writer.orders(),
    ordersOf: (facts: readonly FactOfOrder[]) => ordersOf(facts, writer, segments),
    /** Adds events of which nothing is known, as most are, up to one of which something may be known. @returns how many */
    addNew({ of, from, to, line }: PackedPart, file: string): number {
      const first = writer.count;
      let place = from;
      for (; place < to; place++) {
        if ((place - from) % FETCHED_AT_ONCE === 0) byIdentity.fetch(of.identities, place, to);
        const identity = of.identities[place] as number;
        if (byIdentity.has(identity)) break;
        const hasId = of.otherKeys[place] !== 0;
        if (hasId && history?.mayHave('event_ids', identity)) break;
        if (!hasId && history?.mayHave('order_events', of.keys[place] as number)) break;
        byIdentity.add(identity, first + place - from);
      }
      if (place > from) places.set(first, { file, line });
      writer.addPacked(of, from, place);
      return place - from;
    },
    /** Returns the versions of the event with this id that earlier imports brought. */
    versionsBefore,
    /** Returns the last version of the event with this id; undefined if it is not known. @param key of the id */
    findById(eventId: string, key: number): FoundFact<EventRow> | undefined {
      const own = findOwn(
        byIdentity.at(key),
        { importId, writer },
        (row) => row[5] === eventId,
        (segment) => segments.rowsOfEvent(segment, eventId),
      );
      return own ?? versionsBefore(eventId).at(-1);
    },
    /** Returns the last version of the event with this content, whether in force or taken back; undefined if it is not known. */
    findByContent({ text, key }: Content, orderId: string, at: Instant): FoundFact<EventRow> | undefined {
      const facts = byIdentity.at(key);
      const own = findOwn(
        facts.length < 2 ? facts : facts.toReversed(),
        { importId, writer },
        (row) => identityOfEvent(row) === text,
        (segment) => segments.rowsOfOrder<EventRow>(segment, orderId),
      );
      return own ?? (history && contentsBefore(orderId, bucketOf(at)).get(text));
    },
    /** Writes an event. */
    add(row: EventRow, { order, event, about }: EventKeys, where: Where): void {
      const fact = writer.add(row, order, about);
      places.set(fact, where);
      byIdentity.add(event, fact);
    },
  };
}

/** The keys of an order line: of its order, of itself, and of the form of its order's id (0 for none). */
export interface LineKeys {
  readonly order: number;
  readonly line: number;
  readonly form: number;
}

/** The keys of an event: of its order and of its identity. */
export interface EventKeys {
  readonly order: number;
  readonly event: number;
  readonly about: AboutFact;
}

/** The content of an event without an id as JSON, and the key of that text. */
export interface Content {
  readonly text: string;
  readonly key: number;
}

/** Returns the first wanted fact of this import among those that a key finds. */
function findOwn<Row extends LineRow | EventRow>(
  facts: readonly number[],
  { importId, writer }: { readonly importId: number; readonly writer: RunWriter<Row> },
  isWanted: (row: Row) => boolean,
  inSegment: (segment: number) => readonly Known<Row>[],
): FoundFact<Row> | undefined {
  for (const fact of facts) {
    const stored = writer.find(fact);
    if (!('segment' in stored)) {
      if (isWanted(stored)) return { importId, row: stored, fact };
      continue;
    }
    const found = inSegment(stored.segment).find(({ row }) => isWanted(row));
    if (found !== undefined) return { ...found, fact };
  }
  return undefined;
}

/** Returns the orders to which a fact of this import may belong: its own, or all of its segment if it is written already. */
function idsAt<Row extends LineRow | EventRow>(
  fact: number,
  writer: RunWriter<Row>,
  segments: SegmentReader,
): readonly string[] {
  const stored = writer.find(fact);
  return 'segment' in stored ? segments.orderIdsIn(stored.segment) : [stored[0]];
}

/** Returns the month and the practice of an order's line, or of all its lines in a segment if the line is written already. */
function otherLinesAt(
  fact: number,
  orderId: string,
  writer: RunWriter<LineRow>,
  segments: SegmentReader,
): OtherLine[] {
  const stored = writer.find(fact);
  const bucket = writer.bucketOf(fact);
  if (!('segment' in stored)) return stored[0] === orderId ? [{ bucket, practiceId: stored[2] }] : [];
  const rows = segments.rowsOfOrder<LineRow>(stored.segment, orderId);
  return [...new Set(rows.map(({ row }) => row[2]))].map((practiceId) => ({ bucket, practiceId }));
}

/** Yields the orders of facts, segment by segment, so that each is read once. Called after the last fact is written. */
function* ordersOf<Row extends LineRow | EventRow>(
  facts: readonly FactOfOrder[],
  writer: RunWriter<Row>,
  segments: SegmentReader,
): Generator<readonly [orderId: string, fact: number]> {
  const bySegment = new Map<number, Map<number, number>>();
  for (const { key, fact } of facts) {
    const { segment } = writer.find(fact) as { readonly segment: number };
    const own = bySegment.get(segment) ?? new Map();
    bySegment.set(segment, own.set(key, fact));
  }
  for (const [segment, own] of bySegment) {
    for (const orderId of segments.orderIdsIn(segment)) {
      const fact = own.get(keyOf(orderId));
      if (fact !== undefined) yield [orderId, fact];
    }
  }
}

/** Keeps only the last answer, since the facts of an order usually come together. */
function createMemory<Key extends readonly (string | number)[], Value>(
  read: (...key: Key) => Value,
): (...key: Key) => Value {
  let last: { readonly key: Key; readonly value: Value } | undefined;
  return (...key) => {
    if (last === undefined || key.some((part, index) => part !== last?.key[index]))
      last = { key, value: read(...key) };
    return last.value;
  };
}

const NONE: readonly never[] = [];
