/**
 * Plans a month order by order: from the facts and the records of closed months it decides everything that a close records of an
 * order. The ledger applies the plan; preview and check use the same data.
 */
import { type BillingMonth, type Calendar, previousMonth } from './billing-month.js';
import { resumeBefore, type Standing, serviceMonth, standingAt } from './charge.js';
import { dateBy } from './clock.js';
import { type Charge, type DocumentLine, type IssuedCharge, linesToIssue } from './document.js';
import type { ExceptionCode, OrderException } from './exception.js';
import { eventIdentity, type HistoryEvent, type Instant, type OrderLine } from './order.js';
import { amountOfLine } from './order-amount.js';
import type { Policy } from './policy.js';
import { daysBetween, type LocalDate } from './time-zone.js';
import { effectiveEvents, endBefore, type Timeline, timelineOf } from './timeline.js';

/** What is the same for every order of the month. */
export interface MonthContext {
  readonly month: BillingMonth;
  /** The first month that the ledger closed or closes. The lab's earlier system made all charges before it. */
  readonly firstMonth: BillingMonth;
  readonly policy: Policy;
}

/** What closed months recorded of an order line. */
export interface LineRecord {
  /** The charge in force, if there is one. */
  readonly issued: IssuedCharge | undefined;
  /** The line was known and placed at the cut-off of a closed month, so it is decided who charges it. */
  readonly counted: boolean;
  /** It was decided that the lab's earlier system charged this line. */
  readonly chargedBeforeLedger: boolean;
  /** The line's entry on the last held list, if it has one. */
  readonly held: { readonly currency: string; readonly amountMinor: number } | undefined;
  /** The line was held when a closed month last counted it, and neither held nor charged since, because its placement was moved. */
  readonly withdrawn: boolean;
}

export interface OrderLineAccount {
  readonly line: OrderLine;
  readonly record: LineRecord;
}

export interface OrderAccount {
  /** In order of line; empty if only the history of the order is known. */
  readonly lines: readonly OrderLineAccount[];
  readonly events: readonly HistoryEvent[];
  /** The `listingKey` of each exception of this order that a closed month has listed. */
  readonly listed: ReadonlySet<string>;
}

/** Placed before the cut-off, not ended, not charged. */
export interface HeldLine {
  readonly practiceId: string;
  readonly orderId: string;
  readonly orderLine: number;
  readonly product: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly placedOn: LocalDate;
  readonly pausedOn: LocalDate;
  readonly pauseReason: string;
  readonly daysPaused: number;
  readonly limitAt: Instant;
  readonly status: 'deferred' | 'slated';
}

export interface OrderPlan {
  /** By order line, credit before charge. A line that moved to another practice is credited to the old one. */
  readonly documentLines: readonly DocumentLine[];
  readonly held: readonly HeldLine[];
  readonly exceptions: readonly OrderException[];
  /** Lines for which this plan decides that the lab's earlier system charged them. */
  readonly beforeLedger: readonly OrderLine[];
}

/** Returns the plan of one order. @param calendar that of the order's practice; of the config's zone if no line is known */
export function planOrder(order: OrderAccount, calendar: Calendar, context: MonthContext): OrderPlan {
  if (order.lines.length === 0) return planUnknownOrder(order, calendar, context);
  const { month, policy } = context;
  const facts = { lines: order.lines.map(({ line }) => line), events: order.events };
  const timeline = timelineOf(facts, policy, calendar.clock);
  const documentLines: DocumentLine[] = [];
  const held: HeldLine[] = [];
  const beforeLedger: OrderLine[] = [];
  const linesBeforeLedger: OrderLine[] = [];

  for (const { line, record } of order.lines) {
    const standing = standingAt(month, line, timeline, calendar);
    if (record.chargedBeforeLedger || isBeforeLedger(line, record, standing, timeline, calendar, context)) {
      linesBeforeLedger.push(line);
      if (!record.chargedBeforeLedger) beforeLedger.push(line);
      continue;
    }
    const target =
      standing.kind === 'charged' ? chargeFor(line, standing, timeline, calendar, policy) : undefined;
    documentLines.push(...linesToIssue({ month, standing, target, issued: record.issued }));
    if (standing.kind === 'held') held.push(heldLine(line, standing, calendar, context));
  }

  const arisen =
    linesBeforeLedger.length > 0
      ? [...timeline.exceptions, ...endsOfLinesBeforeLedger(linesBeforeLedger, timeline, calendar, context)]
      : timeline.exceptions;
  return { documentLines, held, beforeLedger, exceptions: notYetListed(arisen, order, calendar, month) };
}

/** Section 5, cut-over. Decided once, at the first close that knows the line as placed. */
function isBeforeLedger(
  line: OrderLine,
  record: LineRecord,
  standing: Standing,
  timeline: Timeline,
  calendar: Calendar,
  { firstMonth }: MonthContext,
): boolean {
  if (record.counted || standing.kind === 'unplaced') return false;
  return serviceMonth(line, timeline, calendar, previousMonth(firstMonth)) !== undefined;
}

/** Lists what ended lines that the earlier system charged: that system owes the credit. */
function endsOfLinesBeforeLedger(
  lines: readonly OrderLine[],
  timeline: Timeline,
  calendar: Calendar,
  { firstMonth }: MonthContext,
): OrderException[] {
  const start = calendar.cutOff(previousMonth(firstMonth));
  const ends = new Set(lines.map(({ line }) => endBefore(timeline, line, Number.POSITIVE_INFINITY)));
  return [...ends].flatMap((end): OrderException[] =>
    end === undefined || end.at < start
      ? []
      : [{ code: 'charged-before-ledger', event: end.event, since: end.at }],
  );
}

function chargeFor(
  line: OrderLine,
  standing: { readonly serviceMonth: BillingMonth },
  timeline: Timeline,
  calendar: Calendar,
  policy: Policy,
): Charge {
  const placedIn = calendar.monthOf(line.placedAt);
  const deferred = placedIn < standing.serviceMonth;
  const resume = deferred ? resumeBefore(timeline, calendar.cutOff(standing.serviceMonth)) : undefined;
  return {
    practiceId: line.practiceId,
    currency: line.currency,
    orderId: line.orderId,
    orderLine: line.line,
    product: line.product,
    description: line.description,
    patientRef: line.patientRef,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    amountMinor: amountOfLine(line, policy.rounding),
    placedOn: dateBy(calendar.clock, line.placedAt),
    deferredFrom: deferred ? placedIn : '',
    resumedOn: resume === undefined ? '' : dateBy(calendar.clock, resume.at),
    serviceMonth: standing.serviceMonth,
  };
}

function heldLine(
  line: OrderLine,
  { pause, status }: Extract<Standing, { kind: 'held' }>,
  calendar: Calendar,
  { month, policy }: MonthContext,
): HeldLine {
  const pausedOn = dateBy(calendar.clock, pause.at);
  return {
    practiceId: line.practiceId,
    orderId: line.orderId,
    orderLine: line.line,
    product: line.product,
    amountMinor: amountOfLine(line, policy.rounding),
    currency: line.currency,
    placedOn: dateBy(calendar.clock, line.placedAt),
    pausedOn,
    pauseReason: pause.event.reason,
    daysPaused: daysBetween(pausedOn, dateBy(calendar.clock, calendar.cutOff(month) - 1)),
    limitAt: pause.limitAt,
    status,
  };
}

function planUnknownOrder(order: OrderAccount, calendar: Calendar, { month }: MonthContext): OrderPlan {
  const arisen = effectiveEvents(order.events).map(
    (event): OrderException => ({ code: 'unknown-order', event, since: event.at }),
  );
  const exceptions = notYetListed(arisen, order, calendar, month);
  return { documentLines: [], held: [], beforeLedger: [], exceptions };
}

function notYetListed(
  arisen: readonly OrderException[],
  { listed }: OrderAccount,
  calendar: Calendar,
  month: BillingMonth,
): OrderException[] {
  if (arisen.length === 0) return [];
  const cutOff = calendar.cutOff(month);
  return arisen.filter(({ code, event, since }) => since < cutOff && !listed.has(listingKey(code, event)));
}

/** Returns the key of an exception: one code and one event (docs/rules.md section 3). */
export function listingKey(code: ExceptionCode, event: HistoryEvent): string {
  return `${code} ${eventIdentity(event)}`;
}
