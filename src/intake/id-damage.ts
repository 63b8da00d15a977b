/** Recognises ids that a program or a person has damaged unnoticed. */

/** Blanks of every kind, and characters without width. */
const INVISIBLE = '[\\s\\u00ad\\u180e\\u200b-\\u200f\\u2060-\\u2064\\u2800\\u3164\\ufeff\\uffa0]';

const AT_ENDS = new RegExp(`^${INVISIBLE}+|${INVISIBLE}+$`, 'g');

/** Returns a text without invisible characters at its ends. */
export function trimmed(text: string): string {
  return text.replace(AT_ENDS, '');
}

/** True for `2.02610E+11`: a long number as a spreadsheet shows and saves it. */
export function isShortened(text: string): boolean {
  return text.includes('+') && SHORTENED.test(text);
}

const SHORTENED = /^[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}$/;
