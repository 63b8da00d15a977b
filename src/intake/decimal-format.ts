/** Turns a profile's amounts into the plain decimals of docs/files.md: checks and removes their marks. */
import { say } from '../errors/message.js';
import type { FieldParser, Refuse } from './fields.js';
import type { InputSettings } from './input-profile.js';

type Marks = Pick<InputSettings, 'decimalMark' | 'groupMark' | 'currencySign' | 'negatives'>;

/** @param parse reads the plain decimal, which may have a minus */
export function createDecimalReader<Value>(marks: Marks, parse: FieldParser<Value>): FieldParser<Value> {
  const pattern = patternOf(marks);
  const { groupMark } = marks;
  const group = groupMark === undefined ? undefined : new RegExp(mark(groupMark), 'gu');
  const example = exampleOf(marks);
  // A lab has few prices, so most texts were read before.
  const known = new Map<string, Value>();
  return (text, refuse) => {
    const value = known.get(text) ?? read(text, refuse);
    if (value !== undefined && known.size < MOST_KNOWN) known.set(text, value);
    return value;
  };

  function read(text: string, refuse: Refuse): Value | undefined {
    const match = pattern.exec(text);
    const { whole = '', fraction, open, close, before, after } = match?.groups ?? {};
    // Brackets count only as a pair, and a minus only once.
    const isNegative = (open ?? close ?? before ?? after) !== undefined;
    if (
      match === null ||
      (before !== undefined && after !== undefined) ||
      (open === undefined) !== (close === undefined)
    )
      return refuse(say.notInNumberFormat(text, example));
    const digits = group === undefined ? whole : whole.replace(group, '');
    const size = fraction === undefined ? digits : `${digits}.${fraction}`;
    if (!isNegative) return parse(size, refuse);
    // A value that is refused for its sign is shown as written.
    return parse(`-${size}`, (message) =>
      refuse(message.kind === 'below-zero' ? say.belowZero(text) : message),
    );
  }
}

const MOST_KNOWN = 10_000;

const MINUS = '[-\\u2212]';

/** Returns the pattern of a number with groups of three digits or without groups: `1,180` and `1180`, not `11,80`. */
function patternOf({ decimalMark = '.', groupMark, currencySign, negatives = '-1' }: Marks): RegExp {
  const groups = groupMark === undefined ? '' : `[0-9]{1,3}(?:${mark(groupMark)}[0-9]{3})+|`;
  const number = `(?<whole>${groups}[0-9]+)(?:${mark(decimalMark)}(?<fraction>[0-9]+))?`;
  const blank = '[ \\u00a0\\u202f]?';
  const signBefore = currencySign === undefined ? '' : `(?:${escaped(currencySign)}${blank})?`;
  const signAfter = currencySign === undefined ? '' : `(?:${blank}${escaped(currencySign)})?`;
  switch (negatives) {
    case '-1':
      return new RegExp(`^(?<before>${MINUS})?${signBefore}(?<after>${MINUS})?${number}${signAfter}$`, 'u');
    case '1-':
      return new RegExp(`^${signBefore}${number}(?<before>${MINUS})?${signAfter}(?<after>${MINUS})?$`, 'u');
    case '(1)':
      return new RegExp(`^(?<open>\\()?${signBefore}${number}${signAfter}(?<close>\\))?$`, 'u');
  }
}

/** Accepts non-breaking blanks for a blank, and a typographic apostrophe for an apostrophe. */
function mark(sign: string): string {
  return sign === ' ' ? '[ \\u00a0\\u202f]' : sign === "'" ? "['\\u2019]" : escaped(sign);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Returns an amount as the profile describes amounts: `$1,180.00`. */
function exampleOf({ decimalMark = '.', groupMark, currencySign = '' }: Marks): string {
  return `${currencySign}1${groupMark ?? ''}180${decimalMark}00`;
}
