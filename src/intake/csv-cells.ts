/** The cells of the current CSV record: their places in the bytes, and their texts. */
import type { ByteCursor } from './byte-cursor.js';
import { asciiText } from './record-buffer.js';

/** The places of the current record's cells. */
export interface CellPlaces {
  /** The physical line on which the record starts, from 1. It starts in column 1. */
  readonly line: number;
  /** Returns the physical line, from 1, of the cell's first byte (its opening quote, if any). */
  lineOf(cell: number): number;
  /** Returns the position in that line in code points, from 1. */
  columnOf(cell: number): number;
}

/** The current record. The reader reuses it for the next one: take what you need during the call. */
export interface CsvRecord extends CellPlaces {
  readonly width: number;
  text(cell: number): string;
}

/** One entry for each cell, reused by every record. Offsets count from the start of the record. */
export interface CsvCells {
  count: number;
  /** The physical line on which the record starts. */
  line: number;
  isAscii: boolean;
  /** The start and end of the content, without its quotes. */
  readonly starts: number[];
  readonly ends: number[];
  readonly lines: number[];
  readonly columns: number[];
  readonly hasDoubledQuotes: boolean[];
}

export function createCells(): CsvCells {
  return {
    count: 0,
    line: 1,
    isAscii: true,
    starts: [],
    ends: [],
    lines: [],
    columns: [],
    hasDoubledQuotes: [],
  };
}

/** Returns the current record as others see it. */
export function recordOf(cells: CsvCells, cursor: ByteCursor): CsvRecord {
  return {
    get width() {
      return cells.count;
    },
    get line() {
      return cells.line;
    },
    text: (cell) => cellText(cells, cursor, cell),
    lineOf: (cell) => cells.lines[cell] as number,
    columnOf: (cell) => cells.columns[cell] as number,
  };
}

function cellText(cells: CsvCells, { buffer, at }: ByteCursor, cell: number): string {
  const start = buffer.start + (cells.starts[cell] as number);
  const end = buffer.start + (cells.ends[cell] as number);
  const written = cells.isAscii
    ? asciiText(buffer, start, end, at)
    : buffer.bytes.toString('utf8', start, end);
  return cells.hasDoubledQuotes[cell] ? written.replaceAll('""', '"') : written;
}

/** Tells whether a cell and those after it contain nothing visible. */
export function areBlank(record: CsvRecord, from: number): boolean {
  for (let cell = from; cell < record.width; cell++) if (record.text(cell).trim() !== '') return false;
  return true;
}
