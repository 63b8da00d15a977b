/**
 * Reads NDJSON: one flat JSON object on each line, with strings, numbers (as written) or null as values. It knows the place of every value
 * in the original bytes; other files decide what keys mean.
 *
 * Each line stands alone, so a bad line affects no other. Only a line or field beyond its limit ends the reading.
 */
import { say } from '../errors/message.js';
import { createBlankRows } from './blank-rows.js';
import { createCursor, nextLineFeed, recordBytes, skipMark, startLine, take } from './byte-cursor.js';
import type { NdjsonLeniency } from './json-object.js';
import { MOST_RECORD_BYTES } from './limits.js';
import { createLineReader, type NdjsonHandlers } from './ndjson-line.js';

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
  const readObject = createLineReader(cursor, handlers, leniency);
  let records = 0;

  const held = createBlankRows((line) => {
    records++;
    handlers.problem(line, 1, '', say.blankLine());
    return !cursor.stopped;
  });

  return {
    push: (chunk) => take(cursor, chunk, readLines),
    end() {
      cursor.ended = true;
      readLines();
      if (!cursor.stopped && buffer.start < buffer.end) readLine(buffer.end);
      cursor.stopped = true;
    },
    stop() {
      cursor.stopped = true;
    },
    get stopped() {
      return cursor.stopped;
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
    raw: () => held.reportedBytes ?? recordBytes(cursor),
  };

  /** Reads the lines that have arrived. */
  function readLines(): void {
    if (!skipMark(cursor, (message) => handlers.problem(1, 1, '', message))) return;
    let lineFeed = nextLineFeed(cursor);
    while (!cursor.stopped && lineFeed >= 0) {
      cursor.at = lineFeed + 1;
      readLine(lineFeed);
      buffer.start = cursor.at;
      startLine(cursor);
      lineFeed = nextLineFeed(cursor);
    }
    // The part of the next line that has arrived is not searched again.
    cursor.at = buffer.end;
    if (!cursor.stopped && buffer.end - buffer.start > MOST_RECORD_BYTES) refuseLine();
  }

  /** Reads the line that ends before the given offset. */
  function readLine(lineEnd: number): void {
    const { bytes, start } = buffer;
    const end = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (lineEnd - start > MOST_RECORD_BYTES) refuseLine();
    else if (isBlank(bytes, start, end)) held.hold(cursor.line, recordBytes(cursor));
    else if (held.reportAll()) {
      records++;
      readObject(end);
    }
  }

  function refuseLine(): void {
    if (!held.reportAll()) return;
    records++;
    cursor.stopped = true;
    handlers.problem(cursor.line, 1, '', say.recordTooLarge());
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] !== 0x20 && bytes[offset] !== 0x09) return false;
  }
  return true;
}
