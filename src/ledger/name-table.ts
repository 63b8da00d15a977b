/**
 * Numbers pairs of texts that are given as bytes, from 0 in order of their first call. It is searched for every line of a month, at random,
 * so its memory is compact: most of it stays in the processor's cache.
 */
import { grown } from '../billing/grown.js';
import type { ByteRange } from '../billing/json-cells.js';

export interface NameTable {
  /** @returns the number of the pair; a new one if it is not known yet */
  numberOf(bytes: Uint8Array, first: ByteRange, second: ByteRange): number;
  /** @returns the texts of a number */
  at(number: number): readonly [first: string, second: string];
  readonly count: number;
}

export function createNameTable(): NameTable {
  /** Numbers by the hash of their texts, plus 1; 0 is free. At most half are in use. */
  let slots = new Uint32Array(2048);
  let hashes = new Int32Array(1024);
  /** Where the first and the second text of each number end. */
  let ends = new Uint32Array(2048);
  let texts = Buffer.allocUnsafe(16 * 1024);
  let count = 0;

  const startOf = (number: number): number => (number === 0 ? 0 : (ends[2 * number - 1] as number));

  function isAt(number: number, bytes: Uint8Array, first: ByteRange, second: ByteRange): boolean {
    const start = startOf(number);
    const middle = ends[2 * number] as number;
    if (middle - start !== first.end - first.start) return false;
    if ((ends[2 * number + 1] as number) - middle !== second.end - second.start) return false;
    for (let from = first.start, at = start; from < first.end; from++, at++)
      if (texts[at] !== bytes[from]) return false;
    for (let from = second.start, at = middle; from < second.end; from++, at++)
      if (texts[at] !== bytes[from]) return false;
    return true;
  }

  function grow(): void {
    slots = new Uint32Array(slots.length * 2);
    hashes = grown(hashes, new Int32Array(hashes.length * 2));
    ends = grown(ends, new Uint32Array(ends.length * 2));
    for (let number = 0; number < count; number++) slots[freeSlot(hashes[number] as number)] = number + 1;
  }
  function freeSlot(hash: number): number {
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }
  function add(hash: number, bytes: Uint8Array, first: ByteRange, second: ByteRange): number {
    if (2 * (count + 1) > slots.length) grow();
    let at = startOf(count);
    const size = at + first.end - first.start + second.end - second.start;
    if (size > texts.length) texts = grown(texts, Buffer.allocUnsafe(2 * size));
    texts.set(bytes.subarray(first.start, first.end), at);
    at += first.end - first.start;
    texts.set(bytes.subarray(second.start, second.end), at);
    ends[2 * count] = at;
    ends[2 * count + 1] = size;
    hashes[count] = hash;
    slots[freeSlot(hash)] = count + 1;
    count++;
    return count - 1;
  }

  return {
    get count() {
      return count;
    },
    numberOf(bytes, first, second) {
      const hash = hashOf(hashOf(FIRST, bytes, first), bytes, second);
      for (let slot = hash & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
        const number = (slots[slot] as number) - 1;
        if (number < 0) return add(hash, bytes, first, second);
        if (hashes[number] === hash && isAt(number, bytes, first, second)) return number;
      }
    },
    at(number) {
      const middle = ends[2 * number];
      return [
        texts.toString('utf8', startOf(number), middle),
        texts.toString('utf8', middle, ends[2 * number + 1]),
      ];
    },
  };
}

const FIRST = 0x811c9dc5 | 0;

function hashOf(before: number, bytes: Uint8Array, { start, end }: ByteRange): number {
  let hash = before;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}
