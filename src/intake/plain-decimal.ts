/**
 * Reads a decimal from its bytes, as fields.ts and decimal-format.ts read it from a text, if it is plain. It takes a decimal or leaves it,
 * and refuses none.
 */
import type { InputSettings } from './input-profile.js';

type Marks = Pick<InputSettings, 'decimalMark' | 'groupMark' | 'currencySign'>;

/** A decimal as a file has it. */
export interface WrittenDecimal {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly mostFractionDigits: number;
}

/**
 * Writes the canonical decimal into the target. @returns its length; 0 if it is not plain: not a decimal, below zero, with leading zeros or
 * too many fraction digits
 */
export type PlainDecimals = (written: WrittenDecimal, target: Uint8Array, at: number) => number;

const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

export function createPlainDecimals({
  decimalMark = '.',
  groupMark,
  currencySign = '',
}: Marks = {}): PlainDecimals {
  const DECIMAL_MARK = decimalMark.charCodeAt(0);
  const sign = Buffer.from(currencySign);

  return ({ bytes, start, end, mostFractionDigits }, target, to) => {
    const whole = afterSign(bytes, start, end);
    let at = digitsEnd(bytes, whole, end);
    const firstGroupEnd = at;
    if (at === whole) return 0;
    if (groupMark !== undefined && at <= whole + 3) at = groupsEnd(groupMark, bytes, at, end);
    // Neither `05` nor `0,180`.
    if (bytes[whole] === ZERO && (firstGroupEnd > whole + 1 || at > firstGroupEnd)) return 0;
    const wholeEnd = at;
    let fractionEnd = at;
    if (at < end && bytes[at] === DECIMAL_MARK) {
      fractionEnd = at = digitsEnd(bytes, wholeEnd + 1, end);
      if (at === wholeEnd + 1 || at - wholeEnd - 1 > mostFractionDigits) return 0;
      while (bytes[fractionEnd - 1] === ZERO) fractionEnd--;
      if (fractionEnd === wholeEnd + 1) fractionEnd = wholeEnd;
    }
    if (at < end) at = afterLastSign(bytes, at, end);
    if (at !== end) return 0;
    const length = copyDigits(bytes, whole, wholeEnd, target, to);
    if (fractionEnd === wholeEnd) return length;
    target[to + length] = POINT;
    return length + 1 + copyDigits(bytes, wholeEnd + 1, fractionEnd, target, to + length + 1);
  };

  function afterSign(bytes: Uint8Array, start: number, end: number): number {
    if (sign.length === 0 || !isSignAt(bytes, start, end)) return start;
    return start + sign.length + markLength(' ', bytes, start + sign.length, end);
  }

  function afterLastSign(bytes: Uint8Array, start: number, end: number): number {
    const at = start + markLength(' ', bytes, start, end);
    return sign.length > 0 && isSignAt(bytes, at, end) ? at + sign.length : start;
  }

  function isSignAt(bytes: Uint8Array, start: number, end: number): boolean {
    if (start + sign.length > end) return false;
    for (let at = 0; at < sign.length; at++) if (bytes[start + at] !== sign[at]) return false;
    return true;
  }
}

/** Returns the end of all groups of a mark and three digits. */
function groupsEnd(mark: string, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (;;) {
    const length = markLength(mark, bytes, at, end);
    const group = at + length;
    if (length === 0 || digitsEnd(bytes, group, Math.min(group + 3, end)) !== group + 3) return at;
    at = group + 3;
  }
}

/**
 * Returns the length of the mark in bytes; 0 if it is not there. A blank may be non-breaking, an apostrophe typographic, as in
 * decimal-format.ts.
 */
function markLength(mark: string, bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  const byte = bytes[at];
  if (byte === mark.charCodeAt(0)) return 1;
  if (mark === ' ' && byte === 0xc2 && bytes[at + 1] === 0xa0) return 2;
  if (byte !== 0xe2 || bytes[at + 1] !== 0x80) return 0;
  return bytes[at + 2] === (mark === ' ' ? 0xaf : mark === "'" ? 0x99 : undefined) ? 3 : 0;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
  return at;
}

/** Copies the digits without the marks between them. @returns how many there are */
function copyDigits(bytes: Uint8Array, start: number, end: number, target: Uint8Array, to: number): number {
  let next = to;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= ZERO && byte <= NINE) target[next++] = byte;
  }
  return next - to;
}
