import { grown } from '../billing/grown.js';

/**
 * Keeps texts one after the other as bytes, because many small strings that live for a while slow down the garbage collector.
 */
export interface TextArena {
  /** The number of texts. */
  readonly count: number;
  /** The bytes of all texts together. */
  readonly size: number;
  /** The bytes of all texts. Those of one text lie from `startOf` to `endOf` its place. Another `add` may replace the buffer. */
  readonly bytes: Buffer;
  /** @returns the text's place, from 0 */
  add(text: string): number;
  /** Adds a text with its ending as bytes. */
  addBytes(from: Uint8Array, start: number, end: number): number;
  /** Tells whether a text is those bytes. */
  isAt(place: number, bytes: Uint8Array, start: number, end: number): boolean;
  startOf(place: number): number;
  endOf(place: number): number;
  textAt(place: number): string;
  clear(): void;
  /** Also gives its memory back. */
  release(): void;
}

/** @param ending is appended to every text; each character is one byte */
export function createTextArena(ending = ''): TextArena {
  const end = Buffer.from(ending, 'latin1');
  let bytes = Buffer.allocUnsafe(64 * 1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let size = 0;

  const startOf = (place: number): number => (place === 0 ? 0 : (ends[place - 1] as number));

  function clear(): void {
    count = 0;
    size = 0;
  }

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
    get bytes() {
      return bytes;
    },
    add(text) {
      makeRoom(text.length * 3 + end.length);
      size += bytes.write(text, size);
      for (const byte of end) bytes[size++] = byte;
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
      let at = startOf(place);
      if ((ends[place] as number) - at !== end - start) return false;
      for (let from = start; from < end; from++) if (bytes[at++] !== other[from]) return false;
      return true;
    },
    startOf,
    endOf: (place) => ends[place] as number,
    textAt: (place) => bytes.toString('utf8', startOf(place), ends[place]),
    clear,
    release() {
      clear();
      bytes = Buffer.allocUnsafe(0);
    },
  };
}
