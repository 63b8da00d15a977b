/**
 * Reads CSV exactly as RFC 4180 describes it: commas, LF or CRLF, doubled quotes within quotes. It knows the place of every cell in the
 * original bytes; other files decide what cells mean. A layout may set another separator, lines before the header and after the data,
 * and how rows without a value are treated.
 *
 * All records must be as wide as the first. After a problem the reader continues with the next record, so that one run finds every
 * problem. Three problems end the reading: a bad first record, an unterminated quote, and a field or record beyond its limit.
 */
import { type Message, say } from '../errors/message.js';
import { createBlankRows } from './blank-rows.js';
import { createCursor, skipMark, startLine, take } from './byte-cursor.js';
import { areBlank, type CsvRecord, cellText } from './csv-cells.js';
import { type CsvLayout, isAtFooter, skipPreamble } from './csv-layout.js';
import { createScan, endScan, refuseIfTooLarge, report, scanLine, startRecord, step } from './csv-scan.js';
import type { RecordBuffer } from './record-buffer.js';

export interface CsvHandlers {
  record(record: CsvRecord): void;
  /** @param cell the number of the wrong cell, from 0; -1 for the record as a whole */
  problem(line: number, column: number, cell: number, message: Message): void;
}

/** A faster way to read some records. They must be on one line, as wide as the first record, and without problems. */
export interface ShortWay {
  /**
   * Reads the record at the buffer's start, on that line, and perhaps some after it.
   * @param most how many at most
   * @returns the offset after the line ending of the first one; 0 if it does not qualify
   */
  read(buffer: RecordBuffer, line: number, most: number): number;
  /** Takes the first ones of those that were read, if none of them can have a problem. @returns how many */
  takeNew(): number;
  /** Returns the offset after so many of those that were read. */
  endOf(count: number): number;
  /** Takes the first one. */
  take(): void;
}

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

export function createCsvReader(
  handlers: CsvHandlers,
  { separator = ',', headerLine = 1, footer, blankRows }: CsvLayout = {},
): CsvReader {
  const cursor = createCursor();
  const { buffer } = cursor;
  const scan = createScan(cursor, separator);
  const { cells } = scan;
  const footerBytes = footer === undefined ? undefined : Buffer.from(footer);
  let stage: 'file-start' | 'preamble' | 'records' | 'footer' | 'stopped' = 'file-start';
  /** The width of the header; -1 before it was read. */
  let width = -1;
  let records = 0;
  let blankRowsSkipped = 0;
  /** The first cell of further headers; undefined if there are none. */
  let headerMark: string | undefined;
  let shortWay: ShortWay | undefined;
  let footerSeen = false;

  const record: CsvRecord = {
    get width() {
      return cells.count;
    },
    get line() {
      return cells.line;
    },
    text: (cell) => cellText(cells, buffer, cell, cursor.at),
    lineOf: (cell) => cells.lines[cell] as number,
    columnOf: (cell) => cells.columns[cell] as number,
  };

  const held = createBlankRows((line) => {
    records++;
    handlers.problem(line, 1, -1, say.blankRow());
    return stage !== 'stopped';
  });

  return {
    push(chunk) {
      if (stage !== 'stopped') take(cursor, chunk, read);
    },
    end() {
      cursor.ended = true;
      read();
      if (stage === 'records') endScan(scan);
      read();
      if (stage !== 'stopped') blankRowsSkipped += held.count;
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
    get blankRows() {
      return blankRowsSkipped;
    },
    get footerSeen() {
      return footerSeen;
    },
    raw: () => held.reportedBytes ?? buffer.bytes.subarray(buffer.start, cursor.at),
    expectHeaders(firstCell) {
      headerMark = firstCell;
    },
    offerTo(way) {
      shortWay = way;
    },
  };

  /** Runs step after step until the bytes are used up or a step needs more. @returns false if reading was stopped */
  function read(): boolean {
    let more = true;
    while (more) more = readOn();
    if (!cursor.ended && stage === 'records' && refuseIfTooLarge(scan)) endReading();
    return stage !== 'stopped';
  }

  /** @returns false if more bytes are needed, or reading was stopped */
  function readOn(): boolean {
    switch (stage) {
      case 'file-start':
        return startFile();
      case 'preamble':
        if (!skipPreamble(cursor, headerLine)) return false;
        startRecord(scan);
        stage = 'records';
        return true;
      case 'records':
        return readRecord();
      case 'footer':
        cursor.at = buffer.end;
        buffer.start = buffer.end;
        return false;
      case 'stopped':
        return false;
    }
  }

  function startFile(): boolean {
    const mark = skipMark(cursor);
    if (mark === 'more') return false;
    if (mark === 'utf16') {
      handlers.problem(1, 1, -1, say.utf16());
      stage = 'stopped';
      return false;
    }
    stage = 'preamble';
    return true;
  }

  function readRecord(): boolean {
    if (scan.state === 'record-end') endRecord();
    else if (scan.state === 'refused') endReading();
    else if (scan.state === 'cell-start' && cells.count === 0) return beginRecord();
    else return step(scan);
    return true;
  }

  /** Reads the record at once if possible, and otherwise starts its first cell. */
  function beginRecord(): boolean {
    if (shortWay !== undefined && !goShortWay(shortWay)) return false;
    if (cursor.at >= buffer.end) return false;
    if (width >= 0 && footerBytes !== undefined) {
      const isFooter = isAtFooter(cursor, footerBytes);
      if (isFooter === undefined) return false;
      if (isFooter) {
        footerSeen = true;
        stage = 'footer';
        return true;
      }
    }
    if (!scanLine(scan)) return step(scan);
    endRecord();
    return true;
  }

  /** Reads records by the shortcut up to the first one that does not qualify. @returns false if reading was stopped */
  function goShortWay(way: ShortWay): boolean {
    const most = footerBytes === undefined ? Number.POSITIVE_INFINITY : 1;
    while (footerBytes === undefined || isAtFooter(cursor, footerBytes) === false) {
      const next = way.read(buffer, cursor.line, most);
      if (next === 0) break;
      cursor.at = next;
      startLine(cursor);
      if (!held.reportAll()) return false;
      const count = way.takeNew();
      records += Math.max(count, 1);
      if (count === 0) way.take();
      else skipTo(way.endOf(count), count - 1);
      if (stage === 'stopped') return false;
      buffer.start = cursor.at;
    }
    startRecord(scan);
    return true;
  }

  /** Moves to an offset that lies so many lines further. */
  function skipTo(offset: number, lines: number): void {
    cursor.at = offset;
    cursor.line += lines;
    cursor.lineStart = offset;
  }

  function endRecord(): void {
    if (refuseIfTooLarge(scan)) {
      endReading();
      return;
    }
    if (blankRows !== undefined && width >= 0 && isBlankRow()) {
      if (skipBlankRow()) startRecord(scan);
      return;
    }
    if (!held.reportAll()) return;
    if (width < 0 || startsTable()) width = cells.count;
    else records++;
    if (scan.problems.length === 0 && cells.count !== width) {
      const endsEmpty = areBlank(record, width);
      report(scan, -1, say.wrongFieldCount(cells.count, width, { separator, endsEmpty }));
    }
    if (scan.problems.length === 0) handlers.record(record);
    else if (records === 0) stage = 'stopped';
    reportProblems();
    if (stage !== 'stopped') startRecord(scan);
  }

  /** Ends the reading after a problem that makes the rest of the file unreadable. */
  function endReading(): void {
    if (!held.reportAll()) return;
    if (width >= 0) records++;
    stage = 'stopped';
    reportProblems();
  }

  function startsTable(): boolean {
    return headerMark !== undefined && scan.problems.length === 0 && record.text(0) === headerMark;
  }

  function isBlankRow(): boolean {
    return scan.problems.length === 0 && areBlank(record, 0);
  }

  /** @returns false if reading was stopped */
  function skipBlankRow(): boolean {
    if (blankRows === 'refuse') return held.hold(cells.line, buffer.bytes.subarray(buffer.start, cursor.at));
    blankRowsSkipped++;
    return true;
  }

  /** Reports problems in the order of the file: an unclosed quote is found last but comes first. */
  function reportProblems(): void {
    if (scan.problems.length === 0) return;
    const inOrder = scan.problems.sort((a, b) => a.line - b.line || a.column - b.column);
    scan.problems = [];
    for (const { line, column, cell, message } of inOrder) handlers.problem(line, column, cell, message);
  }
}
