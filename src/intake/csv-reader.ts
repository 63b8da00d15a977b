/**
 * Reads CSV exactly as RFC 4180 describes it: commas, LF or CRLF, doubled quotes within quotes. It knows the place of every cell in the
 * original bytes; other files decide what cells mean. A layout may set another separator, lines before the header and after the data,
 * and how rows without a value are treated.
 *
 * All records must be as wide as the first. After a problem the reader continues with the next record, so that one run finds every
 * problem. Three problems end the reading: a bad first record, an unterminated quote, and a field or record beyond its limit.
 */
import { say } from '../errors/message.js';
import { type CsvLayout, isAtFooter, skipPreamble } from './csv-layout.js';
import { type CsvHandlers, createRows, refuseRest, takeRow } from './csv-rows.js';
import { createScan, endScan, refuseIfTooLarge, scanLine, startRecord, step } from './csv-scan.js';
import { createFileReader, createReading, type FileReader } from './file-reader.js';
import { goShortWay, type ShortWay } from './short-way.js';

export interface CsvReader extends FileReader {
  /** Tells whether the line after the data was found. */
  footerSeen(): boolean;
  /** From now on, a record with this first cell is another header, which sets the width of the records after it. */
  expectHeaders(firstCell: string): void;
  /** From now on, records are offered to the shortcut first. */
  offerTo(shortWay: ShortWay): void;
}

export function createCsvReader(handlers: CsvHandlers, layout: CsvLayout = {}): CsvReader {
  const { separator = ',', headerLine = 1 } = layout;
  const footer = layout.footer === undefined ? undefined : Buffer.from(layout.footer);
  const reading = createReading((line, message) => handlers.problem(line, 1, -1, message), say.blankRow);
  const { cursor } = reading;
  const scan = createScan(cursor, separator);
  const rows = createRows(reading, scan, layout, handlers);
  let stage: 'preamble' | 'records' | 'footer' = 'preamble';
  let shortWay: ShortWay | undefined;

  return Object.assign(createFileReader(reading, read, readEnd), {
    footerSeen: () => stage === 'footer',
    expectHeaders(firstCell: string) {
      rows.headerMark = firstCell;
    },
    offerTo(way: ShortWay) {
      shortWay = way;
    },
  });

  /** Reads on until the bytes are used up, a step needs more, or reading was stopped. */
  function read(): void {
    while (!cursor.stopped && readOn());
    const mayGrow = stage === 'records' && !cursor.ended && !cursor.stopped;
    if (mayGrow && refuseIfTooLarge(scan)) refuseRest(rows);
  }

  function readEnd(): void {
    if (stage === 'records') endScan(scan);
    read();
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
