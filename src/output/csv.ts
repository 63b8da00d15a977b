/**
 * Writes CSV as docs/files.md section 2 describes. The only file that uses csv-stringify.
 */
import { stringify } from 'csv-stringify/sync';
import { looksLikeFormula } from '../billing/formula.js';

export interface CsvStyle {
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf';
  readonly formulaGuard: boolean;
}

/** The type of a column's cells, in the terms of Frictionless Table Schema. */
export type ColumnType = 'string' | 'integer' | 'number' | 'date' | 'yearmonth' | 'datetime';

/** A column. `isText` marks text from outside, which a spreadsheet could take for a formula. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly isText?: boolean;
  readonly cell: (row: Row) => string | number;
}

/** Rows in one piece of text; limits memory. */
const BATCH = 1000;

/** Yields the text of a CSV file in pieces, header first. @returns the number of rows */
export function* toCsv<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  style: CsvStyle,
): Generator<string, number> {
  const write = createRowWriter(columns, style);
  let records = [header(columns, style)];
  let count = 0;
  for (const row of rows) {
    records.push(write(row));
    count++;
    if (count % BATCH > 0) continue;
    yield records.join('');
    records = [];
  }
  if (records.length > 0) yield records.join('');
  return count;
}

/** The first record of a file: the names of its columns, after the mark of UTF-8 where it is wanted. */
export function header(columns: readonly Pick<Column<never>, 'name'>[], style: CsvStyle): string {
  return (style.bom ? '\uFEFF' : '') + createRecordWriter(style, [])(columns.map(({ name }) => name));
}

/** The text of a row's record, with its ending. */
export function createRowWriter<Row>(columns: readonly Column<Row>[], style: CsvStyle): (row: Row) => string {
  const write = createRecordWriter(
    style,
    [...columns.keys()].filter((index) => columns[index]?.isText || columns[index]?.type === 'string'),
  );
  const cells = columns.map(({ cell, isText }) =>
    isText === true && style.formulaGuard ? (row: Row) => guarded(cell(row)) : cell,
  );
  return (row) => write(cells.map((cell) => cell(row)));
}

export const lineEnd = ({ lineEnding }: Pick<CsvStyle, 'lineEnding'>): string =>
  lineEnding === 'crlf' ? '\r\n' : '\n';

/** What makes csv-stringify put a cell in quotes. */
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Returns a function that writes one record. If no cell needs quotes, it joins the cells itself, ten times as fast as csv-stringify.
 * @param strings the columns that may need quotes; numbers and dates never do
 */
function createRecordWriter(
  style: CsvStyle,
  strings: readonly number[],
): (cells: readonly (string | number)[]) => string {
  const delimiter = lineEnd(style);
  return (cells) => {
    if (!strings.some((index) => NEEDS_QUOTES.test(String(cells[index])))) return cells.join() + delimiter;
    return stringify([[...cells]], {
      delimiter: ',',
      quote: '"',
      escape: '"',
      record_delimiter: delimiter,
      // csv-stringify looks only for its own record delimiter, but in a CRLF file a lone line feed must be quoted too.
      quoted_match: /[\r\n]/,
      // This would also guard numbers, but -5.00 must stay a number.
      escape_formulas: false,
      header: false,
      bom: false,
    });
  };
}

/** Puts an apostrophe before a text cell that a spreadsheet could run as a formula. */
function guarded(value: string | number): string | number {
  return typeof value === 'string' && looksLikeFormula(value) ? `'${value}` : value;
}
