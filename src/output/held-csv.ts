/** The order lines that the month leaves uncharged because of a pause (files-and-commands.md section 2). */
import { formatAmount } from '../billing/money.js';
import type { HeldLine } from '../billing/plan.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Column } from './csv.js';

export const HELD_COLUMNS: readonly Column<HeldLine>[] = [
  { name: 'practice_id', isText: true, cell: (line) => line.practiceId },
  { name: 'order_id', isText: true, cell: (line) => line.orderId },
  { name: 'order_line', cell: (line) => line.orderLine },
  { name: 'product', isText: true, cell: (line) => line.product },
  { name: 'amount', cell: (line) => formatAmount(line.amountMinor, line.currency) },
  { name: 'currency', cell: (line) => line.currency },
  { name: 'placed_on', cell: (line) => line.placedOn },
  { name: 'paused_on', cell: (line) => line.pausedOn },
  { name: 'pause_reason', isText: true, cell: (line) => line.pauseReason },
  { name: 'days_paused', cell: (line) => line.daysPaused },
  { name: 'limit_at', cell: (line) => formatInstant(line.limitAt) },
  { name: 'status', cell: (line) => line.status },
];
