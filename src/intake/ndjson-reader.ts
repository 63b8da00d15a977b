/**
 * Reads NDJSON: one flat JSON object on each line, with strings, numbers (as written) or null as values. It knows the place of every value
 * in the original bytes; other files decide what keys mean.
 *
 * Each line stands alone, so a bad line affects no other. Only a line or field beyond its limit ends the reading.
 */
import { say } from '../errors/message.js';
import { nextLineFeed, recordBytes, startLine } from './byte-cursor.js';
import { createFileReader, createReading, type FileReader } from './file-reader.js';
import type { NdjsonLeniency } from './json-object.js';
import { MOST_RECORD_BYTES } from './limits.js';
import { createLineReader, type NdjsonHandlers } from './ndjson-line.js';

const CR = 0x0d;

export function createNdjsonReader(handlers: NdjsonHandlers, leniency?: NdjsonLeniency): FileReader {
  const reading = createReading((line, message) => handlers.problem(line, 1, '', message), say.blankLine);
  const { cursor, held } = reading;
  const { buffer } = cursor;
  const readObject = createLineReader(cursor, handlers, leniency);

  return createFileReader(reading, readLines, () => {
    if (buffer.start < buffer.end) readLine(buffer.end);
  });

  /** Reads the lines that have arrived. */
  function readLines(): void {
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
      reading.records++;
      readObject(end);
    }
  }

  function refuseLine(): void {
    if (!held.reportAll()) return;
    reading.records++;
    cursor.stopped = true;
    reading.refuse(cursor.line, say.recordTooLarge());
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] !== 0x20 && bytes[offset] !== 0x09) return false;
  }
  return true;
}
