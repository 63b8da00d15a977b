/**
 * Sorts a run by month and order id, and cuts it into segments. A pure function from the bytes of the facts to those of the segments, so
 * that a thread can do it in memory that it shares.
 */
import { createHash } from 'node:crypto';
import { compareCodePoints } from '../billing/order.js';
import { ROW_END } from '../billing/packed-facts.js';
import { type Bucket, type LineRow, sortKeys } from './fact-log.js';
import { createNumbers, type Numbers } from './numbers.js';
import { type Run, sharedBytes, sharedNumbers, startIn } from './run.js';

/** The bytes after which the next order starts another segment. */
const SEGMENT = 64 * 1024;

/** A sorted run. The memory may be longer than what is in it. */
export interface SortedRun {
  /** How many segments, orders and other keys there are. */
  readonly counts: Uint32Array;
  /** The segments, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each segment ends in the bytes, its bucket, the number of its facts, and its SHA-256 (32 bytes). */
  readonly ends: Uint32Array;
  readonly buckets: Uint32Array;
  readonly facts: Uint32Array;
  readonly hashes: Uint8Array;
  /** The segment of each fact of the run, from 0. */
  readonly segmentOf: Uint32Array;
  /** The first fact of each order in each month, with the order's key, sorted by it. */
  readonly orderKeys: Float64Array;
  readonly orderFacts: Uint32Array;
  /** The other keys, sorted, each with its fact. */
  readonly otherKeys: Float64Array;
  readonly otherFacts: Uint32Array;
}

export const HASH_BYTES = 32;

/** Returns memory for a run once it is sorted. */
export function memoryFor(run: Run): SortedRun {
  const length = run.ends.length;
  return {
    counts: sharedNumbers(Uint32Array, 3),
    bytes: sharedBytes(run.bytes.length),
    ends: sharedNumbers(Uint32Array, length),
    buckets: sharedNumbers(Uint32Array, length),
    facts: sharedNumbers(Uint32Array, length),
    hashes: sharedBytes(length * HASH_BYTES),
    segmentOf: sharedNumbers(Uint32Array, length),
    orderKeys: sharedNumbers(Float64Array, length),
    orderFacts: sharedNumbers(Uint32Array, length),
    otherKeys: sharedNumbers(Float64Array, length),
    otherFacts: sharedNumbers(Uint32Array, length),
  };
}

export const hasRoomFor = (sorted: SortedRun, run: Run): boolean =>
  sorted.bytes.length >= run.bytes.length && sorted.segmentOf.length >= run.ends.length;

export function sortRun(run: Run, sorted: SortedRun): void {
  const { ends, keys } = run;
  const ids = run.isEachIdPlain ? plainIds(run) : decodedIds(run);
  const areOfOneOrder = (a: number, b: number) => keys[a] === keys[b] && ids.compare(a, b) === 0;
  const orderKeys = new Float64Array(run.count);
  const orderFacts = new Uint32Array(run.count);
  let segments = 0;
  let orders = 0;
  for (const [bucket, facts] of byBucket(run)) {
    const inOrder = sortByOrder(facts, ids);
    let start = 0;
    let length = 0;
    const endSegment = (end: number): void => {
      writeSegment(run, inOrder.subarray(start, end), { sorted, segment: segments, length });
      sorted.buckets[segments] = bucket;
      segments++;
      start = end;
      length = 0;
    };
    for (let at = 0; at < inOrder.length; at++) {
      const fact = inOrder[at] as number;
      const isFirst = at === 0 || !areOfOneOrder(inOrder[at - 1] as number, fact);
      if (isFirst) {
        if (length >= SEGMENT) endSegment(at);
        orderKeys[orders] = keys[fact] as number;
        orderFacts[orders] = fact;
        orders++;
      }
      length += (ends[fact] as number) - startIn(ends, fact);
      sorted.segmentOf[fact] = segments;
    }
    endSegment(inOrder.length);
  }
  const ofOrders = sortKeys(orderKeys.subarray(0, orders), orderFacts.subarray(0, orders));
  sorted.orderKeys.set(ofOrders.keys);
  sorted.orderFacts.set(ofOrders.numbers);
  sorted.counts.set([segments, orders, sortOtherKeys(run, sorted)]);
}

/** @returns how many there are */
function sortOtherKeys({ count, otherKeys }: Run, sorted: SortedRun): number {
  const keys = new Float64Array(count);
  const facts = new Uint32Array(count);
  let length = 0;
  for (let fact = 0; fact < count; fact++) {
    const key = otherKeys[fact] as number;
    if (key === 0) continue;
    keys[length] = key;
    facts[length] = fact;
    length++;
  }
  const found = sortKeys(keys.subarray(0, length), facts.subarray(0, length));
  sorted.otherKeys.set(found.keys);
  sorted.otherFacts.set(found.numbers);
  return length;
}

/** Returns the facts of a run by month, in the order in which they came. */
function byBucket({ count, buckets }: Run): (readonly [Bucket, Uint32Array])[] {
  const parts = new Map<Bucket, Numbers>();
  let last: Bucket | undefined;
  let part = createNumbers(Uint32Array);
  for (let fact = 0; fact < count; fact++) {
    const bucket = buckets[fact] as number;
    if (bucket !== last) {
      last = bucket;
      part = parts.get(bucket) ?? createNumbers(Uint32Array);
      parts.set(bucket, part);
    }
    part.add(fact);
  }
  return [...parts].sort(([a], [b]) => a - b).map(([bucket, facts]) => [bucket, facts.all() as Uint32Array]);
}

const [OPEN, CLOSE, QUOTE] = [0x5b, 0x5d, 0x22];

/** Joins the facts to a JSON array in that order. @param at its number, and the length of its facts with what separates them */
function writeSegment(
  { bytes, ends }: Run,
  facts: Uint32Array,
  { sorted, segment, length }: { sorted: SortedRun; segment: number; length: number },
): void {
  const start = startIn(sorted.ends, segment);
  const end = start + length;
  const data = sorted.bytes;
  data[start] = OPEN;
  let to = start + 1;
  for (let index = 0; index < facts.length; ) {
    // Neighbours that kept their order are copied together.
    const first = facts[index] as number;
    let last = first;
    while (++index < facts.length && facts[index] === last + 1) last++;
    const from = startIn(ends, first);
    // The brackets take the place of the last comma and line feed.
    const rest = Math.min((ends[last] as number) - from, end - to);
    // A call of the system's copy takes longer than a short copy.
    if (rest > 500) data.set(bytes.subarray(from, from + rest), to);
    else for (let at = 0; at < rest; at++) data[to + at] = bytes[from + at] as number;
    to += rest;
  }
  data[end - 1] = CLOSE;
  sorted.ends[segment] = end;
  sorted.facts[segment] = facts.length;
  const hash = createHash('sha256').update(data.subarray(start, end)).digest();
  sorted.hashes.set(hash, segment * HASH_BYTES);
}

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
function plainIds({ bytes, ends }: Run): Ids {
  /** Where the id of a fact begins: after the bracket and the quote. */
  const startOf = (fact: number) => startIn(ends, fact) + 2;
  return {
    compare(a, b) {
      for (let x = startOf(a), y = startOf(b); ; x++, y++) {
        const [one, other] = [bytes[x] as number, bytes[y] as number];
        if (one === QUOTE || other === QUOTE) return Number(other === QUOTE) - Number(one === QUOTE);
        if (one !== other) return one - other;
      }
    },
    heads(facts) {
      const first = startOf(facts[0] ?? 0);
      let shared = Number.POSITIVE_INFINITY;
      for (const fact of facts) {
        const start = startOf(fact);
        let at = 0;
        while (at < shared && bytes[start + at] === bytes[first + at] && bytes[first + at] !== QUOTE) at++;
        shared = at;
      }
      const heads = new Float64Array(facts.length);
      for (let index = 0; index < facts.length; index++)
        heads[index] = headOf(startOf(facts[index] as number) + shared);
      return heads;
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
function decodedIds({ count, bytes, ends }: Run): Ids {
  const texts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const ids = Array.from({ length: count }, (_, fact) => {
    const row = texts.toString('utf8', startIn(ends, fact), (ends[fact] as number) - ROW_END.length);
    return (JSON.parse(row) as LineRow)[0];
  });
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
