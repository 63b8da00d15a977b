/** What the readers of CSV and NDJSON share: bytes come in, records are counted, and rows without a value are held back. */
import type { Message } from '../errors/message.js';
import { type BlankRows, createBlankRows } from './blank-rows.js';
import { type ByteCursor, createCursor, recordBytes, skipMark, take } from './byte-cursor.js';

export interface FileReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading. No handler is called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of data records read so far, good or bad, without headers. */
  readonly records: number;
  /** The number of rows without a value, as far as they are no records. */
  readonly blankRows: number;
  /** Returns the bytes of the current record as they are in the file, with its line ending. Valid only during a callback. */
  raw(): Uint8Array;
}

/** How far a file was read. */
export interface Reading {
  readonly cursor: ByteCursor;
  /** The rows without a value that may be the end of the file. */
  readonly held: BlankRows;
  records: number;
  /** The number of rows without a value that are skipped wherever they are. */
  skipped: number;
  /** Reports a problem of a line as a whole. */
  refuse(line: number, message: Message): void;
}

/** @param blankRow says what is wrong with a row without a value before a record */
export function createReading(refuse: Reading['refuse'], blankRow: () => Message): Reading {
  const cursor = createCursor();
  const held = createBlankRows((line) => {
    reading.records++;
    refuse(line, blankRow());
    return !cursor.stopped;
  });
  const reading: Reading = { cursor, held, records: 0, skipped: 0, refuse };
  return reading;
}

/**
 * @param read reads what has arrived
 * @param readEnd reads what only the end of the file completes
 */
export function createFileReader(reading: Reading, read: () => void, readEnd: () => void): FileReader {
  const { cursor, held } = reading;
  const readOn = () => {
    if (skipMark(cursor, (message) => reading.refuse(1, message))) read();
  };
  return {
    push: (chunk) => take(cursor, chunk, readOn),
    end() {
      cursor.ended = true;
      readOn();
      if (!cursor.stopped) readEnd();
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
      return reading.records;
    },
    get blankRows() {
      return reading.skipped + held.count;
    },
    raw: () => held.reportedBytes ?? recordBytes(cursor),
  };
}
