/**
 * Billing months and their cut-offs (docs/rules.md section 2).
 */

import { type Clock, clockIn, type ZoneSpan } from './clock.js';
import type { Instant } from './order.js';
import { remembered } from './remembered.js';
import { DAY, instantOf, type LocalDate } from './time-zone.js';

/** `YYYY-MM`; compares as text. Runs from the last month's cut-off (inclusive) to its own (exclusive). */
export type BillingMonth = string;

/** `HH:MM` on the wall, `00:00` to `24:00`, of a month's last calendar day. */
export type CutOffRule = string;

/**
 * Input instants lie in 1970 to 9999. The dates of a month's documents may fall in the year after it, so the last month is one year
 * earlier.
 */
const FIRST_MONTH: BillingMonth = '1970-01';
export const LAST_MONTH: BillingMonth = '9998-12';

/**
 * The last month that `monthOf` returns: it holds every later instant. In some zones an instant of 9999 already lies in the year 10000. It
 * is never billed.
 */
const END_OF_TIME: BillingMonth = '9999-12';

/** The form that `parseMonth` accepts, for messages. */
export const MONTH_FORM = `YYYY-MM from ${FIRST_MONTH} to ${LAST_MONTH}, for example 2026-10`;

/** Returns the month that `text` names; undefined if it is not a month from 1970-01 to 9998-12. */
export function parseMonth(text: string): BillingMonth | undefined {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) && text >= FIRST_MONTH && text <= LAST_MONTH ? text : undefined;
}

export const nextMonth = remembered((month: BillingMonth) => addMonths(month, 1));
export const previousMonth = remembered((month: BillingMonth) => addMonths(month, -1));

function addMonths(month: BillingMonth, count: number): BillingMonth {
  const [year, number] = split(month);
  const months = year * 12 + number - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** @throws RangeError unless the month lies in the years 0000 to 9999: otherwise a loop from month to month would never end */
function split(month: BillingMonth): [year: number, month: number] {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new RangeError(`${JSON.stringify(month)} is no month`);
  return [Number(month.slice(0, 4)), Number(month.slice(5))];
}

/** Yields every month from `first` to `last`, both included; none if `last` is before `first`. */
export function* monthsFrom(first: BillingMonth, last: BillingMonth): Generator<BillingMonth> {
  for (let month = first; month <= last; month = nextMonth(month)) yield month;
}

/** Returns the day after the month's last calendar day: the `issue_date` of its documents. */
export function firstDayAfter(month: BillingMonth): LocalDate {
  return `${nextMonth(month)}-01`;
}

/** Returns the instant at which a month ends: the time `rule` on its last calendar day, on the wall clock of `timeZone`. */
export function cutOffInstant(month: BillingMonth, timeZone: string, rule: CutOffRule): Instant {
  const [year, number] = split(month);
  const lastDay = Date.UTC(year, number, 1) - DAY;
  const [hours, minutes] = [Number(rule.slice(0, 2)), Number(rule.slice(3))];
  return instantOf(timeZone, lastDay + (hours * 60 + minutes) * 60_000);
}

/** The months of a practice: each begins where the one before it ended. */
export interface Calendar {
  readonly clock: Clock;
  cutOff(month: BillingMonth): Instant;
  monthOf(instant: Instant): BillingMonth;
}

/**
 * Makes a calendar that computes each month's cut-off once, by `cutOffOf`. The first month in a new zone begins at the cut-off that the
 * month before it has in the old zone.
 * @param spans the zones of the practice in order of time, at least one
 */
export function createCalendar(
  spans: readonly ZoneSpan[],
  cutOffOf: (month: BillingMonth, timeZone: string) => Instant,
): Calendar {
  const cutOff = remembered((month: BillingMonth) => cutOffOf(month, zoneOfMonth(spans, month)));
  const clock = spans.flatMap(({ timeZone, since }, index) =>
    index === 0 ? clockIn(timeZone) : [{ timeZone, since, from: cutOff(previousMonth(since)) }],
  );
  // Facts arrive sorted by month, so most instants lie in the same month as the one before. At first, none does.
  let [month, start, end] = [FIRST_MONTH, 0, 0];

  function monthOf(instant: Instant): BillingMonth {
    if (instant < start || instant >= end) {
      // The month in UTC is right or next to it.
      const date = new Date(instant).toISOString();
      month = date.startsWith('+') ? END_OF_TIME : date.slice(0, 7);
      while (month < END_OF_TIME && instant >= cutOff(month)) month = nextMonth(month);
      while (instant < cutOff(previousMonth(month))) month = previousMonth(month);
      [start, end] = [cutOff(previousMonth(month)), month < END_OF_TIME ? cutOff(month) : Infinity];
    }
    return month;
  }

  return { clock, cutOff, monthOf };
}

/** Returns the zone in force for a month. */
export function zoneOfMonth(spans: readonly ZoneSpan[], month: BillingMonth): string {
  const span = spans.findLast(({ since }) => since <= month) ?? spans[0];
  if (span === undefined) throw new Error('a practice without a time zone');
  return span.timeZone;
}

/** Returns the spans of a practice that never changed its zone. */
export const always = (timeZone: string): readonly ZoneSpan[] => [{ timeZone, since: '' }];
