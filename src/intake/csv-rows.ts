/**
 * Checks the rows of a CSV as a whole, after csv-scan.ts has read their cells: all are as wide as the first, and the layout says what becomes
 * of those without a value. It counts the records, and passes them and all problems on.
 */
import { type Message, say } from '../errors/message.js';
import { recordBytes } from './byte-cursor.js';
import { areBlank, type CsvRecord, recordOf } from './csv-cells.js';
import type { CsvLayout } from './csv-layout.js';
import { type CsvScan, refuseIfTooLarge, report, startRecord } from './csv-scan.js';
import type { Reading } from './file-reader.js';

export interface CsvHandlers {
  record(record: CsvRecord): void;
  /** @param cell the number of the wrong cell, from 0; -1 for the record as a whole */
  problem(line: number, column: number, cell: number, message: Message): void;
}

export interface CsvRows {
  readonly reading: Reading;
  readonly scan: CsvScan;
  readonly layout: CsvLayout;
  readonly handlers: CsvHandlers;
  /** The current row. */
  readonly record: CsvRecord;
  /** The width of the header; -1 before it was read. */
  width: number;
  /** The first cell of further headers; undefined if there are none. */
  headerMark: string | undefined;
}

export function createRows(
  reading: Reading,
  scan: CsvScan,
  layout: CsvLayout,
  handlers: CsvHandlers,
): CsvRows {
  const record = recordOf(scan.cells, scan.cursor);
  return { reading, scan, layout, handlers, record, width: -1, headerMark: undefined };
}

/** Takes the row that was scanned last, and starts the next one. */
export function takeRow(rows: CsvRows): void {
  const { reading, scan, layout, width } = rows;
  if (refuseIfTooLarge(scan)) refuseRest(rows);
  else if (layout.blankRows !== undefined && width >= 0 && isBlankRow(rows)) skipRow(rows);
  else if (reading.held.reportAll()) takeRecord(rows);
  if (!reading.cursor.stopped) startRecord(scan);
}

/** Ends the reading after a problem that makes the rest of the file unreadable. */
export function refuseRest(rows: CsvRows): void {
  const { reading, width } = rows;
  if (!reading.held.reportAll()) return;
  if (width >= 0) reading.records++;
  reading.cursor.stopped = true;
  reportProblems(rows);
}

function takeRecord(rows: CsvRows): void {
  const { reading, scan, layout, record, handlers } = rows;
  if (rows.width < 0 || startsTable(rows)) rows.width = record.width;
  else reading.records++;
  if (scan.problems.length === 0 && record.width !== rows.width) {
    const like = { separator: layout.separator ?? ',', endsEmpty: areBlank(record, rows.width) };
    report(scan, -1, say.wrongFieldCount(record.width, rows.width, like));
  }
  if (scan.problems.length === 0) handlers.record(record);
  else if (reading.records === 0) reading.cursor.stopped = true;
  reportProblems(rows);
}

function startsTable({ scan, headerMark, record }: CsvRows): boolean {
  return headerMark !== undefined && scan.problems.length === 0 && record.text(0) === headerMark;
}

function isBlankRow({ scan, record }: CsvRows): boolean {
  return scan.problems.length === 0 && areBlank(record, 0);
}

function skipRow({ reading, scan, layout }: CsvRows): void {
  if (layout.blankRows === 'skip') reading.skipped++;
  else reading.held.hold(scan.cells.line, recordBytes(scan.cursor));
}

/** Reports problems in the order of the file: an unclosed quote is found last but comes first. */
function reportProblems({ scan, handlers }: CsvRows): void {
  if (scan.problems.length === 0) return;
  const inOrder = scan.problems.sort((a, b) => a.line - b.line || a.column - b.column);
  scan.problems = [];
  for (const { line, column, cell, message } of inOrder) handlers.problem(line, column, cell, message);
}
