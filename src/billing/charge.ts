/**
 * Decides in which month an order line is charged, and how it stands at a cut-off (docs/rules.md section 4).
 */
import { type BillingMonth, type Calendar, nextMonth } from './billing-month.js';
import type { Instant, OrderLine } from './order.js';
import { type Change, changeBefore, endBefore, type Timeline } from './timeline.js';

/** The state of an order line at a month's cut-off. Only a `charged` line has a target. */
export type Standing =
  /** Placed at the cut-off or later. `end` is set if the line or its order has already ended. */
  | { readonly kind: 'unplaced'; readonly end: Change | undefined }
  | { readonly kind: 'charged'; readonly serviceMonth: BillingMonth }
  /** Placed and not ended, but paused at every cut-off so far. */
  | { readonly kind: 'held'; readonly pause: Change; readonly status: 'deferred' | 'slated' }
  | { readonly kind: 'ended'; readonly end: Change };

export function standingAt(
  month: BillingMonth,
  line: OrderLine,
  timeline: Timeline,
  calendar: Calendar,
): Standing {
  const cutOff = calendar.cutOff(month);
  const last = changeBefore(timeline, cutOff);
  const end = endBefore(timeline, line.line, cutOff);
  if (line.placedAt >= cutOff) return { kind: 'unplaced', end };
  if (end !== undefined) return { kind: 'ended', end };
  const service = serviceMonth(line, timeline, calendar, month);
  if (service !== undefined) return { kind: 'charged', serviceMonth: service };
  if (last?.state !== 'paused') throw new Error(`order ${line.orderId} is neither charged, ended nor paused`);
  return { kind: 'held', pause: last, status: last.limitAt < cutOff ? 'slated' : 'deferred' };
}

/**
 * Returns the line's service month: the first billing month, from that of `placedAt` to `upTo`, at whose cut-off the order is
 * neither paused nor ended and the line has not ended. Undefined if there is none: the line is held, or it ended uncharged.
 */
export function serviceMonth(
  line: OrderLine,
  timeline: Timeline,
  calendar: Calendar,
  upTo: BillingMonth,
): BillingMonth | undefined {
  for (let month = calendar.monthOf(line.placedAt); month <= upTo; month = nextMonth(month)) {
    const cutOff = calendar.cutOff(month);
    if (endBefore(timeline, line.line, cutOff) !== undefined) return undefined;
    if (changeBefore(timeline, cutOff)?.state !== 'paused') return month;
  }
  return undefined;
}

/**
 * Returns the change that ended the last pause before `cutOff` without ending the order: it explains a deferred charge. Undefined if none
 * did.
 */
export function resumeBefore(timeline: Timeline, cutOff: Instant): Change | undefined {
  return timeline.changes.findLast(
    (change) => change.at < cutOff && change.previous === 'paused' && change.state !== 'ended',
  );
}
