/**
 * Folds an order's events into its states over time (docs/rules.md section 3). charge.ts decides what is charged from them, and when.
 */
import { type Clock, limitOfPause } from './clock.js';
import type { ExceptionCode, OrderException } from './exception.js';
import {
  compareCodePoints,
  type EventKind,
  earliest,
  type HistoryEvent,
  type Instant,
  type OrderLine,
} from './order.js';
import type { Policy } from './policy.js';

export type OrderState = 'active' | 'paused' | 'shipped' | 'ended';

/** A change of state: from `at` on, the order is in `state`, because of `event`. */
export interface Change {
  readonly at: Instant;
  readonly state: OrderState;
  readonly previous: OrderState;
  readonly event: HistoryEvent;
  /** The last instant at which a resume is in time. Only a pause has it; it is 0 otherwise. */
  readonly limitAt: Instant;
  /** True if the limit of the pause `event` ended the order, and not an event. */
  readonly byLimit: boolean;
}

export interface Timeline {
  /** In order of time. Before the first change the order is active. */
  readonly changes: readonly Change[];
  readonly exceptions: readonly OrderException[];
  /** What ended an order line alone, by line number. When the order itself ends, all its lines end. */
  readonly lineEnds: ReadonlyMap<number, Change>;
}

/** Folds the current events of an order. They may come in any order. */
export function timelineOf(
  order: { readonly lines: readonly OrderLine[]; readonly events: readonly HistoryEvent[] },
  policy: Policy,
  clock: Clock,
): Timeline {
  if (order.events.length === 0) return NO_EVENTS;
  const placedAt = earliest(order.lines.map((line) => line.placedAt));
  const pausable = !order.lines.some((line) => policy.notPausable.includes(line.product));
  const fold: Fold = { changes: [], exceptions: [], lineEnds: new Map(), policy, clock };
  const { changes, exceptions, lineEnds } = fold;
  for (const event of effectiveEvents(order.events)) {
    endAtLimit(fold, event.at);
    const state = changes.at(-1)?.state ?? 'active';
    const exception =
      event.line === undefined
        ? exceptionOf(event, state, { placedAt, pausable, policy })
        : lineException(event, state, { lines: order.lines, lineEnds, policy });
    if (exception !== undefined) exceptions.push({ code: exception, event, since: event.at });
    else apply(fold, event);
  }
  endAtLimit(fold, Number.POSITIVE_INFINITY);
  return { changes, exceptions, lineEnds };
}

/** A timeline under construction. */
interface Fold {
  readonly changes: Change[];
  readonly exceptions: OrderException[];
  readonly lineEnds: Map<number, Change>;
  readonly policy: Policy;
  readonly clock: Clock;
}

function apply({ changes, exceptions, lineEnds, policy, clock }: Fold, event: HistoryEvent): void {
  const current = changes.at(-1);
  const previous = current?.state ?? 'active';
  if (event.line !== undefined) {
    lineEnds.set(event.line, { at: event.at, state: 'ended', previous, event, limitAt: 0, byLimit: false });
    return;
  }
  const state = STATE_AFTER[event.event];
  const limitAt = state === 'paused' ? limitOfPause(clock, event.at, policy.pauseLimitDays) : 0;
  changes.push({ at: event.at, state, previous, event, limitAt, byLimit: false });
  if (previous !== 'paused') return;
  if (state === 'shipped') exceptions.push({ code: 'shipped-while-paused', event, since: event.at });
  if (state === 'active' && current !== undefined && event.at > current.limitAt)
    exceptions.push({ code: 'resumed-after-limit', event, since: event.at });
}

/** Under `afterLimit: delete`, a pause whose limit passes before `next` ends the order 1 ms after the limit. */
function endAtLimit({ changes, exceptions, policy }: Fold, next: Instant): void {
  const pause = changes.at(-1);
  if (policy.afterLimit !== 'delete' || pause?.state !== 'paused' || next <= pause.limitAt) return;
  const at = pause.limitAt + 1;
  changes.push({ at, state: 'ended', previous: 'paused', event: pause.event, limitAt: 0, byLimit: true });
  exceptions.push({ code: 'deleted-by-limit', event: pause.event, since: at });
}

const NO_EVENTS: Timeline = { changes: [], exceptions: [], lineEnds: new Map() };

const STATE_AFTER: Record<EventKind, OrderState> = {
  paused: 'paused',
  resumed: 'active',
  shipped: 'shipped',
  cancelled: 'ended',
  deleted: 'ended',
};

/**
 * Returns the exception that keeps `event` from having an effect in `state`, by the table of docs/rules.md section 3; undefined if it has
 * one.
 */
function exceptionOf(
  { event, at }: HistoryEvent,
  state: OrderState,
  { placedAt, pausable, policy }: { placedAt: Instant; pausable: boolean; policy: Policy },
): ExceptionCode | undefined {
  if (at < placedAt) return 'before-placement';
  if (event === 'paused' && !pausable) return 'not-pausable';
  if (state === 'ended') return 'order-ended';
  switch (event) {
    case 'paused':
      if (state === 'paused') return 'already-paused';
      return state === 'shipped' ? 'after-shipment' : undefined;
    case 'resumed':
      return state === 'paused' ? undefined : 'not-paused';
    case 'shipped':
      return state === 'shipped' ? 'already-shipped' : undefined;
    case 'cancelled':
    case 'deleted':
      return state === 'shipped' && !policy.creditAfterShipment ? 'after-shipment' : undefined;
  }
}

/** The same for an event that concerns one order line: it depends on the state of the order and on what became of the line. */
function lineException(
  { at, line: orderLine }: HistoryEvent,
  state: OrderState,
  {
    lines,
    lineEnds,
    policy,
  }: {
    readonly lines: readonly OrderLine[];
    readonly lineEnds: ReadonlyMap<number, Change>;
    readonly policy: Policy;
  },
): ExceptionCode | undefined {
  const line = lines.find((each) => each.line === orderLine);
  if (line === undefined) return 'unknown-line';
  if (at < line.placedAt) return 'before-placement';
  if (state === 'ended') return 'order-ended';
  if (lineEnds.has(line.line)) return 'line-ended';
  return state === 'shipped' && !policy.creditAfterShipment ? 'after-shipment' : undefined;
}

/** Returns what ended an order line before a cut-off: its own end or that of its order. Undefined if it has not ended. */
export function endBefore(timeline: Timeline, orderLine: number, cutOff: Instant): Change | undefined {
  const own = timeline.lineEnds.get(orderLine);
  if (own !== undefined && own.at < cutOff) return own;
  const last = changeBefore(timeline, cutOff);
  return last?.state === 'ended' ? last : undefined;
}

/** The order in which events of the same instant and sequence are folded. */
const TURN: Record<EventKind, number> = { resumed: 0, paused: 1, shipped: 2, cancelled: 3, deleted: 4 };

/**
 * Returns the events in folding order, without pairs of `paused` and `resumed` at the same instant and sequence. Such a pair cancels
 * out: neither event has an effect or is an exception.
 */
export function effectiveEvents(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  if (events.length < 2) return events;
  const sorted = [...events].sort(compareEvents);
  const effective: HistoryEvent[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (sameMoment(sorted[start], sorted[end])) end++;
    effective.push(...withoutPairs(sorted.slice(start, end)));
  }
  return effective;
}

/** @param events all of one instant and sequence */
function withoutPairs(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  if (events.length < 2) return events;
  const count = (kind: EventKind) => events.filter(({ event }) => event === kind).length;
  const pairs = Math.min(count('resumed'), count('paused'));
  const left = { resumed: pairs, paused: pairs };
  return events.filter(({ event }) => (event !== 'resumed' && event !== 'paused') || left[event]-- <= 0);
}

/** @param b undefined after the last event */
function sameMoment(a: HistoryEvent | undefined, b: HistoryEvent | undefined): boolean {
  return a?.at === b?.at && a?.sequence === b?.sequence;
}

function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return (
    a.at - b.at ||
    a.sequence - b.sequence ||
    TURN[a.event] - TURN[b.event] ||
    // Events of single lines come first: after the end of the order they would have no effect.
    (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY) ||
    Number(a.eventId === '') - Number(b.eventId === '') ||
    compareCodePoints(a.eventId, b.eventId) ||
    compareCodePoints(a.reason, b.reason)
  );
}

/** Returns the last change strictly before a cut-off: it made the order's state. Undefined if the order is still active from the start. */
export function changeBefore({ changes }: Timeline, cutOff: Instant): Change | undefined {
  // Called several times for every order line: `findLast` would create a function each time.
  let last: Change | undefined;
  for (const change of changes) {
    if (change.at >= cutOff) break;
    last = change;
  }
  return last;
}
