/** Makes input text fit to print in a message. */

const MOST_EXCERPT_CHARACTERS = 40;

/** A word that needs no quotes in a sentence. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._:+/-]*$/;

/**
 * Returns input text as a message may show it: shortened, with escapes for characters that a terminal could act on or a reader not
 * see, and in quotes unless it is one plain word.
 */
export function excerpt(text: string): string {
  if (text.length <= MOST_EXCERPT_CHARACTERS && PLAIN_WORD.test(text)) return text;
  return `"${escaped(text, '"')}"`;
}

/** Words that belong to a date. */
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
/** A currency code or the abbreviation of a zone; one is allowed. */
const CODE = /(?<!\p{L})[A-Z]{1,3}(?!\p{L})/u;

/** How much of a text a message shows if it may be a person's. With its place before it, that is enough to find it. */
const MOST_FOREIGN_CHARACTERS = 3;

/**
 * The same for a column that holds no words. If words are in it, they slipped in from another column and may be a patient's name, so
 * only the beginning is shown.
 */
export function wordlessExcerpt(text: string): string {
  const isShort = text.length <= 2 * MOST_FOREIGN_CHARACTERS;
  if (isShort || !/\p{L}/u.test(text.replace(DATE_WORDS, '').replace(CODE, ''))) return excerpt(text);
  const characters = [...text];
  const beginning = escaped(characters.slice(0, MOST_FOREIGN_CHARACTERS).join(''), '"');
  return `"${beginning}…" (${characters.length} characters)`;
}

/** Returns a key as it stands before its message: shortened and escaped, without quotes. */
export function keyExcerpt(key: string): string {
  return escaped(key, '');
}

/** Returns a name from the input in backticks. */
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

/** Blanks other than the space, and characters without width. The joiners within emoji are not among them. */
const UNSEEN = /^(?! )[\p{Zs}\u00ad\u180e\u200b\u2060-\u2064\u2800\u3164\uffa0]$/u;

export function visible(each: string): string {
  const code = each.codePointAt(0) as number;
  return isUnprintable(code) || UNSEEN.test(each) ? (SHORT_ESCAPES[each] ?? `\\u{${hex(code, 4)}}`) : each;
}

/** True for C0, DEL and C1, lone surrogates, line and paragraph separators, the byte order mark, and marks of writing direction. */
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

/** Returns one character of the input as a message shows it: `"x"`, or its name or number if quotes would be hard to read. */
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
