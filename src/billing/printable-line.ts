/** What a printable invoice says of a line in words, beside the columns of its CSV. */
import type { Reason } from './document.js';
import type { IssuedLine } from './month-view.js';
import type { LocalDate } from './time-zone.js';

/** A pause that kept a charge from an earlier month. */
export interface Pause {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** In order of time; none if the line was not deferred. */
export type PauseReader = (line: IssuedLine) => readonly Pause[];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Oct 5`, with its year if that is not the year of the billing month. */
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

/** `placed Oct 5, paused Oct 10 to Nov 3`; of a credit, which document it corrects and why. */
export function lineInWords(line: IssuedLine, pauses: readonly Pause[], billingMonth: string): string {
  if (line.lineType === 'credit') return `credit of ${line.corrects}: ${CREDIT_REASONS[line.reason]}`;
  const day = (date: LocalDate) => dayInWords(date, billingMonth);
  const parts = [`placed ${day(line.placedOn)}`];
  if (pauses.length > 0)
    parts.push(`paused ${pauses.map(({ from, to }) => `${day(from)} to ${day(to)}`).join(' and ')}`);
  else if (line.deferredFrom !== '' && line.resumedOn !== '') parts.push(`resumed ${day(line.resumedOn)}`);
  if (line.reason === 'late') parts.push(`a charge of ${line.serviceMonth}, known late`);
  if (line.reason === 'amended') parts.push('corrected');
  return parts.join(', ');
}
