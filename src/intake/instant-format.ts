/**
 * A profile's formats of date and time: their tokens, and how texts are read by them.
 *
 * The tokens are those of date-fns. Its `parse` reads the same texts (a test compares them), but takes 19 microseconds for each and reads
 * `25` as the year 25. So a format becomes one regular expression here, and matching texts are checked by the calendar.
 */

import type { Instant } from '../billing/order.js';
import { DAY, formatInstant, occurrencesOf, offsetAt } from '../billing/time-zone.js';
import { type Message, say } from '../errors/message.js';
import type { FieldParser } from './fields.js';
import { daysInMonth, LAST_INSTANT } from './instant.js';

export interface InstantFormat {
  readonly format: string;
  /** True if the format has a time of day. */
  readonly hasTime: boolean;
  /** True if the format fixes the instant by itself, so that no zone is needed. */
  readonly hasOffset: boolean;
  readonly pattern: RegExp;
  /** The meaning of each group of the pattern. */
  readonly parts: readonly Part[];
  /** The text between date and time, if it cannot occur earlier; otherwise undefined. */
  readonly joint: string | undefined;
}

type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'weekday'
  | 'hour'
  | 'hour12'
  | 'half'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'offset'
  | 'seconds'
  | 'milliseconds';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3));

/** Also matches non-breaking blanks: since 2023 some systems write `9:15 AM` with U+202F. */
const BLANK = '[ \\u00a0\\u202f]';

const TOKENS: Readonly<Record<string, readonly [part: Part, pattern: string]>> = {
  yyyy: ['year', '[0-9]{4}'],
  yy: ['shortYear', '[0-9]{2}'],
  M: ['month', '[0-9]{1,2}'],
  MM: ['month', '[0-9]{1,2}'],
  MMM: ['monthName', short(MONTHS).join('|')],
  MMMM: ['monthName', MONTHS.join('|')],
  d: ['day', '[0-9]{1,2}'],
  dd: ['day', '[0-9]{1,2}'],
  EEE: ['weekday', short(WEEKDAYS).join('|')],
  EEEE: ['weekday', WEEKDAYS.join('|')],
  H: ['hour', '[0-9]{1,2}'],
  HH: ['hour', '[0-9]{1,2}'],
  h: ['hour12', '[0-9]{1,2}'],
  hh: ['hour12', '[0-9]{1,2}'],
  a: ['half', '[AaPp]\\.?[Mm]\\.?'],
  m: ['minute', '[0-9]{1,2}'],
  mm: ['minute', '[0-9]{1,2}'],
  s: ['second', '[0-9]{1,2}'],
  ss: ['second', '[0-9]{1,2}'],
  X: ['offset', 'Z|[+-][0-9]{2}(?::?[0-9]{2})?'],
  XX: ['offset', 'Z|[+-][0-9]{4}'],
  XXX: ['offset', 'Z|[+-][0-9]{2}:[0-9]{2}'],
  x: ['offset', '[+-][0-9]{2}(?::?[0-9]{2})?'],
  xx: ['offset', '[+-][0-9]{4}'],
  xxx: ['offset', '[+-][0-9]{2}:[0-9]{2}'],
  t: ['seconds', '[0-9]{1,12}'],
  T: ['milliseconds', '[0-9]{1,15}'],
};

/** Splits a format as date-fns does: a doubled quote, a text in quotes, a run of one letter, or any other character. */
const PIECES = /''|'(?:''|[^'])+'|([A-Za-z])\1*|./gsu;

/** @returns the compiled format, or what is wrong with it */
export function compileFormat(format: string): InstantFormat | string {
  const parts: Part[] = [];
  let pattern = '';
  let beforeLastOfDate = '';
  for (const [piece] of format.matchAll(PIECES)) {
    if (piece === "'") return 'has a quote that is never closed; a quote itself is written twice';
    if (piece.startsWith("'")) {
      pattern += literal(piece === "''" ? "'" : piece.slice(1, -1).replaceAll("''", "'"));
    } else if (/^[A-Za-z]/.test(piece)) {
      const [part, digits] = TOKENS[piece] ?? (/^S+$/.test(piece) ? (['fraction', '[0-9]+'] as const) : []);
      if (part === undefined) return unknownToken(piece);
      if (parts.includes(part)) return `has "${piece}" where the same is there already`;
      parts.push(part);
      if (parts.length === 3) beforeLastOfDate = pattern;
      pattern += `(${digits})`;
    } else pattern += literal(piece);
  }
  const has = (...each: readonly Part[]) => each.some((part) => parts.includes(part));
  const compiled = {
    format,
    hasTime: has('hour', 'hour12', 'seconds', 'milliseconds'),
    hasOffset: has('offset', 'seconds', 'milliseconds'),
    pattern: new RegExp(`^${pattern}$`, 'iu'),
    parts,
    joint: jointOf(parts, pattern, beforeLastOfDate),
  };
  if (has('seconds', 'milliseconds'))
    return parts.length === 1 ? compiled : 'has "t" or "T" beside others; they say it all';
  if (!has('year', 'shortYear')) return 'has no year; yyyy is expected in it';
  if (has('year') && has('shortYear')) return 'has the year twice';
  if (!has('month', 'monthName')) return 'has no month; MM is expected in it';
  if (has('month') && has('monthName')) return 'has the month twice';
  if (!has('day')) return 'has no day; dd is expected in it';
  if (has('hour') && has('hour12', 'half'))
    return 'has H and h or a; H counts to 23, h to 12 with a for AM or PM';
  if (has('hour12') !== has('half')) return 'has h without a, or a without h; only both tell the hour';
  if (has('minute') && !has('hour', 'hour12')) return 'has minutes but no hour';
  if (has('hour', 'hour12') && !has('minute')) return 'has an hour but no minutes (mm)';
  if (has('second') && !has('minute')) return 'has seconds but no minutes';
  if (has('fraction') && !has('second')) return 'has a fraction but no seconds';
  return compiled;
}

const DATE: readonly Part[] = ['year', 'shortYear', 'month', 'monthName', 'day'];
const TIME: readonly Part[] = ['hour', 'hour12', 'minute', 'second', 'fraction', 'half'];

/**
 * Returns a blank or a T if the whole date precedes it, without another one, and the whole time follows; otherwise undefined.
 * @param beforeLast the pattern up to the last part of the date
 */
function jointOf(parts: readonly Part[], pattern: string, beforeLast: string): string | undefined {
  const isDateThenTime =
    parts.slice(0, 3).every((part) => DATE.includes(part)) &&
    parts.slice(3).every((part) => TIME.includes(part));
  if (!isDateThenTime || parts.length < 4) return undefined;
  const rest = pattern.slice(pattern.indexOf(')', beforeLast.length) + 1);
  if (rest.startsWith(BLANK)) return beforeLast.includes(BLANK) ? undefined : ' ';
  return rest.startsWith('T') && !parts.includes('monthName') && !/t/i.test(beforeLast) ? 'T' : undefined;
}

function unknownToken(piece: string): string {
  const known = 'yyyy, yy, MM, MMM, dd, EEE, HH, hh, a, mm, ss, SSS, XXX, t and T';
  return `has "${piece}", which is none of ${known}; put text in '…'`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(' ', BLANK);
}

export interface InstantReader {
  readonly parse: FieldParser<Instant>;
  /** The number of texts with a wall time that occurs twice. They were read as the first occurrence. */
  readonly repeatedTimes: number;
}

export interface InstantSettings {
  readonly formats: readonly InstantFormat[];
  /** Used by formats without an offset. */
  readonly timeZone: string;
  /** In milliseconds of the day; used by formats without a time. */
  readonly time: number;
}

/** If several formats read a text, all must give the same instant. */
export function createInstantReader(settings: InstantSettings): InstantReader {
  let repeatedTimes = 0;
  const [only, ...others] = settings.formats;
  const days =
    only?.joint !== undefined && others.length === 0 ? createDays(only.joint, settings.timeZone) : undefined;
  return {
    parse(text, refuse) {
      const known = days?.find(text);
      if (known !== undefined) return known;
      let found: Reading | undefined;
      let why: Message | undefined;
      for (const format of settings.formats) {
        const reading = readBy(format, text, settings);
        if (reading !== undefined && 'text' in reading) why ??= reading;
        else if (reading !== undefined) {
          if (found !== undefined && found.instant !== reading.instant) {
            const [one, other] = [found, reading].map(({ instant }) => formatInstant(instant));
            return refuse(say.ambiguousInstant(text, one ?? '', other ?? ''));
          }
          found = reading;
        }
      }
      if (found === undefined)
        return refuse(
          why ??
            say.notInFormat(
              text,
              settings.formats.map(({ format }) => format),
            ),
        );
      if (found.isRepeated) repeatedTimes++;
      else days?.learn(text, found.instant);
      return found.instant;
    },
    get repeatedTimes() {
      return repeatedTimes;
    },
  };
}

/**
 * Remembers texts of days and of times that were read before, since a file has few of either. Only days far from a change of the clocks
 * are kept.
 */
function createDays(joint: string, timeZone: string) {
  /** The instant at which each day begins. */
  const days = new Map<string, Instant>();
  /** Milliseconds since the beginning of the day. */
  const times = new Map<string, number>();
  return {
    find(text: string): Instant | undefined {
      const end = text.indexOf(joint);
      const day = end < 0 ? undefined : days.get(text.slice(0, end));
      const time = day === undefined ? undefined : times.get(text.slice(end));
      return day === undefined || time === undefined ? undefined : day + time;
    },
    learn(text: string, instant: Instant): void {
      const end = text.indexOf(joint);
      const isNearEnd = instant < 400 * DAY || instant > LAST_INSTANT - 400 * DAY;
      if (end < 0 || days.size >= MOST_DAYS || times.size >= MOST_TIMES || isNearEnd) return;
      const offset = offsetAt(timeZone, instant);
      const time = (instant + offset) % DAY;
      const start = instant - time;
      if (offsetAt(timeZone, start - DAY) !== offset || offsetAt(timeZone, start + 2 * DAY) !== offset)
        return;
      days.set(text.slice(0, end), start);
      times.set(text.slice(end), time);
    },
  };
}

const MOST_DAYS = 10_000;
const MOST_TIMES = 100_000;

/** Tells whether the text matches the format and is an existing day and time. */
export function readsAs(format: InstantFormat, text: string): boolean {
  const reading = readBy(format, text, { formats: [], timeZone: 'UTC', time: 0 });
  return reading !== undefined && 'instant' in reading;
}

interface Reading {
  readonly instant: Instant;
  readonly isRepeated: boolean;
}

/** @returns undefined if the text does not match the format; a message if it matches but is wrong */
function readBy(
  { pattern, parts }: InstantFormat,
  text: string,
  settings: InstantSettings,
): Reading | Message | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [one] = parts;
  if (one === 'seconds' || one === 'milliseconds') {
    const instant = Number(text) * (one === 'seconds' ? 1000 : 1);
    return instant > LAST_INSTANT ? say.instantOutOfRange(text) : { instant, isRepeated: false };
  }
  let [year, month, day, hour, minute, second, millisecond] = [0, 0, 0, 0, 0, 0, 0];
  let half = '';
  let offset: string | undefined;
  let weekday: string | undefined;
  let hasTime = false;
  for (const [index, part] of parts.entries()) {
    const written = match[index + 1] as string;
    if (part === 'year') year = Number(written);
    else if (part === 'shortYear') year = 2000 + Number(written);
    else if (part === 'month') month = Number(written);
    else if (part === 'monthName') month = numberOfName(MONTHS, written) + 1;
    else if (part === 'day') day = Number(written);
    else if (part === 'hour' || part === 'hour12') {
      hasTime = true;
      hour = Number(written);
      if (part === 'hour12' && (hour < 1 || hour > 12)) return say.noSuchTime(text);
    } else if (part === 'minute') minute = Number(written);
    else if (part === 'second') second = Number(written);
    else if (part === 'fraction') {
      if (/[1-9]/.test(written.slice(3))) return say.tooPreciseInstant(text);
      millisecond = Number(written.slice(0, 3).padEnd(3, '0'));
    } else if (part === 'half') half = written;
    else if (part === 'weekday') weekday = written;
    else offset = written;
  }
  if (half !== '') hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  if (month < 1 || month > 12) return say.noSuchMonth(text);
  const days = daysInMonth(year, month);
  if (day < 1 || day > days) return say.noSuchDay(text, `${year}-${String(month).padStart(2, '0')}`, days);
  if (hour > 23 || minute > 59 || second > 59) return say.noSuchTime(text);
  const date = Date.UTC(year, month - 1, day);
  if (weekday !== undefined && numberOfName(WEEKDAYS, weekday) !== new Date(date).getUTCDay())
    return say.dayOfOtherWeek(text, WEEKDAYS[new Date(date).getUTCDay()] as string);
  const time = hasTime ? ((hour * 60 + minute) * 60 + second) * 1000 + millisecond : settings.time;
  return placed(text, date + time, offset, settings.timeZone);
}

/** Returns the instant of a wall time, by its offset or by the zone. */
function placed(text: string, wall: number, offset: string | undefined, timeZone: string): Reading | Message {
  let instants: readonly Instant[];
  if (offset === undefined) instants = occurrencesOf(timeZone, wall);
  else {
    const minutes = offsetMinutes(offset);
    if (minutes === undefined) return say.noSuchOffset(text);
    instants = [wall - minutes * 60_000];
  }
  const [instant] = instants;
  if (instant === undefined) return say.noSuchLocalTime(text, timeZone);
  if (instant < 0 || instant > LAST_INSTANT) return say.instantOutOfRange(text);
  return { instant, isRepeated: instants.length > 1 };
}

function offsetMinutes(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function numberOfName(names: readonly string[], written: string): number {
  const start = written.slice(0, 3).toLowerCase();
  return names.findIndex((name) => name.slice(0, 3).toLowerCase() === start);
}

/** Removes zeros after the third fraction digit of an RFC 3339 time. */
export function withoutNeedlessZeros(text: string): string {
  return text.replace(/(\.[0-9]{3})0+(?=[Zz+-])/, '$1');
}

/** Returns the milliseconds of the day of `19:00` or `19:00:30`. */
export function timeOfDay(text: string): number {
  const [hour = 0, minute = 0, second = 0] = text.split(':').map(Number);
  return ((hour * 60 + minute) * 60 + second) * 1000;
}
