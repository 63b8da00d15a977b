/** Writes dates as accounting systems read them. */
import type { LocalDate } from '../billing/time-zone.js';
import type { BooksSettings } from '../config/config.js';

/** `2025-12-01` -> `12/01/2025`; empty stays empty. */
export function dateIn(form: BooksSettings['dates'], date: LocalDate): string {
  if (date === '') return '';
  const [year = '', month = '', day = ''] = date.split('-');
  return form.replace('YYYY', year).replace('MM', month).replace('DD', day);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2025-12-01` -> `Dec 2025` */
export function periodOf(date: LocalDate): string {
  return `${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;
}
