/**
 * A shortcut for plain records, which make up most of nearly every CSV file: it turns bytes into a fact at once.
 *
 * Only this file defines what is plain. It takes a record or leaves it, and refuses none: csv-reader.ts and facts.ts read every record
 * that it leaves, good or bad, from the first byte on. For a record that it takes, fact and places are the same as theirs.
 *
 * A plain record is an order line or an event, but not a retraction. It is on one line, ends with LF or CRLF, is as wide as the header and
 * has no value under an empty name. Its cells are printable ASCII, texts also other UTF-8; a cell may be quoted, and only a text contains quotes.
 * Required fields are there. Ids have at most 128 characters, no blank at their ends and not the form that spreadsheets give long numbers.
 * Texts have at most 1,000 bytes, integers at most 15 digits. Instants have a capital `T`, and `Z` or an offset. Decimals have no leading
 * zeros; quantity and unit price have at most 11 characters together, so no amount is too large.
 */
import { minorDigits, withdrawalBefore } from '../billing/currency.js';
import { formKeyOfBytes, keyOfBytes, keyOfContent, keyOfLine, keyOfReasonBytes } from '../billing/id-key.js';
import { EVENT_KINDS, type EventKind, type Fact } from '../billing/order.js';
import {
  createPackedFacts,
  HAS_NO_CURRENCY,
  IS_PASSED_OVER,
  IS_UNNUMBERED,
  type PackedFacts,
  type PackedPart,
  ROW_END,
  toEvent,
  toOrderLine,
} from '../billing/packed-facts.js';
import type { CellPlaces } from './csv-cells.js';
import * as fields from './fields.js';
import { trimmed } from './id-damage.js';
import type { InputProfile } from './input-profile.js';
import { daysInMonth, LAST_INSTANT } from './instant.js';
import { MOST_FIELD_BYTES } from './limits.js';
import { createPlainDecimals } from './plain-decimal.js';
import { createProfileFields } from './profile-fields.js';
import type { RecordBuffer } from './record-buffer.js';
import { countCharacters, multiByteLength } from './utf8.js';

/** What decides which records are plain, and what they mean. */
export interface PlainSettings {
  readonly kind: 'orders' | 'history';
  /** The columns, already checked for the kind. */
  readonly names: readonly string[];
  readonly defaultCurrency: string;
  readonly profile?: InputProfile | undefined;
}

export interface PlainRecords {
  /**
   * Reads the record at the buffer's start, on that line, and the expected ones that follow it, but none that is passed over with others.
   * @param most how many at most
   * @returns the offset after the first one's line ending; 0 if it is not plain or not complete
   */
  read(buffer: RecordBuffer, line: number, most?: number): number;
  /** Returns the offset after so many of those that were read. */
  endOf(count: number): number;
  /** Takes facts of the input from that position on, which were read before. They need not be read again. */
  expect(facts: readonly PackedFacts[], position: number): void;
  /** Adds the record at the buffer's start to packed facts. @returns as `read` */
  pack(buffer: RecordBuffer, into: PackedFacts): number;
  /** True if a word of the first record read last skips it. */
  readonly isPassedOver: boolean;
  /** The facts that were read last. */
  readonly part: PackedPart;
  /** The places of the first one's cells. Valid until the buffer changes. */
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
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
const BACKSLASH = 0x5c;

/** The classes of bytes: printable ASCII, the start of a multi-byte character, or the end of a cell. */
const PRINTABLE = 0;
const MULTI_BYTE = 1;
const END = 2;

/** Inside quotes, where separators are printable. */
const QUOTED_CLASS = new Uint8Array(256).fill(END, 0, 0x20).fill(MULTI_BYTE, 0x80);
for (const byte of [QUOTE, 0x7f]) QUOTED_CLASS[byte] = END;

/** The value for a number that is not plain. Plain numbers are zero or more. */
const NOT_PLAIN = -1;

/** What a row has beside the texts of its record: quotes, commas, numbers and the default currency. */
const MOST_ROW_MARKS = 200;

export function createPlainRecords({ kind, names, defaultCurrency, profile }: PlainSettings): PlainRecords {
  const width = names.length;
  const by = profile && { profile, fields: createProfileFields(profile) };
  const { separator = ',', trim = false } = profile ?? {};
  const SEPARATOR = separator.charCodeAt(0);
  const UNQUOTED_CLASS = QUOTED_CLASS.slice();
  UNQUOTED_CLASS[SEPARATOR] = END;
  let buffer: RecordBuffer;
  let bytes: Buffer;
  // The contents of the cells, without quotes. One more cell, always empty, serves for all absent columns.
  const starts = new Int32Array(width + 1);
  const ends = new Int32Array(width + 1);
  const hasMultiByte = new Uint8Array(width + 1);
  const hasDoubledQuotes = new Uint8Array(width + 1);
  /** Where the cells started before they were trimmed. */
  const untrimmed = trim ? new Int32Array(width + 1) : starts;
  const nameless = [...names.keys()].filter((cell) => names[cell] === '');
  const plainDecimal = createPlainDecimals(profile);
  const single = createPackedFacts(kind, 1, 1024);
  /** The facts that were read last, and where the buffer has the first byte of the bytes from which they were read. */
  const part = { of: single, from: 0, to: 0, line: 0 };
  let origin = 0;
  /** False if the cells of the current record were not looked for, because its fact was expected. */
  let isSplit = true;
  /** The facts that are expected, and the next one of the first of them. */
  let expected: { readonly facts: PackedFacts; readonly position: number }[] = [];
  let next = 0;
  /** The facts to which the current record is added, its row, and up to where the row is written. */
  let packed = single;
  let row = packed.bytes;
  let at = 0;
  /** The room that the row may still need, beside the texts of any length. */
  let room = 0;
  /** True if a text of the current record is not plain. */
  let isRefused = false;
  const refuse = (): undefined => {
    isRefused = true;
  };
  const pack = kind === 'orders' ? orderLinePacker() : eventPacker();

  return {
    read(from, atLine, most = 1) {
      part.line = atLine;
      buffer = from;
      bytes = from.bytes;
      isSplit = expected.length === 0 || !findExpected(from, most);
      if (!isSplit) return endOf(1);
      single.count = 0;
      part.of = single;
      part.from = 0;
      part.to = 1;
      origin = 0;
      return packInto(single, from);
    },
    endOf,
    expect(facts, position) {
      expected = facts.map((each) => ({ facts: each, position }));
      next = 0;
      part.to = 0;
    },
    pack: (from, into) => packInto(into, from),
    get isPassedOver() {
      return isPassedOver(part.of, part.from);
    },
    part,
    places: {
      get line() {
        return part.line;
      },
      lineOf: () => part.line,
      columnOf,
    },
  };

  /** Finds the expected facts of the record that begins at the buffer's start, and of those after it. @returns false if there is none */
  function findExpected({ position: bufferPosition, start, end }: RecordBuffer, most: number): boolean {
    for (let first = expected[0]; first !== undefined; first = expected[0]) {
      const { facts, position } = first;
      origin = position - bufferPosition;
      while (next < facts.count && origin + (facts.recordStarts[next] as number) < start) next++;
      if (next < facts.count) {
        if (origin + (facts.recordStarts[next] as number) > start) return false;
        if (origin + (facts.recordEnds[next] as number) > end) return false;
        // After a few of them were taken, the others still follow.
        if (part.of !== facts || part.to <= next) part.to = next + 1;
        part.of = facts;
        part.from = next;
        const last = Math.min(facts.count, next + (isPassedOver(facts, next) ? 1 : most));
        while (part.to < last && continues(facts, part.to, end)) part.to++;
        return true;
      }
      expected.shift();
      next = 0;
      part.to = 0;
    }
    return false;
  }

  /** Tells whether a fact's record has arrived and begins where that of the fact before ends. */
  function continues(facts: PackedFacts, place: number, end: number): boolean {
    return (
      facts.recordStarts[place] === facts.recordEnds[place - 1] &&
      origin + (facts.recordEnds[place] as number) <= end &&
      !isPassedOver(facts, place)
    );
  }

  function endOf(count: number): number {
    return origin + (part.of.recordEnds[part.from + count - 1] as number);
  }

  /** Adds the record at the buffer's start to packed facts. @returns the offset after it; 0 if it is not plain or not complete */
  function packInto(into: PackedFacts, from: RecordBuffer): number {
    packed = into;
    row = into.bytes;
    buffer = from;
    bytes = from.bytes;
    const recordEnd = split(from);
    if (recordEnd === 0 || recordEnd - from.start > MOST_FIELD_BYTES) return 0;
    const { count } = packed;
    at = count === 0 ? 0 : (packed.ends[count - 1] as number);
    room = 2 * (recordEnd - from.start) + MOST_ROW_MARKS;
    makeRoom(room);
    packed.flags[count] = 0;
    isRefused = false;
    if (by?.fields.passesOver(textOfColumn) === true) packed.flags[count] = IS_PASSED_OVER;
    else {
      for (const cell of nameless) if (!isEmpty(cell)) return 0;
      if (!pack(count) || isRefused) return 0;
      for (let index = 0; index < ROW_END.length; index++) row[at++] = ROW_END.charCodeAt(index);
    }
    packed.ends[count] = at;
    packed.recordStarts[count] = from.start;
    packed.recordEnds[count] = recordEnd;
    packed.count++;
    return recordEnd;
  }

  function makeRoom(more: number): void {
    if (at + more <= row.length) return;
    row = new Uint8Array(Math.max(row.length * 2, at + more));
    row.set(packed.bytes);
    packed.bytes = row;
  }

  /** Finds the cells. @returns the offset after the record; 0 if it is not plain or not complete */
  function split({ bytes, start, end }: RecordBuffer): number {
    let at = start;
    for (let cell = 0; cell < width; cell++) {
      const isQuoted = bytes[at] === QUOTE;
      const classes = isQuoted ? QUOTED_CLASS : UNQUOTED_CLASS;
      if (isQuoted) at++;
      starts[cell] = at;
      hasMultiByte[cell] = 0;
      hasDoubledQuotes[cell] = 0;
      for (;;) {
        while (at < end && classes[bytes[at] as number] === PRINTABLE) at++;
        if (at < end && classes[bytes[at] as number] === MULTI_BYTE) {
          hasMultiByte[cell] = 1;
          at = endOfMultiByteCell(bytes, at, end, classes);
        }
        if (!isQuoted || bytes[at] !== QUOTE || at + 1 >= end || bytes[at + 1] !== QUOTE) break;
        hasDoubledQuotes[cell] = 1;
        at += 2;
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
    if (!isSplit) split(buffer);
    isSplit = true;
    const start = untrimmed[cell] as number;
    return countCharacters(bytes, buffer.start, bytes[start - 1] === QUOTE ? start - 1 : start) + 1;
  }

  /** Returns a function that writes the row of an order line; it returns false if the record is not plain. */
  function orderLinePacker(): (place: number) => boolean {
    const orderId = idWriter('order_id');
    const lineNumber = cellOf('line');
    const practiceId = idWriter('practice_id');
    const product = idWriter('product');
    const description = textWriter('description');
    const patientRef = textWriter('patient_ref');
    const quantity = decimalWriter('quantity', 3);
    const unitPrice = decimalWriter('unit_price', 6);
    const currency = currencyReader();
    const placedAt = instantReader('placed_at');
    return (place) => {
      const isUnnumbered = isEmpty(lineNumber);
      const number = isUnnumbered ? 1 : integer(lineNumber);
      const instant = placedAt();
      if (number < 1 || instant === NOT_PLAIN) return false;
      put(OPEN);
      put(QUOTE);
      const idStart = at;
      if (orderId() === 0) return false;
      const idEnd = at;
      endText();
      putNumber(number);
      put(COMMA);
      put(QUOTE);
      packed.practiceStarts[place] = at;
      if (practiceId() === 0) return false;
      packed.practiceEnds[place] = at;
      endText();
      put(QUOTE);
      if (product() === 0) return false;
      endText();
      put(QUOTE);
      description();
      endText();
      put(QUOTE);
      patientRef();
      endText();
      put(QUOTE);
      const quantityDigits = quantity();
      if (quantityDigits === 0 || (quantityDigits === 1 && row[at - 1] === ZERO)) return false;
      endText();
      put(QUOTE);
      const priceDigits = unitPrice();
      if (priceDigits === 0 || quantityDigits + priceDigits > MOST_AMOUNT_CHARACTERS) return false;
      endText();
      const given = currency();
      const meant = given === '' ? defaultCurrency : given;
      if (minorDigits(meant) === undefined || withdrawalBefore(meant, instant) !== undefined) return false;
      put(QUOTE);
      for (let index = 0; index < meant.length; index++) put(meant.charCodeAt(index));
      endText();
      putNumber(instant);
      put(CLOSE);
      const key = keyOfBytes(row, idStart, idEnd);
      packed.keys[place] = key;
      packed.identities[place] = number === 1 ? key : keyOfLine(latin1(idStart, idEnd), number, key);
      packed.otherKeys[place] = formKeyOfBytes(row, idStart, idEnd);
      packed.instants[place] = instant;
      packed.flags[place] = (isUnnumbered ? IS_UNNUMBERED : 0) | (given === '' ? HAS_NO_CURRENCY : 0);
      return true;
    };
  }

  /** The same for an event. */
  function eventPacker(): (place: number) => boolean {
    const eventId = idWriter('event_id');
    const eventIdCell = cellOf('event_id');
    const orderId = idWriter('order_id');
    const event = eventReader();
    const instantOf = instantReader('at');
    const sequenceCell = cellOf('sequence');
    const reason = textWriter('reason');
    const lineNumber = cellOf('line');
    return (place) => {
      const kind = event();
      if (kind === undefined) return false;
      const line = isEmpty(lineNumber) ? 0 : integer(lineNumber);
      if (line !== 0 && (line < 1 || (kind !== 'cancelled' && kind !== 'deleted'))) return false;
      if (line === 0 && !isEmpty(lineNumber)) return false;
      const instant = instantOf();
      const sequence = isEmpty(sequenceCell) ? 0 : integer(sequenceCell);
      if (instant === NOT_PLAIN || sequence === NOT_PLAIN) return false;
      put(OPEN);
      put(QUOTE);
      const idStart = at;
      if (orderId() === 0) return false;
      const key = keyOfBytes(row, idStart, at);
      endText();
      putNumber(instant);
      put(COMMA);
      putNumber(sequence);
      put(COMMA);
      put(QUOTE);
      for (let index = 0; index < kind.length; index++) put(kind.charCodeAt(index));
      endText();
      put(QUOTE);
      const reasonStart = at;
      if (reason() === 0 && kind === 'paused') return false;
      const reasonEnd = at;
      endText();
      put(QUOTE);
      const eventIdStart = at;
      const hasEventId = eventId() > 0;
      if (!hasEventId && !isEmpty(eventIdCell)) return false;
      const eventKey = hasEventId ? keyOfBytes(row, eventIdStart, at) : 0;
      put(QUOTE);
      if (line > 0) {
        put(COMMA);
        putNumber(line);
      }
      put(CLOSE);
      packed.keys[place] = key;
      packed.identities[place] = hasEventId
        ? eventKey
        : keyOfContent({
            orderKey: key,
            at: instant,
            kind,
            sequence,
            line,
            reasonKey: keyOfReasonBytes(row, reasonStart, reasonEnd),
          });
      packed.otherKeys[place] = eventKey;
      packed.instants[place] = instant;
      return true;
    };
  }

  function put(byte: number): void {
    row[at++] = byte;
  }

  function endText(): void {
    row[at] = QUOTE;
    row[at + 1] = COMMA;
    at += 2;
  }

  function putNumber(value: number): void {
    at = writeInteger(row, at, value);
  }

  /** Writes a text that may be of any length. @returns its length in bytes */
  function putText(text: string): number {
    const written = Buffer.from(JSON.stringify(text));
    makeRoom(written.length + room);
    row.set(written.subarray(1, -1), at);
    at += written.length - 2;
    return written.length - 2;
  }

  /** Returns the cell of a field that is read unchanged. Fields that are read otherwise, or are absent, have the empty cell. */
  function cellOf(field: string): number {
    const cell = names.indexOf(by === undefined ? field : (by.fields.columnOf(field) ?? ''));
    return cell < 0 ? width : cell;
  }

  /** The writer returns the length of what it wrote: 0 if the id is not plain, or is absent. */
  function idWriter(field: string): () => number {
    const made = madeReader(field, fields.id);
    if (made !== undefined) {
      return () => {
        const id = made();
        if (id === '' || PLAIN_ID.test(id)) return putText(id);
        isRefused = true;
        return 0;
      };
    }
    const cell = cellOf(field);
    return () => (isId(cell) ? copyCell(cell) : 0);
  }

  function textWriter(field: string): () => number {
    const made = madeReader(field, fields.text);
    if (made !== undefined) return () => putText(made());
    const cell = cellOf(field);
    return () => {
      if ((ends[cell] as number) - (starts[cell] as number) <= MOST_TEXT_BYTES) return copyCell(cell);
      isRefused = true;
      return 0;
    };
  }

  /** Copies a cell into the row. @returns its length there */
  function copyCell(cell: number): number {
    const target = row;
    const end = ends[cell] as number;
    let to = at;
    for (let from = starts[cell] as number; from < end; from++) {
      const byte = bytes[from] as number;
      if (byte === BACKSLASH || byte === QUOTE) target[to++] = BACKSLASH;
      // A quote within quotes is doubled.
      if (byte === QUOTE) from++;
      target[to++] = byte;
    }
    const length = to - at;
    at = to;
    return length;
  }

  function currencyReader(): () => string {
    const cell = cellOf('currency');
    const made = madeReader('currency', fields.currency);
    if (made !== undefined) return made;
    // Most records have the currency of the record before.
    let last = '';
    return () => {
      if (isEmpty(cell)) return '';
      if (!isAt(bytes, starts[cell] as number, ends[cell] as number, last)) last = text(cell);
      return last;
    };
  }

  /** The writer returns the length of what it wrote: 0 if the decimal is not plain, or is absent and required. */
  function decimalWriter(field: 'quantity' | 'unit_price', mostFractionDigits: number): () => number {
    const constant = profile?.constants?.[field];
    const value = constant === undefined ? undefined : fields.unitPrice(constant, refuse);
    if (value !== undefined) return () => putText(value);
    const cell = cellOf(field);
    const absent = field === 'quantity' ? '1' : '';
    return () => {
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      if (start === end) return putText(absent);
      const written = plainDecimal({ bytes, start, end, mostFractionDigits }, row, at);
      at += written;
      return written;
    };
  }

  function eventReader(): () => EventKind | undefined {
    const constant = profile?.constants?.event;
    if (constant !== undefined) return () => EVENTS.get(constant);
    const cell = cellOf('event');
    const words = profile?.values?.[by?.fields.columnOf('event') ?? ''] ?? {};
    const kinds = new Map(EVENTS);
    for (const [word, ours] of Object.entries(words)) {
      const kind = EVENTS.get(ours ?? '');
      if (kind === undefined) kinds.delete(word);
      else kinds.set(word, kind);
    }
    const known = [...kinds].map(([word, kind]) => ({ word: Buffer.from(word).toString('latin1'), kind }));
    return () => {
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      for (const { word, kind } of known) if (isAt(bytes, start, end, word)) return kind;
      return undefined;
    };
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
    if (hasDoubledQuotes[cell] !== 0) return false;
    if (bytes[start] === SPACE || bytes[end - 1] === SPACE || mayBeShortened(start, length)) return false;
    for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return false;
    return true;
  }

  /** Matches `2.02610E+11` and the like: a digit first, and a plus two or three bytes before the end. */
  function mayBeShortened(start: number, length: number): boolean {
    return (
      isDigit(bytes[start] as number) &&
      (bytes[start + length - 3] === PLUS || bytes[start + length - 4] === PLUS)
    );
  }

  function text(cell: number): string {
    const written = utf8(starts[cell] as number, ends[cell] as number);
    return hasDoubledQuotes[cell] === 0 ? written : written.replaceAll('""', '"');
  }

  function utf8(start: number, end: number): string {
    return bytes.toString('utf8', start, end);
  }

  function latin1(start: number, end: number): string {
    return Buffer.from(row.buffer, start, end - start).toString('latin1');
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

function isPassedOver({ flags }: PackedFacts, place: number): boolean {
  return ((flags[place] as number) & IS_PASSED_OVER) !== 0;
}

/** Returns the first of some facts, unpacked each time that it is looked at. Most facts never are. */
export function unpackedWhenRead(kind: PlainSettings['kind'], packed: PackedPart): Fact {
  const rowIn = ({ of: { bytes, ends }, from }: PackedPart) => {
    const start = from === 0 ? 0 : (ends[from - 1] as number);
    const end = (ends[from] as number) - ROW_END.length;
    return JSON.parse(Buffer.from(bytes.buffer, start, end - start).toString());
  };
  const flags = ({ of, from }: PackedPart) => of.flags[from] as number;
  if (kind === 'history')
    return {
      kind: 'history',
      get fact() {
        return toEvent(rowIn(packed));
      },
    };
  return {
    kind: 'orders',
    get fact() {
      const line = toOrderLine(rowIn(packed));
      return (flags(packed) & HAS_NO_CURRENCY) === 0 ? line : { ...line, currency: '' };
    },
    get isUnnumbered() {
      return (flags(packed) & IS_UNNUMBERED) !== 0;
    },
  };
}

/** Writes a whole number of zero or more. @returns the offset after it */
function writeInteger(target: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    target[at] = ZERO + value;
    return at + 1;
  }
  let end = at;
  for (let rest = value; rest >= 1; rest /= 10) end++;
  // Numbers of 32 bits are divided faster.
  const high = Math.floor(value / MILLION);
  let to = writeDigits(target, end, value - high * MILLION, high > 0 ? 6 : end - at);
  if (high > 0) {
    const higher = Math.floor(high / MILLION);
    to = writeDigits(target, to, high - higher * MILLION, higher > 0 ? 6 : to - at);
    if (higher > 0) writeDigits(target, to, higher, to - at);
  }
  return end;
}

const MILLION = 1_000_000;

/** Writes so many last digits of a number before an offset. @returns the offset of the first one */
function writeDigits(target: Uint8Array, end: number, value: number, count: number): number {
  let rest = value | 0;
  for (let at = end - 1; at >= end - count; at--) {
    const next = (rest / 10) | 0;
    target[at] = ZERO + rest - next * 10;
    rest = next;
  }
  return end - count;
}

/** Compares bytes with a text of one character for each byte. */
function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
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

/** An id that JSON writes unescaped. */
const PLAIN_ID = /^[ !#-[\]-~]+$/;

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
