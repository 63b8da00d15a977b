/**
 * A profile's formats of date and time: their tokens, and how texts are read by them.
 *
 * The tokens are those of date-fns. Its `parse` reads the same texts (a test compares them), but takes 19 microseconds for each and reads
 * `25` as the year 25. So a format becomes one regular expression here, and matching texts are checked by the calendar.
 */

import type { Instant } from '../billing/order.js';
import { remembered } from '../billing/remembered.js';
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
  /** Has a group for each part, with its name. */
  readonly pattern: RegExp;
  /** The parts of the format in order, and the characters between them by their codes. */
  readonly steps: readonly Step[];
}

type Step = { readonly part: Part; readonly mostDigits: number } | number;

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

/** The most digits of a part; two for parts that are not listed. */
const MOST_DIGITS: Readonly<Partial<Record<Part, number>>> = {
  year: 4,
  fraction: 100,
  seconds: 12,
  milliseconds: 15,
};

/** Splits a format as date-fns does: a doubled quote, a text in quotes, a run of one letter, or any other character. */
const PIECES = /''|'(?:''|[^'])+'|([A-Za-z])\1*|./gsu;

/** @returns the compiled format, or what is wrong with it */
export function compileFormat(format: string): InstantFormat | string {
  const parts: Part[] = [];
  const steps: Step[] = [];
  let pattern = '';
  const addText = (text: string) => {
    pattern += literal(text);
    for (let at = 0; at < text.length; at++) steps.push(text.charCodeAt(at));
  };
  for (const [piece] of format.matchAll(PIECES)) {
    if (piece === "'") return 'has a quote that is never closed; a quote itself is written twice';
    if (piece.startsWith("'")) {
      addText(piece === "''" ? "'" : piece.slice(1, -1).replaceAll("''", "'"));
    } else if (/^[A-Za-z]/.test(piece)) {
      const [part, digits] = TOKENS[piece] ?? (/^S+$/.test(piece) ? (['fraction', '[0-9]+'] as const) : []);
      if (part === undefined) return unknownToken(piece);
      if (parts.includes(part)) return `has "${piece}" where the same is there already`;
      parts.push(part);
      steps.push({ part, mostDigits: MOST_DIGITS[part] ?? 2 });
      pattern += `(?<${part}>${digits})`;
    } else addText(piece);
  }
  const has = (...each: readonly Part[]) => each.some((part) => parts.includes(part));
  const compiled = {
    format,
    hasTime: has('hour', 'hour12', 'seconds', 'milliseconds'),
    hasOffset: has('offset', 'seconds', 'milliseconds'),
    pattern: new RegExp(`^${pattern}$`, 'iu'),
    steps,
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

function unknownToken(piece: string): string {
  const known = 'yyyy, yy, MM, MMM, dd, EEE, HH, hh, a, mm, ss, SSS, XXX, t and T';
  return `has "${piece}", which is none of ${known}; put text in '…'`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(' ', BLANK);
}

export interface InstantReader {
  readonly parse: FieldParser<Instant>;
  /** Reads most texts; undefined for all others, right or wrong, which `parse` decides. Does not count repeated times. */
  plain(text: string): Instant | undefined;
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
  const plain = createPlainInstants(settings);
  return {
    plain,
    parse(text, refuse) {
      const known = plain(text);
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
      return found.instant;
    },
    get repeatedTimes() {
      return repeatedTimes;
    },
  };
}

/**
 * Reads most texts ten times as fast as the pattern and the zone do: digit by digit, each part as long as possible, on days without a
 * clock change. The pattern reads all other texts, and says what is wrong with them.
 */
function createPlainInstants({ formats, timeZone, time }: InstantSettings): InstantReader['plain'] {
  /** Returns the offset by number of the day; CHANGES if the clocks change on that day or near it. */
  const offsetOn = remembered((day: number) => {
    const [before, on, after] = [day - 1, day, day + 2].map((each) => offsetAt(timeZone, each * DAY));
    return before === on && on === after ? (on as number) : CHANGES;
  });
  return (text) => {
    let found: Instant | undefined;
    for (const format of formats) {
      const instant = read(format, text);
      if (instant === undefined ? format.pattern.test(text) : (found ?? instant) !== instant)
        return undefined;
      found ??= instant;
    }
    return found;
  };

  function read({ steps, hasTime, hasOffset }: InstantFormat, text: string): Instant | undefined {
    const wall = plainTime(steps, text, hasTime ? 0 : time);
    // NaN fails both comparisons too.
    if (!(wall >= 0 && wall <= LAST_INSTANT)) return undefined;
    const instant = hasOffset ? wall : wall - offsetOn(Math.floor(wall / DAY));
    return instant >= 0 && instant <= LAST_INSTANT ? instant : undefined;
  }
}

/** Makes every instant out of range. */
const CHANGES = Number.NaN;

/**
 * Returns the reading of the clock as milliseconds since 1970, as if it were UTC; NaN if the text has another form or the pattern must
 * decide.
 * @param time the time of day, used if the steps have none
 */
function plainTime(steps: InstantFormat['steps'], text: string, time: number): number {
  let [year, month, day, hour, minute, second, millisecond] = [0, 0, 0, 0, 0, 0, 0];
  let half = -1;
  let at = 0;
  for (const step of steps) {
    if (typeof step === 'number') {
      if (text.charCodeAt(at++) !== step) return Number.NaN;
      continue;
    }
    const { part, mostDigits } = step;
    const end = digitsEnd(text, at, mostDigits);
    switch (part) {
      case 'year':
        year = end - at === 4 ? numberIn(text, at, end) : Number.NaN;
        if (year < 100) return Number.NaN;
        break;
      case 'shortYear':
        year = end - at === 2 ? 2000 + numberIn(text, at, end) : Number.NaN;
        break;
      case 'month':
        month = numberIn(text, at, end);
        break;
      case 'day':
        day = numberIn(text, at, end);
        break;
      case 'hour':
        hour = numberIn(text, at, end);
        break;
      case 'hour12':
        hour = numberIn(text, at, end);
        if (hour < 1 || hour > 12) return Number.NaN;
        hour %= 12;
        break;
      case 'minute':
        minute = numberIn(text, at, end);
        break;
      case 'second':
        second = numberIn(text, at, end);
        break;
      case 'fraction':
        millisecond = millisecondsIn(text, at, end);
        break;
      case 'half':
        half = HALVES.indexOf(text.slice(at, at + 2));
        if (half < 0) return Number.NaN;
        at += 2;
        continue;
      case 'monthName':
        month = SHORT_MONTHS.indexOf(text.slice(at, at + 3)) + 1;
        at += 3;
        continue;
      case 'seconds':
      case 'milliseconds':
        // What follows the number is left to the pattern.
        return end === text.length && step === steps.at(-1)
          ? numberIn(text, at, end) * (part === 'seconds' ? 1000 : 1)
          : Number.NaN;
      default:
        return Number.NaN;
    }
    at = end;
  }
  if (at !== text.length || !(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)))
    return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  if (half >= 0) hour += half % 2 === 0 ? 0 : 12;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) + time;
}

const HALVES = ['AM', 'PM', 'am', 'pm'];
const SHORT_MONTHS = short(MONTHS);
const ZERO = 0x30;
const NINE = 0x39;

function digitsEnd(text: string, start: number, most: number): number {
  let end = start;
  while (end < start + most) {
    const code = text.charCodeAt(end);
    // NaN beyond the end.
    if (!(code >= ZERO && code <= NINE)) break;
    end++;
  }
  return end;
}

/** Returns the digits of a fraction as milliseconds; NaN if they are more precise. */
function millisecondsIn(text: string, start: number, end: number): number {
  for (let at = start + 3; at < end; at++) if (text.charCodeAt(at) !== ZERO) return Number.NaN;
  return numberIn(text, start, Math.min(end, start + 3)) * (POWERS[start + 3 - end] ?? 1);
}

const POWERS = [1, 10, 100];

/** Returns the number that the digits write; NaN if there are none. */
function numberIn(text: string, start: number, end: number): number {
  let number = start === end ? Number.NaN : 0;
  for (let at = start; at < end; at++) number = number * 10 + text.charCodeAt(at) - ZERO;
  return number;
}
/** True if the text has this form, and its day and time exist. */
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
  { pattern, hasTime }: InstantFormat,
  text: string,
  settings: InstantSettings,
): Reading | Message | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const written: Partial<Record<Part, string>> = match.groups ?? {};
  const number = (part: Part) => Number(written[part] ?? 0);
  if ((written.seconds ?? written.milliseconds) !== undefined) {
    const instant = number('seconds') * 1000 + number('milliseconds');
    return instant > LAST_INSTANT ? say.instantOutOfRange(text) : { instant, isRepeated: false };
  }
  const { shortYear, monthName, weekday, hour12, half = '', fraction = '', offset } = written;
  const year = shortYear === undefined ? number('year') : 2000 + Number(shortYear);
  const month = monthName === undefined ? number('month') : numberOfName(MONTHS, monthName) + 1;
  const [day, minute, second] = [number('day'), number('minute'), number('second')];
  const hour = hour12 === undefined ? number('hour') : (Number(hour12) % 12) + (/^p/i.test(half) ? 12 : 0);
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (hour12 !== undefined && (Number(hour12) < 1 || Number(hour12) > 12)) return say.noSuchTime(text);
  if (/[1-9]/.test(fraction.slice(3))) return say.tooPreciseInstant(text);
  if (month < 1 || month > 12) return say.noSuchMonth(text);
  const days = daysInMonth(year, month);
  if (day < 1 || day > days) return say.noSuchDay(text, `${year}-${String(month).padStart(2, '0')}`, days);
  if (hour > 23 || minute > 59 || second > 59) return say.noSuchTime(text);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (year < 100) return say.instantOutOfRange(text);
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
