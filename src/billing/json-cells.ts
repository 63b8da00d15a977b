/** Finds the cells of JSON arrays in bytes, and writes such bytes, without decoding them. */

/** Where each cell of an array begins and ends in its bytes. Text cells are without their quotes. */
export interface JsonCells {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A range of bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export const createJsonCells = (count: number): JsonCells => ({
  starts: new Int32Array(count),
  ends: new Int32Array(count),
});

const [BLANK, QUOTE, COMMA, MINUS, OPEN, BACKSLASH, CLOSE] = [32, 34, 44, 45, 91, 92, 93];
const [ZERO, NINE] = [48, 57];

/**
 * Finds the cells of the array of texts and numbers that begins at `at`.
 * @param cells has as many cells as the array must have
 * @returns where the array ends; 0 if a text contains an escape or the array is damaged, so that it must be parsed
 */
export function findJsonCells(bytes: Uint8Array, at: number, { starts, ends }: JsonCells): number {
  if (bytes[at] !== OPEN) return 0;
  const count = starts.length;
  for (let cell = 0; cell < count; cell++) {
    at++;
    if (bytes[at] === QUOTE) {
      at++;
      starts[cell] = at;
      let byte = bytes[at] as number;
      while (byte !== QUOTE) {
        if (byte === BACKSLASH || !(byte >= BLANK)) return 0;
        at++;
        byte = bytes[at] as number;
      }
      ends[cell] = at;
      at++;
    } else {
      starts[cell] = at;
      let byte = bytes[at] as number;
      while (byte !== COMMA && byte !== CLOSE) {
        if (!(byte > BLANK) || byte === QUOTE) return 0;
        at++;
        byte = bytes[at] as number;
      }
      ends[cell] = at;
    }
    if (bytes[at] !== (cell === count - 1 ? CLOSE : COMMA)) return 0;
  }
  return at + 1;
}

export const rangeOf = ({ starts, ends }: JsonCells, first: number, last = first): ByteRange => ({
  start: starts[first] as number,
  end: ends[last] as number,
});

/** Returns the whole number in these bytes; NaN if there is none. */
export function wholeNumberIn(bytes: Uint8Array, { start, end }: ByteRange): number {
  const isNegative = bytes[start] === MINUS;
  let number = 0;
  let at = isNegative ? start + 1 : start;
  if (at === end) return Number.NaN;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    number = number * 10 + (byte - ZERO);
  }
  return isNegative ? 0 - number : number;
}

/** Writes a whole number. @returns where it ends */
export function putNumber(out: Uint8Array, start: number, number: number): number {
  if (number >= 0 && number < 10) {
    out[start] = ZERO + number;
    return start + 1;
  }
  const isNegative = number < 0;
  if (isNegative) out[start] = MINUS;
  const first = isNegative ? start + 1 : start;
  const value = Math.abs(number);
  let end = first + 1;
  for (let rest = value / 10; rest >= 1; rest /= 10) end++;
  // Numbers of 32 bits are divided faster.
  const high = Math.floor(value / MILLION);
  const higher = Math.floor(high / MILLION);
  putDigits(out, higher, first, end - 12);
  putDigits(out, high - higher * MILLION, Math.max(first, end - 12), end - 6);
  putDigits(out, value - high * MILLION, Math.max(first, end - 6), end);
  return end;
}

const MILLION = 1_000_000;

/** Writes a number with leading zeros from `start` to `end`, if that is later. */
function putDigits(out: Uint8Array, number: number, start: number, end: number): void {
  let rest = number | 0;
  for (let at = end - 1; at >= start; at--) {
    const next = (rest / 10) | 0;
    out[at] = ZERO + rest - next * 10;
    rest = next;
  }
}

/** @returns where it ends */
export function putAscii(out: Uint8Array, start: number, text: string): number {
  for (let index = 0; index < text.length; index++) out[start + index] = text.charCodeAt(index);
  return start + text.length;
}

/** Copies few bytes: a loop takes less time than a call for them. @returns where they end */
export function putBytes(out: Uint8Array, start: number, bytes: Uint8Array, from: ByteRange): number {
  let at = start;
  for (let index = from.start; index < from.end; index++) out[at++] = bytes[index] as number;
  return at;
}

/** Tells whether these bytes are a text. @param text its bytes */
export function areBytes(bytes: Uint8Array, { start, end }: ByteRange, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}
