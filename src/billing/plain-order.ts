/**
 * A shortcut for the most frequent order: one line, placed in the month that is billed, with no event but its shipment. By
 * docs/rules.md section 4 it is charged in full in that month. No closed month can have counted it, since it was not placed yet at
 * any earlier cut-off (section 5). A property test compares the shortcut with the general way.
 */
import type { Calendar } from './billing-month.js';
import { previousMonth } from './billing-month.js';
import { dateBy } from './clock.js';
import { type DocumentLine, documentLine } from './document.js';
import type { EventKind, Instant, OrderLine } from './order.js';
import { amountOfLine } from './order-amount.js';
import type { MonthContext } from './plan.js';
import type { Reckoning } from './reckoning.js';

/** The only event of an order. The caller decides whether it is the only current one or the only one ever known. */
export interface OnlyEvent {
  readonly event: EventKind | 'retracted';
  readonly at: Instant;
}

/** Tells whether an order with this line and at most this event is a plain order. @param calendar that of the line's practice */
export function isPlainOrder(
  { placedAt }: Pick<OrderLine, 'placedAt'>,
  only: OnlyEvent | undefined,
  calendar: Calendar,
  { month }: Pick<MonthContext, 'month'>,
): boolean {
  const cutOff = calendar.cutOff(month);
  if (placedAt >= cutOff || placedAt < calendar.cutOff(previousMonth(month))) return false;
  return only === undefined || (only.event === 'shipped' && only.at >= placedAt && only.at < cutOff);
}

/** Returns the document line of a plain order, the only thing that a close records of it. */
export function planPlainOrder(
  line: OrderLine,
  calendar: Calendar,
  { month, policy }: MonthContext,
): DocumentLine {
  const amountMinor = amountOfLine(line, policy.rounding);
  const charge = {
    practiceId: line.practiceId,
    currency: line.currency,
    orderId: line.orderId,
    orderLine: line.line,
    product: line.product,
    description: line.description,
    patientRef: line.patientRef,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    amountMinor,
    placedOn: dateBy(calendar.clock, line.placedAt),
    deferredFrom: '',
    resumedOn: '',
    serviceMonth: month,
  };
  return documentLine(charge, 'charge', 'placed', amountMinor, undefined);
}

/** Counts a plain order in the balance: placed this month and due to be charged. */
export function reckonPlainOrder(reckoning: Reckoning, line: OrderLine, { policy }: MonthContext): void {
  const { practiceId, currency } = line;
  const money = { practiceId, currency, amountMinor: amountOfLine(line, policy.rounding) };
  reckoning.add('placed_this_month', money, 1);
  reckoning.add('charged', money, 1);
  reckoning.addToDocument('charges', money);
}
