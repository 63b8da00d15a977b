/**
 * Wall clocks: converts instants to the dates and times of a practice's zone, and back. The only file that uses date-fns-tz.
 *
 * All arithmetic is on integers. An instant is in milliseconds of UTC; a wall time is the milliseconds that its reading would be in UTC.
 * date-fns-tz gives a zone's offset at an instant, but passes the answer through the *machine's* zone, where an hour is missing once
 * a year. So the process runs in UTC (bin/monthend.js and the tests set it), and this file insists on it.
 */

import { toZonedTime } from 'date-fns-tz/toZonedTime';
import type { Instant } from './order.js';
import { remembered } from './remembered.js';

/** A wall-clock reading, as the milliseconds since 1970 that it would be in UTC. */
export type WallTime = number;

/** `YYYY-MM-DD` on the wall clock of some zone. */
export type LocalDate = string;

export const DAY = 86_400_000;

/**
 * Returns the zone's offset from UTC at an instant, in milliseconds: wall time = instant + offset.
 * Asking date-fns-tz costs microseconds, so the answer is kept for each UTC day, with the change of the offset if it has one.
 */
export function offsetAt(timeZone: string, instant: Instant): number {
  const offset = offsetsOf(timeZone)(Math.floor(instant / DAY));
  if (typeof offset === 'number') return offset;
  return instant < offset.at ? offset.before : offset.after;
}

/** The offset of a UTC day on which it changes. */
interface OffsetChange {
  /** The first instant with the new offset. */
  readonly at: Instant;
  readonly before: number;
  readonly after: number;
}

const offsetsOf = remembered((timeZone: string) => remembered((day: number) => offsetOfDay(timeZone, day)));

function offsetOfDay(timeZone: string, day: number): number | OffsetChange {
  const [start, end] = [day * DAY, (day + 1) * DAY];
  const before = exactOffset(timeZone, start);
  const after = exactOffset(timeZone, end);
  if (before === after) return before;
  return { at: firstWithOffset(after, start, end, (at) => exactOffset(timeZone, at)), before, after };
}

/** Returns the first instant after `low`, up to `high`, with an offset, which `high` has. */
function firstWithOffset(
  offset: number,
  low: Instant,
  high: Instant,
  offsetOf: (at: Instant) => number,
): Instant {
  let [lastBefore, first] = [low, high];
  while (first - lastBefore > 1) {
    const middle = Math.floor((lastBefore + first) / 2);
    if (offsetOf(middle) === offset) first = middle;
    else lastBefore = middle;
  }
  return first;
}

function exactOffset(timeZone: string, instant: Instant): number {
  if (!Number.isFinite(instant)) throw new Error(`no instant: ${instant}`);
  if (new Date(instant).getTimezoneOffset() !== 0) throw new Error('the process must run with TZ=UTC');
  const offset = toZonedTime(instant, timeZone).getTime() - instant;
  if (Number.isNaN(offset)) throw new Error(`no time zone: ${timeZone}`);
  return offset;
}

export function wallTimeOf(timeZone: string, instant: Instant): WallTime {
  return instant + offsetAt(timeZone, instant);
}

/**
 * Returns the instant of a wall time (docs/rules.md section 2). A wall time that does not exist means the instant of the jump. A wall
 * time that occurs twice means its first occurrence.
 */
export function instantOf(timeZone: string, wall: WallTime): Instant {
  // An offset is always less than a day, so these are the offsets before and after any change near that wall time.
  const before = offsetAt(timeZone, wall - DAY);
  const after = offsetAt(timeZone, wall + DAY);
  for (const offset of [before, after]) {
    if (offsetAt(timeZone, wall - offset) === offset) return wall - offset;
  }
  const [low, high] = [wall - after, wall - before];
  return firstWithOffset(offsetAt(timeZone, high), low, high, (at) => offsetAt(timeZone, at));
}

/** Returns the instants at which the wall clock shows that time, in order: none in an hour that is skipped, two in an hour that repeats. */
export function occurrencesOf(timeZone: string, wall: WallTime): readonly Instant[] {
  const offsets = [offsetAt(timeZone, wall - DAY), offsetAt(timeZone, wall + DAY)];
  const instants = offsets.map((offset) => wall - offset);
  const shown = instants.filter((instant, index) => offsetAt(timeZone, instant) === offsets[index]);
  // An hour repeats when the offset becomes smaller, so the instant with the offset before is the earlier one.
  return shown[0] === shown[1] ? shown.slice(0, 1) : shown;
}

/** Returns the same wall-clock time `days` calendar days later (docs/rules.md section 3, the pause limit). */
export function addDays(timeZone: string, instant: Instant, days: number): Instant {
  return instantOf(timeZone, wallTimeOf(timeZone, instant) + days * DAY);
}

export function dateOf(timeZone: string, instant: Instant): LocalDate {
  return formatDay(Math.floor(wallTimeOf(timeZone, instant) / DAY));
}

/** Returns the calendar days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / DAY;
}

export function addDaysToDate(date: LocalDate, days: number): LocalDate {
  return formatDay(Date.parse(date) / DAY + days);
}

const formatDay = remembered((day: number): LocalDate => new Date(day * DAY).toISOString().slice(0, 10));

/** Writes an instant as all files do: `2026-11-24T15:00:00.000Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** Tells whether two names mean the same zone: `US/Eastern` is another name for `America/New_York`. */
export function isSameZone(a: string, b: string): boolean {
  return a === b || mainNameOf(a) === mainNameOf(b);
}

const mainNameOf = (timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
