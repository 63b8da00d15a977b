/** Computes what an order brings into the balance of a month (docs/rules.md section 8) from its facts and from the records of closed months. */
import type { DocumentTerm, Term } from './balance-terms.js';
import { type Calendar, previousMonth } from './billing-month.js';
import { type Standing, serviceMonth, standingAt } from './charge.js';
import type { OrderLine } from './order.js';
import { amountOfLine } from './order-amount.js';
import type { LineRecord, MonthContext, OrderAccount } from './plan.js';
import type { Money, Reckoning } from './reckoning.js';
import { type Timeline, timelineOf } from './timeline.js';

/**
 * Adds an order's lines to the terms and documents.
 * @param calendar that of the order's practice
 */
export function reckonOrder(
  reckoning: Reckoning,
  order: OrderAccount,
  calendar: Calendar,
  context: MonthContext,
): void {
  const facts = { lines: order.lines.map(({ line }) => line), events: order.events };
  const timeline = timelineOf(facts, context.policy, calendar.clock);
  for (const { line, record } of order.lines) {
    const standing = standingAt(context.month, line, timeline, calendar);
    if (isBeforeLedger(line, record, standing, timeline, calendar, context)) continue;
    const now = moneyOf(line, context);
    const entry = entryOf({ line, record, standing, now, timeline, calendar, context });
    if (entry !== undefined) {
      if (entry.term !== undefined) reckoning.add(entry.term, entry.money, 1);
      countFromEntry(reckoning, entry.money, now, standing);
    }
    countDocument(reckoning, record, now, standing);
  }
}

/** Section 5, cut-over: a line that the earlier system charged is in no term. */
function isBeforeLedger(
  line: OrderLine,
  record: LineRecord,
  standing: Standing,
  timeline: Timeline,
  calendar: Calendar,
  { firstMonth }: MonthContext,
): boolean {
  if (record.counted) return record.chargedBeforeLedger;
  if (standing.kind === 'unplaced') return false;
  return serviceMonth(line, timeline, calendar, previousMonth(firstMonth)) !== undefined;
}

interface Entry {
  /** Undefined for a line on the last held list. That list is counted as a whole, so a line that was forgotten here shows. */
  readonly term: Term | undefined;
  /** The amount recorded last. A change since then is a movement of its own. */
  readonly money: Money;
}

/**
 * Returns the term by which a line enters the month's balance; undefined if it does not: it is charged and settled, ended, or not placed.
 */
function entryOf(options: {
  readonly line: OrderLine;
  readonly record: LineRecord;
  readonly standing: Standing;
  readonly now: Money;
  readonly timeline: Timeline;
  readonly calendar: Calendar;
  readonly context: MonthContext;
}): Entry | undefined {
  const { record, standing, now } = options;
  if (record.held !== undefined) return { term: undefined, money: record.held };
  if (record.issued !== undefined)
    return standing.kind === 'held' ? { term: 'returned_to_held', money: record.issued } : undefined;
  if (standing.kind === 'unplaced') return undefined;
  if (!record.counted) return { term: firstTermOf(options), money: now };
  if (standing.kind === 'ended') return undefined;
  return { term: record.withdrawn ? 'placed_again' : 'revived', money: now };
}

/** Returns the term of a line that no closed month has counted. */
function firstTermOf({
  line,
  timeline,
  calendar,
  context: { month, firstMonth },
}: Parameters<typeof entryOf>[0]): Term {
  const before = previousMonth(month);
  if (line.placedAt >= calendar.cutOff(before)) return 'placed_this_month';
  const isHeldAtStart = month === firstMonth && standingAt(before, line, timeline, calendar).kind === 'held';
  return isHeldAtStart ? 'opening_held' : 'known_late';
}

/** Counts what became of a line that entered with `then` and is worth `now`. */
function countFromEntry(reckoning: Reckoning, then: Money, now: Money, standing: Standing): void {
  if (standing.kind === 'unplaced') {
    reckoning.add('amended', negative(then), -1);
    return;
  }
  if (then.currency !== now.currency) {
    reckoning.add('amended', negative(then), -1);
    reckoning.add('amended', now, 1);
  } else if (then.amountMinor !== now.amountMinor) {
    reckoning.add('amended', { ...now, amountMinor: now.amountMinor - then.amountMinor }, 0);
  }
  reckoning.add(standing.kind === 'held' ? `closing_${standing.status}` : TERM_AT_END[standing.kind], now, 1);
}

const TERM_AT_END = { charged: 'charged', ended: 'ended_uncharged' } as const;

/** The table of docs/rules.md section 5, in money: adds the credit and the charge that the line must have. */
function countDocument(
  reckoning: Reckoning,
  { issued }: LineRecord,
  now: Money & { readonly practiceId: string },
  standing: Standing,
): void {
  const isDue = standing.kind === 'charged';
  if (issued !== undefined) {
    const stands =
      isDue &&
      issued.amountMinor === now.amountMinor &&
      issued.currency === now.currency &&
      issued.practiceId === now.practiceId;
    if (stands) return;
    const credit = { ...issued, amountMinor: -issued.amountMinor };
    reckoning.addToDocument('credits', credit);
    reckoning.add(creditedBecause(standing), credit, 1);
    if (isDue) reckoning.add('recharged', now, 1);
  }
  if (isDue) reckoning.addToDocument('charges', now);
}

/** Returns the reason of a credit by docs/rules.md section 5. An end takes precedence over the others. */
function creditedBecause(standing: Standing): DocumentTerm {
  if (standing.kind === 'held') return 'credited_paused';
  const end = standing.kind === 'charged' ? undefined : standing.end;
  if (end === undefined) return 'credited_amended';
  return !end.byLimit && end.event.event === 'cancelled' ? 'credited_cancelled' : 'credited_deleted';
}

const negative = (money: Money): Money => ({ currency: money.currency, amountMinor: -money.amountMinor });

function moneyOf(line: OrderLine, { policy }: MonthContext): Money & { readonly practiceId: string } {
  const { practiceId, currency } = line;
  return { practiceId, currency, amountMinor: amountOfLine(line, policy.rounding) };
}
