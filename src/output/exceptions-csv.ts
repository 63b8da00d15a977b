/** The columns of exceptions.csv: the exceptions that the month lists (docs/files.md section 2). */
import { EXCEPTION_EFFECTS, listedEvent } from '../billing/exception.js';
import type { ListedException } from '../billing/month-view.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Column } from './csv.js';

export const EXCEPTION_COLUMNS: readonly Column<ListedException>[] = [
  { name: 'code', type: 'string', cell: ({ code }) => code },
  { name: 'order_id', type: 'string', isText: true, cell: ({ orderId }) => orderId },
  { name: 'event', type: 'string', cell: listedEvent },
  { name: 'event_id', type: 'string', isText: true, cell: ({ eventId }) => eventId },
  { name: 'at', type: 'datetime', cell: ({ at }) => formatInstant(at) },
  { name: 'effect', type: 'string', cell: ({ code }) => EXCEPTION_EFFECTS[code] },
];
