/**
 * Reads CSV exactly as RFC 4180 describes it: commas, LF or CRLF, doubled quotes within quotes. It knows the place of every cell in the
 * original bytes; other files decide what cells mean. A layout may set another separator, lines before the header and after the data,
 * and how rows without a value are treated.
 *
 * All records must be as wide as the first. After a problem the reader continues with the next record, so that one run finds every
 * problem. Three problems end the reading: a bad first record, an unterminated quote, and a field or record beyond its limit.
 */
import { createCursor, recordBytes, skipMark, take } from './byte-cursor.js';
import { type CsvLayout, isAtFooter, skipPreamble } from './csv-layout.js';
import { type CsvHandlers, createRows, refuseRest, takeRow } from './csv-rows.js';
import { createScan, endScan, refuseIfTooLarge, scanLine, startRecord, step } from './csv-scan.js';
import { goShortWay, type ShortWay } from './short-way.js';

export interface CsvReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading. No handler is called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of data records read so far, good or bad, without headers. */
  readonly records: number;
  /** The number of skipped rows without a value, if the layout has `blankRows`. */
  readonly blankRows: number;
  /** True once the line after the data was found. */
  readonly footerSeen: boolean;
  /** Returns the bytes of the current record as they are in the file, with its line ending. Valid only during a callback. */
  raw(): Uint8Array;
  /** From now on, a record with this first cell is another header, which sets the width of the records after it. */
  expectHeaders(firstCell: string): void;
  /** From now on, records are offered to the shortcut first. */
  offerTo(shortWay: ShortWay): void;
}

export function createCsvReader(handlers: CsvHandlers, layout: CsvLayout = {}): CsvReader {
  const { separator = ',', headerLine = 1 } = layout;
  const footer = layout.footer === undefined ? undefined : Buffer.from(layout.footer);
  const cursor = createCursor();
  const scan = createScan(cursor, separator);
  const rows = createRows(scan, layout, handlers);
  let stage: 'preamble' | 'records' | 'footer' = 'preamble';
  let shortWay: ShortWay | undefined;

  return {
    push: (chunk) => take(cursor, chunk, read),
    end() {
      cursor.ended = true;
      read();
      if (stage === 'records') endScan(scan);
      read();
      if (!cursor.stopped) rows.blankRows += rows.held.count;
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
      return rows.records;
    },
    get blankRows() {
      return rows.blankRows;
    },
    get footerSeen() {
      return stage === 'footer';
    },
    raw: () => rows.held.reportedBytes ?? recordBytes(cursor),
    expectHeaders(firstCell) {
      rows.headerMark = firstCell;
    },
    offerTo(way) {
      shortWay = way;
    },
  };

  /** Reads on until the bytes are used up, a step needs more, or reading was stopped. */
  function read(): void {
    if (!skipMark(cursor, (message) => handlers.problem(1, 1, -1, message))) return;
    while (!cursor.stopped && readOn());
    const mayGrow = stage === 'records' && !cursor.ended && !cursor.stopped;
    if (mayGrow && refuseIfTooLarge(scan)) refuseRest(rows);
  }

  /** @returns false if more bytes are needed */
  function readOn(): boolean {
    if (stage === 'records') return readRecord();
    if (stage === 'footer') {
      cursor.at = cursor.buffer.end;
      cursor.buffer.start = cursor.at;
      return false;
    }
    if (!skipPreamble(cursor, headerLine)) return false;
    startRecord(scan);
    stage = 'records';
    return true;
  }

  function readRecord(): boolean {
    if (scan.state === 'record-end' || scan.state === 'refused') takeRow(rows);
    else if (scan.state === 'cell-start' && scan.cells.count === 0) return beginRecord();
    else return step(scan);
    return true;
  }

  /** Reads the record at once if possible, and otherwise starts its first cell. */
  function beginRecord(): boolean {
    if (shortWay !== undefined) goShortWay(shortWay, rows, footer);
    if (cursor.stopped || cursor.at >= cursor.buffer.end) return false;
    if (footer !== undefined && rows.width >= 0) {
      const isFooter = isAtFooter(cursor, footer);
      if (isFooter === true) stage = 'footer';
      if (isFooter !== false) return isFooter === true;
    }
    if (!scanLine(scan)) return step(scan);
    takeRow(rows);
    return true;
  }
}
