/** The columns of exceptions.csv: the exceptions that the month lists (docs/files.md section 2). */
import { EXCEPTION_EFFECTS, listedEvent } from '../billing/exception.js';
import { formatAmount } from '../billing/money.js';
import type { ListedException, MonthView } from '../billing/month-view.js';
import type { ListedOrder } from '../billing/order-amount.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Column } from './csv.js';

export type ExceptionRow = ListedException & ListedOrder;

export const EXCEPTION_COLUMNS: readonly Column<ExceptionRow>[] = [
  { name: 'code', type: 'string', cell: ({ code }) => code },
  { name: 'practice_id', type: 'string', isText: true, cell: ({ practiceId }) => practiceId },
  { name: 'order_id', type: 'string', isText: true, cell: ({ orderId }) => orderId },
  { name: 'event', type: 'string', cell: listedEvent },
  { name: 'event_id', type: 'string', isText: true, cell: ({ eventId }) => eventId },
  { name: 'at', type: 'datetime', cell: ({ at }) => formatInstant(at) },
  { name: 'effect', type: 'string', cell: ({ code }) => EXCEPTION_EFFECTS[code] },
  {
    name: 'amount',
    type: 'number',
    cell: ({ lineAmount: own }) => (own === undefined ? '' : formatAmount(own.amountMinor, own.currency)),
  },
  { name: 'currency', type: 'string', cell: ({ lineAmount }) => lineAmount?.currency ?? '' },
];

/** Yields the rows of the file. */
export function* listedExceptions(view: MonthView): Generator<ExceptionRow> {
  for (const exception of view.exceptions()) yield { ...exception, ...view.orderOf(exception) };
}
