/**
 * Writes an import's facts to the log: gathers them to runs, sorts each by bucket and order id, and cuts it into segments. Memory is
 * bounded by a run, but for some bytes for each fact of the import, by which a repeat of it is found.
 */
import { likeness } from '../billing/like-id.js';
import { compareCodePoints, type Instant } from '../billing/order.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  createBuckets,
  type EventRow,
  type FactKindOfLog,
  type KeyKind,
  keyOf,
  type LineRow,
  ORDER_FORMS,
  packKeys,
  sha256,
  sortKeys,
} from './fact-log.js';

/** Characters of a run: bounds the memory. */
const RUN = 16 * 1024 * 1024;
/** Characters of a segment, from which on the next order begins another. */
const SEGMENT = 64 * 1024;

export interface RunWriter<Row extends LineRow | EventRow> {
  /**
   * @param key of its order
   * @param text of the row, as JSON
   * @param idKey of an event that has an id
   * @returns the number of the fact among those of this import and kind, from 0
   */
  add(row: Row, key: number, text?: string, idKey?: number): number;
  /** A fact that was added: itself while its run is being gathered, else where it stands. */
  find(fact: number): Row | { readonly segment: number };
  bucketOf(fact: number): Bucket;
  finish(): void;
}

/** @param atOf the instant that says to which month a fact belongs */
export function createRunWriter<Row extends LineRow | EventRow>(
  db: Connection,
  { importId, kind, atOf }: { importId: number; kind: FactKindOfLog; atOf: (row: Row) => Instant },
): RunWriter<Row> {
  const insertSegment = db.prepare(
    'INSERT INTO fact_segments VALUES (NULL, :importId, :kind, :run, :bucket, :firstOrder, :lastOrder, :facts, :sha256, :data)',
  );
  const insertKeys = db.prepare(
    'INSERT INTO fact_keys VALUES (:importId, :kind, :run, :keyKind, :sha256, :keys)',
  );
  const bucketAt = createBuckets();
  // Not the rows themselves: many small objects that live for a run are what the garbage collector is slowest with.
  let orderIds: string[] = [];
  let texts: string[] = [];
  let keys: number[] = [];
  let idKeys: number[] = [];
  let size = 0;
  let flushed = 0;
  let run = 0;
  const buckets = createNumbers();
  const segments = createNumbers();

  function flush(): void {
    const count = orderIds.length;
    if (count === 0) return;
    run++;
    const byBucket = new Map<Bucket, number[]>();
    for (let index = 0; index < count; index++) {
      const bucket = buckets.get(flushed + index);
      const own = byBucket.get(bucket);
      if (own === undefined) byBucket.set(bucket, [index]);
      else own.push(index);
    }
    const idOf = (index: number) => orderIds[index] as string;
    const orderKeys = new Float64Array(count);
    const orderSegments = new Uint32Array(count);
    let orders = 0;
    for (const [bucket, members] of [...byBucket].sort(([a], [b]) => a - b)) {
      const own = sortByOrder(members, idOf);
      for (let start = 0, end = 0; start < own.length; start = end) {
        let length = 0;
        let isSameOrder = false;
        while (end < own.length && (length < SEGMENT || isSameOrder)) {
          length += (texts[own[end] as number] as string).length + 2;
          end++;
          isSameOrder = end < own.length && idOf(own[end] as number) === idOf(own[end - 1] as number);
        }
        const part = own.slice(start, end);
        const segment = writeSegment(bucket, part);
        let last: string | undefined;
        for (const index of part) {
          segments.set(flushed + index, segment);
          if (idOf(index) === last) continue;
          last = idOf(index);
          orderKeys[orders] = keys[index] as number;
          orderSegments[orders] = segment;
          orders++;
        }
      }
    }
    writeKeys(
      kind === 'orders' ? 'order_lines' : 'order_events',
      orderKeys.slice(0, orders),
      orderSegments.slice(0, orders),
    );
    if (kind === 'orders') writeFormKeys();
    else writeEventKeys();
    flushed += count;
    orderIds = [];
    texts = [];
    keys = [];
    idKeys = [];
    size = 0;
  }

  function writeSegment(bucket: Bucket, part: readonly number[]): number {
    const data = `[${part.map((index) => texts[index]).join(',\n')}]`;
    const { lastInsertRowid } = insertSegment.run({
      importId,
      kind,
      run,
      bucket,
      firstOrder: orderIds[part[0] as number],
      lastOrder: orderIds[part.at(-1) as number],
      facts: part.length,
      sha256: sha256(data),
      data,
    });
    return Number(lastInsertRowid);
  }

  function writeKeys(keyKind: KeyKind | typeof ORDER_FORMS, found: Float64Array, places: Uint32Array): void {
    const packed = packKeys(sortKeys(found, places));
    insertKeys.run({ importId, kind, run, keyKind, sha256: sha256(packed), keys: packed });
  }

  /** Of the orders whose id has another form than itself, by which like-ids.ts finds them. */
  function writeFormKeys(): void {
    const found: number[] = [];
    const places: number[] = [];
    for (const [index, orderId] of orderIds.entries()) {
      const form = likeness(orderId);
      if (form === orderId || orderId === orderIds[index - 1]) continue;
      found.push(keyOf(form));
      places.push(segments.get(flushed + index));
    }
    if (found.length > 0) writeKeys(ORDER_FORMS, Float64Array.from(found), Uint32Array.from(places));
  }

  function writeEventKeys(): void {
    const found: number[] = [];
    const places: number[] = [];
    for (const [index, key] of idKeys.entries()) {
      if (key === 0) continue;
      found.push(key);
      places.push(segments.get(flushed + index));
    }
    if (found.length > 0) writeKeys('event_ids', Float64Array.from(found), Uint32Array.from(places));
  }

  return {
    add(row, key, text = JSON.stringify(row), idKey = 0) {
      const fact = flushed + orderIds.length;
      orderIds.push(row[0]);
      texts.push(text);
      keys.push(key);
      if (kind === 'history') idKeys.push(idKey);
      buckets.set(fact, bucketAt(atOf(row)));
      size += text.length;
      if (size >= RUN) flush();
      return fact;
    },
    find: (fact) =>
      fact < flushed ? { segment: segments.get(fact) } : JSON.parse(texts[fact - flushed] as string),
    bucketOf: (fact) => buckets.get(fact),
    finish: flush,
  };
}

/** Sorts facts by order id, those of one order as they came: by a few characters as a number, and by the whole ids where these agree. */
function sortByOrder(facts: readonly number[], idOf: (fact: number) => string): number[] {
  const ids = facts.map(idOf);
  const prefix = commonPrefix(ids);
  const heads = Float64Array.from(ids, (id) => headOf(id, prefix));
  const { keys, segments: order } = sortKeys(heads, Uint32Array.from(ids.keys()));
  const sorted = Array.from(order);
  const byId = (a: number, b: number) => compareCodePoints(ids[a] as string, ids[b] as string) || a - b;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && keys[end] === keys[start]) end++;
    if (end - start > 1) {
      const tied = sorted.slice(start, end).sort(byId);
      for (const [index, each] of tied.entries()) sorted[start + index] = each;
    }
  }
  return sorted.map((index) => facts[index] as number);
}

function commonPrefix(ids: readonly string[]): number {
  const [first = ''] = ids;
  let length = first.length;
  for (const id of ids) {
    let at = 0;
    while (at < length && id.charCodeAt(at) === first.charCodeAt(at)) at++;
    length = at;
  }
  return length;
}

/** Seven characters as one number of 49 bits; all beyond ASCII are alike. */
function headOf(id: string, from: number): number {
  let head = 0;
  for (let at = from; at < from + 7; at++)
    head = head * 128 + (at < id.length ? Math.min(id.charCodeAt(at), 127) : 0);
  return head;
}

/** A list of whole numbers that grows, four bytes each. */
export function createNumbers() {
  let numbers = new Uint32Array(1024);
  return {
    get: (index: number): number => numbers[index] ?? 0,
    set(index: number, value: number): void {
      if (index >= numbers.length) {
        const grown = new Uint32Array(Math.max(numbers.length * 2, index + 1));
        grown.set(numbers);
        numbers = grown;
      }
      numbers[index] = value;
    },
  };
}

/** Finds the facts of an import by their keys, while they are taken. */
export interface KeyTable {
  add(key: number, fact: number): void;
  /** In the order in which they were added. */
  factsAt(key: number): readonly number[];
}

/** Open addressing, twice as many places as keys: 24 bytes for each. */
export function createKeyTable(): KeyTable {
  let mask = 4095;
  let keys = new Float64Array(mask + 1);
  let facts = new Uint32Array(mask + 1);
  let count = 0;

  function put(key: number, fact: number): void {
    let place = key & mask;
    while (keys[place] !== 0) place = (place + 1) & mask;
    keys[place] = key;
    facts[place] = fact;
  }
  function grow(): void {
    const [oldKeys, oldFacts] = [keys, facts];
    // From a free place on, so that facts of one key keep their order.
    const start = oldKeys.indexOf(0);
    const size = mask + 1;
    mask = size * 2 - 1;
    keys = new Float64Array(mask + 1);
    facts = new Uint32Array(mask + 1);
    for (let step = 0; step < size; step++) {
      const place = (start + step) & (size - 1);
      const key = oldKeys[place] as number;
      if (key !== 0) put(key, oldFacts[place] as number);
    }
  }
  return {
    add(key, fact) {
      if (count * 2 > mask) grow();
      put(key, fact);
      count++;
    },
    factsAt(key) {
      let found: number[] | undefined;
      for (let place = key & mask; keys[place] !== 0; place = (place + 1) & mask) {
        if (keys[place] !== key) continue;
        if (found === undefined) found = [];
        found.push(facts[place] as number);
      }
      return found ?? NONE;
    },
  };
}

const NONE: readonly never[] = [];
