/**
 * An order's events folded into its states over time (billing-rules.md section 3). What is charged from them, and when, is
 * decided in charge.ts.
 */
import type { ExceptionCode, OrderException } from './exception.js';
import {
  compareCodePoints,
  type EventKind,
  type HistoryEvent,
  type Instant,
  type OrderLine,
} from './order.js';
import type { Policy } from './policy.js';
import { addDays } from './time-zone.js';

export type OrderState = 'active' | 'paused' | 'shipped' | 'ended';

/** From `at` on, the order is in `state`, because of `event`. */
export interface Change {
  readonly at: Instant;
  readonly state: OrderState;
  readonly previous: OrderState;
  readonly event: HistoryEvent;
  /** Of a pause: the last instant at which a resume is in time. */
  readonly limitAt: Instant;
  /** The limit of the pause `event` ended the order, not the event itself. */
  readonly byLimit: boolean;
}

export interface Timeline {
  /** In order of time; before the first one the order is active. */
  readonly changes: readonly Change[];
  readonly exceptions: readonly OrderException[];
}

/** Folds the current events of an order, in whatever order they come. */
export function timelineOf(
  order: { readonly lines: readonly OrderLine[]; readonly events: readonly HistoryEvent[] },
  policy: Policy,
  timeZone: string,
): Timeline {
  if (order.events.length === 0) return NO_EVENTS;
  const placedAt = Math.min(...order.lines.map((line) => line.placedAt));
  const pausable = !order.lines.some((line) => policy.notPausable.includes(line.product));
  const changes: Change[] = [];
  const exceptions: OrderException[] = [];

  for (const event of effectiveEvents(order.events)) {
    endAtLimit(event.at);
    const current = changes.at(-1);
    const exception = exceptionOf(event, current?.state ?? 'active', placedAt, pausable);
    if (exception !== undefined) exceptions.push({ code: exception, event, since: event.at });
    else apply(event, current);
  }
  endAtLimit(Number.POSITIVE_INFINITY);
  return { changes, exceptions };

  function apply(event: HistoryEvent, current: Change | undefined): void {
    const previous = current?.state ?? 'active';
    const state = STATE_AFTER[event.event];
    const limitAt = state === 'paused' ? addDays(timeZone, event.at, policy.pauseLimitDays) : 0;
    changes.push({ at: event.at, state, previous, event, limitAt, byLimit: false });
    if (previous !== 'paused') return;
    if (state === 'shipped') exceptions.push({ code: 'shipped-while-paused', event, since: event.at });
    if (state === 'active' && current !== undefined && event.at > current.limitAt)
      exceptions.push({ code: 'resumed-after-limit', event, since: event.at });
  }

  /** Under `afterLimit: delete`, a pause whose limit passes before `next` ends the order 1 ms after the limit. */
  function endAtLimit(next: Instant): void {
    const pause = changes.at(-1);
    if (policy.afterLimit !== 'delete' || pause?.state !== 'paused' || next <= pause.limitAt) return;
    const at = pause.limitAt + 1;
    changes.push({ at, state: 'ended', previous: 'paused', event: pause.event, limitAt: 0, byLimit: true });
    exceptions.push({ code: 'deleted-by-limit', event: pause.event, since: at });
  }
}

const NO_EVENTS: Timeline = { changes: [], exceptions: [] };

const STATE_AFTER: Record<EventKind, OrderState> = {
  paused: 'paused',
  resumed: 'active',
  shipped: 'shipped',
  cancelled: 'ended',
  deleted: 'ended',
};

/** The exception that keeps `event` from having an effect in `state`: the table of section 3. */
function exceptionOf(
  { event, at }: HistoryEvent,
  state: OrderState,
  placedAt: Instant,
  pausable: boolean,
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
      return state === 'shipped' ? 'after-shipment' : undefined;
  }
}

/** The order in which events of one instant and sequence are taken. */
const TURN: Record<EventKind, number> = { resumed: 0, paused: 1, shipped: 2, cancelled: 3, deleted: 4 };

/**
 * The events in the order in which they are folded, without the pairs of `paused` and `resumed` of one instant and sequence:
 * those cancel out, and neither has an effect nor is an exception.
 */
export function effectiveEvents(events: readonly HistoryEvent[]): HistoryEvent[] {
  const sorted = [...events].sort(compareEvents);
  const effective: HistoryEvent[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sameMoment(sorted[start], sorted[end])) end++;
    const group = sorted.slice(start, end);
    const count = (kind: EventKind) => group.filter(({ event }) => event === kind).length;
    const pairs = Math.min(count('resumed'), count('paused'));
    const left = { resumed: pairs, paused: pairs };
    effective.push(
      ...group.filter(({ event }) => (event !== 'resumed' && event !== 'paused') || left[event]-- <= 0),
    );
  }
  return effective;
}

function sameMoment(a: HistoryEvent | undefined, b: HistoryEvent | undefined): boolean {
  return a?.at === b?.at && a?.sequence === b?.sequence;
}

function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return (
    a.at - b.at ||
    a.sequence - b.sequence ||
    TURN[a.event] - TURN[b.event] ||
    Number(a.eventId === '') - Number(b.eventId === '') ||
    compareCodePoints(a.eventId, b.eventId) ||
    compareCodePoints(a.reason, b.reason)
  );
}

/** The change that made the order's state at a cut-off: the last one strictly before it; undefined if still active from the start. */
export function changeBefore(timeline: Timeline, cutOff: Instant): Change | undefined {
  return timeline.changes.findLast((change) => change.at < cutOff);
}
