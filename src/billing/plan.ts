/**
 * The plan of a month, order by order: everything that a close records of an order, decided from its facts and from what
 * closed months recorded. Pure; the ledger applies it, and preview and check come from the same data.
 */
import { type BillingMonth, type Calendar, previousMonth } from './billing-month.js';
import { resumeBefore, type Standing, serviceMonth, standingAt } from './charge.js';
import { type Charge, type DocumentLine, type IssuedCharge, linesToIssue } from './document.js';
import type { ExceptionCode, OrderException } from './exception.js';
import { eventIdentity, type HistoryEvent, type Instant, type OrderLine } from './order.js';
import { amountOfLine } from './order-amount.js';
import type { Policy } from './policy.js';
import { dateOf, daysBetween, type LocalDate } from './time-zone.js';
import { effectiveEvents, endBefore, type Timeline, timelineOf } from './timeline.js';

/** What holds for every order of the month. */
export interface MonthContext {
  readonly month: BillingMonth;
  /** The first month that the ledger closed or closes: earlier charges were made by the lab's earlier system. */
  readonly firstMonth: BillingMonth;
  readonly policy: Policy;
}

/** What closed months recorded of an order line. */
export interface LineRecord {
  /** The charge that stands, if one does. */
  readonly issued: IssuedCharge | undefined;
  /** It was placed and known at the cut-off of a closed month, so whose line it is has been decided. */
  readonly counted: boolean;
  /** Decided: the lab's earlier system charged it. */
  readonly chargedBeforeLedger: boolean;
  /** As the last held list shows it, if it does. */
  readonly held: { readonly currency: string; readonly amountMinor: number } | undefined;
  /** It was held when a closed month last counted it, and has been neither held nor charged since: its placement was moved. */
  readonly withdrawn: boolean;
}

export interface OrderLineAccount {
  readonly line: OrderLine;
  readonly record: LineRecord;
}

export interface OrderAccount {
  /** In order of line; none if the order is known by its history alone. */
  readonly lines: readonly OrderLineAccount[];
  readonly events: readonly HistoryEvent[];
  /** `listingKey` of each exception that a closed month has listed of this order. */
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
  /** By order line, then credit before charge; a line that moved to another practice is credited on that one's document. */
  readonly documentLines: readonly DocumentLine[];
  readonly held: readonly HeldLine[];
  readonly exceptions: readonly OrderException[];
  /** Lines now decided to have been charged by the lab's earlier system. */
  readonly beforeLedger: readonly OrderLine[];
}

/** @param calendar of the order's practice; of the config's zone if no line of the order is known */
export function planOrder(order: OrderAccount, calendar: Calendar, context: MonthContext): OrderPlan {
  if (order.lines.length === 0) return planUnknownOrder(order, calendar, context);
  const { month, policy } = context;
  const facts = { lines: order.lines.map(({ line }) => line), events: order.events };
  const timeline = timelineOf(facts, policy, calendar.timeZone);
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

/** Section 5, cut-over: decided once, at the first close at whose cut-off the line is placed and known. */
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

/** What ended a line that the earlier system charged: that one owes the credit. */
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
    placedOn: dateOf(calendar.timeZone, line.placedAt),
    deferredFrom: deferred ? placedIn : '',
    resumedOn: resume === undefined ? '' : dateOf(calendar.timeZone, resume.at),
    serviceMonth: standing.serviceMonth,
  };
}

function heldLine(
  line: OrderLine,
  { pause, status }: Extract<Standing, { kind: 'held' }>,
  calendar: Calendar,
  { month, policy }: MonthContext,
): HeldLine {
  const pausedOn = dateOf(calendar.timeZone, pause.at);
  return {
    practiceId: line.practiceId,
    orderId: line.orderId,
    orderLine: line.line,
    product: line.product,
    amountMinor: amountOfLine(line, policy.rounding),
    currency: line.currency,
    placedOn: dateOf(calendar.timeZone, line.placedAt),
    pausedOn,
    pauseReason: pause.event.reason,
    daysPaused: daysBetween(pausedOn, dateOf(calendar.timeZone, calendar.cutOff(month) - 1)),
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

/** One exception is one code and one event (docs/rules.md section 3). */
export function listingKey(code: ExceptionCode, event: HistoryEvent): string {
  return `${code} ${eventIdentity(event)}`;
}
