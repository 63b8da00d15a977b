/** Writes the row of a plain record, a JSON array on a line, behind the rows of packed facts. */
import { startIn } from '../billing/ends.js';
import { grown } from '../billing/grown.js';
import { putAscii, putNumber } from '../billing/json-cells.js';
import { type PackedFacts, ROW_END } from '../billing/packed-facts.js';
import { sharedBytes } from '../billing/shared-memory.js';
import type { PlainDecimals, WrittenDecimal } from './plain-decimal.js';

/** The row that is being written. What writes a value also writes the comma after it. */
export interface PlainRow {
  /** The facts to which the row is added. */
  packed: PackedFacts;
  /** Their rows. */
  bytes: Uint8Array;
  /** Where the next byte goes. */
  at: number;
  /** Where the text begins and ends that was written last. */
  textStart: number;
  textEnd: number;
  /** True if a value is not plain, so that the row is not kept. */
  isRefused: boolean;
  /** The bytes that the row may need, but for texts of any length. */
  room: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;

/** What a row has beside the texts of its record: quotes, commas, numbers and the default currency. */
const MOST_ROW_MARKS = 200;

export function createPlainRow(packed: PackedFacts): PlainRow {
  return { packed, bytes: packed.bytes, at: 0, textStart: 0, textEnd: 0, isRefused: false, room: 0 };
}

/** Begins a row. @param recordBytes the length of its record */
export function openRow(row: PlainRow, packed: PackedFacts, recordBytes: number): void {
  const { count, ends, bytes } = packed;
  row.packed = packed;
  row.bytes = bytes;
  row.at = startIn(ends, count);
  row.isRefused = false;
  row.room = 2 * recordBytes + MOST_ROW_MARKS;
  makeRoom(row, row.room);
  row.bytes[row.at++] = OPEN;
}

/** Ends the row in place of the last comma. */
export function closeRow(row: PlainRow): void {
  row.bytes[row.at - 1] = CLOSE;
  row.at = putAscii(row.bytes, row.at, ROW_END);
}

function makeRoom(row: PlainRow, more: number): void {
  const { packed, at } = row;
  if (at + more <= packed.bytes.length) return;
  packed.bytes = grown(packed.bytes, sharedBytes(Math.max(packed.bytes.length * 2, at + more)));
  row.bytes = packed.bytes;
}

export function writeNumber(row: PlainRow, value: number): void {
  const end = putNumber(row.bytes, row.at, value);
  row.bytes[end] = COMMA;
  row.at = end + 1;
}

/** Writes a text that may be of any length. @returns its length in bytes */
export function writeText(row: PlainRow, text: string): number {
  const written = Buffer.from(JSON.stringify(text));
  makeRoom(row, written.length + row.room);
  row.bytes.set(written, row.at);
  return endText(row, row.at + written.length - 1);
}

/** Writes a text that JSON writes unescaped. */
export function writeAscii(row: PlainRow, text: string): number {
  row.bytes[row.at] = QUOTE;
  return endText(row, putAscii(row.bytes, row.at + 1, text));
}

/** Writes the content of a cell, where quotes are doubled. @returns its length in bytes */
export function writeCell(row: PlainRow, bytes: Uint8Array, start: number, end: number): number {
  const target = row.bytes;
  let to = row.at;
  target[to++] = QUOTE;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] as number;
    if (byte === BACKSLASH || byte === QUOTE) target[to++] = BACKSLASH;
    if (byte === QUOTE) from++;
    target[to++] = byte;
  }
  return endText(row, to);
}

/** Writes a decimal. @returns its length; 0 if it is not plain */
export function writeDecimal(row: PlainRow, plainDecimal: PlainDecimals, written: WrittenDecimal): number {
  row.bytes[row.at] = QUOTE;
  return endText(row, row.at + 1 + plainDecimal(written, row.bytes, row.at + 1));
}

/** @param end where the text ends that begins after a quote */
function endText(row: PlainRow, end: number): number {
  row.bytes[end] = QUOTE;
  row.bytes[end + 1] = COMMA;
  row.textStart = row.at + 1;
  row.textEnd = end;
  row.at = end + 2;
  return end - row.textStart;
}
