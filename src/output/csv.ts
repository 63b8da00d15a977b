/**
 * CSV out, as files-and-commands.md section 2 wants it. The only door to csv-stringify.
 */
import { stringify } from 'csv-stringify/sync';

export interface CsvStyle {
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf';
  readonly formulaGuard: boolean;
}

/** A column: its name, and whether its cells are text from outside, which a spreadsheet could take for a formula. */
export interface Column<Row> {
  readonly name: string;
  readonly isText?: boolean;
  readonly cell: (row: Row) => string | number;
}

/** Rows stringified at a time: bounds the memory. */
const BATCH = 1000;

/** The text of a CSV file, header first, piece by piece. */
export function* toCsv<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  style: CsvStyle,
): Generator<string> {
  const delimiter = style.lineEnding === 'crlf' ? '\r\n' : '\n';
  const write = (records: readonly (readonly (string | number)[])[]) =>
    stringify(records as (string | number)[][], {
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

  yield (style.bom ? '\uFEFF' : '') + write([columns.map(({ name }) => name)]);
  let records: (string | number)[][] = [];
  for (const row of rows) {
    records.push(
      columns.map(({ cell, isText }) => guarded(cell(row), isText === true && style.formulaGuard)),
    );
    if (records.length === BATCH) {
      yield write(records);
      records = [];
    }
  }
  if (records.length > 0) yield write(records);
}

/** A leading apostrophe keeps a spreadsheet from running a text cell as a formula. */
function guarded(value: string | number, isGuarded: boolean): string | number {
  return isGuarded && typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
