/** Counts, dates, months and amounts as sentences write them. The English names are this file's own: no locale and no clock is used. */
import { type BillingMonth, type Calendar, previousMonth } from '../billing/billing-month.js';
import { type Clock, type ZoneSpan, zoneAt } from '../billing/clock.js';
import { formatAmount } from '../billing/money.js';
import type { EventKind, Instant } from '../billing/order.js';
import { type LocalDate, wallTimeOf } from '../billing/time-zone.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `1 invoice`, `2,825 invoices` */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1234567.50` -> `1,234,567.50`: groups the digits before the point by three. */
export function grouped(number: string | number): string {
  const [whole = '', fraction] = String(number).split('.');
  const inThrees = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? inThrees : `${inThrees}.${fraction}`;
}

/** `2026-10` -> `October`; with its year if that differs from the year of `beside`: `October 2025`. */
export function monthName(month: BillingMonth, beside: BillingMonth): string {
  const name = MONTHS[Number(month.slice(5)) - 1] ?? month;
  return month.slice(0, 4) === beside.slice(0, 4) ? name : `${name} ${month.slice(0, 4)}`;
}

/** `2026-10` -> `October 2026` */
export function monthInWords(month: BillingMonth): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`;
}

/** `2026-12-08` -> `December 8, 2026` */
export function dateInWords(date: LocalDate): string {
  return `${MONTHS[Number(date.slice(5, 7)) - 1] ?? date} ${Number(date.slice(8, 10))}, ${date.slice(0, 4)}`;
}

/** `Nov 3 2026`, on that clock. */
export function dayName(clock: Clock, at: Instant): string {
  const wall = wallOf(clock, at);
  return `${nameOfMonth(wall)} ${Number(wall.slice(8, 10))} ${wall.slice(0, 4)}`;
}

/** `Nov 3 2026 11:00`; seconds and milliseconds only if they are not zero. */
export function timeName(clock: Clock, at: Instant): string {
  return `${dayName(clock, at)} ${clockName(clock, at)}`;
}

/** `11:00`; `23:59:59.999` */
export function clockName(clock: Clock, at: Instant): string {
  return wallOf(clock, at)
    .slice(11, 23)
    .replace(/(:00)?\.000$/, '');
}

/** `America/New_York`; `America/New_York for months up to 2026-10, America/Chicago from 2026-11` */
export function zonesInWords(spans: readonly ZoneSpan[]): string {
  return spans
    .map(({ timeZone, since }, index) => {
      const next = spans[index + 1];
      if (next !== undefined && index === 0)
        return `${timeZone} for months up to ${previousMonth(next.since)}`;
      return index === 0 ? timeZone : `${timeZone} from ${since}`;
    })
    .join(', ');
}

export type DayNamer = (at: Instant) => string;

/**
 * Returns a function that names days within one month's text. It adds the year if that is another one, and the time of day around the
 * cut-off.
 */
export function dayNamer({ clock, cutOff: cutOffOf }: Calendar, month: BillingMonth): DayNamer {
  const year = month.slice(0, 4);
  const cutOff = cutOffOf(month);
  const days = [dayName(clock, cutOff), dayName(clock, cutOff - 1)];
  return (at) => {
    const day = dayName(clock, at);
    const text = days.includes(day) ? timeName(clock, at) : day;
    return text.replace(` ${year}`, '');
  };
}

function nameOfMonth(wall: string): string {
  return (MONTHS[Number(wall.slice(5, 7)) - 1] ?? '').slice(0, 3);
}

/** `2026-11-03T11:00:00.000` */
function wallOf(clock: Clock, at: Instant): string {
  return new Date(wallTimeOf(zoneAt(clock, at), at)).toISOString().slice(0, 23);
}

const NOUNS: Record<EventKind | 'retracted', string> = {
  paused: 'pause',
  resumed: 'resume',
  shipped: 'shipment',
  cancelled: 'cancellation',
  deleted: 'deletion',
  retracted: 'retraction',
};

/** `paused` -> `pause` */
export function nounOf(event: EventKind | 'retracted'): string {
  return NOUNS[event];
}

/** `100.00 USD` */
export function money(amountMinor: number, currency: string): string {
  return `${formatAmount(amountMinor, currency)} ${currency}`;
}
