/**
 * A shortcut for plain records, which make up most of nearly every CSV file: it turns bytes into a fact at once.
 *
 * Only this file defines what is plain. It takes a record or leaves it, and refuses none: csv-reader.ts and facts.ts read every record
 * that it leaves, good or bad, from the first byte on. For a record that it takes, fact and places are the same as theirs.
 *
 * A plain record is an order line or an event, but not a retraction. It is on one line, ends with LF or CRLF, is as wide as the header and
 * has no value under an empty name. Its cells are printable ASCII, texts also other UTF-8; a cell may be quoted but contains no quote.
 * Required fields are there. Ids have at most 128 characters, no blank at their ends and not the form that spreadsheets give long numbers.
 * Texts have at most 1,000 bytes, integers at most 15 digits. Instants have a capital `T`, and `Z` or an offset. Decimals have no leading
 * zeros; quantity and unit price have at most 11 characters together, so no amount is too large.
 */
import { minorDigits, withdrawalBefore } from '../billing/currency.js';
import {
  EVENT_KINDS,
  type EventKind,
  type Fact,
  type HistoryEvent,
  type OrderLine,
} from '../billing/order.js';
import type { CellPlaces } from './csv-cells.js';
import * as fields from './fields.js';
import { trimmed } from './id-damage.js';
import type { InputProfile } from './input-profile.js';
import { daysInMonth, LAST_INSTANT } from './instant.js';
import { MOST_FIELD_BYTES } from './limits.js';
import { createPlainDecimals } from './plain-decimal.js';
import type { ProfileFields } from './profile-fields.js';
import { asciiText, createRecordBuffer, type RecordBuffer } from './record-buffer.js';
import { createTextCache } from './text-cache.js';
import { countCharacters, multiByteLength } from './utf8.js';

export interface PlainRecords {
  /**
   * Reads the record at the buffer's start, on that line. @returns the offset after its line ending; 0 if it is not plain or not complete
   */
  read(buffer: RecordBuffer, line: number): number;
  /** True if a word of the record read last skips it. */
  readonly isPassedOver: boolean;
  /** The fact that was read last. */
  readonly fact: Fact;
  /** The places of its cells. Valid until the buffer changes. */
  readonly places: CellPlaces;
}

const MOST_ID_BYTES = 128;
const MOST_TEXT_BYTES = 1000;
const MOST_INTEGER_DIGITS = 15;
const MOST_AMOUNT_CHARACTERS = 11;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

/** The classes of bytes: printable ASCII, the start of a multi-byte character, or the end of a cell. */
const PRINTABLE = 0;
const MULTI_BYTE = 1;
const END = 2;

/** Inside quotes, where separators are printable. */
const QUOTED_CLASS = new Uint8Array(256).fill(END, 0, 0x20).fill(MULTI_BYTE, 0x80);
for (const byte of [QUOTE, 0x7f]) QUOTED_CLASS[byte] = END;

/** The value for a number that is not plain. Plain numbers are zero or more. */
const NOT_PLAIN = -1;

interface ReadBy {
  readonly profile: InputProfile;
  readonly fields: ProfileFields;
}

/** @param names the columns, already checked for the kind */
export function createPlainRecords(
  kind: 'orders' | 'history',
  names: readonly string[],
  options: { readonly defaultCurrency: string },
  by?: ReadBy,
): PlainRecords {
  const width = names.length;
  const { separator = ',', trim = false } = by?.profile ?? {};
  const SEPARATOR = separator.charCodeAt(0);
  const UNQUOTED_CLASS = QUOTED_CLASS.slice();
  UNQUOTED_CLASS[SEPARATOR] = END;
  let buffer = createRecordBuffer();
  let { bytes } = buffer;
  let line = 0;
  let recordEnd = 0;
  // The contents of the cells, without quotes. One more cell, always empty, serves for all absent columns.
  const starts = new Int32Array(width + 1);
  const ends = new Int32Array(width + 1);
  const hasMultiByte = new Uint8Array(width + 1);
  /** Where the cells started before they were trimmed. */
  const untrimmed = trim ? new Int32Array(width + 1) : starts;
  const repeated = createTextCache();
  const nameless = [...names.keys()].filter((cell) => names[cell] === '');
  const plainDecimal = createPlainDecimals(by?.profile);
  /** True if a text of the current record is not plain. */
  let isRefused = false;
  const refuse = (): undefined => {
    isRefused = true;
  };
  const leave = (): string => {
    isRefused = true;
    return '';
  };
  const parse = kind === 'orders' ? orderLineParser() : eventParser();
  let isPassedOver = false;
  let fact: OrderLine | HistoryEvent | undefined;
  let isUnnumbered = false;

  return {
    read(from, atLine) {
      line = atLine;
      buffer = from;
      bytes = from.bytes;
      recordEnd = split(from);
      if (recordEnd === 0 || recordEnd - from.start > MOST_FIELD_BYTES) return 0;
      if (by !== undefined) {
        isPassedOver = by.fields.passesOver(textOfColumn);
        if (isPassedOver) return recordEnd;
      }
      for (const cell of nameless) if (!isEmpty(cell)) return 0;
      isRefused = false;
      fact = parse();
      return fact === undefined || isRefused ? 0 : recordEnd;
    },
    get isPassedOver() {
      return isPassedOver;
    },
    get fact() {
      return (kind === 'orders' ? { kind, fact, isUnnumbered } : { kind, fact }) as Fact;
    },
    places: {
      get line() {
        return line;
      },
      lineOf: () => line,
      columnOf,
    },
  };

  /** Finds the cells. @returns the offset after the record; 0 if it is not plain or not complete */
  function split({ bytes, start, end }: RecordBuffer): number {
    let at = start;
    for (let cell = 0; cell < width; cell++) {
      const isQuoted = bytes[at] === QUOTE;
      const classes = isQuoted ? QUOTED_CLASS : UNQUOTED_CLASS;
      if (isQuoted) at++;
      starts[cell] = at;
      while (at < end && classes[bytes[at] as number] === PRINTABLE) at++;
      hasMultiByte[cell] = 0;
      if (at < end && classes[bytes[at] as number] === MULTI_BYTE) {
        hasMultiByte[cell] = 1;
        at = endOfMultiByteCell(bytes, at, end, classes);
      }
      ends[cell] = at;
      if (isQuoted && bytes[at++] !== QUOTE) return 0;
      // The line feed has not arrived yet.
      if (at >= end) return 0;
      if (cell < width - 1 && bytes[at++] !== SEPARATOR) return 0;
      if (trim && !trimCell(cell)) return 0;
    }
    if (bytes[at] === CR) at++;
    return at < end && bytes[at] === LF ? at + 1 : 0;
  }

  /** Removes the blanks at the ends of a cell. @returns false if a blank of several bytes remains there */
  function trimCell(cell: number): boolean {
    let start = starts[cell] as number;
    let end = ends[cell] as number;
    untrimmed[cell] = start;
    while (start < end && bytes[start] === SPACE) start++;
    while (start < end && bytes[end - 1] === SPACE) end--;
    starts[cell] = start;
    ends[cell] = end;
    if (start === end || ((bytes[start] as number) < 0x80 && (bytes[end - 1] as number) < 0x80)) return true;
    const written = utf8(start, end);
    return trimmed(written) === written;
  }

  /** A cell starts at its opening quote, as in csv-reader.ts. Only a quoted cell has a quote before its content. */
  function columnOf(cell: number): number {
    const start = untrimmed[cell] as number;
    return countCharacters(bytes, buffer.start, bytes[start - 1] === QUOTE ? start - 1 : start) + 1;
  }

  function orderLineParser(): () => OrderLine | undefined {
    const orderId = idReader('order_id', text);
    const lineNumber = cellOf('line');
    const practiceId = idReader('practice_id', repeatedText);
    const product = idReader('product', repeatedText);
    const description = textReader('description', repeatedText);
    const patientRef = textReader('patient_ref', text);
    const quantity = decimalReader('quantity', 3);
    const unitPrice = decimalReader('unit_price', 6);
    const currency = currencyReader();
    const placedAt = instantReader('placed_at');
    return () => {
      isUnnumbered = isEmpty(lineNumber);
      const fact: OrderLine = {
        orderId: orderId(),
        line: isUnnumbered ? 1 : integer(lineNumber),
        practiceId: practiceId(),
        product: product(),
        description: description(),
        patientRef: patientRef(),
        quantity: quantity(),
        unitPrice: unitPrice(),
        currency: currency(),
        placedAt: placedAt(),
      };
      if (fact.orderId === '' || fact.practiceId === '' || fact.product === '') return undefined;
      if (fact.line < 1 || fact.placedAt === NOT_PLAIN) return undefined;
      if (fact.quantity === '' || fact.quantity === '0' || fact.unitPrice === '') return undefined;
      if (fact.quantity.length + fact.unitPrice.length > MOST_AMOUNT_CHARACTERS) return undefined;
      const meant = fact.currency || options.defaultCurrency;
      if (minorDigits(meant) === undefined || withdrawalBefore(meant, fact.placedAt) !== undefined)
        return undefined;
      return fact;
    };
  }

  function eventParser(): () => HistoryEvent | undefined {
    const eventId = idReader('event_id', text);
    const eventIdCell = cellOf('event_id');
    const orderId = idReader('order_id', text);
    const event = eventReader();
    const at = instantReader('at');
    const sequence = cellOf('sequence');
    const reason = textReader('reason', repeatedText);
    const lineNumber = cellOf('line');
    return () => {
      const kind = event();
      if (kind === undefined) return undefined;
      const line = isEmpty(lineNumber) ? 0 : integer(lineNumber);
      if (line !== 0 && (line < 1 || (kind !== 'cancelled' && kind !== 'deleted'))) return undefined;
      if (line === 0 && !isEmpty(lineNumber)) return undefined;
      const fact: HistoryEvent = {
        eventId: eventId(),
        orderId: orderId(),
        event: kind,
        at: at(),
        sequence: isEmpty(sequence) ? 0 : integer(sequence),
        reason: reason(),
      };
      if (fact.orderId === '' || (fact.eventId === '' && !isEmpty(eventIdCell))) return undefined;
      if (fact.at === NOT_PLAIN || fact.sequence === NOT_PLAIN) return undefined;
      if (kind === 'paused' && fact.reason === '') return undefined;
      return line === 0 ? fact : { ...fact, line };
    };
  }

  /** Returns the cell of a field that is read unchanged. Fields that are read otherwise, or are absent, have the empty cell. */
  function cellOf(field: string): number {
    const cell = names.indexOf(by === undefined ? field : (by.fields.columnOf(field) ?? ''));
    return cell < 0 ? width : cell;
  }

  /** The reader returns an empty text if the id is not plain, or is absent. */
  function idReader(field: string, read: (cell: number) => string): () => string {
    const made = madeReader(field, fields.id);
    const cell = cellOf(field);
    return made ?? (() => (isId(cell) ? read(cell) : ''));
  }

  function textReader(field: string, read: (cell: number) => string): () => string {
    const made = madeReader(field, fields.text);
    const cell = cellOf(field);
    return made ?? (() => (isText(cell) ? read(cell) : leave()));
  }

  function currencyReader(): () => string {
    const cell = cellOf('currency');
    return madeReader('currency', fields.currency) ?? (() => repeatedText(cell));
  }

  /** The reader returns an empty text if the decimal is not plain, or is absent and required. */
  function decimalReader(field: 'quantity' | 'unit_price', mostFractionDigits: number): () => string {
    const absent = field === 'quantity' ? '1' : '';
    const constant = by?.profile.constants?.[field];
    const value = constant === undefined ? undefined : fields.unitPrice(constant, refuse);
    if (value !== undefined) return () => value;
    const cell = cellOf(field);
    return () => {
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      return start === end ? absent : plainDecimal(buffer, start, end, recordEnd, mostFractionDigits);
    };
  }

  function eventReader(): () => EventKind | undefined {
    const constant = by?.profile.constants?.event;
    if (constant !== undefined) return () => EVENTS.get(constant);
    const cell = cellOf('event');
    const words = by?.profile.values?.[by.fields.columnOf('event') ?? ''] ?? {};
    const kinds = new Map(EVENTS);
    for (const [word, ours] of Object.entries(words)) {
      const kind = EVENTS.get(ours ?? '');
      if (kind === undefined) kinds.delete(word);
      else kinds.set(word, kind);
    }
    return () => kinds.get(repeatedText(cell));
  }

  function instantReader(field: string): () => number {
    const cell = cellOf(field);
    const plain = by?.fields.plainInstant;
    return plain === undefined ? () => instant(cell) : () => plain(text(cell)) ?? NOT_PLAIN;
  }

  /** Returns a reader for a field that is not simply one cell; undefined for all others. */
  function madeReader(field: string, parse: fields.FieldParser<string>): (() => string) | undefined {
    if (by?.fields.isMade(field) !== true) return undefined;
    const constant = by.profile.constants?.[field];
    const value = constant === undefined ? undefined : parse(constant, refuse);
    if (value !== undefined) return () => value;
    return () => {
      const written = by.fields.text(field, textOfColumn, refuse);
      return written === '' ? '' : (parse(written, refuse) ?? '');
    };
  }

  function textOfColumn(column: string): string {
    const cell = names.indexOf(column);
    return cell < 0 ? '' : text(cell);
  }

  function isEmpty(cell: number): boolean {
    return starts[cell] === ends[cell];
  }

  function isId(cell: number): boolean {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    const length = end - start;
    if (length < 1 || length > MOST_ID_BYTES || hasMultiByte[cell] !== 0) return false;
    return bytes[start] !== SPACE && bytes[end - 1] !== SPACE && !mayBeShortened(start, length);
  }

  /** Matches `2.02610E+11` and the like: a digit first, and a plus two or three bytes before the end. */
  function mayBeShortened(start: number, length: number): boolean {
    return (
      isDigit(bytes[start] as number) &&
      (bytes[start + length - 3] === PLUS || bytes[start + length - 4] === PLUS)
    );
  }

  function isText(cell: number): boolean {
    return (ends[cell] as number) - (starts[cell] as number) <= MOST_TEXT_BYTES;
  }

  function text(cell: number): string {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (start === end) return '';
    return hasMultiByte[cell] === 0 ? ascii(start, end) : utf8(start, end);
  }

  /** Like `text`, for a field that usually has few different values. */
  function repeatedText(cell: number): string {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (start === end) return '';
    return repeated.text(bytes, start, end, ascii, hasMultiByte[cell] === 0 ? undefined : utf8);
  }

  function utf8(start: number, end: number): string {
    return bytes.toString('utf8', start, end);
  }

  /** Returns one character for each byte, also for characters of several bytes. */
  function ascii(start: number, end: number): string {
    return asciiText(buffer, start, end, recordEnd);
  }

  function integer(cell: number): number {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    return end - start <= MOST_INTEGER_DIGITS ? digits(bytes, start, end) : NOT_PLAIN;
  }

  function instant(cell: number): number {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (end - start < SHORTEST_INSTANT) return NOT_PLAIN;
    const local = localTime(bytes, start);
    let at = start + LOCAL_TIME;
    let millisecond = 0;
    if (bytes[at] === POINT) {
      const fraction = ++at;
      while (at < end && isDigit(bytes[at] as number)) at++;
      if (at === fraction || at > fraction + 3) return NOT_PLAIN;
      millisecond = digits(bytes, fraction, at) * (POWERS[fraction + 3 - at] as number);
    }
    const offset = bytes[at] === UPPER_Z && at + 1 === end ? 0 : offsetMinutes(bytes, at, end);
    const value = local + millisecond - offset * MINUTE;
    return value >= 0 && value <= LAST_INSTANT ? value : NOT_PLAIN;
  }
}

/** @returns the end of the cell. If the cell is not plain, the first byte that is not, where no cell can end */
function endOfMultiByteCell(bytes: Uint8Array, start: number, end: number, classes: Uint8Array): number {
  let at = start;
  while (at < end && classes[bytes[at] as number] !== END) {
    const length = (bytes[at] as number) < 0x80 ? 1 : multiByteLength(bytes, at, end);
    // C2 80 to C2 9F are the control characters U+0080 to U+009F; EF BF BD is U+FFFD, which may stand for a character that was lost.
    if (length <= 0 || (bytes[at] === 0xc2 && (bytes[at + 1] as number) < 0xa0)) return at;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) return at;
    at += length;
  }
  return at;
}

const EVENTS: ReadonlyMap<string, EventKind> = new Map(EVENT_KINDS.map((kind) => [kind, kind]));

/** The lengths of `2026-10-05T09:00:00`, and of the same with a `Z`, the shortest instant. */
const LOCAL_TIME = 19;
const SHORTEST_INSTANT = 20;

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const POWERS = [1, 10, 100];

/** Returns the local time as milliseconds since 1970, as if it were UTC; NaN if it is not plain. */
function localTime(bytes: Uint8Array, at: number): number {
  const isPunctuated =
    bytes[at + 4] === MINUS &&
    bytes[at + 7] === MINUS &&
    bytes[at + 10] === UPPER_T &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON;
  if (!isPunctuated) return Number.NaN;
  const century = twoDigits(bytes, at);
  const yearOfCentury = twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const hour = twoDigits(bytes, at + 11);
  const minute = twoDigits(bytes, at + 14);
  const second = twoDigits(bytes, at + 17);
  if (century < 0 || yearOfCentury < 0 || hour < 0 || minute < 0 || second < 0) return Number.NaN;
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return daysSince1970(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * SECOND;
}

/** `-05:00` -> -300; NaN if it is not plain. */
function offsetMinutes(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === MINUS ? -1 : Number.NaN;
  if (at + 6 !== end || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = twoDigits(bytes, at + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return sign * (hours * 60 + minutes);
}

/** Counts days by the calendar of ISO 8601, from year 1 on. Years begin in March, so that a leap day is the last day of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = whole(years / 4) - whole(years / 100) + whole(years / 400);
  return years * 365 + leapDays + whole((months * 153 + 2) / 5) + day - DAYS_BEFORE_1970;
}

/** From 1 March of year 0 to 1 January 1970, plus one, since days count from 1. */
const DAYS_BEFORE_1970 = 719_469;

/** Truncates a small number that is not negative. */
function whole(value: number): number {
  return value | 0;
}

/** Returns the number that two digits write; NOT_PLAIN if one is not a digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_PLAIN;
}

/** Returns the number that at most 15 bytes write; NOT_PLAIN if one is not a digit. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (!isDigit(byte)) return NOT_PLAIN;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
