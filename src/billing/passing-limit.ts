/** Pause limits that are about to pass: what the lab can still ask a practice about before an order is slated or deleted. */
import type { Calendar } from './billing-month.js';
import { standingAt } from './charge.js';
import { lineAmount } from './money.js';
import type { Instant } from './order.js';
import type { OrderAccount, OrderPlan } from './plan.js';
import type { Policy } from './policy.js';
import { dateOf, type LocalDate } from './time-zone.js';
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
 * The order's lines whose limit passes from `from` (inclusive) to `until` (exclusive), if nothing more happens to it: of an order
 * that is only slated by it, those that are held then; of one that is deleted by it, all that are this ledger's.
 */
export function passingLimits(
  { lines, events }: OrderAccount,
  { beforeLedger }: OrderPlan,
  { calendar, policy, from, until }: { calendar: Calendar; policy: Policy; from: Instant; until: Instant },
): PassingLimit[] {
  const facts = { lines: lines.map(({ line }) => line), events };
  if (facts.lines.length === 0) return [];
  const timeline = timelineOf(facts, policy, calendar.timeZone);
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
    pausedOn: dateOf(calendar.timeZone, pause.at),
    pauseReason: pause.event.reason,
    limitAt: pause.limitAt,
  }));
}

/** The pause that is on after the last event; under `afterLimit: delete` its own limit is the change after it. */
function standingPause({ changes }: Timeline): Change | undefined {
  const last = changes.at(-1);
  const change = last?.byLimit ? changes.at(-2) : last;
  return change?.state === 'paused' ? change : undefined;
}
