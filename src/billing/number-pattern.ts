/**
 * The patterns of document numbers, such as `INV-{seq:6}` or `{YYYY}-{MM}/{seq:4}`: whether two documents could get the same number.
 * `documentNumber` in document.ts fills a pattern in; `config/pattern-fault.ts` says what is wrong with one.
 */

import { SEQUENCE } from './document.js';

/** A character of a number: one that the pattern has, or a digit of one of its tokens. */
type Slot = string | Digit;

interface Digit {
  readonly of: 'YYYY' | 'MM' | 'seq';
  readonly at: number;
  /** How many the token has here. */
  readonly digits: number;
  /** How many the pattern pads a running number to. */
  readonly width: number;
}

/** No ledger issues more documents of a type than nine digits count. */
const MOST_DIGITS = 9;

/**
 * A number that both patterns can give, in months and at counts that may differ; undefined if there is none. `{seq}` and `1{seq}`
 * share 11: the eleventh of one and the first of the other.
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

/** The slots of a pattern with as many digits as its running number may have. */
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

/** Most patterns differ in what they have of their own: told at once. */
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

/** A text that both rows of slots allow, found from left to right. What was tried in vain is not tried again. */
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

/** What can stand there; what makes a number of our days first. */
function charactersOf(slot: Slot): readonly string[] {
  if (typeof slot === 'string') return [slot];
  const first = slot.of === 'YYYY' ? '2026'[slot.at] : slot.of === 'MM' ? '10'[slot.at] : '1';
  return [...`${first}0123456789`];
}

/** All that matters of a token so far, with one character more; undefined if the slot does not allow that one. */
function readOn(slot: Slot, read: string, each: string): string | undefined {
  if (typeof slot === 'string') return slot === each ? '' : undefined;
  if (!isDigit(each)) return undefined;
  const { of, at, digits, width } = slot;
  const soFar = at === 0 ? each : read + each;
  if (of === 'YYYY') return soFar >= '2' ? '2' : isWithin(soFar, '1970', '1999') ? soFar : undefined;
  if (of === 'MM') return isWithin(soFar, '01', '12') ? soFar : undefined;
  // Zeros pad to the width, and no number is 0.
  if (Number(soFar) === 0) return digits > width || at === digits - 1 ? undefined : '0';
  return at < digits - MOST_DIGITS ? undefined : '1';
}

const isWithin = (begun: string, least: string, most: string) =>
  begun.padEnd(least.length, '9') >= least && begun.padEnd(most.length, '0') <= most;

/** Tells whether a text is a number that the pattern gives at `next` or later, in any month. */
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
