/** Reads integers and instants from their bytes, as fields.ts and instant.ts read them from a text, if they are plain. */
import { daysInMonth, LAST_INSTANT } from './instant.js';

/** The value for a number that is not plain. Plain numbers are zero or more. */
export const NOT_PLAIN = -1;

const MOST_INTEGER_DIGITS = 15;

/** The lengths of `2026-10-05T09:00:00`, and of the same with a `Z`, the shortest instant. */
const LOCAL_TIME = 19;
const SHORTEST_INSTANT = 20;

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

export function plainInteger(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > MOST_INTEGER_DIGITS) return NOT_PLAIN;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (!isDigit(byte)) return NOT_PLAIN;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

export function plainInstant(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < SHORTEST_INSTANT) return NOT_PLAIN;
  const local = localTime(bytes, start);
  let at = start + LOCAL_TIME;
  let millisecond = 0;
  if (bytes[at] === POINT) {
    const fraction = ++at;
    while (at < end && isDigit(bytes[at] as number)) at++;
    if (at === fraction || at > fraction + 3) return NOT_PLAIN;
    millisecond = plainInteger(bytes, fraction, at) * (POWERS[fraction + 3 - at] as number);
  }
  const offset = bytes[at] === UPPER_Z && at + 1 === end ? 0 : offsetMinutes(bytes, at, end);
  const value = local + millisecond - offset * MINUTE;
  return value >= 0 && value <= LAST_INSTANT ? value : NOT_PLAIN;
}

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const POWERS = [1, 10, 100];

/** Returns the local time as milliseconds since 1970, as if it were UTC; NaN if it is not plain. */
function localTime(bytes: Uint8Array, at: number): number {
  const isPunctuated =
    bytes[at + 4] === MINUS &&
    bytes[at + 7] === MINUS &&
    bytes[at + 10] === UPPER_T &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON;
  if (!isPunctuated) return Number.NaN;
  const century = twoDigits(bytes, at);
  const yearOfCentury = twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const hour = twoDigits(bytes, at + 11);
  const minute = twoDigits(bytes, at + 14);
  const second = twoDigits(bytes, at + 17);
  if (century < 0 || yearOfCentury < 0 || hour < 0 || minute < 0 || second < 0) return Number.NaN;
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return daysSince1970(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * SECOND;
}

/** `-05:00` -> -300; NaN if it is not plain. */
function offsetMinutes(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === MINUS ? -1 : Number.NaN;
  if (at + 6 !== end || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = twoDigits(bytes, at + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return sign * (hours * 60 + minutes);
}

/** Counts days by the calendar of ISO 8601, from year 1 on. Years begin in March, so that a leap day is the last day of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = whole(years / 4) - whole(years / 100) + whole(years / 400);
  return years * 365 + leapDays + whole((months * 153 + 2) / 5) + day - DAYS_BEFORE_1970;
}

/** From 1 March of year 0 to 1 January 1970, plus one, since days count from 1. */
const DAYS_BEFORE_1970 = 719_469;

/** Truncates a small number that is not negative. */
function whole(value: number): number {
  return value | 0;
}

/** Returns the number that two digits write; NOT_PLAIN if one is not a digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_PLAIN;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
