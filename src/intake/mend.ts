/**
 * Derives what a value should have been: `10/31/2025 9:25 AM` -> `2025-10-31T09:25:00-04:00`. The result is shown, never applied. If two
 * readings are possible both are named; if none is likely, the result is undefined.
 */
import { minorDigits } from '../billing/currency.js';
import { canonicalDecimal } from '../billing/money.js';
import { EVENT_KINDS, type Instant } from '../billing/order.js';
import { DAY, occurrencesOf, offsetAt } from '../billing/time-zone.js';
import { tooManyFractionDigits } from '../errors/messages.js';
import type { Problem } from '../errors/problem.js';
import { nearMiss } from '../words/near-miss.js';
import { trimmed } from './id-damage.js';
import { formatsOf } from './inspect-columns.js';
import { instant } from './instant.js';
import { compileFormat, createInstantReader } from './instant-format.js';

/** @param timeZone for times without an offset */
export function mendOf({ kind, value, message }: Problem, timeZone: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  return MENDS[kind]?.(value, timeZone, message);
}

type Mend = (value: string, timeZone: string, message: string) => string | undefined;

const MENDS: Readonly<Record<string, Mend>> = {
  'invisible-at-id-end': (id) => trimmed(id),
  'not-a-decimal': decimalMend,
  'too-many-fraction-digits': withoutLastZeros,
  'not-an-integer': (text) => /^(\d+)\.0+$/.exec(text)?.[1],
  'not-an-instant': instantMend,
  'instant-without-time': instantMend,
  'instant-without-offset': instantMend,
  'too-precise-instant': instantMend,
  'no-such-month': (text, zone) =>
    instantMend(
      text.replace(/^(\d{4})-(\d\d)-(\d\d)/, (_, year, month, day) => `${year}-${day}-${month}`),
      zone,
    ),
  'no-such-time': (text) => nextMidnight(text),
  'leap-second': (text) => text.replace(/:60/, ':59'),
  'not-in-format': formatMend,
  'unknown-currency': (text) => [trimmed(text).toUpperCase()].find((code) => minorDigits(code) !== undefined),
  'unknown-event': (text) => nearMiss(text, EVENT_KINDS),
};

/** `1.5000000` -> `1.5` */
function withoutLastZeros(text: string, _: string, message: string): string | undefined {
  const plain = canonicalDecimal(text);
  const digits = (plain.split('.')[1] ?? '').length;
  // A quantity may have three, a price six.
  return digits <= (message === tooManyFractionDigits(text, 3) ? 3 : 6) ? plain : undefined;
}

/** Removes currency marks and marks between groups, and writes out an exponent. */
function decimalMend(text: string): string | undefined {
  const body = trimmed(text)
    .replace(/^(?:\p{Sc}|[A-Z]{1,3}\p{Sc}?|[A-Za-z]{1,3}\.)\s*/u, '')
    .replace(/\s*(?:\p{Sc}|[A-Z]{3})$/u, '');
  if (/^\d+(?:\.\d+)?$/.test(body)) return body;
  const exponent = /^(\d+)(?:\.(\d+))?[eE]\+?(\d{1,2})$/.exec(body);
  if (exponent !== null) {
    const [, whole = '', fraction = '', power = ''] = exponent;
    const digits = whole + fraction.padEnd(Number(power), '0');
    const point = whole.length + Number(power);
    return canonicalDecimal(
      point < digits.length ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits,
    );
  }
  if (/^\d*\.\d+$|^\d+\.$/.test(body)) return `0${body}`.replace(/^0+(?=\d)/, '').replace(/\.$/, '');
  const groups = /^(\d{1,3}(?:([,. \u00a0\u202f'\u2019])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?$/u.exec(body);
  const decimal = /^(\d+),(\d+)$/.exec(body);
  if (groups === null || groups[2] === groups[3])
    return decimal === null ? undefined : `${decimal[1]}.${decimal[2]}`;
  const [, whole = '', mark = '', , fraction] = groups;
  const plain = whole.replaceAll(mark, '');
  if (fraction !== undefined) return `${plain}.${fraction}`;
  return decimal === null ? plain : `${plain}, or ${decimal[1]}.${decimal[2]}, whichever is meant`;
}

const ALMOST_STRICT =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?([.,]\d+)?)?\s*([Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[[\w/+-]+\])?$/;

/** A time that is nearly RFC 3339 keeps its parts. Others are read by the formats that `inspect` knows. */
function instantMend(text: string, timeZone: string): string | undefined {
  const almost = ALMOST_STRICT.exec(trimmed(text));
  if (almost !== null) {
    const [, date = '', time = '00:00', seconds = ':00', fraction = '', zone] = almost;
    const local = `${date}T${time}${seconds}${fraction.replace(',', '.').slice(0, 4).replace(/\.0+$/, '')}`;
    if (zone === undefined) return atWall(Date.parse(`${local}Z`), timeZone);
    const written = `${local}${/^[zUG]/i.test(zone) ? 'Z' : offsetText(zone)}`;
    return instant(written, () => undefined) === undefined ? undefined : written;
  }
  const serial = /^(\d{5})(\.\d+)?$/.exec(text);
  // Days since the end of 1899, as spreadsheets count them, from 1970 to 2119.
  if (serial !== null && Number(serial[1]) > FIRST_SERIAL && Number(serial[1]) < 80_000)
    return atWall(Math.round((Number(text) - FIRST_SERIAL) * 86_400) * 1000, timeZone);
  const readings = new Map<Instant, string>();
  for (const format of formatsOf(text)) {
    const compiled = compileFormat(format);
    if (typeof compiled === 'string') continue;
    const reader = createInstantReader({ formats: [compiled], timeZone, time: 0 });
    const read = reader.parse(text, () => undefined);
    if (read !== undefined) readings.set(read, format);
  }
  const written = [...readings].map(([at, format]) =>
    format === 't' || format === 'T'
      ? new Date(at).toISOString().replace('.000Z', 'Z')
      : withOffset(at, timeZone),
  );
  if (written.length === 0) return undefined;
  return written.length === 1 ? written[0] : `${written.join(' or ')}, whichever is meant`;
}

const FIRST_SERIAL = 25_569;

const offsetText = (zone: string) => `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;

/** Returns the first instant at which the zone's clock shows this time; undefined if it never does. */
function atWall(wall: number, timeZone: string): string | undefined {
  if (Number.isNaN(wall)) return undefined;
  const [at] = occurrencesOf(timeZone, wall);
  return at === undefined ? undefined : withOffset(at, timeZone);
}

function withOffset(at: Instant, timeZone: string): string {
  const offset = offsetAt(timeZone, at);
  const local = new Date(at + offset).toISOString().replace(/(?:\.000)?Z$/, '');
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** `2026-10-31T24:00:00Z` -> `2026-11-01T00:00:00Z` */
function nextMidnight(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T24:00:00(?:\.0+)?(.*)$/i.exec(text);
  if (match === null) return undefined;
  const next = new Date(Date.parse(`${match[1]}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
  return `${next}T00:00:00${match[2]}`;
}

/** For a file read by a profile: returns the formats that the profile lacks. */
function formatMend(text: string): string | undefined {
  const formats = formatsOf(text).filter((format) => format !== 'RFC 3339');
  return formats.length === 0
    ? undefined
    : `add ${formats.map((format) => `"${format}"`).join(' or ')} to "instant"`;
}
