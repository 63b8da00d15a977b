/**
 * Writes an import's facts to the log: collects them into runs, sorts each run by bucket and order id, and cuts it into segments. Memory
 * is limited by the run, plus some bytes for each fact of the import by which repeats are found.
 */
import { createHash } from 'node:crypto';
import { compareCodePoints, type Instant } from '../billing/order.js';
import { type PackedFacts, ROW_END } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  createBuckets,
  type EventRow,
  type FactKindOfLog,
  type KeyedNumbers,
  type KeyKind,
  type LineRow,
  mergeKeys,
  ORDER_FORMS,
  packKeys,
  sha256,
  sortKeys,
} from './fact-log.js';
import { createNumbers, type Numbers } from './numbers.js';
import { createTextArena, type TextArena } from './text-arena.js';

/** The bytes of a run; limits memory. */
const RUN = 16 * 1024 * 1024;
/** The bytes after which the next order starts another segment. */
const SEGMENT = 64 * 1024;

export interface AboutFact {
  /** The row as JSON, if the caller has it. */
  readonly text?: string;
  /** Another key that finds the fact: that of the event's id, or that of the form of the order's id if that differs. 0 for none. */
  readonly otherKey?: number;
}

export interface RunWriter<Row extends LineRow | EventRow> {
  /**
   * @param key of its order
   * @returns the number of the fact among those of this import and kind, from 0
   */
  add(row: Row, key: number, about?: AboutFact): number;
  /** Adds packed facts. @param from the place of the first one. @param to the place after the last one */
  addPacked(facts: PackedFacts, from: number, to: number): void;
  /** The number of the next fact. */
  readonly count: number;
  /** Returns a fact that was added: its row while its run is being collected, afterwards its segment. */
  find(fact: number): Row | { readonly segment: number };
  bucketOf(fact: number): Bucket;
  /** Writes what is left. */
  finish(): void;
  /** Returns the first fact of each order in each month, with the order's key, sorted by it. Complete after `finish`. */
  orders(): KeyedNumbers;
}

/** @param atOf returns the instant that decides the fact's month */
export function createRunWriter<Row extends LineRow | EventRow>(
  db: Connection,
  { importId, kind, atOf }: { importId: number; kind: FactKindOfLog; atOf: (row: Row) => Instant },
): RunWriter<Row> {
  const insertSegment = db.prepare(
    `INSERT INTO fact_segments (import_id, kind, run, bucket, first_order, last_order, facts, sha256, data)
     VALUES (:importId, :kind, :run, :bucket, :firstOrder, :lastOrder, :facts, :sha256, CAST(:data AS TEXT))`,
  );
  const insertKeys = db.prepare(
    'INSERT INTO fact_keys (import_id, kind, run, key_kind, sha256, keys) VALUES (:importId, :kind, :run, :keyKind, :sha256, :keys)',
  );
  const bucketAt = createBuckets();
  // For the current run: the rows as JSON, each followed by the comma and the line feed that separate it from the next.
  const texts = createTextArena(ROW_END);
  const keys = createNumbers(Float64Array);
  const otherKeys = createNumbers(Float64Array);
  let isEachIdPlain = true;
  // For all facts of the import.
  const buckets = createNumbers(Uint32Array);
  const segments = createNumbers(Uint32Array);
  let ordersOfRuns: KeyedNumbers[] = [];
  let flushed = 0;
  let run = 0;

  function flush(): void {
    const { count } = texts;
    if (count === 0) return;
    run++;
    const ids = isEachIdPlain ? plainIds(texts) : decodedIds(texts);
    const orderKeys = new Float64Array(count);
    const firstFacts = new Uint32Array(count);
    let orders = 0;
    const areOfOneOrder = (a: number, b: number) => keys.get(a) === keys.get(b) && ids.compare(a, b) === 0;
    for (const [bucket, facts] of byBucket(count)) {
      const sorted = sortByOrder(facts, ids);
      for (let start = 0, end = 0; start < sorted.length; start = end) {
        let length = 0;
        let isSameOrder = false;
        while (end < sorted.length && (length < SEGMENT || isSameOrder)) {
          const fact = sorted[end] as number;
          length += texts.endOf(fact) - texts.startOf(fact);
          end++;
          isSameOrder = end < sorted.length && areOfOneOrder(fact, sorted[end] as number);
        }
        const part = sorted.subarray(start, end);
        const segment = writeSegment(bucket, part);
        let last: number | undefined;
        for (const fact of part) {
          segments.set(flushed + fact, segment);
          if (last !== undefined && areOfOneOrder(last, fact)) continue;
          last = fact;
          orderKeys[orders] = keys.get(fact);
          firstFacts[orders] = flushed + fact;
          orders++;
        }
      }
    }
    const ofOrders = sortKeys(orderKeys.subarray(0, orders), firstFacts.subarray(0, orders));
    ordersOfRuns.push(ofOrders);
    writeKeys(kind === 'orders' ? 'order_lines' : 'order_events', ofOrders);
    writeOtherKeys(count);
    flushed += count;
    texts.clear();
    isEachIdPlain = true;
  }

  /** Returns the facts of the run by month, in the order in which they came. */
  function byBucket(count: number): (readonly [Bucket, Uint32Array])[] {
    const parts = new Map<Bucket, Numbers>();
    let last: Bucket | undefined;
    let part = createNumbers(Uint32Array);
    for (let fact = 0; fact < count; fact++) {
      const bucket = buckets.get(flushed + fact);
      if (bucket !== last) {
        last = bucket;
        part = parts.get(bucket) ?? createNumbers(Uint32Array);
        parts.set(bucket, part);
      }
      part.add(fact);
    }
    return [...parts]
      .sort(([a], [b]) => a - b)
      .map(([bucket, facts]) => [bucket, facts.all() as Uint32Array]);
  }

  function writeSegment(bucket: Bucket, facts: Uint32Array): number {
    const data = joined(texts, facts);
    const orderId = (fact: number) => (JSON.parse(texts.textAt(fact).slice(0, -2)) as Row)[0];
    const { lastInsertRowid } = insertSegment.run({
      importId,
      kind,
      run,
      bucket,
      firstOrder: orderId(facts[0] as number),
      lastOrder: orderId(facts.at(-1) as number),
      facts: facts.length,
      sha256: createHash('sha256').update(data).digest('hex'),
      data,
    });
    return Number(lastInsertRowid);
  }

  function writeKeys(keyKind: KeyKind | typeof ORDER_FORMS, { keys, numbers: facts }: KeyedNumbers): void {
    const packed = packKeys({ keys, segments: facts.map(segments.get) });
    insertKeys.run({ importId, kind, run, keyKind, sha256: sha256(packed), keys: packed });
  }

  function writeOtherKeys(count: number): void {
    const found = new Float64Array(count);
    const facts = new Uint32Array(count);
    let length = 0;
    for (let fact = 0; fact < count; fact++) {
      const key = otherKeys.get(fact);
      if (key === 0) continue;
      found[length] = key;
      facts[length] = flushed + fact;
      length++;
    }
    const keyKind = kind === 'orders' ? ORDER_FORMS : 'event_ids';
    if (length > 0) writeKeys(keyKind, sortKeys(found.subarray(0, length), facts.subarray(0, length)));
  }

  return {
    add(row, key, { text = JSON.stringify(row), otherKey = 0 } = {}) {
      isEachIdPlain &&= !IS_ESCAPED.test(row[0]);
      const fact = texts.add(text);
      keys.set(fact, key);
      otherKeys.set(fact, otherKey);
      const number = flushed + fact;
      buckets.set(number, bucketAt(atOf(row)));
      if (texts.size >= RUN) flush();
      return number;
    },
    addPacked(facts, from, to) {
      for (let first = from, next = from; first < to; first = next) {
        const start = first === 0 ? 0 : (facts.ends[first - 1] as number);
        // Up to the fact that fills the run.
        const full = start + RUN - texts.size;
        while (next < to && (facts.ends[next++] as number) < full);
        const { count } = texts;
        texts.addAll(facts, first, next);
        keys.setAll(count, facts.keys, first, next);
        otherKeys.setAll(count, facts.otherKeys, first, next);
        for (let place = first; place < next; place++)
          buckets.set(flushed + count + place - first, bucketAt(facts.instants[place] as number));
        if (texts.size >= RUN) flush();
      }
    },
    get count() {
      return flushed + texts.count;
    },
    find: (fact) =>
      fact < flushed
        ? { segment: segments.get(fact) }
        : JSON.parse(texts.textAt(fact - flushed).slice(0, -2)),
    bucketOf: (fact) => buckets.get(fact),
    finish() {
      flush();
      texts.release();
    },
    orders() {
      ordersOfRuns = [mergeKeys(ordersOfRuns)];
      return ordersOfRuns[0] as KeyedNumbers;
    },
  };
}

/** Joins the facts to a JSON array in that order. */
function joined(texts: TextArena, facts: Uint32Array): Buffer {
  const { bytes } = texts;
  let size = 0;
  for (const fact of facts) size += texts.endOf(fact) - texts.startOf(fact);
  // The brackets take the place of the last comma and line feed.
  const data = Buffer.allocUnsafe(size);
  data[0] = OPEN;
  let at = 1;
  for (let index = 0; index < facts.length; ) {
    // Neighbours that kept their order are copied together.
    const first = facts[index] as number;
    let last = first;
    while (++index < facts.length && facts[index] === last + 1) last++;
    const [start, end] = [texts.startOf(first), texts.endOf(last)];
    // A call of the system's copy takes longer than a short copy.
    if (end - start > 500) at += bytes.copy(data, at, start, end);
    else for (let from = start; from < end; from++) data[at++] = bytes[from] as number;
  }
  data[size - 1] = CLOSE;
  return data;
}

const [OPEN, CLOSE, QUOTE] = [0x5b, 0x5d, 0x22];

/** Characters that JSON escapes, or that sort differently in UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const IS_ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** The order ids of a run. */
interface Ids {
  /** Compares the ids of two facts by code point. */
  compare(a: number, b: number): number;
  /**
   * For each fact, returns the first characters of its id after those that all of them share, as a number of at most 53 bits that sorts
   * alike.
   */
  heads(facts: Uint32Array): Float64Array;
}

/** For ids that JSON writes unescaped: compares them in place, between the quotes. UTF-8 bytes sort as code points do. */
function plainIds(texts: TextArena): Ids {
  const { bytes, startOf } = texts;
  const START = 2;
  return {
    compare(a, b) {
      for (let x = startOf(a) + START, y = startOf(b) + START; ; x++, y++) {
        const [one, other] = [bytes[x] as number, bytes[y] as number];
        if (one === QUOTE || other === QUOTE) return Number(other === QUOTE) - Number(one === QUOTE);
        if (one !== other) return one - other;
      }
    },
    heads(facts) {
      const first = startOf(facts[0] ?? 0) + START;
      let shared = Number.POSITIVE_INFINITY;
      for (const fact of facts) {
        const start = startOf(fact) + START;
        let at = 0;
        while (at < shared && bytes[start + at] === bytes[first + at] && bytes[first + at] !== QUOTE) at++;
        shared = at;
      }
      return Float64Array.from(facts, (fact) => headOf(startOf(fact) + START + shared));
    },
  };

  /** Returns six bytes as a number. An id that ends sorts before one that goes on. */
  function headOf(from: number): number {
    let head = 0;
    let hasEnded = false;
    for (let at = from; at < from + 6; at++) {
      hasEnded ||= bytes[at] === QUOTE;
      head = head * 256 + (hasEnded ? 0 : (bytes[at] as number));
    }
    return head;
  }
}

/** The slow way, for ids that JSON escapes. */
function decodedIds(texts: TextArena): Ids {
  const ids = Array.from(
    { length: texts.count },
    (_, fact) => (JSON.parse(texts.textAt(fact).slice(0, -2)) as LineRow)[0],
  );
  return {
    compare: (a, b) => compareCodePoints(ids[a] as string, ids[b] as string),
    heads: (facts) => new Float64Array(facts.length),
  };
}

/** Sorts facts by order id, and those of one order as they came: by the heads of their ids, and by whole ids if the heads are equal. */
function sortByOrder(facts: Uint32Array, ids: Ids): Uint32Array {
  if (isSorted(facts, ids)) return facts;
  const unsorted = ids.heads(facts);
  const { keys: heads, numbers: sorted } = sortKeys(unsorted, facts);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && heads[end] === heads[start]) end++;
    if (end - start > 1) sorted.subarray(start, end).sort((a, b) => ids.compare(a, b) || a - b);
  }
  return sorted;
}

function isSorted(facts: Uint32Array, ids: Ids): boolean {
  for (let index = 1; index < facts.length; index++)
    if (ids.compare(facts[index - 1] as number, facts[index] as number) > 0) return false;
  return true;
}
