/**
 * Every way an input can be wrong, with the words for it: what is wrong, what was expected, what to do next.
 * A problem is a value that is collected, never thrown; `intake/` and `ledger/` say where it stands.
 *
 * Each function below is one message, and `fixtures/rejected/` has a folder of the same name that shows it. Words from the
 * input pass through `excerpt`; text of a patient reference stands in no message, which is why the messages about texts
 * name the character at fault and nothing around it, and those about numbers, dates and codes show the beginning of words.
 */
import type { Withdrawal } from '../billing/currency.js';
import type { FactKind } from '../billing/order.js';
import { counted, grouped } from '../explain/words.js';

/** Where something stands in an input file: physical line and code point of it, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  /** The column or key at fault; empty if the record or the file as a whole is. */
  readonly field: string;
  /** Which message it is, without its values: the name of a folder in fixtures/rejected. */
  readonly kind: string;
  readonly message: string;
  /** What stands there, where a mend can be worked out from it; not of a patient reference. */
  readonly value?: string;
  /** What should stand there, if that can be told: shown, never taken. */
  readonly mend?: string;
}

/** `FILE:LINE:COLUMN: FIELD: message`, as docs/files.md section 1 wants it. */
export function formatProblem(problem: Omit<Problem, 'kind'>): string {
  const place = `${placeName(problem.file, problem.line)}:${problem.column}: `;
  return problem.field === '' ? place + problem.message : `${place}${problem.field}: ${problem.message}`;
}

// The file as a whole

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

/** @param start of the row; it was found to be a word for a total */
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

// Bytes and lines

export function invalidUtf8(byte: number): string {
  return `the byte ${hex(byte, 2)} is not UTF-8 here; save the file as UTF-8`;
}

export function controlCharacter(code: number): string {
  return `has the control character ${codePointName(code)}; of these only tab is allowed here, and a line feed within quotes`;
}

export function bareCarriageReturn(): string {
  return 'has a carriage return without a line feed after it; lines end with LF or CRLF';
}

export function fieldTooLarge(quoted: boolean): string {
  const hint = quoted ? ' (is its closing quote missing?)' : '';
  return `the field that starts here is larger than 1 MiB${hint}; reading stopped here`;
}

export function recordTooLarge(): string {
  return 'the record that starts here is larger than 10 MiB (is a closing quote missing?); reading stopped here';
}

// CSV

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

/** @param separator between the fields; @param endsEmpty all fields that are too many are empty */
export function wrongFieldCount(
  found: number,
  expected: number,
  { separator = ',', endsEmpty = false }: { separator?: string; endsEmpty?: boolean } = {},
): string {
  const what = `${counted(found, 'field')}, ${expected} expected as in the header`;
  if (found < expected) return what;
  if (!endsEmpty) return `${what}; a field with ${separatorName(separator)} in it needs quotes`;
  return `${what}; the row ends with ${separatorName(separator)} more than the header: let both end alike`;
}

export function blankRow(): string {
  return 'the row is empty, and records follow it; delete it, or pass such rows over by an input profile ("blankRows": "skip")';
}

export function valueWithoutColumn(): string {
  return 'a value in a column that has no name in the header; name the column, or remove the value';
}

export function tooManyFields(): string {
  return 'more than 1,000 fields in the record that starts here; reading stopped here';
}

export function emptyColumnName(): string {
  return 'a column without a name; remove the column or name it';
}

export function repeatedColumn(name: string): string {
  return `column \`${name}\` stands here for the second time; remove one`;
}

export function unknownColumn(name: string, meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined) return `column ${ticked(name)}: did you mean \`${meant}\`?`;
  return `column ${ticked(name)} is not known; known are ${known.join(', ')}`;
}

/** @param examples names of columns, fit to be shown */
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
  return `column \`${name}\` is missing from the header`;
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

// Input profiles

export function twoProfilesFit(names: readonly string[]): string {
  return `the input profiles ${names.join(' and ')} both fit these columns; say which one with --as, for example --as ${names[0]}`;
}

export function missingProfileColumn(
  column: string,
  field: string,
  profile: string,
  unread: readonly string[],
): string {
  const next =
    unread.length === 0
      ? 'the file has no column that the profile does not know'
      : `the file has ${unread.map(ticked).join(', ')}, which the profile does not know: was the column renamed?`;
  return `column ${ticked(column)} is missing, which profile ${profile} reads as ${field}; ${next}`;
}

export function unreadColumn(column: string, profile: string): string {
  return (
    `column ${ticked(column)} is unknown to profile ${profile}; map it to a field in "columns", or list it in "ignore", ` +
    'in monthend.json'
  );
}

export function noHeaderLine(line: number): string {
  return `the file ends before line ${line}, where the profile says that the header stands ("headerLine")`;
}

export function noFooter(footer: string): string {
  return `no line starts with ${excerpt(footer)}, the profile's "footer": is the file cut off? fetch it again, or take "footer" out`;
}

export function lostCharacter(encoding: string): string {
  return `has a character that is none in ${encoding}; the profile's "encoding" may be wrong, or the file damaged`;
}

export function notInNumberFormat(text: string, example: string): string {
  return `${wordlessExcerpt(text)} is not written as the profile says numbers are, for example ${example}; mend it, or the marks in the profile`;
}

export function belowZero(text: string): string {
  return (
    `${excerpt(text)} is below zero; discounts, goodwill and returns are taken with "negativePrices": true in monthend.json; ` +
    'else zero or more is expected'
  );
}

export function notInFormat(text: string, formats: readonly string[]): string {
  return `${wordlessExcerpt(text)} is not of the form ${formats.join(' or ')}, as the profile says; mend it, or add a format to "instant"`;
}

export function ambiguousInstant(text: string, one: string, other: string): string {
  return `${excerpt(text)} is ${one} by one format of the profile and ${other} by another; leave the right one in "instant"`;
}

export function noSuchLocalTime(text: string, timeZone: string): string {
  return `${excerpt(text)} does not exist in ${timeZone}: the clocks go forward over it; a time before or after it is expected`;
}

export function dayOfOtherWeek(text: string, weekday: string): string {
  return `${excerpt(text)} is a ${weekday}; the day of the week and the date contradict each other: correct one`;
}

export function unknownWord(text: string, profile: string, column: string): string {
  return (
    `${excerpt(text)} is not an event; say what it is in monthend.json, inputs.${profile}.values.${ticked(column)}: ` +
    'paused, resumed, shipped, cancelled, deleted, or null to pass such records over'
  );
}

// NDJSON

export function blankLine(): string {
  return 'the line is blank, and records follow it; delete it: one JSON object a line is expected';
}

/** @param found the code point at fault; undefined at the end of the line */
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
  return `key ${ticked(key)} is not known; known are ${known.join(', ')}`;
}

export function numberForText(): string {
  return 'a number where text is expected; put it in quotes';
}

// Fields

export function missingValue(): string {
  return 'is missing; a value is required';
}

export function idTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 128 are allowed: is the column the right one?`;
}

export function unprintableInId(code: number): string {
  return `has the character ${codePointName(code)}; an id has printable characters only: take it away`;
}

/** @param id without what stands around it; @param code the character at fault */
export function invisibleAtIdEnd(id: string, code: number, end: 'start' | 'end'): string {
  const what = code === 0x20 ? 'a space' : `the invisible character ${codePointName(code)}`;
  return (
    `${excerpt(id)} has ${what} at its ${end}, which makes it another id; ` +
    'take it away, or let an input profile do that ("trim": true)'
  );
}

export function shortenedId(text: string): string {
  return (
    `${excerpt(text)} is what a spreadsheet makes of a long number: the id's digits are lost; ` +
    'export the file again, and import it without saving it in a spreadsheet'
  );
}

export function textTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 1,000 are allowed: shorten it`;
}

export function controlCharacterInText(code: number): string {
  return `has the control character ${codePointName(code)}; of these a text may have only tab and line feed: take it away`;
}

export function notADecimal(text: string): string {
  return (
    `${wordlessExcerpt(text)} is not a plain decimal; digits and at most one point are expected, ` +
    'without sign, exponent, grouping or currency mark; for example 1250.00'
  );
}

export function decimalTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 100 are allowed: is the column the right one?`;
}

export function tooManyFractionDigits(text: string, most: number): string {
  return `${excerpt(text)} has more than ${most} digits after the point; at most ${most} are allowed`;
}

export function notPositive(text: string): string {
  return (
    `${excerpt(text)} is zero; more than zero is expected; to take the line off its order, ` +
    'import a history event cancelled with this line'
  );
}

export function quantityBelowZero(text: string): string {
  return (
    `${excerpt(text)} is below zero; more than zero is expected; what is given back has a unit_price below zero ` +
    '("negativePrices": true in monthend.json)'
  );
}

export function lineOfOtherEvent(event: string): string {
  return `is only for cancelled and deleted; ${event} concerns the whole order: leave line empty`;
}

export function notAnInteger(text: string, least: number): string {
  return `${wordlessExcerpt(text)} is not a whole number; digits are expected, ${least} or more, for example 1`;
}

export function integerTooSmall(text: string, least: number): string {
  return `${excerpt(text)} is too small; ${least} or more is expected`;
}

export function integerTooLarge(text: string): string {
  return `${excerpt(text)} is too large; at most ${Number.MAX_SAFE_INTEGER} is allowed`;
}

export function amountTooLarge(quantity: string, unitPrice: string): string {
  return (
    `quantity ${excerpt(quantity)} × unit_price ${excerpt(unitPrice)} ` +
    `is beyond ${Number.MAX_SAFE_INTEGER} minor units; check both`
  );
}

const INSTANT_EXAMPLE = '2026-10-05T00:00:00-04:00';

export function notAnInstant(text: string): string {
  return `${wordlessExcerpt(text)} is not a date and time with an offset; for example ${INSTANT_EXAMPLE}`;
}

export function instantWithoutTime(text: string): string {
  return `${excerpt(text)} has no time and offset; for example ${text}T00:00:00-04:00`;
}

export function instantWithoutOffset(text: string): string {
  return `${excerpt(text)} has no offset from UTC; for example ${INSTANT_EXAMPLE}, or Z for UTC`;
}

export function tooPreciseInstant(text: string): string {
  return `${excerpt(text)} is more precise than a millisecond; at most 3 digits after the seconds are allowed`;
}

export function noSuchDay(text: string, month: string, days: number): string {
  return `${excerpt(text)} is not a day of the calendar: ${month} has ${days} days; correct it`;
}

export function noSuchMonth(text: string): string {
  return `${excerpt(text)} has no month from 01 to 12; year, month, day is the order, for example ${INSTANT_EXAMPLE}`;
}

export function noSuchTime(text: string): string {
  return `${excerpt(text)} is no time of day: 00:00:00 to 23:59:59 is expected`;
}

export function noSuchOffset(text: string): string {
  return `${excerpt(text)} has no offset from -23:59 to +23:59; for example ${INSTANT_EXAMPLE}`;
}

export function leapSecond(text: string): string {
  return `${excerpt(text)} is a leap second, which has no instant here; write second 59, or 00 of the next minute`;
}

export function instantOutOfRange(text: string): string {
  return `${excerpt(text)} is outside the years 1970 to 9999 (UTC); correct the year`;
}

export function offsetAsTimeZone(text: string): string {
  return `${excerpt(text)} is an offset, which knows no daylight saving; a zone is expected, for example America/New_York`;
}

export function unknownTimeZone(text: string, meant: string | undefined): string {
  const next =
    meant === undefined ? 'an IANA name is expected, for example America/New_York' : `did you mean ${meant}?`;
  return `${excerpt(text)} is not a known time zone; ${next}`;
}

export function unknownCurrency(text: string): string {
  return `${wordlessExcerpt(text)} is not a currency; a code of ISO 4217 in capitals is expected, for example USD`;
}

export function unknownCountry(text: string): string {
  return `${excerpt(text)} is not a country; a code of ISO 3166 in capitals is expected, for example US`;
}

export function notAnEmail(text: string): string {
  return `${excerpt(text)} is not one e-mail address; for example billing@lakeside.example`;
}

export function termsTooLong(text: string, most: number): string {
  return `${excerpt(text)} is too long; terms have at most ${most} days`;
}

export function withdrawnCurrency(currency: string, { date, successor }: Withdrawal): string {
  return `${currency} was withdrawn on ${date}, before this was placed; ${successor} took its place`;
}

export function unknownEvent(text: string, meant: string | undefined, known: readonly string[]): string {
  const next = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `${excerpt(text)} is not an event; ${next}`;
}

export function retractedWithoutAmend(): string {
  return 'retracted takes back a known event; if that is meant, import this file with --amend';
}

export function pausedWithoutReason(): string {
  return 'is missing; paused needs the reason that the practice selected: add it';
}

// Against what the ledger knows

/** The column whose values stand in no message. */
export const SECRET_FIELD = 'patient_ref';

/** A field of two records of one identity, as it was and as it is. */
export type Difference = readonly [field: string, was: string, is: string];

/** `unit_price 640.00 → 600.00`; of a patient reference only that it changed. */
export function changeText([field, was, is]: Difference): string {
  return field === SECRET_FIELD ? `${field} changed` : `${field} ${excerpt(was)} → ${excerpt(is)}`;
}

/** The same identity with other content than an earlier import's. @param importId the number of that import */
export function differsFromKnown([first, ...others]: readonly Difference[], importId: number): string {
  const next = 'if that is a correction, import this file with --amend';
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  const [field, known, given] = first ?? ['', '', ''];
  if (field === SECRET_FIELD) return `is not what it was at import ${importId}${also}; ${next}`;
  return `was ${excerpt(known)} at import ${importId}, is ${excerpt(given)} here${also}; ${next}`;
}

/** The content of an earlier version. @param by `import 3, price.csv`: what brought the one that holds */
export function correctedSince(by: string, [first, ...others]: readonly Difference[]): string {
  const [field, given, now] = first ?? ['', '', ''];
  const what = field === SECRET_FIELD ? 'this' : excerpt(given);
  const known = field === SECRET_FIELD ? '' : `: it is ${excerpt(now)} now`;
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  return `${what} was corrected by ${by}${known}${also}; keep the correction with --keep, or go back to this with --amend`;
}

/**
 * @param identity what the two records are of, for example `order line 2 of A1`; its ids were accepted, so they are fit to print
 * @param other where the other one stands, `orders.csv:2`
 * @param differences none where all records of the identity are refused
 */
export function differsWithinImport(
  identity: string,
  other: string,
  differences?: readonly Difference[],
): string {
  const next = 'find out which is right, and remove the other';
  const what = `another record of ${identity} contradicts this one`;
  const [first, ...others] = differences ?? [];
  if (first === undefined || first[0] === SECRET_FIELD) return `${what} (${other}); ${next}`;
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  return `${what}: ${excerpt(first[1])} there (${other}), ${excerpt(first[2])} here${also}; ${next}`;
}

const MOST_ROWS_SHOWN = 5;

/** @param lines of the file in which the order's rows stand, the one at hand last */
export function rowsWithoutNumber(orderId: string, lines: readonly number[], areEqual: boolean): string {
  const shown = lines.length > MOST_ROWS_SHOWN ? lines.slice(0, MOST_ROWS_SHOWN) : lines.slice(0, -1);
  const last = lines.length > MOST_ROWS_SHOWN ? `${grouped(lines.length - shown.length)} more` : lines.at(-1);
  return (
    `${excerpt(orderId)} has ${grouped(lines.length)} ${areEqual ? 'equal' : 'different'} rows ` +
    `(lines ${shown.join(', ')} and ${last}) and no order line in column \`line\`: give each row its own, 1, 2 and so on` +
    (areEqual ? '; or remove one, if it is there twice by mistake' : '')
  );
}

/** @param other where that order's event stands: `history.csv:2`, or `import 1` */
export function eventOfOtherOrder(eventId: string, orderId: string, other: string, given: string): string {
  return (
    `event ${excerpt(eventId)} is of order ${excerpt(orderId)} (${other}) and here of ${excerpt(given)}: ` +
    'an event_id must be unique over all orders; if your system counts events within each order, leave that column out'
  );
}

export function otherPractice(orderId: string, known: string, given: string): string {
  return (
    `an order has one practice on all its lines: ` +
    `order ${excerpt(orderId)} is of ${excerpt(known)}, here of ${excerpt(given)}; ` +
    'correct one, or move all its lines with --amend'
  );
}

export function zoneIsFixed(
  practiceId: string,
  fixed: { readonly timeZone: string; readonly since: string },
  given: string,
): string {
  return (
    `the time zone of practice ${excerpt(practiceId)} is fixed by a closed month: ` +
    `it is ${excerpt(fixed.timeZone)} since ${fixed.since}, by whose cut-off its orders were billed, here ${excerpt(given)}; ` +
    'leave the column empty'
  );
}

/** @param matching the kinds of the events that have this content */
export function retractsSeveral(orderId: string, matching: readonly string[]): string {
  return (
    `order ${excerpt(orderId)} has several events of this time and reason (${matching.join(', ')}), so it is not clear ` +
    'which one never happened; that can be said only of events with an event_id'
  );
}

/** Of an event that is known by its content, since it has no id. */
export function retractsNoContent(orderId: string): string {
  return (
    `no event of order ${excerpt(orderId)} with this time, sequence and reason is known that could be taken back; ` +
    'repeat them as the event had them'
  );
}

export function billedToItself(): string {
  return 'names the practice itself; leave it empty';
}

export function billedToUnknown(billTo: string): string {
  return `names ${excerpt(billTo)}, of which no practices row is known; import its row before this one, or with it`;
}

export function billedInCircle(practiceId: string, billTo: string): string {
  return `${excerpt(practiceId)} and ${excerpt(billTo)} name each other; leave it empty for the one that pays`;
}

export function billedInChain(billTo: string, next: string): string {
  return `names ${excerpt(billTo)}, which is billed to ${excerpt(next)} itself; name ${excerpt(next)} here`;
}

export function billsForAnother(practiceId: string, other: string): string {
  return `${excerpt(other)} is billed to ${excerpt(practiceId)}, so that cannot be billed to another; change ${excerpt(other)} first, or with it`;
}

export function retractsNothing(eventId: string, orderId: string): string {
  return `no event ${excerpt(eventId)} of order ${excerpt(orderId)} is known that could be taken back; check both ids`;
}

/** `a comma` */
function separatorName(separator: string): string {
  const names: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' };
  return names[separator] ?? `"${separator}"`;
}

// Words of the input, made fit to print

const MOST_EXCERPT_CHARACTERS = 40;

/** What needs no quotes around it in a sentence. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._:+/-]*$/;

/**
 * A text of the input as it may stand in a message: cut, with what a terminal could act on or a reader not see written
 * as an escape, and in quotes unless it is one plain word.
 */
export function excerpt(text: string): string {
  if (text.length <= MOST_EXCERPT_CHARACTERS && PLAIN_WORD.test(text)) return text;
  return `"${escaped(text, '"')}"`;
}

/** Words of a date. */
const DATE_WORDS = new RegExp(
  [
    '[AaPp]\\.?[Mm]\\.?',
    '[Jj]an(uary)?|[Ff]eb(ruary)?|[Mm]ar(ch)?|[Aa]pr(il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(ust)?|[Ss]ep(t|tember)?',
    '[Oo]ct(ober)?|[Nn]ov(ember)?|[Dd]ec(ember)?|[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un',
  ]
    .map((words) => `(?<!\\p{L})(?:${words})(?!\\p{L})`)
    .join('|'),
  'gu',
);
/** A currency, or a zone's abbreviation: one of them. */
const CODE = /(?<!\p{L})[A-Z]{1,3}(?!\p{L})/u;

/** Characters of a text that may be a person's which a message shows: with the place before it, they suffice to find it. */
const MOST_FOREIGN_CHARACTERS = 3;

/**
 * The same of a column that holds no words. If it has words, they have slipped in from another column and may be a patient's, so only
 * the beginning is shown.
 */
function wordlessExcerpt(text: string): string {
  const isShort = text.length <= 2 * MOST_FOREIGN_CHARACTERS;
  if (isShort || !/\p{L}/u.test(text.replace(DATE_WORDS, '').replace(CODE, ''))) return excerpt(text);
  const characters = [...text];
  const beginning = escaped(characters.slice(0, MOST_FOREIGN_CHARACTERS).join(''), '"');
  return `"${beginning}…" (${characters.length} characters)`;
}

/** A key that stands before its message: an excerpt without quotes. */
export function keyExcerpt(key: string): string {
  return escaped(key, '');
}

/** A name of the input in backticks. */
function ticked(name: string): string {
  return `\`${escaped(name, '`')}\``;
}

/** `orders.csv:2` */
export function placeName(file: string, line: number): string {
  return `${escapedName(file)}:${line}`;
}

/** The name of a file, whole, with what a terminal could act on written as an escape. */
function escapedName(name: string): string {
  return Array.from(name, visible).join('');
}

function escaped(text: string, quote: string): string {
  let out = '';
  let count = 0;
  for (const each of text) {
    if (count === MOST_EXCERPT_CHARACTERS) return `${out}…`;
    out += each === quote || each === '\\' ? `\\${each}` : visible(each);
    count++;
  }
  return out;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Blanks that are no space, and what takes no room; the signs that join emoji are what they should be. */
const UNSEEN = /^(?! )[\p{Zs}\u00ad\u180e\u200b\u2060-\u2064\u2800\u3164\uffa0]$/u;

function visible(each: string): string {
  const code = each.codePointAt(0) as number;
  return isUnprintable(code) || UNSEEN.test(each) ? (SHORT_ESCAPES[each] ?? `\\u{${hex(code, 4)}}`) : each;
}

/** C0, DEL and C1, lone surrogates, line and paragraph separator, byte order mark, and what turns the direction of writing. */
export function isUnprintable(code: number): boolean {
  if (code < 0x7f) return code < 0x20;
  if (code < 0x61c) return code <= 0x9f;
  return (
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff
  );
}

/** One character of the input: `"x"`, or its name or number if that reads badly in quotes. */
function character(code: number): string {
  if (code === 0x20) return 'a space';
  if (code === 0x22) return 'a quote';
  return isUnprintable(code) ? codePointName(code) : `"${String.fromCodePoint(code)}"`;
}

/** `U+000A` */
export function codePointName(code: number): string {
  return `U+${hex(code, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
