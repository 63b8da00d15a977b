/** Texts and bars that several sections of the report share. */
import { clockIn } from '../billing/clock.js';
import { formatAmount } from '../billing/money.js';
import type { Instant } from '../billing/order.js';
import { dateOf } from '../billing/time-zone.js';
import { clockName, grouped } from '../words/words.js';
import type { Fill, Segment } from './chart.js';
import { MOST_BARS } from './report-figures.js';

/** `1,234.50` */
export const groupedAmount = (minor: bigint | number, currency: string): string =>
  grouped(formatAmount(minor, currency));
/** Puts a plus before an amount greater than zero. */
export const signed = (text: string): string => (/^-|^0(\.0*)?$/.test(text) ? text : `+${text}`);

/** `Lakeside Dental (P-100)` */
export const practiceLabel = ({
  practiceId,
  practiceName,
}: {
  readonly practiceId: string;
  readonly practiceName: string;
}) => (practiceName === practiceId || practiceId === '' ? practiceName : `${practiceName} (${practiceId})`);

/** ` The picture shows the first 12 of 20.`; empty if it shows all. */
export const shownIn = (count: number): string =>
  count > MOST_BARS ? ` The picture shows the first ${MOST_BARS} of ${grouped(count)}.` : '';

/** Returns the bar of one amount. */
export const barFromZero = (minor: bigint, fill: Fill): Segment => ({ from: 0, to: Number(minor), fill });

/** `2025-11-24 10:02`, in the given zone. */
export function minuteOf(timeZone: string, at: Instant): string {
  return `${dateOf(timeZone, at)} ${clockName(clockIn(timeZone), at).slice(0, 5)}`;
}
