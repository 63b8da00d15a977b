/** The words that a printable invoice shows for a line, beside the columns of its CSV. */
import type { Reason } from './document.js';
import type { IssuedLine } from './month-view.js';
import type { LocalDate } from './time-zone.js';

/** A pause that deferred a charge to a later month. */
export interface Pause {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** Returns the pauses that deferred a line, in order of time; none if it was not deferred. */
export type PauseReader = (line: IssuedLine) => readonly Pause[];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Writes a date as `Oct 5`; adds the year if it differs from that of the billing month. */
export function dayInWords(date: LocalDate, billingMonth: string): string {
  const [year, month, day] = date.split('-');
  const text = `${MONTHS[Number(month) - 1]} ${Number(day)}`;
  return year === billingMonth.slice(0, 4) ? text : `${text}, ${year}`;
}

const CREDIT_REASONS: Record<Reason, string> = {
  amended: 'corrected',
  cancelled: 'order cancelled',
  deleted: 'order deleted',
  paused: 'order paused',
  placed: 'corrected',
  resumed: 'corrected',
  late: 'corrected',
};

/** Describes a line: `placed Oct 5, paused Oct 10 to Nov 3`. For a credit: the document that it corrects, and why. */
export function lineInWords(line: IssuedLine, pauses: readonly Pause[], billingMonth: string): string {
  if (line.lineType === 'credit') return `credit of ${line.corrects}: ${CREDIT_REASONS[line.reason]}`;
  const day = (date: LocalDate) => dayInWords(date, billingMonth);
  const parts = [`placed ${day(line.placedOn)}`];
  if (pauses.length > 0)
    parts.push(`paused ${pauses.map(({ from, to }) => `${day(from)} to ${day(to)}`).join(' and ')}`);
  else if (line.resumedOn !== '') parts.push(`resumed ${day(line.resumedOn)}`);
  if (line.reason === 'late') parts.push(`a charge of ${line.serviceMonth}, known late`);
  if (line.reason === 'amended') parts.push('corrected');
  return parts.join(', ');
}
