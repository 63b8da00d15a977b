/**
 * Keeps texts one after the other as bytes, because many small strings that live for a while slow down the garbage collector.
 */
import { createNumbers } from './numbers.js';

export interface TextArena {
  /** The number of texts. */
  readonly count: number;
  /** The bytes of all texts together. */
  readonly size: number;
  /** The bytes of all texts. Those of one text lie from `startOf` to `endOf` its place. Another `add` may replace the buffer. */
  readonly bytes: Buffer;
  /** @returns the text's place, from 0 */
  add(text: string): number;
  startOf(place: number): number;
  endOf(place: number): number;
  textAt(place: number): string;
  clear(): void;
}

/** @param ending is appended to every text; each character is one byte */
export function createTextArena(ending = ''): TextArena {
  const end = Buffer.from(ending, 'latin1');
  let bytes = Buffer.allocUnsafe(64 * 1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let size = 0;

  const startOf = (place: number): number => (place === 0 ? 0 : (ends[place - 1] as number));
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
      const most = text.length * 3 + end.length;
      if (size + most > bytes.length) {
        const grown = Buffer.allocUnsafe(Math.max(bytes.length * 2, size + most));
        bytes.copy(grown, 0, 0, size);
        bytes = grown;
      }
      if (count === ends.length) {
        const grown = new Uint32Array(ends.length * 2);
        grown.set(ends);
        ends = grown;
      }
      size += bytes.write(text, size);
      for (const byte of end) bytes[size++] = byte;
      ends[count] = size;
      count++;
      return count - 1;
    },
    startOf,
    endOf: (place) => ends[place] as number,
    textAt: (place) => bytes.toString('utf8', startOf(place), ends[place]),
    clear() {
      count = 0;
      size = 0;
    },
  };
}

/** Lists of texts, each under a whole number, in one shared arena. */
export interface TextLists {
  /** The bytes of all texts together. */
  readonly size: number;
  add(list: number, text: string): void;
  /** Returns the texts of a list joined in the order in which they were added; empty if there are none. */
  textOf(list: number): string;
  clear(): void;
}

interface Chain {
  readonly first: number;
  last: number;
  bytes: number;
}

export function createTextLists(): TextLists {
  const arena = createTextArena();
  const lists = new Map<number, Chain>();
  const next = createNumbers(Uint32Array);
  let joined = Buffer.alloc(0);
  return {
    get size() {
      return arena.size;
    },
    add(list, text) {
      const before = arena.size;
      const place = arena.add(text);
      const bytes = arena.size - before;
      const chain = lists.get(list);
      if (chain === undefined) lists.set(list, { first: place, last: place, bytes });
      else {
        next.set(chain.last, place);
        chain.last = place;
        chain.bytes += bytes;
      }
    },
    textOf(list) {
      const chain = lists.get(list);
      if (chain === undefined) return '';
      if (joined.length < chain.bytes) joined = Buffer.allocUnsafe(chain.bytes * 2);
      let at = 0;
      for (let place = chain.first; ; place = next.get(place)) {
        at += arena.bytes.copy(joined, at, arena.startOf(place), arena.endOf(place));
        if (place === chain.last) break;
      }
      return joined.toString('utf8', 0, at);
    },
    clear() {
      arena.clear();
      lists.clear();
    },
  };
}
