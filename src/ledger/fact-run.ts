/** Facts of an import as they come, until there are enough to be sorted. They lie in memory that threads can share. */
import { startIn } from '../billing/ends.js';
import { grown } from '../billing/grown.js';
import { type PackedFacts, ROW_END } from '../billing/packed-facts.js';
import { sharedBytes, sharedNumbers } from '../billing/shared-memory.js';
import type { Bucket } from './fact-log.js';

/** What is known of the facts of a run, each by its place. It is not changed while it is sorted. */
export interface Run {
  readonly count: number;
  /** The bytes of all rows together. */
  readonly size: number;
  /** The rows as JSON, each followed by the comma and the line feed that separate it from the next. */
  readonly bytes: Uint8Array;
  /** Where each row ends in the bytes. */
  readonly ends: Uint32Array;
  /** The keys of the orders. */
  readonly keys: Float64Array;
  /** Other keys that find the facts; 0 for none. */
  readonly otherKeys: Float64Array;
  readonly buckets: Uint32Array;
  /** True if JSON writes all order ids unescaped, and their bytes sort as their characters do. */
  readonly isEachIdPlain: boolean;
}

export interface NewFact {
  readonly orderId: string;
  /** Its row as JSON. */
  readonly text: string;
  readonly key: number;
  readonly otherKey: number;
  readonly bucket: Bucket;
}

export interface OpenRun {
  readonly count: number;
  /** The bytes of all rows together. */
  readonly size: number;
  /** @returns the fact's place, from 0 */
  add(fact: NewFact): number;
  /** Adds packed facts, in the buckets of their instants. @param from the place of the first one. @param to the place after the last one */
  addPacked(facts: PackedFacts, from: number, to: number, bucketAt: (instant: number) => Bucket): void;
  /** Returns a fact's row as JSON. */
  textAt(place: number): string;
  facts(): Run;
  clear(): void;
}

/** Characters that JSON escapes, or that sort differently in UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const IS_ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

// Most runs stay small, or become full: smaller steps would leave memory behind that is freed late.
const [FEW_BYTES, MANY_BYTES] = [64 * 1024, 17 * 1024 * 1024];
const [FEW, MANY] = [1024, 256 * 1024];

export function openRun(): OpenRun {
  let bytes = sharedBuffer(FEW_BYTES);
  let ends = sharedNumbers(Uint32Array, FEW);
  let keys = sharedNumbers(Float64Array, FEW);
  let otherKeys = sharedNumbers(Float64Array, FEW);
  let buckets = sharedNumbers(Uint32Array, FEW);
  let isEachIdPlain = true;
  let count = 0;
  let size = 0;

  function makeRoom(moreBytes: number, more: number): void {
    if (size + moreBytes > bytes.length)
      bytes = grown(bytes, sharedBuffer(Math.max(bytes.length * 2, size + moreBytes, MANY_BYTES)));
    if (count + more <= ends.length) return;
    const length = Math.max(ends.length * 2, count + more, MANY);
    ends = grown(ends, sharedNumbers(Uint32Array, length));
    keys = grown(keys, sharedNumbers(Float64Array, length));
    otherKeys = grown(otherKeys, sharedNumbers(Float64Array, length));
    buckets = grown(buckets, sharedNumbers(Uint32Array, length));
  }

  return {
    get count() {
      return count;
    },
    get size() {
      return size;
    },
    add({ orderId, text, key, otherKey, bucket }) {
      makeRoom(text.length * 3 + ROW_END.length, 1);
      size += bytes.write(text, size);
      size += bytes.write(ROW_END, size);
      ends[count] = size;
      keys[count] = key;
      otherKeys[count] = otherKey;
      buckets[count] = bucket;
      isEachIdPlain &&= !IS_ESCAPED.test(orderId);
      return count++;
    },
    addPacked(facts, from, to, bucketAt) {
      const start = startIn(facts.ends, from);
      const end = facts.ends[to - 1] as number;
      makeRoom(end - start, to - from);
      bytes.set(facts.bytes.subarray(start, end), size);
      const moved = size - start;
      for (let place = from; place < to; place++, count++) {
        ends[count] = (facts.ends[place] as number) + moved;
        keys[count] = facts.keys[place] as number;
        otherKeys[count] = facts.otherKeys[place] as number;
        buckets[count] = bucketAt(facts.instants[place] as number);
      }
      size += end - start;
    },
    textAt: (place) => bytes.toString('utf8', startIn(ends, place), (ends[place] as number) - ROW_END.length),
    facts: () => ({ count, size, bytes, ends, keys, otherKeys, buckets, isEachIdPlain }),
    clear() {
      count = 0;
      size = 0;
      isEachIdPlain = true;
    },
  };
}

const sharedBuffer = (length: number): Buffer => Buffer.from(sharedBytes(length).buffer);
