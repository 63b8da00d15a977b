/** The columns of held.csv: order lines that the month does not charge because of a pause (docs/files.md section 2). */
import { type Clock, dateBy } from '../billing/clock.js';
import { formatAmount } from '../billing/money.js';
import type { ListedHeldLine, MonthView } from '../billing/month-view.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Column } from './csv.js';

export const HELD_COLUMNS: readonly Column<ListedHeldLine>[] = [
  { name: 'practice_id', type: 'string', isText: true, cell: (line) => line.practiceId },
  { name: 'practice_name', type: 'string', isText: true, cell: (line) => line.practiceName },
  { name: 'order_id', type: 'string', isText: true, cell: (line) => line.orderId },
  { name: 'order_line', type: 'integer', cell: (line) => line.orderLine },
  { name: 'product', type: 'string', isText: true, cell: (line) => line.product },
  { name: 'amount', type: 'number', cell: (line) => formatAmount(line.amountMinor, line.currency) },
  { name: 'currency', type: 'string', cell: (line) => line.currency },
  { name: 'placed_on', type: 'date', cell: (line) => line.placedOn },
  { name: 'paused_on', type: 'date', cell: (line) => line.pausedOn },
  { name: 'pause_reason', type: 'string', isText: true, cell: (line) => line.pauseReason },
  { name: 'days_paused', type: 'integer', cell: (line) => line.daysPaused },
  { name: 'limit_on', type: 'date', cell: (line) => line.limitOn },
  { name: 'limit_at', type: 'datetime', cell: (line) => formatInstant(line.limitAt) },
  { name: 'status', type: 'string', cell: (line) => line.status },
];

/** Yields the rows of the file. The lines of a practice follow each other, so its name and zone are looked up once. */
export function* listedHeldLines(view: MonthView): Generator<ListedHeldLine> {
  let practice: { readonly id: string; readonly name: string; readonly clock: Clock } | undefined;
  for (const line of view.heldLines()) {
    const id = line.practiceId;
    if (practice?.id !== id) practice = { id, name: view.nameOf(id), clock: view.clockOf(id) };
    yield { ...line, practiceName: practice.name, limitOn: dateBy(practice.clock, line.limitAt) };
  }
}
