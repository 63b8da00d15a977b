/** Text of an input, made fit to print in a message. */

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
export function wordlessExcerpt(text: string): string {
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
export function ticked(name: string): string {
  return `\`${escaped(name, '`')}\``;
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

export function visible(each: string): string {
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
export function character(code: number): string {
  if (code === 0x20) return 'a space';
  if (code === 0x22) return 'a quote';
  return isUnprintable(code) ? codePointName(code) : `"${String.fromCodePoint(code)}"`;
}

/** `U+000A` */
export function codePointName(code: number): string {
  return `U+${hex(code, 4)}`;
}

export function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
