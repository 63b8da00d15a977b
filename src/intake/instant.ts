/**
 * Parses an RFC 3339 date-time. The check is written by hand, because `new Date` accepts many other texts and reads 30 February as 1
 * March.
 *
 * RFC 3339 allows lower-case `t` and `z`. Its `-00:00` means UTC at an unknown place, and the instant is as clear as with `Z`, so it is
 * accepted. A space instead of the `T` is another dialect and refused.
 */

import type { Instant } from '../billing/order.js';
import { type Message, say } from '../errors/message.js';
import type { Refuse } from './fields.js';

/** The grammar. Only the fraction varies in length, so the parts are then taken by position. */
const RFC_3339 =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$/;

const DATE_ALONE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const WITHOUT_OFFSET = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$/;

const MINUTE = 60_000;

/** 9999-12-31T23:59:59.999Z */
export const LAST_INSTANT = 253_402_300_799_999;

export function instant(text: string, refuse: Refuse): Instant | undefined {
  if (!RFC_3339.test(text)) return refuse(whatIsMissing(text));
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // Without an offset the text ends with `Z`.
  const hasOffset = text.at(-3) === ':';
  const end = text.length - (hasOffset ? 6 : 1);
  const offsetHour = hasOffset ? digits(text, end + 1, end + 3) : 0;
  const offsetMinute = hasOffset ? digits(text, end + 4, end + 6) : 0;
  const fraction = text.slice(20, end);

  if (month < 1 || month > 12) return refuse(say.noSuchMonth(text));
  const days = daysInMonth(year, month);
  if (day < 1 || day > days) return refuse(say.noSuchDay(text, text.slice(0, 7), days));
  if (second === 60 && hour < 24 && minute < 60) return refuse(say.leapSecond(text));
  if (hour > 23 || minute > 59 || second > 59) return refuse(say.noSuchTime(text));
  if (fraction.length > 3) return refuse(say.tooPreciseInstant(text));
  if (offsetHour > 23 || offsetMinute > 59) return refuse(say.noSuchOffset(text));

  const millisecond = Number(fraction.padEnd(3, '0'));
  const offsetMinutes = (offsetHour * 60 + offsetMinute) * (text[end] === '-' ? -1 : 1);
  const local = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const value = local - offsetMinutes * MINUTE;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return year < 100 || value < 0 || value > LAST_INSTANT ? refuse(say.instantOutOfRange(text)) : value;
}

/** Returns the number written by the digits from `start` to `end`. It creates no substring, as `Number` would need. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}

const ZERO = 0x30;

function whatIsMissing(text: string): Message {
  if (DATE_ALONE.test(text)) return say.instantWithoutTime(text);
  if (WITHOUT_OFFSET.test(text)) return say.instantWithoutOffset(text);
  return say.notAnInstant(text);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] as number);
}
