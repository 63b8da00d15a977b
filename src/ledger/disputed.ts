/** The identities of records, as messages name them, and the records that an import must skip because they contradict each other. */
import type { EventKind, Fact, HistoryEvent, Retraction } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Message } from '../errors/message.js';
import type { Where } from './record-places.js';

export interface Conflict {
  /** The wrong column. */
  readonly field: string;
  readonly message: Message;
}

/**
 * Records that this import must skip because they contradict each other, by identity (`order line 2 of A1`), with the refusal of each.
 * These are identities with two differing records, and orders that the import would leave with lines of two practices. Lines of such an
 * order that agree with the known practice are taken.
 */
export type Disputed = ReadonlyMap<string, ConflictCheck>;

/** Returns what is wrong with a record; undefined if it may be taken. */
export type ConflictCheck = (record: Fact, where: Where) => Conflict | undefined;

/** Returns the refusal of a record that is in dispute; undefined if it is not. */
export function conflictOf(record: Fact, disputed: Disputed, where: Where): Conflict | undefined {
  switch (record.kind) {
    case 'orders': {
      const { orderId, line } = record.fact;
      return (disputed.get(nameOfLine(orderId, line)) ?? disputed.get(nameOfLines(orderId)))?.(record, where);
    }
    case 'history':
      return disputed.get(nameOfEvent(record.fact))?.(record, where);
    case 'practices':
      return disputed.get(nameOfPractice(record.fact.practiceId))?.(record, where);
  }
}

export const nameOfLine = (orderId: string, line: number) => `order line ${line} of ${orderId}`;
export const nameOfLines = (orderId: string) => `lines of order ${orderId}`;
export const nameOfPractice = (practiceId: string) => `practice ${practiceId}`;
export const nameOfEventId = (eventId: string) => `event ${eventId}`;

/** @param kind that of the event; that of the event it takes back may stand in for that of a retraction */
export function nameOfContent(
  { orderId, at, sequence, reason, line }: HistoryEvent | Retraction,
  kind: EventKind | 'retracted',
): string {
  const ofLine = line === undefined ? '' : `order line ${line} of `;
  const ofSequence = sequence > 0 ? ` (${sequence})` : '';
  return `the event ${kind} of ${ofLine}${orderId} at ${formatInstant(at)}${ofSequence} ${JSON.stringify(reason)}`;
}

const nameOfEvent = (event: HistoryEvent | Retraction) =>
  event.eventId === '' ? nameOfContent(event, event.event) : nameOfEventId(event.eventId);
