/**
 * Finds the cells of a plain record in its bytes. A cell is printable ASCII, or also other UTF-8, and may be quoted; its content is what is
 * between the quotes.
 */
import { trimmed } from './id-damage.js';
import { isDigit, plainInteger } from './plain-numbers.js';
import type { RecordBuffer } from './record-buffer.js';
import { countCharacters, multiByteLength } from './utf8.js';

export interface PlainCells {
  /** Finds the cells of the record at the buffer's start. @returns the offset after it; 0 if it is not plain or not complete */
  split(buffer: RecordBuffer): number;
  /** The bytes in which the contents begin and end. */
  bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** One more cell, always empty, which serves for all absent columns. */
  readonly absent: number;
  isEmpty(cell: number): boolean;
  /** Tells whether the content is an id that JSON writes unescaped. */
  isId(cell: number): boolean;
  text(cell: number): string;
  /** Returns the position of a cell in its line in code points, from 1. A cell begins at its opening quote, as in csv-reader.ts. */
  columnOf(cell: number): number;
}

const MOST_ID_BYTES = 128;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const BACKSLASH = 0x5c;

/** The classes of bytes: printable ASCII, the start of a multi-byte character, or the end of a cell. */
const PRINTABLE = 0;
const MULTI_BYTE = 1;
const END = 2;

/** Inside quotes, where separators are printable. */
const QUOTED_CLASS = new Uint8Array(256).fill(END, 0, 0x20).fill(MULTI_BYTE, 0x80);
for (const byte of [QUOTE, 0x7f]) QUOTED_CLASS[byte] = END;

/** @param trim whether blanks at the ends of a cell are left out */
export function createPlainCells(width: number, separator: string, trim: boolean): PlainCells {
  const SEPARATOR = separator.charCodeAt(0);
  const UNQUOTED_CLASS = QUOTED_CLASS.slice();
  UNQUOTED_CLASS[SEPARATOR] = END;
  const starts = new Int32Array(width + 1);
  const ends = new Int32Array(width + 1);
  const hasMultiByte = new Uint8Array(width + 1);
  const hasDoubledQuotes = new Uint8Array(width + 1);
  /** Where the cells started before they were trimmed. */
  const untrimmed = trim ? new Int32Array(width + 1) : starts;
  let recordStart = 0;
  const cells: PlainCells = {
    bytes: Buffer.alloc(0),
    starts,
    ends,
    absent: width,
    split,
    isEmpty,
    isId,
    text,
    columnOf,
  };
  return cells;

  function split({ bytes, start, end }: RecordBuffer): number {
    cells.bytes = bytes;
    recordStart = start;
    let at = start;
    for (let cell = 0; cell < width; cell++) {
      const isQuoted = bytes[at] === QUOTE;
      const classes = isQuoted ? QUOTED_CLASS : UNQUOTED_CLASS;
      if (isQuoted) at++;
      starts[cell] = at;
      hasMultiByte[cell] = 0;
      hasDoubledQuotes[cell] = 0;
      for (;;) {
        while (at < end && classes[bytes[at] as number] === PRINTABLE) at++;
        if (at < end && classes[bytes[at] as number] === MULTI_BYTE) {
          hasMultiByte[cell] = 1;
          at = endOfMultiByteCell(bytes, at, end, classes);
        }
        if (!isQuoted || bytes[at] !== QUOTE || at + 1 >= end || bytes[at + 1] !== QUOTE) break;
        hasDoubledQuotes[cell] = 1;
        at += 2;
      }
      ends[cell] = at;
      if (isQuoted && bytes[at++] !== QUOTE) return 0;
      // The line feed has not arrived yet.
      if (at >= end) return 0;
      if (cell < width - 1 && bytes[at++] !== SEPARATOR) return 0;
      if (trim && !trimCell(cell)) return 0;
    }
    if (bytes[at] === CR) at++;
    return at < end && bytes[at] === LF ? at + 1 : 0;
  }

  /** Removes the blanks at the ends of a cell. @returns false if a blank of several bytes remains there */
  function trimCell(cell: number): boolean {
    const { bytes } = cells;
    let start = starts[cell] as number;
    let end = ends[cell] as number;
    untrimmed[cell] = start;
    while (start < end && bytes[start] === SPACE) start++;
    while (start < end && bytes[end - 1] === SPACE) end--;
    starts[cell] = start;
    ends[cell] = end;
    if (start === end || ((bytes[start] as number) < 0x80 && (bytes[end - 1] as number) < 0x80)) return true;
    const written = bytes.toString('utf8', start, end);
    return trimmed(written) === written;
  }

  function isEmpty(cell: number): boolean {
    return starts[cell] === ends[cell];
  }

  function isId(cell: number): boolean {
    if (hasMultiByte[cell] !== 0 || hasDoubledQuotes[cell] !== 0) return false;
    return isPlainId(cells.bytes, starts[cell] as number, ends[cell] as number);
  }

  function text(cell: number): string {
    const written = cells.bytes.toString('utf8', starts[cell], ends[cell]);
    return hasDoubledQuotes[cell] === 0 ? written : written.replaceAll('""', '"');
  }

  function columnOf(cell: number): number {
    const start = untrimmed[cell] as number;
    // Only a quoted cell has a quote before its content.
    const isQuoted = cells.bytes[start - 1] === QUOTE;
    return countCharacters(cells.bytes, recordStart, isQuoted ? start - 1 : start) + 1;
  }
}

/** Returns the integer in a cell; NOT_PLAIN if it is not plain. */
export function integerIn({ bytes, starts, ends }: PlainCells, cell: number): number {
  return plainInteger(bytes, starts[cell] as number, ends[cell] as number);
}

/** Tells whether printable ASCII is an id that JSON writes unescaped. */
function isPlainId(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > MOST_ID_BYTES) return false;
  if (bytes[start] === SPACE || bytes[end - 1] === SPACE || mayBeShortened(bytes, start, end)) return false;
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return false;
  return true;
}

/** Matches `2.02610E+11` and the like: a digit first, and a plus two or three bytes before the end. */
function mayBeShortened(bytes: Uint8Array, start: number, end: number): boolean {
  return isDigit(bytes[start] as number) && (bytes[end - 3] === PLUS || bytes[end - 4] === PLUS);
}

/** @returns the end of the cell. If the cell is not plain, the first byte that is not, where no cell can end */
function endOfMultiByteCell(bytes: Uint8Array, start: number, end: number, classes: Uint8Array): number {
  let at = start;
  while (at < end && classes[bytes[at] as number] !== END) {
    const length = (bytes[at] as number) < 0x80 ? 1 : multiByteLength(bytes, at, end);
    // C2 80 to C2 9F are the control characters U+0080 to U+009F; EF BF BD is U+FFFD, which may stand for a character that was lost.
    if (length <= 0 || (bytes[at] === 0xc2 && (bytes[at + 1] as number) < 0xa0)) return at;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) return at;
    at += length;
  }
  return at;
}
