/**
 * The log of facts: each import adds segments, and no segment ever changes. A segment holds facts of one kind and one bucket in order of
 * order id, each as a JSON array. Within a run of an import an order is never split between segments.
 *
 * Each run also has keys: sorted hashes of ids, each with its segment, by which the earlier facts of an order are found. A hash only finds
 * a segment; the text in the segment decides.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '../billing/order.js';
import { type EventRow, type LineRow, lineOfEvent, takenBackBy } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';

export { keyOf } from '../billing/id-key.js';
export {
  type EventRow,
  eventRow,
  type LineRow,
  lineOfEvent,
  lineRow,
  toEvent,
  toOrderLine,
} from '../billing/packed-facts.js';

/** Returns the identity of an event, by which a retraction finds it: its id, or its content as a row. */
export function identityOfEvent(row: EventRow): string {
  if (row[5] !== '') return row[5];
  if (row.length === 6) return JSON.stringify(row);
  const [orderId, at, sequence, event, reason, eventId] = row;
  const line = lineOfEvent(row);
  const kind = takenBackBy(row) ?? event;
  return JSON.stringify([
    orderId,
    at,
    sequence,
    kind,
    reason,
    eventId,
    ...(line === undefined ? [] : [line]),
  ]);
}

/** The kind of keys that find orders with similar ids. */
export const ORDER_FORMS = 'order_forms';

/** A fact with the import that brought it. */
export interface Known<Row> {
  readonly importId: number;
  readonly row: Row;
}

/** A month as a number, `202610`: the month of an instant in the last time zone on earth. A month's cut-offs never lie after its bucket. */
export type Bucket = number;

const LATEST_OFFSET = 12 * 3_600_000;

export const bucketOfMonth = (month: string): Bucket =>
  Number(month.slice(0, 4)) * 100 + Number(month.slice(5));

/** Most facts arrive sorted by month, so most instants lie in the bucket of the one before. */
export function createBuckets(): (at: Instant) => Bucket {
  let [start, end, bucket] = [0, 0, 0];
  return (at) => {
    if (at < start || at >= end) {
      const date = new Date(at - LATEST_OFFSET);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      start = Date.UTC(year, month, 1) + LATEST_OFFSET;
      end = Date.UTC(year, month + 1, 1) + LATEST_OFFSET;
      bucket = year * 100 + month + 1;
    }
    return bucket;
  };
}

export type FactKindOfLog = 'orders' | 'history';

/** What a set of keys finds: the segments of an order's lines or events by order id, or those of an event by event id. */
export type KeyKind = 'order_lines' | 'order_events' | 'event_ids';

/** Keys in ascending order, each with its segment. A key may occur several times. */
export interface Keys {
  readonly keys: Float64Array;
  readonly segments: Uint32Array;
}

/** Keys in ascending order, each with a number. */
export interface KeyedNumbers {
  readonly keys: Float64Array;
  readonly numbers: Uint32Array;
}

/** Merges sorted sets into one. Equal keys keep their order. */
export function mergeKeys(sets: readonly KeyedNumbers[]): KeyedNumbers {
  let left = sets;
  while (left.length > 1)
    left = Array.from({ length: Math.ceil(left.length / 2) }, (_, index) =>
      mergeTwo(left[2 * index] as KeyedNumbers, left[2 * index + 1]),
    );
  return left[0] ?? emptyKeys(0);
}

function mergeTwo(a: KeyedNumbers, b: KeyedNumbers | undefined): KeyedNumbers {
  if (b === undefined) return a;
  const count = a.keys.length + b.keys.length;
  const { keys, numbers } = emptyKeys(count);
  let [x, y] = [0, 0];
  for (let to = 0; to < count; to++) {
    const isFirst = y === b.keys.length || (x < a.keys.length && (a.keys[x] ?? 0) <= (b.keys[y] ?? 0));
    const from = isFirst ? a : b;
    const at = isFirst ? x++ : y++;
    keys[to] = from.keys[at] ?? 0;
    numbers[to] = from.numbers[at] ?? 0;
  }
  return { keys, numbers };
}

/** The bits of a digit by which keys are sorted: more would not fit the processor's cache, fewer would need more passes. */
const DIGIT = 14;
const DIGITS = 2 ** DIGIT;

/** So few keys are compared with each other. */
const FEW = 2048;

/**
 * Sorts keys in place, together with their numbers. Equal keys keep their order. Large sets are radix-sorted, from the last digit on.
 * @param spare memory of the same length, which is overwritten
 */
export function sortKeys(sorted: KeyedNumbers, spare = emptyKeys(sorted.keys.length)): void {
  const count = sorted.keys.length;
  if (count < FEW) {
    const { keys, numbers } = { keys: sorted.keys.slice(), numbers: sorted.numbers.slice() };
    const order = Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    for (let to = 0; to < count; to++) {
      sorted.keys[to] = keys[order[to] as number] as number;
      sorted.numbers[to] = numbers[order[to] as number] as number;
    }
    return;
  }
  const starts = new Uint32Array(DIGITS + 1);
  // Keys of 53 bits have four digits, so the last of four passes brings them back.
  let [from, to] = [sorted, spare];
  for (let unit = 1; unit < Number.MAX_SAFE_INTEGER; unit *= DIGITS) {
    const { keys: fromKeys, numbers: fromNumbers } = from;
    const { keys: toKeys, numbers: toNumbers } = to;
    starts.fill(0);
    for (let index = 0; index < count; index++) {
      const next = digitOf(fromKeys[index] as number, unit) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++)
      starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
    for (let index = 0; index < count; index++) {
      const key = fromKeys[index] as number;
      const digit = digitOf(key, unit);
      const place = starts[digit] as number;
      starts[digit] = place + 1;
      toKeys[place] = key;
      toNumbers[place] = fromNumbers[index] as number;
    }
    [from, to] = [to, from];
  }
}

export const emptyKeys = (length: number): KeyedNumbers => ({
  keys: new Float64Array(length),
  numbers: new Uint32Array(length),
});

/** Returns a digit of a key of 53 bits. A quotient of 32 bits or more keeps its last ones. */
const digitOf = (key: number, unit: number): number => (key / unit) & (DIGITS - 1);

/** Returns the index of the first key that is not less than `key`. It looks first where a hash of that size is to be expected. */
export function firstAt(keys: Float64Array, key: number): number {
  const { length } = keys;
  const expected = Math.floor((key / Number.MAX_SAFE_INTEGER) * length);
  let reach = 64;
  while (reach < length && ((keys[expected - reach] ?? 0) >= key || (keys[expected + reach] ?? key) < key))
    reach *= 4;
  let from = Math.max(expected - reach, 0);
  let to = Math.min(expected + reach, length);
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((keys[middle] ?? 0) < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Returns the segments of `key`. */
export function segmentsAt({ keys, segments }: Keys, key: number): number[] {
  const found: number[] = [];
  for (let at = firstAt(keys, key); at < keys.length && keys[at] === key; at++) found.push(segments[at] ?? 0);
  return found;
}

const bytes = (array: Float64Array | Uint32Array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** Packs keys as the ledger stores them: all keys as doubles, then all segments as 32 bits, both little-endian. */
export const packKeys = ({ keys, segments }: Keys): Buffer => Buffer.concat([bytes(keys), bytes(segments)]);

export function unpackKeys(packed: Buffer): Keys {
  const count = Math.floor(packed.length / 12);
  const isAligned = packed.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? packed : Uint8Array.from(packed);
  return {
    keys: new Float64Array(buffer, byteOffset, count),
    segments: new Uint32Array(buffer, byteOffset + count * 8, count),
  };
}

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

/** The most segments in memory. Orders are asked for in order of id, and those lie together in each run. */
const MOST_KEPT = 96;

export interface SegmentReader {
  rowsOfOrder<Row extends LineRow | EventRow>(segment: number, orderId: string): readonly Known<Row>[];
  rowsOfEvent(segment: number, eventId: string): readonly Known<EventRow>[];
  orderIdsIn(segment: number): readonly string[];
}

interface KeptSegment {
  readonly importId: number;
  readonly data: string;
  /** Where the last order that was found begins. The next one is usually after it. */
  at: number;
}

/** Reads single facts from segments and decodes only these. */
export function createSegmentReader(db: Connection): SegmentReader {
  const select = db
    .prepare<[number], [importId: number, data: string]>(
      'SELECT import_id, data FROM fact_segments WHERE segment_id = ?',
    )
    .raw();
  const kept = new Map<number, KeptSegment>();

  function read(segment: number): KeptSegment {
    const found = kept.get(segment);
    if (found !== undefined) return found;
    const [importId, data] = select.get(segment) ?? [0, '[]'];
    const anew = { importId, data, at: 0 };
    kept.set(segment, anew);
    // The segment that was read first is dropped first.
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as number);
    return anew;
  }

  return {
    rowsOfOrder<Row extends LineRow | EventRow>(segment: number, orderId: string) {
      const own = read(segment);
      const first = startOfOrder(own.data, orderId, own.at);
      if (first < 0) return NONE;
      own.at = first;
      return rowsFrom<Row>(own.data, orderId, first).map((row) => ({ importId: own.importId, row }));
    },
    orderIdsIn: (segment) => [
      ...new Set((JSON.parse(read(segment).data) as readonly LineRow[]).map(([orderId]) => orderId)),
    ],
    rowsOfEvent(segment, eventId) {
      const { importId, data } = read(segment);
      return rowsOfEventIn(data, eventId).map((row) => ({ importId, row }));
    },
  };
}

const NONE: readonly never[] = [];

/** Returns the facts of an order in a segment's data. */
export function rowsOfOrderIn<Row extends LineRow | EventRow>(data: string, orderId: string): Row[] {
  const first = startOfOrder(data, orderId, 0);
  return first < 0 ? [] : rowsFrom<Row>(data, orderId, first);
}

/** Each line of a segment is one fact without line feeds, and the facts of an order lie together. */
const startOfFact = (orderId: string) => `[${JSON.stringify(orderId)},`;

/** @param from where to look first. @returns a negative number if the order is not there */
function startOfOrder(data: string, orderId: string, from: number): number {
  const start = startOfFact(orderId);
  const search = (begin: number): number => {
    let at = data.indexOf(start, begin);
    while (at > 1 && data[at - 1] !== '\n') at = data.indexOf(start, at + 1);
    return at;
  };
  const found = search(Math.max(from, 1));
  return found < 0 && from > 1 ? search(1) : found;
}

function rowsFrom<Row>(data: string, orderId: string, first: number): Row[] {
  const start = startOfFact(orderId);
  const rows: Row[] = [];
  for (let at = first; data.startsWith(start, at); ) {
    const end = data.indexOf('\n', at);
    rows.push(JSON.parse(end < 0 ? data.slice(at, -1) : data.slice(at, end - 1)));
    if (end < 0) break;
    at = end + 1;
  }
  return rows;
}

function rowsOfEventIn(data: string, eventId: string): EventRow[] {
  const id = `,${JSON.stringify(eventId)}`;
  const rows: EventRow[] = [];
  for (let at = data.indexOf(id); at >= 0; ) {
    const start = data.lastIndexOf('\n', at) + 1;
    const end = data.indexOf('\n', at);
    const row: EventRow = JSON.parse(data.slice(Math.max(start, 1), end < 0 ? -1 : end - 1));
    if (row[5] === eventId) rows.push(row);
    at = end < 0 ? -1 : data.indexOf(id, end);
  }
  return rows;
}
