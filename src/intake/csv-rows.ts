/**
 * Checks the rows of a CSV as a whole, after csv-scan.ts has read their cells: all are as wide as the first, and the layout says what becomes
 * of those without a value. It counts the records, and passes them and all problems on.
 */
import { type Message, say } from '../errors/message.js';
import { type BlankRows, createBlankRows } from './blank-rows.js';
import { recordBytes } from './byte-cursor.js';
import { areBlank, type CsvRecord, recordOf } from './csv-cells.js';
import type { CsvLayout } from './csv-layout.js';
import { type CsvScan, refuseIfTooLarge, report, startRecord } from './csv-scan.js';

export interface CsvHandlers {
  record(record: CsvRecord): void;
  /** @param cell the number of the wrong cell, from 0; -1 for the record as a whole */
  problem(line: number, column: number, cell: number, message: Message): void;
}

export interface CsvRows {
  readonly scan: CsvScan;
  readonly layout: CsvLayout;
  readonly handlers: CsvHandlers;
  /** The current row. */
  readonly record: CsvRecord;
  /** The rows without a value that may be the end of the file. */
  readonly held: BlankRows;
  /** The width of the header; -1 before it was read. */
  width: number;
  /** The number of data records read so far, good or bad, without headers. */
  records: number;
  /** The number of skipped rows without a value. */
  blankRows: number;
  /** The first cell of further headers; undefined if there are none. */
  headerMark: string | undefined;
}

export function createRows(scan: CsvScan, layout: CsvLayout, handlers: CsvHandlers): CsvRows {
  const record = recordOf(scan.cells, scan.cursor);
  const held = createBlankRows((line) => {
    rows.records++;
    handlers.problem(line, 1, -1, say.blankRow());
    return !scan.cursor.stopped;
  });
  const none = { width: -1, records: 0, blankRows: 0, headerMark: undefined };
  const rows: CsvRows = { scan, layout, handlers, record, held, ...none };
  return rows;
}

/** Takes the row that was scanned last, and starts the next one. */
export function takeRow(rows: CsvRows): void {
  const { scan, layout, width, held } = rows;
  if (refuseIfTooLarge(scan)) refuseRest(rows);
  else if (layout.blankRows !== undefined && width >= 0 && isBlankRow(rows)) skipRow(rows);
  else if (held.reportAll()) takeRecord(rows);
  if (!scan.cursor.stopped) startRecord(scan);
}

/** Ends the reading after a problem that makes the rest of the file unreadable. */
export function refuseRest(rows: CsvRows): void {
  if (!rows.held.reportAll()) return;
  if (rows.width >= 0) rows.records++;
  rows.scan.cursor.stopped = true;
  reportProblems(rows);
}

function takeRecord(rows: CsvRows): void {
  const { scan, layout, record, handlers } = rows;
  if (rows.width < 0 || startsTable(rows)) rows.width = record.width;
  else rows.records++;
  if (scan.problems.length === 0 && record.width !== rows.width) {
    const like = { separator: layout.separator ?? ',', endsEmpty: areBlank(record, rows.width) };
    report(scan, -1, say.wrongFieldCount(record.width, rows.width, like));
  }
  if (scan.problems.length === 0) handlers.record(record);
  else if (rows.records === 0) scan.cursor.stopped = true;
  reportProblems(rows);
}

function startsTable({ scan, headerMark, record }: CsvRows): boolean {
  return headerMark !== undefined && scan.problems.length === 0 && record.text(0) === headerMark;
}

function isBlankRow({ scan, record }: CsvRows): boolean {
  return scan.problems.length === 0 && areBlank(record, 0);
}

function skipRow(rows: CsvRows): void {
  const { scan, layout, held } = rows;
  if (layout.blankRows === 'refuse') held.hold(scan.cells.line, recordBytes(scan.cursor));
  else rows.blankRows++;
}

/** Reports problems in the order of the file: an unclosed quote is found last but comes first. */
function reportProblems({ scan, handlers }: CsvRows): void {
  if (scan.problems.length === 0) return;
  const inOrder = scan.problems.sort((a, b) => a.line - b.line || a.column - b.column);
  scan.problems = [];
  for (const { line, column, cell, message } of inOrder) handlers.problem(line, column, cell, message);
}
