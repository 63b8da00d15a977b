/**
 * Compares the patterns of document numbers, such as `INV-{seq:6}` or `{YYYY}-{MM}/{seq:4}`: can two documents get the same number?
 * `documentNumber` in document.ts fills in a pattern; `config/pattern-fault.ts` checks a single one.
 */

import { SEQUENCE } from './document.js';

/** One character of a number: a literal of the pattern, or a digit of a token. */
type Slot = string | Digit;

interface Digit {
  readonly of: 'YYYY' | 'MM' | 'seq';
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
      const shared = isAlike(a, b) ? commonText(a, b) : undefined;
      if (shared !== undefined) return shared;
    }
  }
  return undefined;
}

/** Returns the slots of a pattern, once for each possible length of its running number. */
function slotsByLength(pattern: string): Slot[][] {
  const width = Number(SEQUENCE.exec(pattern)?.[1] ?? 1);
  const lengths = Array.from({ length: Math.max(1, MOST_DIGITS - width + 1) }, (_, more) => width + more);
  const digits = (of: Digit['of'], count: number) =>
    Array.from({ length: count }, (_, at): Digit => ({ of, at, digits: count, width }));
  return lengths.map((length) =>
    pattern.split(/(\{[^{}]*\})/).flatMap((part): Slot[] => {
      if (part === '{YYYY}') return digits('YYYY', 4);
      if (part === '{MM}') return digits('MM', 2);
      return part.startsWith('{') ? digits('seq', length) : [...part];
    }),
  );
}

/** Rules out most pairs quickly: do the literals of one fit the slots of the other? */
function isAlike(a: readonly Slot[], b: readonly Slot[]): boolean {
  const canBe = (slot: Slot | undefined, text: string) =>
    typeof slot === 'string' ? slot === text : isDigit(text);
  return (
    a.length === b.length &&
    a.every((slot, at) => typeof slot !== 'string' || canBe(b[at], slot)) &&
    b.every((slot, at) => typeof slot !== 'string' || canBe(a[at], slot))
  );
}

const isDigit = (text: string) => /^[0-9]$/.test(text);

/** Returns a text that fits both rows of slots, searched from left to right; undefined if there is none. Failed states are remembered. */
function commonText(a: readonly Slot[], b: readonly Slot[]): string | undefined {
  const inVain = new Set<string>();

  function from(at: number, readA: string, readB: string): string | undefined {
    const [slotA, slotB] = [a[at], b[at]];
    if (slotA === undefined || slotB === undefined) return '';
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
  const first = slot.of === 'YYYY' ? '2026'[slot.at] : slot.of === 'MM' ? '10'[slot.at] : '1';
  return [...`${first}0123456789`];
}

/** Returns what matters of a token after one more character; undefined if the slot does not allow that character. */
function readOn(slot: Slot, read: string, each: string): string | undefined {
  if (typeof slot === 'string') return slot === each ? '' : undefined;
  if (!isDigit(each)) return undefined;
  const { of, at, digits, width } = slot;
  const soFar = at === 0 ? each : read + each;
  if (of === 'YYYY') return soFar >= '2' ? '2' : isWithin(soFar, '1970', '1999') ? soFar : undefined;
  if (of === 'MM') return isWithin(soFar, '01', '12') ? soFar : undefined;
  // Zeros only pad to the width, and a running number is never 0.
  if (Number(soFar) === 0) return digits > width || at === digits - 1 ? undefined : '0';
  return at < digits - MOST_DIGITS ? undefined : '1';
}

const isWithin = (begun: string, least: string, most: string) =>
  begun.padEnd(least.length, '9') >= least && begun.padEnd(most.length, '0') <= most;

/** Returns a test that tells whether a text is a number that the pattern gives in any month at count `next` or later. */
export function numbersFrom(pattern: string, next: number): (text: string) => boolean {
  const source = pattern
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      if (part === '{YYYY}') return '(?:19[7-9]\\d|[2-9]\\d{3})';
      if (part === '{MM}') return '(?:0[1-9]|1[0-2])';
      return part.startsWith('{') ? '(\\d+)' : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
    })
    .join('');
  const number = new RegExp(`^${source}$`, 'u');
  const width = Number(SEQUENCE.exec(pattern)?.[1] ?? 1);
  return (text) => {
    const digits = number.exec(text)?.[1] ?? '';
    return Number(digits) >= next && digits === String(Number(digits)).padStart(width, '0');
  };
}
