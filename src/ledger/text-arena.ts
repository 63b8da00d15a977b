/**
 * Texts kept one behind the other as bytes: many small strings that live for a while are what the garbage collector is slowest
 * with.
 */
export interface TextArena {
  /** How many texts it holds. */
  readonly count: number;
  /** All of them, in bytes. */
  readonly size: number;
  /** The bytes of all texts; a text's own lie from `startOf` its place to `endOf` it. Another `add` may replace the buffer. */
  readonly bytes: Buffer;
  /** @returns the text's place, from 0 */
  add(text: string): number;
  startOf(place: number): number;
  endOf(place: number): number;
  textAt(place: number): string;
  clear(): void;
}

/** @param ending of one byte each, that every text gets */
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
