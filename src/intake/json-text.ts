/**
 * Reads strings and numbers of JSON from one line, by hand: JSON.parse would round numbers, keep only the last of two equal keys and give
 * no column.
 */
import { type Message, say } from '../errors/message.js';
import { MOST_FIELD_BYTES } from './limits.js';

export interface JsonCursor {
  text: string;
  /** The offset of the next character. */
  at: number;
}

/** What is wrong, and where. */
export interface JsonFault {
  readonly offset: number;
  readonly message: Message;
  /** True if a part is too large, which ends the reading of the file. */
  readonly endsReading?: true;
}

export function expected({ text, at }: JsonCursor, what: string): JsonFault {
  return { offset: at, message: say.jsonSyntax(what, text.codePointAt(at)) };
}

export function skipBlanks(cursor: JsonCursor): void {
  const { text } = cursor;
  let code = text.charCodeAt(cursor.at);
  while (code === 0x20 || code === 0x09) code = text.charCodeAt(++cursor.at);
}

/** Reads a character if it is the next one. */
export function takeCharacter(cursor: JsonCursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

/** Reads the next number, as written. @returns undefined if no number starts here */
export function readNumber(cursor: JsonCursor): string | JsonFault | undefined {
  NUMBER.lastIndex = cursor.at;
  const number = NUMBER.exec(cursor.text)?.[0];
  if (number === undefined) return undefined;
  if (number.length > MOST_FIELD_BYTES) return tooLarge(cursor.at);
  cursor.at += number.length;
  return number;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Reads the string whose opening quote is the next character. */
export function readString(cursor: JsonCursor): string | JsonFault {
  const { text } = cursor;
  const opening = cursor.at;
  let done = '';
  cursor.at++;
  for (;;) {
    PLAIN_TEXT.lastIndex = cursor.at;
    PLAIN_TEXT.test(text);
    const plainEnd = PLAIN_TEXT.lastIndex;
    if (plainEnd - opening > MOST_FIELD_BYTES) return tooLarge(opening);
    const plain = text.slice(cursor.at, plainEnd);
    cursor.at = plainEnd;
    done = done === '' ? plain : done + plain;
    if (takeCharacter(cursor, '"')) return done;
    if (plainEnd >= text.length) return expected(cursor, 'a closing quote');
    if (text[plainEnd] !== '\\')
      return { offset: plainEnd, message: say.controlCharacterInJson(text.charCodeAt(plainEnd)) };
    const unescaped = readEscape(cursor);
    if (typeof unescaped !== 'string') return unescaped;
    done += unescaped;
  }
}

/** Characters that need no closer look within a string. Also matches the empty text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them within a string
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;

const tooLarge = (offset: number): JsonFault => ({
  offset,
  message: say.fieldTooLarge(false),
  endsReading: true,
});

/** Reads the escape whose backslash is the next character; for a surrogate pair, both halves. */
function readEscape(cursor: JsonCursor): string | JsonFault {
  const { text, at } = cursor;
  const short = SHORT_ESCAPES[text[at + 1] ?? ''];
  if (short !== undefined) {
    cursor.at += 2;
    return short;
  }
  const unit = unicodeEscape(text, at);
  if (unit === undefined) return { offset: at, message: say.invalidEscape() };
  if (unit < 0xd800 || unit > 0xdfff) {
    cursor.at += 6;
    return String.fromCharCode(unit);
  }
  const low = unicodeEscape(text, at + 6);
  if (unit > 0xdbff || low === undefined || low < 0xdc00 || low > 0xdfff)
    return { offset: at, message: say.loneSurrogate() };
  cursor.at += 12;
  return String.fromCharCode(unit, low);
}

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

const UNICODE_ESCAPE = /\\u([0-9a-fA-F]{4})/y;

/** Returns the UTF-16 unit of an escape such as `\u0041` at an offset; undefined if there is none. */
function unicodeEscape(text: string, offset: number): number | undefined {
  UNICODE_ESCAPE.lastIndex = offset;
  const digits = UNICODE_ESCAPE.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
