/**
 * Reads NDJSON: one flat JSON object on each line, with strings, numbers (as written) or null as values. It knows the place of every value
 * in the original bytes; other files decide what keys mean.
 *
 * The grammar is checked by hand: JSON.parse would round numbers, keep only the last of two equal keys and give no column. Each line
 * stands alone, so a bad line affects no other. Only a line or field beyond its limit ends the reading.
 */
import { isAscii } from 'node:buffer';
import { type Message, say } from '../errors/message.js';
import { MOST_FIELD_BYTES, MOST_FIELDS, MOST_HELD_ROWS, MOST_RECORD_BYTES } from './csv-reader.js';
import { append, createRecordBuffer } from './record-buffer.js';
import { countCharacters, firstInvalidUtf8 } from './utf8.js';

/** The current object. The reader reuses it for the next one: take what you need during the call. */
export interface NdjsonRecord {
  readonly size: number;
  /** The physical line, from 1. */
  readonly line: number;
  key(member: number): string;
  /** Returns a string's text or a number as written; undefined for null. */
  value(member: number): string | undefined;
  isNumber(member: number): boolean;
  /** Returns the position of the member's key in the line in code points, from 1. */
  keyColumn(member: number): number;
  valueColumn(member: number): number;
}

export interface NdjsonHandlers {
  record(record: NdjsonRecord): void;
  /** @param key the wrong member; empty for the object as a whole */
  problem(line: number, column: number, key: string, message: Message): void;
}

export interface NdjsonReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading. No handler is called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of lines read so far, good or bad, without blank lines at the end of the file. */
  readonly records: number;
  /** The number of blank lines at the end of the file. */
  readonly blankLines: number;
  /** Returns the bytes of the current line as they are in the file, with its line ending. Valid only during a callback. */
  raw(): Uint8Array;
}

const SLICE_BYTES = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Which values are allowed besides text, numbers and null. */
export interface NdjsonLeniency {
  /** If true, `true` and `false` are read as texts. */
  readonly takesBooleans: boolean;
  /** Tells whether to skip the value of this key, whatever it is. */
  ignores(key: string): boolean;
}

export function createNdjsonReader(handlers: NdjsonHandlers, leniency?: NdjsonLeniency): NdjsonReader {
  const buffer = createRecordBuffer();
  let stopped = false;
  let fileStarted = false;
  /** From the line's start to this offset of the buffer there is no line feed. */
  let searched = 0;
  let line = 1;
  let records = 0;
  /** Blank lines are problems only if a record follows. */
  let heldLines: { readonly line: number; readonly bytes: Uint8Array }[] = [];
  let heldLineBytes: Uint8Array | undefined;
  /** The offset after the current line, including its line feed. */
  let rawEnd = 0;

  let text = '';
  let at = 0;
  /** The last offset for which a column was computed, and that column. */
  let knownOffset = 0;
  let knownColumn = 1;
  const keys: string[] = [];
  const values: (string | undefined)[] = [];
  const numbers: boolean[] = [];
  const keyOffsets: number[] = [];
  const valueOffsets: number[] = [];
  const seen = new Set<string>();

  const record: NdjsonRecord = {
    get size() {
      return keys.length;
    },
    get line() {
      return line;
    },
    key: (member) => keys[member] as string,
    value: (member) => values[member],
    isNumber: (member) => numbers[member] === true,
    keyColumn: (member) => column(keyOffsets[member] as number),
    valueColumn: (member) => column(valueOffsets[member] as number),
  };

  return {
    push,
    end,
    stop,
    get stopped() {
      return stopped;
    },
    get line() {
      return line;
    },
    get records() {
      return records;
    },
    get blankLines() {
      return heldLines.length;
    },
    raw: () => heldLineBytes ?? buffer.bytes.subarray(buffer.start, rawEnd),
  };

  function push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length && !stopped; from += SLICE_BYTES) {
      searched -= append(buffer, chunk.subarray(from, from + SLICE_BYTES));
      if (fileStarted || buffer.end >= 3) readLines();
    }
  }

  function end(): void {
    if (!stopped) readLines();
    if (!stopped && buffer.start < buffer.end) readLine(buffer.end);
    stopped = true;
  }

  function stop(): void {
    stopped = true;
  }

  function readLines(): void {
    if (!fileStarted) startFile();
    while (!stopped) {
      const lineFeed = buffer.bytes.subarray(0, buffer.end).indexOf(LF, searched);
      if (lineFeed < 0) break;
      readLine(lineFeed);
      line++;
      buffer.start = lineFeed + 1;
      searched = buffer.start;
    }
    searched = buffer.end;
    if (!stopped && buffer.end - buffer.start > MOST_RECORD_BYTES) refuseLine();
  }

  /** Skips a byte order mark and refuses UTF-16. */
  function startFile(): void {
    const { bytes, end } = buffer;
    fileStarted = true;
    if (end >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff)) {
      stopped = true;
      report(1, '', say.utf16());
    } else if (end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      buffer.start = 3;
      searched = 3;
    }
  }

  /** @param lineEnd the offset of its line feed, or of the end of the file */
  function readLine(lineEnd: number): void {
    const { bytes, start } = buffer;
    rawEnd = Math.min(lineEnd + 1, buffer.end);
    if (lineEnd - start > MOST_RECORD_BYTES) {
      refuseLine();
      return;
    }
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (isBlank(bytes, start, end)) {
      if (heldLines.length === MOST_HELD_ROWS) tellHeldLines();
      if (!stopped) heldLines.push({ line, bytes: Buffer.from(bytes.subarray(start, rawEnd)) });
      return;
    }
    tellHeldLines();
    if (stopped) return;
    records++;
    if (decode(start, end) && parseObject()) handlers.record(record);
  }

  function tellHeldLines(): void {
    if (heldLines.length === 0) return;
    const lines = heldLines;
    heldLines = [];
    for (const held of lines) {
      heldLineBytes = held.bytes;
      records++;
      handlers.problem(held.line, 1, '', say.blankLine());
      if (stopped) break;
    }
    heldLineBytes = undefined;
  }

  function refuseLine(): void {
    tellHeldLines();
    if (stopped) return;
    records++;
    stopped = true;
    handlers.problem(line, 1, '', say.recordTooLarge());
  }

  /** Decodes the line's text. @returns false if it is not UTF-8 */
  function decode(start: number, end: number): boolean {
    const { bytes } = buffer;
    const ascii = isAscii(bytes.subarray(start, end));
    const invalid = ascii ? undefined : firstInvalidUtf8(bytes, start, end);
    if (invalid !== undefined) {
      const problemColumn = countCharacters(bytes, start, invalid) + 1;
      handlers.problem(line, problemColumn, '', say.invalidUtf8(bytes[invalid] as number));
      return false;
    }
    text = bytes.toString(ascii ? 'latin1' : 'utf8', start, end);
    knownOffset = 0;
    knownColumn = 1;
    return true;
  }

  /** @returns false if there was a problem, which was reported */
  function parseObject(): boolean {
    keys.length = 0;
    values.length = 0;
    numbers.length = 0;
    seen.clear();
    at = 0;
    let good = true;
    skipSpace();
    if (!take('{')) return expected('the { of an object');
    skipSpace();
    if (take('}')) return endObject();
    for (;;) {
      const member = keys.length;
      if (member === MOST_FIELDS) return tooManyMembers();
      keyOffsets[member] = at;
      if (text[at] !== '"') return expected('a key in quotes');
      const key = parseString('');
      if (key === undefined) return false;
      skipSpace();
      if (!take(':')) return expected('a colon');
      skipSpace();
      valueOffsets[member] = at;
      if (!parseValue(member, key)) return false;
      keys.push(key);
      if (seen.has(key)) {
        report(keyOffsets[member] as number, '', say.repeatedKey(key));
        good = false;
      }
      seen.add(key);
      skipSpace();
      if (take('}')) return endObject() && good;
      if (!take(',')) return expected('a comma or }');
      skipSpace();
    }
  }

  function endObject(): boolean {
    skipSpace();
    return at === text.length || expected('the end of the line');
  }

  function parseValue(member: number, key: string): boolean {
    numbers[member] = false;
    const first = text[at];
    if (first === '"') {
      values[member] = parseString(key);
      return values[member] !== undefined;
    }
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(text)?.[0];
    if (number !== undefined) {
      if (number.length > MOST_FIELD_BYTES) return tooLarge(at, key);
      values[member] = number;
      numbers[member] = true;
      at += number.length;
      return true;
    }
    if (text.startsWith('null', at)) {
      values[member] = undefined;
      at += 4;
      return true;
    }
    if (first === '{' || first === '[') {
      return leniency?.ignores(key) === true ? skipNested(member, key) : report(at, key, say.nestedValue());
    }
    const boolean =
      leniency?.takesBooleans === true ? /^(?:true|false)/.exec(text.slice(at, at + 5))?.[0] : undefined;
    if (boolean !== undefined) {
      values[member] = boolean;
      at += boolean.length;
      return true;
    }
    if (text.startsWith('true', at) || text.startsWith('false', at))
      return report(at, key, say.booleanValue());
    return expected('a value', key);
  }

  /** Skips an object or list: finds its closing brace, then checks its grammar. */
  function skipNested(member: number, key: string): boolean {
    const start = at;
    let depth = 0;
    do {
      const sign = text[at];
      if (sign === undefined) return expected('a closing brace or bracket', key);
      if (sign === '"') {
        if (parseString(key) === undefined) return false;
        continue;
      }
      if (sign === '{' || sign === '[') depth++;
      if (sign === '}' || sign === ']') depth--;
      at++;
    } while (depth > 0);
    values[member] = undefined;
    try {
      JSON.parse(text.slice(start, at));
      return true;
    } catch {
      at = start;
      return expected('a whole object or list', key);
    }
  }

  /** Parses the string whose opening quote is at `at`. @returns undefined if there was a problem, which was reported */
  function parseString(key: string): string | undefined {
    const opening = at;
    let done = '';
    at++;
    for (;;) {
      PLAIN_TEXT.lastIndex = at;
      PLAIN_TEXT.test(text);
      const plainEnd = PLAIN_TEXT.lastIndex;
      if (plainEnd - opening > MOST_FIELD_BYTES) {
        tooLarge(opening, key);
        return undefined;
      }
      const plain = text.slice(at, plainEnd);
      at = plainEnd;
      done = done === '' ? plain : done + plain;
      if (take('"')) return done;
      if (at >= text.length) {
        expected('a closing quote', key);
        return undefined;
      }
      if (text[at] !== '\\') {
        report(at, key, say.controlCharacterInJson(text.charCodeAt(at)));
        return undefined;
      }
      const unescaped = parseEscape(key);
      if (unescaped === undefined) return undefined;
      done += unescaped;
    }
  }

  /** Parses the escape whose backslash is at `at`; for a surrogate pair, both halves. */
  function parseEscape(key: string): string | undefined {
    const short = SHORT_ESCAPES[text[at + 1] ?? ''];
    if (short !== undefined) {
      at += 2;
      return short;
    }
    const unit = unicodeEscape(at);
    if (unit === undefined) {
      report(at, key, say.invalidEscape());
      return undefined;
    }
    if (unit < 0xd800 || unit > 0xdfff) {
      at += 6;
      return String.fromCharCode(unit);
    }
    const low = unicodeEscape(at + 6);
    if (unit > 0xdbff || low === undefined || low < 0xdc00 || low > 0xdfff) {
      report(at, key, say.loneSurrogate());
      return undefined;
    }
    at += 12;
    return String.fromCharCode(unit, low);
  }

  /** Returns the UTF-16 unit of an escape such as `\u0041` at an offset; undefined if there is none. */
  function unicodeEscape(offset: number): number | undefined {
    UNICODE_ESCAPE.lastIndex = offset;
    const digits = UNICODE_ESCAPE.exec(text)?.[1];
    return digits === undefined ? undefined : Number.parseInt(digits, 16);
  }

  function skipSpace(): void {
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x09) code = text.charCodeAt(++at);
  }

  function take(sign: string): boolean {
    if (text[at] !== sign) return false;
    at++;
    return true;
  }

  function expected(what: string, key = ''): false {
    return report(at, key, say.jsonSyntax(what, text.codePointAt(at)));
  }

  function tooLarge(offset: number, key: string): false {
    stopped = true;
    return report(offset, key, say.fieldTooLarge(false));
  }

  function tooManyMembers(): false {
    stopped = true;
    return report(0, '', say.tooManyFields());
  }

  function report(offset: number, key: string, message: Message): false {
    handlers.problem(line, column(offset), key, message);
    return false;
  }

  /**
   * Returns the column of an offset in code points, from 1. It counts from the last offset on, since a long line may have many problems.
   */
  function column(offset: number): number {
    let count = offset < knownOffset ? 1 : knownColumn;
    for (let unit = offset < knownOffset ? 0 : knownOffset; unit < offset; unit++) {
      const code = text.charCodeAt(unit);
      if (code < 0xdc00 || code > 0xdfff) count++;
    }
    knownOffset = offset;
    knownColumn = count;
    return count;
  }
}

/** Characters that need no closer look within a string. Also matches the empty text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them within a string
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const UNICODE_ESCAPE = /\\u([0-9a-fA-F]{4})/y;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] !== 0x20 && bytes[offset] !== 0x09) return false;
  }
  return true;
}
