/**
 * Explains an order as data: its events and states, and for each month what was charged or not, on which document, and why.
 *
 * Standing, timeline and document lines come from `billing`. A closed month appears as it was recorded, with the facts that it knew; an
 * open month as a close would issue it now. reason-sentence.ts has the words.
 */
import { type BillingMonth, type Calendar, previousMonth } from '../billing/billing-month.js';
import { type Standing, standingAt } from '../billing/charge.js';
import type { Clock } from '../billing/clock.js';
import type { Reason } from '../billing/document.js';
import { EXCEPTION_EFFECTS, type ExceptionCode, listedEvent } from '../billing/exception.js';
import { lineAmount } from '../billing/money.js';
import type { EventKind, HistoryEvent, Instant, OrderLine } from '../billing/order.js';
import {
  eventsKnownAt,
  filesOf,
  knownAt,
  type OrderRecord,
  type RecordedException,
  type RecordedLine,
  type RecordedMonth,
  type Version,
} from '../billing/recorded-order.js';
import { changeBefore, type OrderState, timelineOf } from '../billing/timeline.js';
import { type DayNamer, dayName, dayNamer, money } from '../words/words.js';
import { importName, newsOf } from './fact-changes.js';
import { type DecidingFact, type LineInMonth, reasonSentence } from './reason-sentence.js';

export interface Explanation {
  readonly orderId: string;
  /** Empty if no line of the order is known. */
  readonly practiceId: string;
  readonly clock: Clock;
  /** Known now, in order of line. */
  readonly lines: readonly ExplainedOrderLine[];
  /** Known now, in order of time. */
  readonly events: readonly ExplainedEvent[];
  /** From `at` on, the order is in that state. Before the first change it is active. */
  readonly states: readonly { readonly at: Instant; readonly state: OrderState }[];
  /** What imports changed of facts that were known, in order of import. */
  readonly amendments: readonly ExplainedAmendment[];
  readonly months: readonly ExplainedMonth[];
  /** Lines of this order on documents of voided months, in order of void. */
  readonly voided: readonly ExplainedVoid[];
}

export interface ExplainedAmendment {
  readonly importId: number;
  /** The files of that import that brought it. */
  readonly files: string;
  /** `order line 1 amended: unit price 100.00 USD -> 80.00 USD` */
  readonly sentence: string;
}

export interface ExplainedVoid extends ExplainedIssue {
  readonly month: BillingMonth;
  readonly orderLine: number;
  readonly voidReason: string;
}

export interface ExplainedOrderLine {
  readonly orderLine: number;
  readonly product: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly placedAt: Instant;
}

export interface ExplainedEvent {
  readonly event: EventKind;
  /** The order line, if the event concerns one alone. */
  readonly orderLine?: number;
  readonly at: Instant;
  readonly eventId: string;
  readonly reason: string;
  /** `none` if an exception keeps it from counting, or if a pause and a resume at one instant cancel out. */
  readonly effect: 'applied' | 'none';
  readonly exceptions: readonly ExceptionCode[];
  /** The last instant at which a resume is in time. Only a pause that counts has it. */
  readonly limitAt?: Instant;
}

/** The state of an order line at a cut-off. */
export type Outcome =
  | 'charged'
  | 'deferred'
  | 'slated'
  | 'ended'
  | 'unplaced'
  | 'charged-before-ledger'
  /** Placed, but the month did not know the line. */
  | 'unknown';

export interface ExplainedLine {
  readonly orderLine: number;
  readonly standing: Outcome;
  readonly issued: readonly ExplainedIssue[];
  readonly sentence: string;
  /** The deciding fact first. */
  readonly because: readonly DecidingFact[];
}

export interface ExplainedIssue {
  /** `DRAFT` in an open month. */
  readonly documentNumber: string;
  readonly lineType: 'charge' | 'credit';
  readonly reason: Reason;
  readonly practiceId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly serviceMonth: BillingMonth;
  /** The document that a credit corrects; empty on a charge. */
  readonly corrects: string;
}

export interface ExplainedMonth {
  readonly month: BillingMonth;
  readonly isClosed: boolean;
  /** The cut-off of the month before. */
  readonly start: Instant;
  readonly cutOff: Instant;
  /** The order's state at the cut-off, as known in that month. */
  readonly state: OrderState;
  /** Lines placed before the cut-off, and lines of which something was issued. */
  readonly lines: readonly ExplainedLine[];
  readonly exceptions: readonly ExplainedException[];
}

export interface ExplainedException {
  readonly code: ExceptionCode;
  readonly event: EventKind;
  /** The order line, if the event concerns one alone. */
  readonly orderLine?: number;
  readonly eventId: string;
  readonly at: Instant;
  readonly sentence: string;
}

export function explainOrder(record: OrderRecord): Explanation {
  const lastImport = record.months.at(-1)?.lastImport ?? 0;
  const lines = knownAt(record.lines, lastImport).map(({ fact }) => fact);
  const practiceId = lines[0]?.practiceId ?? '';
  const calendar = record.calendarOf(practiceId);
  const events = eventsKnownAt(record, lastImport);
  const timeline = timelineOf({ lines, events }, record.policy, calendar.clock);
  return {
    orderId: record.orderId,
    practiceId,
    clock: calendar.clock,
    lines: lines.map((line) => ({
      orderLine: line.line,
      product: line.product,
      amountMinor: lineAmount(line, record.policy.rounding) ?? 0,
      currency: line.currency,
      placedAt: line.placedAt,
    })),
    events: explainEvents(record, { lines, events }, calendar),
    states: timeline.changes.map(({ at, state }) => ({ at, state })),
    amendments: newsOf(record, { since: 0, upTo: lastImport, day: (at) => dayName(calendar.clock, at) })
      .filter(({ isAmendment }) => isAmendment)
      .map(({ importId, files, text }) => ({ importId, files, sentence: text })),
    months: explainMonths(record),
    voided: record.voided.map(({ month, voidReason, line }) => ({
      month,
      orderLine: line.orderLine,
      voidReason,
      ...toIssue(line),
    })),
  };
}

function explainEvents(
  { policy }: OrderRecord,
  facts: { readonly lines: readonly OrderLine[]; readonly events: readonly HistoryEvent[] },
  calendar: Calendar,
): ExplainedEvent[] {
  const { changes, exceptions, lineEnds } = timelineOf(facts, policy, calendar.clock);
  const isUnknown = facts.lines.length === 0;
  const changeBy = new Map(
    [...changes, ...lineEnds.values()]
      .filter(({ byLimit }) => !byLimit)
      .map((change) => [change.event, change]),
  );
  const codesOf = new Map<HistoryEvent, ExceptionCode[]>();
  for (const { event, code } of exceptions) {
    const codes = codesOf.get(event);
    if (codes === undefined) codesOf.set(event, [code]);
    else codes.push(code);
  }
  return [...facts.events]
    .sort((a, b) => a.at - b.at || a.sequence - b.sequence)
    .map((event) => {
      const change = isUnknown ? undefined : changeBy.get(event);
      return {
        event: event.event,
        ...(event.line === undefined ? {} : { orderLine: event.line }),
        at: event.at,
        eventId: event.eventId,
        reason: event.reason,
        effect: change === undefined ? 'none' : 'applied',
        exceptions: isUnknown ? ['unknown-order'] : (codesOf.get(event) ?? []),
        ...(change?.state === 'paused' ? { limitAt: change.limitAt } : {}),
      };
    });
}

function explainMonths(record: OrderRecord): ExplainedMonth[] {
  const months: ExplainedMonth[] = [];
  const last = new Map<number, LineInMonth['last']>();
  const beforeLedger = new Set<number>();
  let since = 0;
  for (const month of record.months) {
    for (const line of month.beforeLedger) beforeLedger.add(line);
    months.push(explainMonth(record, month, { since, last, beforeLedger }));
    for (const line of month.lines) last.set(line.orderLine, { line, month: month.month });
    since = month.lastImport;
  }
  return months;
}

function explainMonth(
  record: OrderRecord,
  month: RecordedMonth,
  {
    since,
    last,
    beforeLedger,
  }: { since: number; last: Map<number, LineInMonth['last']>; beforeLedger: Set<number> },
): ExplainedMonth {
  const known = knownAt(record.lines, month.lastImport);
  const facts = { lines: known.map(({ fact }) => fact), events: eventsKnownAt(record, month.lastImport) };
  const calendar = record.calendarOf(facts.lines[0]?.practiceId ?? '');
  const timeline = timelineOf(facts, record.policy, calendar.clock);
  const cutOff = calendar.cutOff(month.month);
  const lines: ExplainedLine[] = known.flatMap((line) => {
    const { line: orderLine } = line.fact;
    const standing = standingAt(month.month, line.fact, timeline, calendar);
    const issued = month.lines.filter((each) => each.orderLine === orderLine);
    if (standing.kind === 'unplaced' && issued.length === 0 && !last.has(orderLine)) return [];
    const isBeforeLedger = beforeLedger.has(orderLine);
    const context = {
      record,
      month,
      since,
      calendar,
      facts,
      timeline,
      line,
      standing,
      isBeforeLedger,
      issued,
    };
    return {
      orderLine,
      standing: isBeforeLedger ? 'charged-before-ledger' : outcomeOf(standing),
      issued: issued.map(toIssue),
      ...reasonSentence({ ...context, last: last.get(orderLine) }),
    };
  });
  const start = calendar.cutOff(previousMonth(month.month));
  const day = dayNamer(calendar, month.month);
  return {
    month: month.month,
    isClosed: month.isClosed,
    start,
    cutOff,
    state: changeBefore(timeline, cutOff)?.state ?? 'active',
    lines: [...lines, ...linesKnownLater(record, month, known)].sort((a, b) => a.orderLine - b.orderLine),
    exceptions: month.exceptions.map((exception) => explainException(exception, day)),
  };
}

/** Returns the lines that the month would have billed or held if it had known them. */
function linesKnownLater(
  record: OrderRecord,
  month: RecordedMonth,
  known: readonly Version<OrderLine>[],
): ExplainedLine[] {
  const isKnown = (line: number) => known.some(({ fact }) => fact.line === line);
  const firstVersions = record.lines.filter(
    (version, index) =>
      record.lines[index - 1]?.fact.line !== version.fact.line && !isKnown(version.fact.line),
  );
  return firstVersions.flatMap(({ fact, importId }) => {
    if (fact.placedAt >= record.calendarOf(fact.practiceId).cutOff(month.month)) return [];
    const source = importName({ importId, files: filesOf(record, importId, 'orders') });
    return {
      orderLine: fact.line,
      standing: 'unknown',
      issued: [],
      sentence: `not charged because the order line was not known yet: it came with ${source}`,
      because: [{ kind: 'order-line', orderLine: fact.line, at: fact.placedAt }],
    };
  });
}

function outcomeOf(standing: Standing): Outcome {
  return standing.kind === 'held' ? standing.status : standing.kind;
}

function toIssue(line: RecordedLine): ExplainedIssue {
  const { documentNumber, lineType, reason, practiceId, amountMinor, currency, serviceMonth, corrects } =
    line;
  return { documentNumber, lineType, reason, practiceId, amountMinor, currency, serviceMonth, corrects };
}

function explainException({ code, event }: RecordedException, day: DayNamer): ExplainedException {
  const effect = EXCEPTION_EFFECTS[code] === 'none' ? 'without effect' : 'and it counts';
  return {
    code,
    event: event.event,
    ...(event.line === undefined ? {} : { orderLine: event.line }),
    eventId: event.eventId,
    at: event.at,
    sentence: `${listedEvent(event)} on ${day(event.at)}, ${effect}: ${WHY[code]}`,
  };
}

/** `2025-10, line 1: charge 640.00 USD on INV-000001 to P-100 is void: wrong prices` */
export function voidSentence(each: ExplainedVoid): string {
  const { month, orderLine, lineType, amountMinor, currency, documentNumber, practiceId, voidReason } = each;
  const what = `${lineType} ${money(amountMinor, currency)} on ${documentNumber} to ${practiceId}`;
  return `${month}, line ${orderLine}: ${what} is void: ${voidReason}`;
}

const WHY: Record<ExceptionCode, string> = {
  'already-paused': 'it was paused already',
  'already-shipped': 'it had shipped already',
  'after-shipment': 'it had shipped',
  'before-placement': 'the order was not placed yet',
  'charged-before-ledger': "the lab's earlier system charged it, so the credit is that one's",
  'deleted-by-limit': 'the pause reached its limit, which deleted the order',
  'line-ended': 'the order line had ended',
  'not-pausable': 'an order with such a product cannot be paused',
  'not-paused': 'it was not paused',
  'order-ended': 'the order had ended',
  'resumed-after-limit': 'its limit had passed',
  'shipped-while-paused': 'it was paused',
  'unknown-line': 'the order line was not known',
  'unknown-order': 'no line of the order was known',
};
