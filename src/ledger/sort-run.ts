/**
 * Sorts a run by month and order id, and cuts it into segments. A pure function from the bytes of the facts to those of the segments, so
 * that a thread can do it in memory that it shares.
 */
import { createHash } from 'node:crypto';
import { startIn } from '../billing/ends.js';
import { compareCodePoints } from '../billing/order.js';
import { ROW_END } from '../billing/packed-facts.js';
import { sharedBytes, sharedNumbers } from '../billing/shared-memory.js';
import { type Bucket, type KeyedNumbers, type LineRow, sortKeys } from './fact-log.js';
import type { Run } from './fact-run.js';

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
  /** For the sorting itself. */
  readonly inOrder: Uint32Array;
  readonly heads: Float64Array;
  readonly spare: KeyedNumbers;
}

export const HASH_BYTES = 32;

/** Returns memory for a run once it is sorted. */
export function memoryFor(run: Run): SortedRun {
  const length = run.ends.length;
  const segments = mostSegments(run);
  return {
    counts: sharedNumbers(Uint32Array, 3),
    bytes: sharedBytes(run.bytes.length),
    ends: sharedNumbers(Uint32Array, segments),
    buckets: sharedNumbers(Uint32Array, segments),
    facts: sharedNumbers(Uint32Array, segments),
    hashes: sharedBytes(segments * HASH_BYTES),
    segmentOf: sharedNumbers(Uint32Array, length),
    orderKeys: sharedNumbers(Float64Array, length),
    orderFacts: sharedNumbers(Uint32Array, length),
    otherKeys: sharedNumbers(Float64Array, length),
    otherFacts: sharedNumbers(Uint32Array, length),
    inOrder: sharedNumbers(Uint32Array, length),
    heads: sharedNumbers(Float64Array, length),
    spare: { keys: sharedNumbers(Float64Array, length), numbers: sharedNumbers(Uint32Array, length) },
  };
}

export const hasRoomFor = (sorted: SortedRun, run: Run): boolean =>
  sorted.bytes.length >= run.bytes.length &&
  sorted.segmentOf.length >= run.ends.length &&
  sorted.ends.length >= mostSegments(run);

/** All segments of a month but the last are full. */
function mostSegments({ size, count, buckets }: Run): number {
  const months = new Set<Bucket>();
  for (let fact = 0; fact < count; fact++)
    if (buckets[fact] !== buckets[fact - 1]) months.add(buckets[fact] as Bucket);
  return Math.floor(size / SEGMENT) + months.size;
}

export function sortRun(run: Run, sorted: SortedRun): void {
  const { ends, keys } = run;
  const { orderKeys, orderFacts, segmentOf } = sorted;
  const ids = run.isEachIdPlain ? plainIds(run) : decodedIds(run);
  const areOfOneOrder = (a: number, b: number) => keys[a] === keys[b] && ids.compare(a, b) === 0;
  let segments = 0;
  let orders = 0;
  for (const [bucket, facts] of byBucket(run, sorted.inOrder)) {
    sortByOrder(facts, ids, sorted);
    let start = 0;
    let length = 0;
    const endSegment = (end: number): void => {
      writeSegment(run, facts.subarray(start, end), { sorted, segment: segments, length });
      sorted.buckets[segments] = bucket;
      segments++;
      start = end;
      length = 0;
    };
    for (let at = 0; at < facts.length; at++) {
      const fact = facts[at] as number;
      const isFirst = at === 0 || !areOfOneOrder(facts[at - 1] as number, fact);
      if (isFirst) {
        if (length >= SEGMENT) endSegment(at);
        orderKeys[orders] = keys[fact] as number;
        orderFacts[orders] = fact;
        orders++;
      }
      length += (ends[fact] as number) - startIn(ends, fact);
      segmentOf[fact] = segments;
    }
    endSegment(facts.length);
  }
  sortFirst(orders, { keys: orderKeys, numbers: orderFacts }, sorted);
  sorted.counts.set([segments, orders, sortOtherKeys(run, sorted)]);
}

/** @returns how many there are */
function sortOtherKeys({ count, otherKeys }: Run, sorted: SortedRun): number {
  const { otherKeys: keys, otherFacts: facts } = sorted;
  let length = 0;
  for (let fact = 0; fact < count; fact++) {
    const key = otherKeys[fact] as number;
    if (key === 0) continue;
    keys[length] = key;
    facts[length] = fact;
    length++;
  }
  sortFirst(length, { keys, numbers: facts }, sorted);
  return length;
}

/** Sorts the first ones of some keys. */
function sortFirst(count: number, unsorted: KeyedNumbers, { spare }: Pick<SortedRun, 'spare'>): void {
  const first = ({ keys, numbers }: KeyedNumbers) => ({
    keys: keys.subarray(0, count),
    numbers: numbers.subarray(0, count),
  });
  sortKeys(first(unsorted), first(spare));
}

/** Writes the facts of a run by month, in the order in which they came. @returns those of each month */
function byBucket({ count, buckets }: Run, inOrder: Uint32Array): (readonly [Bucket, Uint32Array])[] {
  const counts = new Map<Bucket, number>();
  for (let start = 0, end = 0; start < count; start = end) {
    const bucket = buckets[start] as number;
    while (end < count && buckets[end] === bucket) end++;
    counts.set(bucket, (counts.get(bucket) ?? 0) + end - start);
  }
  const next = new Map<Bucket, number>();
  let to = 0;
  const parts = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bucket, length]) => {
      next.set(bucket, to);
      to += length;
      return [bucket, inOrder.subarray(to - length, to)] as const;
    });
  for (let start = 0, end = 0; start < count; start = end) {
    const bucket = buckets[start] as number;
    let at = next.get(bucket) as number;
    for (; end < count && buckets[end] === bucket; end++) inOrder[at++] = end;
    next.set(bucket, at);
  }
  return parts;
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
   * Writes for each fact the first characters of its id after those that all of them share, as a number of at most 53 bits that sorts alike.
   */
  heads(facts: Uint32Array, heads: Float64Array): void;
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
    heads(facts, heads) {
      const first = startOf(facts[0] ?? 0);
      let shared = Number.POSITIVE_INFINITY;
      for (const fact of facts) {
        const start = startOf(fact);
        let at = 0;
        while (at < shared && bytes[start + at] === bytes[first + at] && bytes[first + at] !== QUOTE) at++;
        shared = at;
      }
      for (let index = 0; index < facts.length; index++)
        heads[index] = headOf(startOf(facts[index] as number) + shared);
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
    heads: (_, heads) => void heads.fill(0),
  };
}

/** Sorts facts by order id, and those of one order as they came: by the heads of their ids, and by whole ids if the heads are equal. */
function sortByOrder(facts: Uint32Array, ids: Ids, memory: Pick<SortedRun, 'heads' | 'spare'>): void {
  if (isSorted(facts, ids)) return;
  const heads = memory.heads.subarray(0, facts.length);
  ids.heads(facts, heads);
  sortFirst(facts.length, { keys: heads, numbers: facts }, memory);
  for (let start = 0, end = 0; start < facts.length; start = end) {
    while (end < facts.length && heads[end] === heads[start]) end++;
    if (end - start > 1) facts.subarray(start, end).sort((a, b) => ids.compare(a, b) || a - b);
  }
}

function isSorted(facts: Uint32Array, ids: Ids): boolean {
  for (let index = 1; index < facts.length; index++)
    if (ids.compare(facts[index - 1] as number, facts[index] as number) > 0) return false;
  return true;
}
