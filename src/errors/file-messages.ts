/** Messages about a file as a whole, its layout and its syntax. messages.ts has the rules for all messages. */
import type { FactKind } from '../billing/order.js';
import { character, codePointName, excerpt, hex, ticked } from '../words/excerpt.js';
import { counted, grouped } from '../words/words.js';

export function unknownFormat(): string {
  return (
    'the name does not tell the format: .csv (or .tsv, .tab, .txt) or .ndjson (or .jsonl) is expected, also with .gz, ' +
    'or - for standard input'
  );
}

export function emptyFile(): string {
  return 'the file is empty: a header is expected, for example order_id,practice_id,product,unit_price,placed_at';
}

export function emptyOfUnknownKind(): string {
  return 'the file has no record to tell its kind by; if that is right, say it with --as orders, history or practices';
}

export function utf16(): string {
  return 'the file is UTF-16; save it as UTF-8 (in Excel: "CSV UTF-8"), or read it by an input profile ("encoding")';
}

export function zipFile(): string {
  return 'this is a ZIP file, perhaps an Excel workbook; save it as CSV (in Excel: "CSV UTF-8")';
}

export function oldWorkbook(): string {
  return 'this is an Excel workbook of the old kind (.xls), whatever its name says; save it as CSV (in Excel: "CSV UTF-8")';
}

export function pdfFile(): string {
  return 'this is a PDF, whatever its name says; export the data as CSV';
}

export function headerlessFile(): string {
  return (
    'the file has no header: values stand where names of columns are expected; ' +
    'let the export write one, or add a line with the names of the columns above them'
  );
}

export function headerBelow(line: number): string {
  return (
    `the header stands here, in line ${line}, below lines that are no records; delete these lines, ` +
    `or read the file by an input profile with "headerLine": ${line}`
  );
}

/** @param start of the row, which was recognised as a word for a total */
export function totalRow(start: string): string {
  return (
    `the row starts with ${excerpt(start)} and looks like a total, not a record; delete it, ` +
    'or let an input profile end the data there ("footer")'
  );
}

export function htmlPage(): string {
  return 'this is a web page (HTML), not a CSV, whatever its name says; export it as CSV';
}

export function unexpectedGzip(): string {
  return 'this is gzip data; a gzipped file is expected to be named .csv.gz or .ndjson.gz, standard input to be unpacked';
}

export function damagedGzip(): string {
  return 'the gzip data is damaged from here on; pack the file or fetch it again';
}

export function truncatedGzip(): string {
  return 'the gzip data is cut off here; fetch the file again';
}

export function dataAfterGzip(): string {
  return 'other bytes follow the gzip data; pack the file or fetch it again';
}

export function standardInputReadOnce(): string {
  return (
    'records here contradict each other, and standard input cannot be read again to set all of them aside; ' +
    'save it to a file and import that'
  );
}

export function tooManyProblems(most: number): string {
  return `more than ${grouped(most)} problems; reading stopped here`;
}

export function invalidUtf8(byte: number): string {
  return `the byte ${hex(byte, 2)} is not UTF-8 here; save the file as UTF-8`;
}

export function controlCharacter(code: number): string {
  return `has the control character ${codePointName(code)}; of these only tab is allowed here, and a line feed within quotes: take it away`;
}

export function bareCarriageReturn(): string {
  return 'has a carriage return without a line feed after it; lines end with LF or CRLF: take it away, or save the file anew';
}

export function fieldTooLarge(quoted: boolean): string {
  const hint = quoted ? ' (is its closing quote missing?)' : '';
  return `the field that starts here is larger than 1 MiB${hint}; reading stopped here`;
}

export function recordTooLarge(): string {
  return 'the record that starts here is larger than 10 MiB (is a closing quote missing?); reading stopped here';
}

export function unterminatedQuote(): string {
  return 'the quote that opens here is never closed; close it: the rest of the file was not read';
}

export function textAfterClosingQuote(separator = ','): string {
  return (
    `text after the closing quote: ${separatorName(separator)} or the end of the line is expected; ` +
    'a quote within quotes is written twice'
  );
}

export function quoteInUnquotedField(): string {
  return 'a quote in a field that does not start with one; put the field in quotes and write each quote within it twice';
}

/**
 * @param separator between the fields
 * @param endsEmpty true if all surplus fields are empty
 */
export function wrongFieldCount(
  found: number,
  expected: number,
  { separator = ',', endsEmpty = false }: { separator?: string; endsEmpty?: boolean } = {},
): string {
  const what = `${counted(found, 'field')}, ${expected} expected as in the header`;
  if (found < expected)
    return `${what}; add the missing ones, for an empty field needs ${separatorName(separator)} too`;
  if (!endsEmpty) return `${what}; a field with ${separatorName(separator)} in it needs quotes`;
  return `${what}; the row ends with ${separatorName(separator)} more than the header: let both end alike`;
}

export function blankRow(): string {
  return 'the row is empty, and the file goes on after it; delete it, or skip such rows by an input profile ("blankRows": "skip")';
}

export function valueWithoutColumn(): string {
  return 'a value in a column that has no name in the header; name the column, or remove the value';
}

export function tooManyFields(): string {
  return 'more than 1,000 fields in the record that starts here; reading stopped here: is the separator another one?';
}

export function emptyColumnName(): string {
  return 'a column without a name; remove the column or name it';
}

export function repeatedColumn(name: string): string {
  return `column \`${name}\` stands here for the second time; remove one`;
}

export function unknownColumn(name: string, meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined) return `column ${ticked(name)}: did you mean \`${meant}\`?`;
  return `column ${ticked(name)} is not known; rename it, or take it out; known are ${known.join(', ')}`;
}

/** @param examples names of columns that may be printed */
export function foreignColumns(unknown: number, all: number, examples: readonly string[]): string {
  return (
    `${unknown} of the ${all} columns are not ours, such as ${examples.map(ticked).join(', ')}: this is the file of another system; ` +
    'read it by an input profile, which "monthend inspect" proposes'
  );
}

export function quarantineReasonNotFirst(name: string): string {
  return `column \`${name}\` counts only as the first one; move it there or remove it`;
}

export function otherDelimiter(delimiter: 'semicolons' | 'tabs'): string {
  return `the columns are separated by ${delimiter}; save the file with commas, or read it by an input profile ("separator")`;
}

export function separatorLine(): string {
  return 'the line `sep=,` is for Excel alone; delete it, so that the file starts with its header';
}

export function missingColumn(name: string): string {
  return `column \`${name}\` is missing from the header; every record needs it: add it`;
}

export function unknownKind(): string {
  return (
    'the columns are of no known kind: expected are at least order_id, practice_id, product, unit_price, placed_at (orders); ' +
    'order_id, event, at (history); or practice_id, name (practices)'
  );
}

export function otherKind(found: FactKind, said: FactKind): string {
  return `the columns are those of ${found}, not of ${said}; import the file with --as ${found}, or without --as`;
}

export function blankLine(): string {
  return 'the line is blank, and the file goes on after it; delete it: one JSON object a line is expected';
}

/** @param found the wrong code point; undefined at the end of the line */
export function jsonSyntax(expected: string, found: number | undefined): string {
  const what = found === undefined ? 'the line ends' : `${character(found)} stands`;
  return `${what} where ${expected} is expected`;
}

export function nestedValue(): string {
  return 'an object or list as a value; one flat object a line is expected, with text, numbers or null as values';
}

export function booleanValue(): string {
  return 'true and false are no values here; text, a number or null is expected';
}

export function invalidEscape(): string {
  return 'an escape that JSON does not know; known are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits';
}

export function loneSurrogate(): string {
  return 'half of a character: an escape from \\uD800 to \\uDFFF counts only in a pair, for example \\uD83D\\uDE00';
}

export function controlCharacterInJson(code: number): string {
  return `has the control character ${codePointName(code)}; within quotes it is written as an escape, for example \\t`;
}

export function repeatedKey(key: string): string {
  return `key ${ticked(key)} stands here for the second time; remove one`;
}

export function unknownKey(key: string, meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined) return `key ${ticked(key)}: did you mean \`${meant}\`?`;
  return `key ${ticked(key)} is not known; rename it, or take it out; known are ${known.join(', ')}`;
}

export function numberForText(): string {
  return 'a number where text is expected; put it in quotes';
}

/** `a comma` */
function separatorName(separator: string): string {
  const names: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' };
  return names[separator] ?? `"${separator}"`;
}
