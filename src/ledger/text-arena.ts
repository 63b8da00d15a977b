import { startIn } from '../billing/ends.js';
import { grown } from '../billing/grown.js';

/**
 * Keeps texts one after the other as bytes, because many small strings that live for a while slow down the garbage collector.
 */
export interface TextArena {
  /** The number of texts. */
  readonly count: number;
  /** The bytes of all texts together. */
  readonly size: number;
  /** @returns the text's place, from 0 */
  add(text: string): number;
  /** Adds a text as bytes. */
  addBytes(from: Uint8Array, start: number, end: number): number;
  /** Tells whether a text is those bytes. */
  isAt(place: number, bytes: Uint8Array, start: number, end: number): boolean;
  textAt(place: number): string;
  clear(): void;
}

export function createTextArena(): TextArena {
  let bytes = Buffer.allocUnsafe(64 * 1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let size = 0;

  function makeRoom(more: number): void {
    if (size + more > bytes.length)
      bytes = grown(bytes, Buffer.allocUnsafe(Math.max(bytes.length * 2, size + more)));
    if (count === ends.length) ends = grown(ends, new Uint32Array(ends.length * 2));
  }

  return {
    get count() {
      return count;
    },
    get size() {
      return size;
    },
    add(text) {
      makeRoom(text.length * 3);
      size += bytes.write(text, size);
      ends[count] = size;
      count++;
      return count - 1;
    },
    addBytes(from, start, end) {
      makeRoom(end - start);
      // Most texts are too short to gain from a call of the system's copy.
      const target = bytes;
      let to = size;
      for (let at = start; at < end; at++) target[to++] = from[at] as number;
      size = to;
      ends[count] = size;
      count++;
      return count - 1;
    },
    isAt(place, other, start, end) {
      let at = startIn(ends, place);
      if ((ends[place] as number) - at !== end - start) return false;
      for (let from = start; from < end; from++) if (bytes[at++] !== other[from]) return false;
      return true;
    },
    textAt: (place) => bytes.toString('utf8', startIn(ends, place), ends[place]),
    clear() {
      count = 0;
      size = 0;
    },
  };
}
