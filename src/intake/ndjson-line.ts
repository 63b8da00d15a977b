/** Reads a line of NDJSON from its bytes: an object, with the place of every key and value. */
import { isAscii } from 'node:buffer';
import { type Message, say } from '../errors/message.js';
import type { ByteCursor } from './byte-cursor.js';
import { createJsonObjectReader, type NdjsonLeniency } from './json-object.js';
import { countCharacters, firstInvalidUtf8 } from './utf8.js';

/** The current object. The reader reuses it for the next one: take what you need during the call. */
export interface NdjsonRecord {
  readonly size: number;
  /** The physical line, from 1. */
  readonly line: number;
  key(member: number): string;
  /** Returns a string's text or a number as written; undefined for null. */
  value(member: number): string | undefined;
  isNumber(member: number): boolean;
  /** Returns the position of the member's key in the line in code points, from 1. */
  keyColumn(member: number): number;
  valueColumn(member: number): number;
}

export interface NdjsonHandlers {
  record(record: NdjsonRecord): void;
  /** @param key the wrong member; empty for the object as a whole */
  problem(line: number, column: number, key: string, message: Message): void;
}

/** @returns a function that reads the line at the cursor, up to the given offset, and passes on its object or its problems */
export function createLineReader(
  cursor: ByteCursor,
  handlers: NdjsonHandlers,
  leniency?: NdjsonLeniency,
): (end: number) => void {
  const columns = createColumns();
  const { object, read } = createJsonObjectReader(({ offset, message, endsReading }, key) => {
    if (endsReading === true) cursor.stopped = true;
    handlers.problem(cursor.line, columns.of(offset), key, message);
  }, leniency);

  const record: NdjsonRecord = {
    get size() {
      return object.keys.length;
    },
    get line() {
      return cursor.line;
    },
    key: (member) => object.keys[member] as string,
    value: (member) => object.values[member],
    isNumber: (member) => object.numbers[member] === true,
    keyColumn: (member) => columns.of(object.keyOffsets[member] as number),
    valueColumn: (member) => columns.of(object.valueOffsets[member] as number),
  };

  return (end) => {
    const { bytes, start } = cursor.buffer;
    const isPlain = isAscii(bytes.subarray(start, end));
    const invalid = isPlain ? undefined : firstInvalidUtf8(bytes, start, end);
    if (invalid !== undefined) {
      const column = countCharacters(bytes, start, invalid) + 1;
      handlers.problem(cursor.line, column, '', say.invalidUtf8(bytes[invalid] as number));
      return;
    }
    const line = bytes.toString(isPlain ? 'latin1' : 'utf8', start, end);
    columns.start(line);
    if (read(line)) handlers.record(record);
  };
}

/** The columns of a line in code points, from 1. It counts from the last offset on, since a long line may have many problems. */
function createColumns() {
  let text = '';
  let knownOffset = 0;
  let knownColumn = 1;
  return {
    start(line: string): void {
      text = line;
      knownOffset = 0;
      knownColumn = 1;
    },
    /** Returns the column of an offset of the line. */
    of(offset: number): number {
      let count = offset < knownOffset ? 1 : knownColumn;
      for (let unit = offset < knownOffset ? 0 : knownOffset; unit < offset; unit++) {
        const code = text.charCodeAt(unit);
        if (code < 0xdc00 || code > 0xdfff) count++;
      }
      knownOffset = offset;
      knownColumn = count;
      return count;
    },
  };
}
