/**
 * Compares the patterns of document numbers, such as `INV-{seq:6}` or `{YYYY}-{MM}/{seq:4}`: can two documents get the same number?
 * `documentNumber` in document.ts fills in a pattern; `config/pattern-fault.ts` checks a single one.
 */

import { SEQUENCE } from './document.js';

/** One character of a number: a literal of the pattern, or a digit of a token. */
type Slot = string | Digit;

interface Digit {
  /** The token: `{YYYY}`, `{MM}` or `{seq:6}`. */
  readonly of: string;
  readonly at: number;
  /** How many digits the token has in this number. */
  readonly digits: number;
  /** The width to which the pattern pads the running number. */
  readonly width: number;
}

/** No ledger issues more than 999,999,999 documents of one type. */
const MOST_DIGITS = 9;

/**
 * Returns a number that both patterns can give, for any months and counts; undefined if there is none. `{seq}` and `1{seq}` share 11:
 * the eleventh of one and the first of the other.
 */
export function sharedNumber(one: string, other: string): string | undefined {
  for (const a of slotsByLength(one)) {
    for (const b of slotsByLength(other)) {
      const shared = commonText(a, b);
      if (shared !== undefined) return shared;
    }
  }
  return undefined;
}

/** Returns the slots of a pattern, once for each possible length of its running number. */
function slotsByLength(pattern: string): Slot[][] {
  const width = widthOf(pattern);
  const slots: Slot[][] = [];
  for (let length = width; length <= Math.max(width, MOST_DIGITS); length++)
    slots.push(parts(pattern).flatMap((part) => slotsOf(part, length, width)));
  return slots;
}

/** Returns the least number of digits that the running number has. */
const widthOf = (pattern: string): number => Number(SEQUENCE.exec(pattern)?.[1] ?? 1);

/** Splits a pattern into its tokens and what is between them. */
const parts = (pattern: string): string[] => pattern.split(/(\{[^{}]*\})/);

function slotsOf(part: string, length: number, width: number): Slot[] {
  if (!part.startsWith('{')) return [...part];
  const digits = part === '{YYYY}' ? 4 : part === '{MM}' ? 2 : length;
  return Array.from({ length: digits }, (_, at): Digit => ({ of: part, at, digits, width }));
}

/** Returns a text that fits both rows of slots, searched from left to right; undefined if there is none. Failed states are remembered. */
function commonText(a: readonly Slot[], b: readonly Slot[]): string | undefined {
  const inVain = new Set<string>();

  function from(at: number, readA: string, readB: string): string | undefined {
    const [slotA, slotB] = [a[at], b[at]];
    if (slotA === undefined || slotB === undefined) return slotA === slotB ? '' : undefined;
    const state = `${at} ${readA} ${readB}`;
    if (inVain.has(state)) return undefined;
    for (const each of charactersOf(slotA)) {
      const [nextA, nextB] = [readOn(slotA, readA, each), readOn(slotB, readB, each)];
      const rest = nextA === undefined || nextB === undefined ? undefined : from(at + 1, nextA, nextB);
      if (rest !== undefined) return each + rest;
    }
    inVain.add(state);
    return undefined;
  }
  return from(0, '', '');
}

/** Returns the characters that fit a slot, those of a present-day number first. */
function charactersOf(slot: Slot): readonly string[] {
  if (typeof slot === 'string') return [slot];
  const first = slot.of === '{YYYY}' ? '2026'[slot.at] : slot.of === '{MM}' ? '10'[slot.at] : '1';
  return [...`${first}0123456789`];
}

/** Returns what matters of a token after one more character; undefined if the slot does not allow that character. */
function readOn(slot: Slot, read: string, each: string): string | undefined {
  if (typeof slot === 'string') return slot === each ? each : undefined;
  if (!/\d/.test(each)) return undefined;
  const { of, at, digits, width } = slot;
  const soFar = at === 0 ? each : read + each;
  if (of === '{YYYY}') return soFar >= '2' ? '2' : isWithin(soFar, '1970', '1999') ? soFar : undefined;
  if (of === '{MM}') return isWithin(soFar, '01', '12') ? soFar : undefined;
  // Zeros only pad to the width, and a running number is never 0.
  if (Number(soFar) === 0) return digits > width || at === digits - 1 ? undefined : soFar;
  return at < digits - MOST_DIGITS ? undefined : '1';
}

/** Tells whether a number that begins so can lie between two others of its length. */
const isWithin = (begun: string, least: string, most: string) =>
  begun.padEnd(least.length, '9') >= least && begun <= most;

/** Returns a test that tells whether a text is a number that the pattern gives in any month at count `next` or later. */
export function numbersFrom(pattern: string, next: number): (text: string) => boolean {
  const source = parts(pattern)
    .map((part) => {
      if (part === '{YYYY}') return '(?:19[7-9]\\d|[2-9]\\d{3})';
      if (part === '{MM}') return '(?:0[1-9]|1[0-2])';
      return part.startsWith('{') ? '(\\d+)' : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
    })
    .join('');
  const number = new RegExp(`^${source}$`);
  const width = widthOf(pattern);
  return (text) => {
    const digits = number.exec(text)?.[1];
    return Number(digits) >= next && digits === String(Number(digits)).padStart(width, '0');
  };
}
