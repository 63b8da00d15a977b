/** Reads one line of NDJSON: a flat object with each key once, and strings, numbers (as written) or null as values. */
import { say } from '../errors/message.js';
import {
  expected,
  type JsonCursor,
  type JsonFault,
  readNumber,
  readString,
  skipBlanks,
  takeCharacter,
} from './json-text.js';
import { MOST_FIELDS } from './limits.js';

/** Which values are allowed besides text, numbers and null. */
export interface NdjsonLeniency {
  /** If true, `true` and `false` are read as texts. */
  readonly takesBooleans: boolean;
  /** Tells whether to skip the value of this key, whatever it is. */
  ignores(key: string): boolean;
}

/** The members of the current line, reused by every line. */
export interface JsonObject {
  readonly keys: string[];
  /** A string's text or a number as written; undefined for null. */
  readonly values: (string | undefined)[];
  readonly numbers: boolean[];
  readonly keyOffsets: number[];
  readonly valueOffsets: number[];
}

export interface JsonObjectReader {
  readonly object: JsonObject;
  /** Reads the object that is the line. @returns false if there was a problem, which was reported */
  read(line: string): boolean;
}

/** @param report receives what is wrong, and the wrong member's key; empty for the object as a whole */
export function createJsonObjectReader(
  report: (fault: JsonFault, key: string) => void,
  leniency?: NdjsonLeniency,
): JsonObjectReader {
  const cursor: JsonCursor = { text: '', at: 0 };
  const object: JsonObject = { keys: [], values: [], numbers: [], keyOffsets: [], valueOffsets: [] };
  const { keys, values, numbers, keyOffsets, valueOffsets } = object;
  const seen = new Set<string>();

  return { object, read };

  function read(line: string): boolean {
    cursor.text = line;
    cursor.at = 0;
    keys.length = 0;
    values.length = 0;
    numbers.length = 0;
    seen.clear();
    skipBlanks(cursor);
    if (!takeCharacter(cursor, '{')) return fail(expected(cursor, 'the { of an object'));
    skipBlanks(cursor);
    if (takeCharacter(cursor, '}')) return endObject();
    let isGood = true;
    for (;;) {
      const key = readMember();
      if (key === undefined) return false;
      isGood = addKey(key) && isGood;
      skipBlanks(cursor);
      if (takeCharacter(cursor, '}')) return endObject() && isGood;
      if (!takeCharacter(cursor, ',')) return fail(expected(cursor, 'a comma or }'));
      skipBlanks(cursor);
    }
  }

  /** Reads a key and its value. @returns the key; undefined if there was a problem, which was reported */
  function readMember(): string | undefined {
    const member = keys.length;
    if (member === MOST_FIELDS) return refuse({ offset: 0, message: say.tooManyFields(), endsReading: true });
    keyOffsets[member] = cursor.at;
    if (cursor.text[cursor.at] !== '"') return refuse(expected(cursor, 'a key in quotes'));
    const key = readString(cursor);
    if (typeof key !== 'string') return refuse(key);
    skipBlanks(cursor);
    if (!takeCharacter(cursor, ':')) return refuse(expected(cursor, 'a colon'));
    skipBlanks(cursor);
    valueOffsets[member] = cursor.at;
    const fault = readValue(member, key);
    return fault === undefined ? key : refuse(fault, key);
  }

  /** @returns false if the object has the key already, which was reported */
  function addKey(key: string): boolean {
    const isRepeated = seen.has(key);
    if (isRepeated) fail({ offset: keyOffsets[keys.length] as number, message: say.repeatedKey(key) });
    keys.push(key);
    seen.add(key);
    return !isRepeated;
  }

  function endObject(): boolean {
    skipBlanks(cursor);
    return cursor.at === cursor.text.length || fail(expected(cursor, 'the end of the line'));
  }

  /** @returns what is wrong; undefined if nothing is */
  function readValue(member: number, key: string): JsonFault | undefined {
    const isText = cursor.text[cursor.at] === '"';
    const written = isText ? readString(cursor) : readNumber(cursor);
    if (typeof written === 'object') return written;
    numbers[member] = !isText && written !== undefined;
    const value = written ?? readOtherValue(cursor, key, leniency);
    if (typeof value === 'object') return value;
    values[member] = value;
    return undefined;
  }

  function refuse(fault: JsonFault, key = ''): undefined {
    report(fault, key);
  }

  function fail(fault: JsonFault): false {
    report(fault, '');
    return false;
  }
}

const WORDS = ['null', 'true', 'false'] as const;

/**
 * Reads a value that is neither a string nor a number.
 * @returns the text of a boolean; undefined for null and for a value that is skipped; what is wrong otherwise
 */
function readOtherValue(
  cursor: JsonCursor,
  key: string,
  leniency: NdjsonLeniency | undefined,
): string | undefined | JsonFault {
  const { text, at } = cursor;
  if (text[at] === '{' || text[at] === '[')
    return leniency?.ignores(key) === true ? skipNested(cursor) : { offset: at, message: say.nestedValue() };
  const word = WORDS.find((each) => text.startsWith(each, at));
  if (word === undefined) return expected(cursor, 'a value');
  if (word !== 'null' && leniency?.takesBooleans !== true) return { offset: at, message: say.booleanValue() };
  cursor.at += word.length;
  return word === 'null' ? undefined : word;
}

/** Skips an object or list: finds its closing brace, then checks its grammar. */
function skipNested(cursor: JsonCursor): JsonFault | undefined {
  const { text, at: start } = cursor;
  let depth = 0;
  do {
    const character = text[cursor.at];
    if (character === undefined) return expected(cursor, 'a closing brace or bracket');
    if (character === '"') {
      const skipped = readString(cursor);
      if (typeof skipped !== 'string') return skipped;
      continue;
    }
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    cursor.at++;
  } while (depth > 0);
  try {
    JSON.parse(text.slice(start, cursor.at));
    return undefined;
  } catch {
    return expected({ text, at: start }, 'a whole object or list');
  }
}
