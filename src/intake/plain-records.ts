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
import type { CellPlaces } from './csv-reader.js';
import { daysInMonth, LAST_INSTANT } from './instant.js';
import { asciiText, createRecordBuffer, type RecordBuffer } from './record-buffer.js';
import { createTextCache } from './text-cache.js';
import { countCharacters, multiByteLength } from './utf8.js';

export interface PlainRecords {
  /**
   * Reads the record at the buffer's start, on that line. @returns the offset after its line ending; 0 if it is not plain or not complete
   */
  read(buffer: RecordBuffer, line: number): number;
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
const COMMA = 0x2c;
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

const CLASS = new Uint8Array(256).fill(END, 0, 0x20).fill(MULTI_BYTE, 0x80);
for (const byte of [QUOTE, COMMA, 0x7f]) CLASS[byte] = END;

/** The same inside quotes, where commas are printable. */
const QUOTED_CLASS = CLASS.slice();
QUOTED_CLASS[COMMA] = PRINTABLE;

/** The value for a number that is not plain. Plain numbers are zero or more. */
const NOT_PLAIN = -1;

/** @param names the columns, already checked for the kind */
export function createPlainRecords(
  kind: 'orders' | 'history',
  names: readonly string[],
  options: { readonly defaultCurrency: string },
): PlainRecords {
  const width = names.length;
  let buffer = createRecordBuffer();
  let { bytes } = buffer;
  let line = 0;
  let recordEnd = 0;
  // The contents of the cells, without quotes. One more cell, always empty, serves for all absent columns.
  const starts = new Int32Array(width + 1);
  const ends = new Int32Array(width + 1);
  const hasMultiByte = new Uint8Array(width + 1);
  const repeated = createTextCache();
  const nameless = [...names.keys()].filter((cell) => names[cell] === '');
  const parse = kind === 'orders' ? orderLineParser() : eventParser();
  let fact: OrderLine | HistoryEvent | undefined;
  let isUnnumbered = false;

  return {
    read(from, atLine) {
      line = atLine;
      buffer = from;
      bytes = from.bytes;
      recordEnd = split(from);
      if (recordEnd === 0) return 0;
      for (const cell of nameless) if (!isEmpty(cell)) return 0;
      fact = parse();
      return fact === undefined ? 0 : recordEnd;
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
      const classes = isQuoted ? QUOTED_CLASS : CLASS;
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
      if (cell < width - 1 && bytes[at++] !== COMMA) return 0;
    }
    if (bytes[at] === CR) at++;
    return at < end && bytes[at] === LF ? at + 1 : 0;
  }

  /** A cell starts at its opening quote, as in csv-reader.ts. Only a quoted cell has a quote before its content. */
  function columnOf(cell: number): number {
    const start = starts[cell] as number;
    return countCharacters(bytes, buffer.start, bytes[start - 1] === QUOTE ? start - 1 : start) + 1;
  }

  function orderLineParser(): () => OrderLine | undefined {
    const orderId = cellOf('order_id');
    const lineNumber = cellOf('line');
    const practiceId = cellOf('practice_id');
    const product = cellOf('product');
    const description = cellOf('description');
    const patientRef = cellOf('patient_ref');
    const quantity = cellOf('quantity');
    const unitPrice = cellOf('unit_price');
    const currency = cellOf('currency');
    const placedAt = cellOf('placed_at');
    return () => {
      if (!isId(orderId) || !isId(practiceId) || !isId(product)) return undefined;
      if (!isText(description) || !isText(patientRef)) return undefined;
      isUnnumbered = isEmpty(lineNumber);
      const fact: OrderLine = {
        orderId: text(orderId),
        line: isUnnumbered ? 1 : integer(lineNumber),
        practiceId: repeatedText(practiceId),
        product: repeatedText(product),
        description: repeatedText(description),
        patientRef: text(patientRef),
        quantity: isEmpty(quantity) ? '1' : decimal(quantity, 3),
        unitPrice: decimal(unitPrice, 6),
        currency: isEmpty(currency) ? '' : repeatedText(currency),
        placedAt: instant(placedAt),
      };
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
    const eventId = cellOf('event_id');
    const orderId = cellOf('order_id');
    const event = cellOf('event');
    const at = cellOf('at');
    const sequence = cellOf('sequence');
    const reason = cellOf('reason');
    const lineNumber = cellOf('line');
    return () => {
      if (!isId(orderId) || !(isEmpty(eventId) || isId(eventId)) || !isText(reason)) return undefined;
      const kind = EVENTS.get(repeatedText(event));
      if (kind === undefined || (kind === 'paused' && isEmpty(reason))) return undefined;
      const line = isEmpty(lineNumber) ? 0 : integer(lineNumber);
      if (line !== 0 && (line < 1 || (kind !== 'cancelled' && kind !== 'deleted'))) return undefined;
      if (line === 0 && !isEmpty(lineNumber)) return undefined;
      const fact: HistoryEvent = {
        eventId: text(eventId),
        orderId: text(orderId),
        event: kind,
        at: instant(at),
        sequence: isEmpty(sequence) ? 0 : integer(sequence),
        reason: repeatedText(reason),
      };
      if (fact.at === NOT_PLAIN || fact.sequence === NOT_PLAIN) return undefined;
      return line === 0 ? fact : { ...fact, line };
    };
  }

  function cellOf(field: string): number {
    const cell = names.indexOf(field);
    return cell < 0 ? width : cell;
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
    return hasMultiByte[cell] === 0 ? ascii(start, end) : bytes.toString('utf8', start, end);
  }

  /** The same for a field that usually has few different values. */
  function repeatedText(cell: number): string {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (start === end || hasMultiByte[cell] !== 0) return text(cell);
    return repeated.text(bytes, start, end, ascii);
  }

  function ascii(start: number, end: number): string {
    return asciiText(buffer, start, end, recordEnd);
  }

  function integer(cell: number): number {
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    return end - start <= MOST_INTEGER_DIGITS ? digits(bytes, start, end) : NOT_PLAIN;
  }

  /** Returns the canonical decimal, without zeros at the end of its fraction; empty if it is not plain. */
  function decimal(cell: number, mostFractionDigits: number): string {
    const start = starts[cell] as number;
    let end = ends[cell] as number;
    let point = start;
    while (point < end && isDigit(bytes[point] as number)) point++;
    if (point === start || (bytes[start] === ZERO && point - start > 1)) return '';
    if (point < end) {
      const fraction = end - point - 1;
      if (bytes[point] !== POINT || fraction < 1 || fraction > mostFractionDigits) return '';
      for (let at = point + 1; at < end; at++) if (!isDigit(bytes[at] as number)) return '';
      while (bytes[end - 1] === ZERO) end--;
      if (bytes[end - 1] === POINT) end--;
    }
    return ascii(start, end);
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
    // C2 80 to C2 9F are the control characters U+0080 to U+009F.
    if (length <= 0 || (bytes[at] === 0xc2 && (bytes[at + 1] as number) < 0xa0)) return at;
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
