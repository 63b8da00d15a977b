/**
 * CSV out, as docs/files.md section 2 wants it. The only door to csv-stringify.
 */
import { stringify } from 'csv-stringify/sync';
import { looksLikeFormula } from '../billing/formula.js';

export interface CsvStyle {
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf';
  readonly formulaGuard: boolean;
}

/** What the cells of a column hold, in the words of Frictionless Table Schema. */
export type ColumnType = 'string' | 'integer' | 'number' | 'date' | 'yearmonth' | 'datetime';

/** A column: its name and type, and whether its cells are text from outside, which a spreadsheet could take for a formula. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly isText?: boolean;
  readonly cell: (row: Row) => string | number;
}

/** Rows joined to one piece of text: bounds the memory. */
const BATCH = 1000;

/** The text of a CSV file, header first, piece by piece, and at its end how many rows it has. */
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
 * The text of one record. Where no cell needs quotes it is its cells and commas: that is ten times as fast as asking csv-stringify.
 * @param strings the columns whose cells may need quotes: numbers and dates never do
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
      // It looks for its own record delimiter only: a lone line feed in a CRLF file must be quoted too.
      quoted_match: /[\r\n]/,
      // Would guard numbers as well: -5.00 must stay a number.
      escape_formulas: false,
      header: false,
      bom: false,
    });
  };
}

/** A leading apostrophe keeps a spreadsheet from running a text cell as a formula. */
function guarded(value: string | number): string | number {
  return typeof value === 'string' && looksLikeFormula(value) ? `'${value}` : value;
}
