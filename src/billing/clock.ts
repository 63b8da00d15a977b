/** The clock of a practice: the time zone by which an instant is dated, also if the practice got another one (docs/rules.md section 2). */
import type { Instant } from './order.js';
import { addDays, dateOf, type LocalDate } from './time-zone.js';

/** A time zone in force from a month on, until the next one. */
export interface ZoneSpan {
  readonly timeZone: string;
  /** The first month that is billed by it, `YYYY-MM`; empty if no other zone was in force before. */
  readonly since: string;
}

/** The zones of a practice, in order of time; at least one. Each is in force from the instant `from` on, at which its first month begins. */
export type Clock = readonly (ZoneSpan & { readonly from: Instant })[];

/** Returns the clock of a practice that never changed its zone. */
export function clockIn(timeZone: string): Clock {
  return [{ timeZone, since: '', from: Number.NEGATIVE_INFINITY }];
}

/** Returns the zone in force for the month in which an instant lies. */
export function zoneAt(clock: Clock, at: Instant): string {
  let zone = '';
  for (const { from, timeZone } of clock) {
    if (at < from) break;
    zone = timeZone;
  }
  return zone;
}

/** Returns the zone that was in force last. */
export const lastZone = (clock: Clock): string => clock.at(-1)?.timeZone ?? '';

export function dateBy(clock: Clock, at: Instant): LocalDate {
  return dateOf(zoneAt(clock, at), at);
}

/** Returns the end of a pause: the same time on the wall `days` calendar days later, in the zone in force when it began. */
export function limitOfPause(clock: Clock, pausedAt: Instant, days: number): Instant {
  return addDays(zoneAt(clock, pausedAt), pausedAt, days);
}
