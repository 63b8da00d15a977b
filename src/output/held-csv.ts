/** The columns of held.csv: order lines that the month does not charge because of a pause (docs/files.md section 2). */
import { formatAmount } from '../billing/money.js';
import type { HeldLine } from '../billing/plan.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Column } from './csv.js';

export const HELD_COLUMNS: readonly Column<HeldLine>[] = [
  { name: 'practice_id', type: 'string', isText: true, cell: (line) => line.practiceId },
  { name: 'order_id', type: 'string', isText: true, cell: (line) => line.orderId },
  { name: 'order_line', type: 'integer', cell: (line) => line.orderLine },
  { name: 'product', type: 'string', isText: true, cell: (line) => line.product },
  { name: 'amount', type: 'number', cell: (line) => formatAmount(line.amountMinor, line.currency) },
  { name: 'currency', type: 'string', cell: (line) => line.currency },
  { name: 'placed_on', type: 'date', cell: (line) => line.placedOn },
  { name: 'paused_on', type: 'date', cell: (line) => line.pausedOn },
  { name: 'pause_reason', type: 'string', isText: true, cell: (line) => line.pauseReason },
  { name: 'days_paused', type: 'integer', cell: (line) => line.daysPaused },
  { name: 'limit_at', type: 'datetime', cell: (line) => formatInstant(line.limitAt) },
  { name: 'status', type: 'string', cell: (line) => line.status },
];
