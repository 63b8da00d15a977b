/**
 * Reads CSV cell by cell from bytes: what ends a cell and what it may contain. csv-rows.ts checks records as a whole, and csv-reader.ts
 * reads what is around them.
 */
import { type Message, say } from '../errors/message.js';
import { type ByteCursor, columnAt, skipLine, startLine } from './byte-cursor.js';
import { type CsvCells, createCells } from './csv-cells.js';
import { MOST_FIELD_BYTES, MOST_FIELDS, MOST_RECORD_BYTES } from './limits.js';
import { INCOMPLETE, multiByteLength } from './utf8.js';

/** The position of the next byte in its record. `refused` ends the reading, since a part of the record is too large. */
export type ScanState =
  | 'cell-start'
  | 'unquoted'
  | 'quoted'
  | 'after-quote'
  | 'skipping'
  | 'record-end'
  | 'refused';

export interface CellProblem {
  readonly line: number;
  readonly column: number;
  readonly cell: number;
  readonly message: Message;
}

export interface CsvScan {
  state: ScanState;
  readonly cursor: ByteCursor;
  readonly cells: CsvCells;
  /** The problems of the current record. */
  problems: CellProblem[];
  /** Only the first problem of a cell is reported, since others usually follow from it. */
  cellHasProblem: boolean;
  readonly separator: number;
  /** The classes of bytes outside quotes. */
  readonly unquotedClass: Uint8Array;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** Classes of bytes inside quotes, where separators are plain too. PLAIN bytes are skipped without a closer look. */
const PLAIN = 0;
const CONTROL = 1;
const MULTI_BYTE = 2;

const QUOTED_CLASS = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte++) QUOTED_CLASS[byte] = CONTROL;
QUOTED_CLASS[TAB] = PLAIN;
QUOTED_CLASS[0x7f] = CONTROL;
for (let byte = 0x80; byte < 0x100; byte++) QUOTED_CLASS[byte] = MULTI_BYTE;
for (const byte of [LF, CR, QUOTE]) QUOTED_CLASS[byte] = byte;

/** @param separator one ASCII character */
export function createScan(cursor: ByteCursor, separator: string): CsvScan {
  const code = separator.charCodeAt(0);
  const unquotedClass = QUOTED_CLASS.slice();
  unquotedClass[code] = code;
  const cells = createCells();
  return {
    state: 'cell-start',
    cursor,
    cells,
    problems: [],
    cellHasProblem: false,
    separator: code,
    unquotedClass,
  };
}

/** Starts a record at the next byte. */
export function startRecord(scan: CsvScan): void {
  const { cursor, cells } = scan;
  cursor.buffer.start = cursor.at;
  cells.line = cursor.line;
  cells.isAscii = true;
  cells.count = 0;
  scan.state = 'cell-start';
}

/** Reads on to the next state. @returns false if more bytes are needed */
export function step(scan: CsvScan): boolean {
  switch (scan.state) {
    case 'cell-start':
      return openCell(scan);
    case 'unquoted':
      return scanUnquoted(scan);
    case 'quoted':
      return scanQuoted(scan);
    case 'after-quote':
      return scanAfterQuote(scan);
    case 'skipping':
      return skipRecord(scan);
    default:
      return false;
  }
}

/** Ends the current cell and record, if any, at the end of the file. */
export function endScan(scan: CsvScan): void {
  const { state, cells } = scan;
  if (state === 'quoted') {
    report(scan, cells.count, say.unterminatedQuote());
    scan.state = 'refused';
    return;
  }
  if (state === 'cell-start' && cells.count === 0) return;
  if (state === 'cell-start') startCell(scan);
  if (state === 'cell-start' || state === 'unquoted') endCell(scan, 'record-end');
  if (scan.state !== 'refused') scan.state = 'record-end';
}

/**
 * Reads the current record at once if it is complete, on one line and has nothing special, as most are. Otherwise it changes nothing,
 * and the record is read cell by cell.
 */
export function scanLine({ cursor, cells, separator, unquotedClass }: CsvScan): boolean {
  const { bytes, start, end } = cursor.buffer;
  const { starts, ends, lines, columns, hasDoubledQuotes } = cells;
  let cell = 0;
  for (let next = cursor.at; cell <= MOST_FIELDS; cell++) {
    const isQuoted = next < end && bytes[next] === QUOTE;
    const classes = isQuoted ? QUOTED_CLASS : unquotedClass;
    let to = isQuoted ? next + 1 : next;
    starts[cell] = to - start;
    lines[cell] = cursor.line;
    columns[cell] = next - cursor.lineStart + 1;
    hasDoubledQuotes[cell] = false;
    while (to < end && classes[bytes[to] as number] === PLAIN) to++;
    ends[cell] = to - start;
    if (isQuoted && bytes[to++] !== QUOTE) return false;
    if (to >= end) return false;
    if (bytes[to] === separator) {
      next = to + 1;
      continue;
    }
    if (bytes[to] === CR) to++;
    if (to >= end || bytes[to] !== LF || to - start > MOST_FIELD_BYTES || cell >= MOST_FIELDS) return false;
    cursor.at = to + 1;
    cells.count = cell + 1;
    startLine(cursor);
    return true;
  }
  return false;
}

function openCell(scan: CsvScan): boolean {
  const { cursor, cells } = scan;
  const { bytes, start, end } = cursor.buffer;
  if (cursor.at >= end) return false;
  startCell(scan);
  if (bytes[cursor.at] === QUOTE) {
    cursor.at++;
    cells.starts[cells.count] = cursor.at - start;
    scan.state = 'quoted';
  } else {
    scan.state = 'unquoted';
  }
  return true;
}

function startCell(scan: CsvScan): void {
  const { cursor, cells } = scan;
  const cell = cells.count;
  cells.starts[cell] = cursor.at - cursor.buffer.start;
  cells.lines[cell] = cursor.line;
  cells.columns[cell] = columnAt(cursor);
  cells.hasDoubledQuotes[cell] = false;
  scan.cellHasProblem = false;
}

function endCell(scan: CsvScan, next: ScanState): void {
  const { cursor, cells } = scan;
  const size = cursor.at - cursor.buffer.start;
  cells.ends[cells.count] = size;
  if (size > MOST_FIELD_BYTES && refuseIfTooLarge(scan)) return;
  cells.count++;
  scan.state = next;
  if (cells.count <= MOST_FIELDS) return;
  report(scan, -1, say.tooManyFields());
  scan.state = 'refused';
}

/** Ends the record after its line ending. */
function endLine(scan: CsvScan, endingBytes: number): void {
  scan.cursor.at += endingBytes;
  startLine(scan.cursor);
  scan.state = 'record-end';
}

function scanUnquoted(scan: CsvScan): boolean {
  const { cursor, unquotedClass: classes } = scan;
  const { bytes, end } = cursor.buffer;
  for (;;) {
    let next = cursor.at;
    while (next < end && classes[bytes[next] as number] === PLAIN) next++;
    cursor.at = next;
    if (next >= end) return false;
    const byte = bytes[next] as number;
    if (byte === scan.separator) {
      endCell(scan, 'cell-start');
      cursor.at++;
      return true;
    }
    const ending = lineEndingAt(cursor);
    if (ending === INCOMPLETE) return false;
    if (ending > 0) {
      endCell(scan, 'record-end');
      if (scan.state === 'record-end') endLine(scan, ending);
      return true;
    }
    if (byte === CR) refuseByte(scan, say.bareCarriageReturn());
    else if (byte === QUOTE) refuseByte(scan, say.quoteInUnquotedField());
    else if (!takeOther(scan)) return false;
    if (scan.state === 'refused') return false;
  }
}

function scanQuoted(scan: CsvScan): boolean {
  const { cursor, cells } = scan;
  const { bytes, end } = cursor.buffer;
  for (;;) {
    let next = cursor.at;
    while (next < end && QUOTED_CLASS[bytes[next] as number] === PLAIN) next++;
    cursor.at = next;
    if (next >= end) return false;
    const byte = bytes[next] as number;
    if (byte === QUOTE) {
      if (next + 1 >= end && !cursor.ended) return false;
      if (next + 1 >= end || bytes[next + 1] !== QUOTE) {
        endCell(scan, 'after-quote');
        cursor.at++;
        return true;
      }
      cells.hasDoubledQuotes[cells.count] = true;
      cursor.at += 2;
    } else if (byte === LF || byte === CR) {
      const ending = lineEndingAt(cursor);
      if (ending === INCOMPLETE) return false;
      if (ending === 0) refuseByte(scan, say.bareCarriageReturn());
      else {
        cursor.at += ending;
        startLine(cursor);
      }
    } else if (!takeOther(scan)) {
      return false;
    }
    if (scan.state === 'refused') return false;
  }
}

/** After a closing quote only a separator or the end of the record is allowed. */
function scanAfterQuote(scan: CsvScan): boolean {
  const { cursor, cells } = scan;
  const { bytes, end } = cursor.buffer;
  if (cursor.at >= end) return false;
  const byte = bytes[cursor.at] as number;
  if (byte === scan.separator) {
    cursor.at++;
    scan.state = 'cell-start';
    return true;
  }
  const ending = lineEndingAt(cursor);
  if (ending === INCOMPLETE) return false;
  if (ending > 0) {
    endLine(scan, ending);
    return true;
  }
  const separator = String.fromCharCode(scan.separator);
  reportHere(
    scan,
    cells.count - 1,
    byte === CR ? say.bareCarriageReturn() : say.textAfterClosingQuote(separator),
  );
  if (scan.state !== 'refused') scan.state = 'skipping';
  return true;
}

/** It is unclear what the quotes of this record enclose, so the rest of the line is skipped. */
function skipRecord(scan: CsvScan): boolean {
  if (!skipLine(scan.cursor)) return false;
  scan.state = 'record-end';
  return true;
}

/** Returns the bytes of the line ending at the next byte; 0 if there is none, INCOMPLETE if more bytes are needed to decide. */
function lineEndingAt({ buffer: { bytes, end }, at, ended }: ByteCursor): number {
  if (bytes[at] === LF) return 1;
  if (bytes[at] !== CR) return 0;
  if (at + 1 >= end) return ended ? 0 : INCOMPLETE;
  return bytes[at + 1] === LF ? 2 : 0;
}

/** Reads a control character or a multi-byte character. @returns false if more bytes are needed */
function takeOther(scan: CsvScan): boolean {
  const { cursor } = scan;
  const { bytes, end } = cursor.buffer;
  const byte = bytes[cursor.at] as number;
  if (byte < 0x80) {
    refuseByte(scan, say.controlCharacter(byte));
    return true;
  }
  const length = multiByteLength(bytes, cursor.at, end);
  if (length === INCOMPLETE && !cursor.ended) return false;
  if (length >= 2) {
    scan.cells.isAscii = false;
    cursor.continuations += length - 1;
    cursor.at += length;
  } else {
    refuseByte(scan, say.invalidUtf8(byte));
  }
  return true;
}

/** Skips a byte that is not allowed in the current cell, and reports it. */
function refuseByte(scan: CsvScan, message: Message): void {
  reportHere(scan, scan.cells.count, message);
  scan.cursor.at++;
}

function reportHere(scan: CsvScan, cell: number, message: Message): void {
  if (refuseIfTooLarge(scan) || scan.cellHasProblem) return;
  scan.cellHasProblem = true;
  const { cursor } = scan;
  scan.problems.push({ line: cursor.line, column: columnAt(cursor), cell, message });
}

/** Reports a problem at the start of a cell; for -1, at the start of the record. */
export function report({ cells, problems }: CsvScan, cell: number, message: Message): void {
  const line = cell < 0 ? cells.line : (cells.lines[cell] as number);
  problems.push({ line, column: cell < 0 ? 1 : (cells.columns[cell] as number), cell, message });
}

/** Called at the end of cells and records, at problems and between chunks, so that the result does not depend on the chunks. */
export function refuseIfTooLarge(scan: CsvScan): boolean {
  const { state, cursor, cells } = scan;
  if (state === 'refused') return true;
  const size = cursor.at - cursor.buffer.start;
  const recordRoom = MOST_RECORD_BYTES - size;
  const isInCell = state === 'unquoted' || state === 'quoted';
  const fieldRoom = isInCell ? MOST_FIELD_BYTES + (cells.starts[cells.count] as number) - size : 0;
  if (recordRoom >= 0 && fieldRoom >= 0) return false;
  // The limit that was reached first.
  if (fieldRoom < recordRoom) report(scan, cells.count, say.fieldTooLarge(state === 'quoted'));
  else report(scan, -1, say.recordTooLarge());
  scan.state = 'refused';
  return true;
}
