/** Decides whether the next month must look at an order again even if nothing new becomes known about it. */
import type { Calendar } from './billing-month.js';
import type { MonthContext, OrderAccount, OrderPlan } from './plan.js';
import { changeBefore, timelineOf } from './timeline.js';

/** True if the order has a held line, a fact at or after the cut-off, or a pause that its limit may end as deleted. */
export function isOpenAfter(
  { lines, events }: OrderAccount,
  plan: OrderPlan,
  calendar: Calendar,
  { month, policy }: MonthContext,
): boolean {
  if (plan.held.length > 0) return true;
  const cutOff = calendar.cutOff(month);
  for (const { line } of lines) if (line.placedAt >= cutOff) return true;
  if (events.length === 0) return false;
  if (events.some(({ at }) => at >= cutOff)) return true;
  if (policy.afterLimit !== 'delete' || lines.length === 0) return false;
  const facts = { lines: lines.map(({ line }) => line), events };
  return changeBefore(timelineOf(facts, policy, calendar.clock), cutOff)?.state === 'paused';
}
