/**
 * Reads NDJSON: one flat JSON object on each line, with strings, numbers (as written) or null as values. It knows the place of every value
 * in the original bytes; other files decide what keys mean.
 *
 * Each line stands alone, so a bad line affects no other. Only a line or field beyond its limit ends the reading.
 */
import { isAscii } from 'node:buffer';
import { type Message, say } from '../errors/message.js';
import { createBlankRows } from './blank-rows.js';
import { createCursor, nextLineFeed, skipMark, startLine, take } from './byte-cursor.js';
import { createJsonObjectReader, type NdjsonLeniency } from './json-object.js';
import { MOST_RECORD_BYTES } from './limits.js';
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

export interface NdjsonReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading. No handler is called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of lines read so far, good or bad, without blank lines at the end of the file. */
  readonly records: number;
  /** The number of blank lines at the end of the file. */
  readonly blankLines: number;
  /** Returns the bytes of the current line as they are in the file, with its line ending. Valid only during a callback. */
  raw(): Uint8Array;
}

const CR = 0x0d;

export function createNdjsonReader(handlers: NdjsonHandlers, leniency?: NdjsonLeniency): NdjsonReader {
  const cursor = createCursor();
  const { buffer } = cursor;
  let stage: 'file-start' | 'lines' | 'stopped' = 'file-start';
  let records = 0;
  /** The offset after the current line, including its line feed. */
  let rawEnd = 0;
  const columns = createColumns();

  const { object, read } = createJsonObjectReader(({ offset, message, endsReading }, key) => {
    if (endsReading === true) stage = 'stopped';
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

  const held = createBlankRows((line) => {
    records++;
    handlers.problem(line, 1, '', say.blankLine());
    return stage !== 'stopped';
  });

  return {
    push(chunk) {
      if (stage !== 'stopped') take(cursor, chunk, readLines);
    },
    end() {
      cursor.ended = true;
      if (readLines() && buffer.start < buffer.end) readLine(buffer.end);
      stage = 'stopped';
    },
    stop() {
      stage = 'stopped';
    },
    get stopped() {
      return stage === 'stopped';
    },
    get line() {
      return cursor.line;
    },
    get records() {
      return records;
    },
    get blankLines() {
      return held.count;
    },
    raw: () => held.reportedBytes ?? buffer.bytes.subarray(buffer.start, rawEnd),
  };

  /** Reads the lines that have arrived. @returns false if reading was stopped */
  function readLines(): boolean {
    if (stage === 'file-start' && !startFile()) return stage === 'file-start';
    for (;;) {
      if (stage === 'stopped') return false;
      const lineFeed = nextLineFeed(cursor);
      if (lineFeed < 0) break;
      readLine(lineFeed);
      cursor.at = lineFeed + 1;
      buffer.start = cursor.at;
      startLine(cursor);
    }
    // The part of the next line that has arrived is not searched again.
    cursor.at = buffer.end;
    if (buffer.end - buffer.start > MOST_RECORD_BYTES) refuseLine();
    return isGoing();
  }

  /** @returns false if more bytes are needed, or reading was stopped */
  function startFile(): boolean {
    const mark = skipMark(cursor);
    if (mark === 'more') return false;
    stage = mark === 'utf16' ? 'stopped' : 'lines';
    if (mark === 'utf16') handlers.problem(1, 1, '', say.utf16());
    return isGoing();
  }

  function isGoing(): boolean {
    return stage !== 'stopped';
  }

  /** @param lineEnd the offset of its line feed, or of the end of the file */
  function readLine(lineEnd: number): void {
    const { bytes, start } = buffer;
    rawEnd = Math.min(lineEnd + 1, buffer.end);
    if (lineEnd - start > MOST_RECORD_BYTES) {
      refuseLine();
      return;
    }
    const end = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (isBlank(bytes, start, end)) {
      held.hold(cursor.line, bytes.subarray(start, rawEnd));
      return;
    }
    if (!held.reportAll()) return;
    records++;
    const line = decode(start, end);
    if (line === undefined) return;
    columns.start(line);
    if (read(line)) handlers.record(record);
  }

  function refuseLine(): void {
    if (!held.reportAll()) return;
    records++;
    stage = 'stopped';
    handlers.problem(cursor.line, 1, '', say.recordTooLarge());
  }

  /** Decodes the line's text. @returns undefined if it is not UTF-8, which was reported */
  function decode(start: number, end: number): string | undefined {
    const { bytes } = buffer;
    if (isAscii(bytes.subarray(start, end))) return bytes.toString('latin1', start, end);
    const invalid = firstInvalidUtf8(bytes, start, end);
    if (invalid === undefined) return bytes.toString('utf8', start, end);
    const column = countCharacters(bytes, start, invalid) + 1;
    handlers.problem(cursor.line, column, '', say.invalidUtf8(bytes[invalid] as number));
    return undefined;
  }
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

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] !== 0x20 && bytes[offset] !== 0x09) return false;
  }
  return true;
}
