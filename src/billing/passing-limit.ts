/** Finds pause limits that pass soon, so that the lab can ask the practice before the order is slated or deleted. */
import type { Calendar } from './billing-month.js';
import { standingAt } from './charge.js';
import { dateBy } from './clock.js';
import { lineAmount } from './money.js';
import type { Instant } from './order.js';
import type { OrderAccount, OrderPlan } from './plan.js';
import type { Policy } from './policy.js';
import type { LocalDate } from './time-zone.js';
import { type Change, type Timeline, timelineOf } from './timeline.js';

export interface PassingLimit {
  readonly practiceId: string;
  readonly orderId: string;
  readonly orderLine: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly pausedOn: LocalDate;
  readonly pauseReason: string;
  readonly limitAt: Instant;
}

/**
 * Returns the order's lines whose limit passes from `from` (inclusive) to `until` (exclusive) if nothing else happens. If the limit
 * only slates, these are the lines held at the cut-off after it. If it deletes, these are all lines placed by then, except those that
 * the earlier system charged.
 */
export function passingLimits(
  { lines, events }: OrderAccount,
  { beforeLedger }: OrderPlan,
  { calendar, policy, from, until }: { calendar: Calendar; policy: Policy; from: Instant; until: Instant },
): PassingLimit[] {
  const facts = { lines: lines.map(({ line }) => line), events };
  if (facts.lines.length === 0) return [];
  const timeline = timelineOf(facts, policy, calendar.clock);
  const pause = standingPause(timeline);
  if (pause === undefined || pause.limitAt < from || pause.limitAt >= until) return [];
  const month = calendar.monthOf(pause.limitAt);
  const concerned = lines.filter(({ line, record }) => {
    if (record.chargedBeforeLedger || beforeLedger.includes(line)) return false;
    if (policy.afterLimit === 'delete') return line.placedAt <= pause.limitAt;
    return standingAt(month, line, timeline, calendar).kind === 'held';
  });
  return concerned.map(({ line }) => ({
    practiceId: line.practiceId,
    orderId: line.orderId,
    orderLine: line.line,
    amountMinor: lineAmount(line, policy.rounding) ?? 0,
    currency: line.currency,
    pausedOn: dateBy(calendar.clock, pause.at),
    pauseReason: pause.event.reason,
    limitAt: pause.limitAt,
  }));
}

/** Returns the pause that lasts after the last event. Under `afterLimit: delete` it is followed by the deletion at its own limit. */
function standingPause({ changes }: Timeline): Change | undefined {
  const last = changes.at(-1);
  const change = last?.byLimit ? changes.at(-2) : last;
  return change?.state === 'paused' ? change : undefined;
}
