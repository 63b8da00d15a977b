/**
 * Compares all lines and events of an import at its end, since either may come first. It finds orders whose events precede the month of a
 * line, which a close of the event's month does not see, and orders of which no line is known.
 */
import type { Bucket, KeyedNumbers, KeyKind } from './fact-log.js';
import type { FactFinder } from './order-facts.js';

/** The lines or the events that an import brought: the first fact of each order in each month, by key. */
export interface OwnFacts {
  readonly facts: KeyedNumbers;
  /** The month of each of these facts. */
  readonly buckets: Uint32Array;
}

/** A fact of an order, with the key of the order. */
export interface FactOfOrder {
  readonly key: number;
  readonly fact: number;
}

export interface OrdersAtEnd {
  /** A line or an event of each order that is late. */
  readonly lateLines: readonly FactOfOrder[];
  readonly lateEvents: readonly FactOfOrder[];
  /** The first event of each order without a line. */
  readonly unknown: readonly FactOfOrder[];
}

/** @param history the facts of earlier imports; undefined if there is none */
export function compareOrders(
  lines: OwnFacts,
  events: OwnFacts,
  history: FactFinder | undefined,
): OrdersAtEnd {
  const lateLines: FactOfOrder[] = [];
  const lateEvents: FactOfOrder[] = [];
  const unknown: FactOfOrder[] = [];
  const [ofLines, ofEvents] = [lines.facts, events.facts];
  const bucketsBefore = (kind: KeyKind, key: number) => history?.bucketsOf(kind, key) ?? NONE;
  for (let line = 0, event = 0; line < ofLines.keys.length || event < ofEvents.keys.length; ) {
    const key = Math.min(ofLines.keys[line] ?? MORE, ofEvents.keys[event] ?? MORE);
    const firstLine = line;
    const firstEvent = event;
    let lastMonth = 0;
    let firstMonth = MORE;
    let first = MORE;
    for (; ofLines.keys[line] === key; line++) lastMonth = Math.max(lastMonth, lines.buckets[line] as Bucket);
    for (; ofEvents.keys[event] === key; event++) {
      first = Math.min(first, ofEvents.numbers[event] as number);
      firstMonth = Math.min(firstMonth, events.buckets[event] as Bucket);
    }
    const hasLines = line > firstLine;
    const hasEvents = event > firstEvent;
    const linesBefore = hasEvents ? bucketsBefore('order_lines', key) : NONE;
    const eventsBefore = hasLines ? bucketsBefore('order_events', key) : NONE;
    const isLate = hasEvents && (firstMonth < lastMonth || firstMonth < lastOf(linesBefore));
    if (isLate) lateEvents.push({ key, fact: first });
    else if (firstOf(eventsBefore) < lastMonth)
      lateLines.push({ key, fact: ofLines.numbers[firstLine] as number });
    if (!hasLines && linesBefore.length === 0) unknown.push({ key, fact: first });
  }
  return { lateLines, lateEvents, unknown };
}

// Without closures, which would be made for each order.
const firstOf = (months: readonly Bucket[]): number => (months.length === 0 ? MORE : Math.min(...months));
const lastOf = (months: readonly Bucket[]): number => (months.length === 0 ? 0 : Math.max(...months));

const MORE = Number.POSITIVE_INFINITY;
const NONE: readonly never[] = [];
