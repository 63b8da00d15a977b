/** Takes pauses, resumes, cancellations and their retractions into the ledger. An event without an id is identified by its content. */
import { keyOf, keyOfContent, keyOfReason } from '../billing/id-key.js';
import { EVENT_KINDS, type EventKind, type HistoryEvent, type Retraction } from '../billing/order.js';
import { say } from '../errors/message.js';
import { nameOfContent, nameOfEventId } from './disputed.js';
import type { Content, FoundFact } from './fact-index.js';
import { type EventRow, eventRow, lineOfEvent } from './fact-log.js';
import type { ImportState } from './import-state.js';
import type { Field, Identity, Taken } from './judge-fact.js';
import type { Where } from './record-places.js';

export interface EventTaker {
  take(event: HistoryEvent | Retraction, where: Where): Taken;
}

export function createEventTaker(state: ImportState): EventTaker {
  const { db, importId, disputed, events, judge, noteLate } = state;
  const noteMoved = db.prepare(
    'INSERT OR IGNORE INTO moved_events (order_id, event_id, import_id) VALUES (?, ?, ?)',
  );

  function take(event: HistoryEvent | Retraction, where: Where): Taken {
    if (event.eventId === '' && event.event === 'retracted') return takeRetractionByContent(event, where);
    const row = eventRow(event);
    const text = JSON.stringify(row);
    const isById = event.eventId !== '';
    const identity = isById ? keyOf(event.eventId) : keyByContent(event, event.event);
    const taken = isById
      ? takeById(event, identity, where)
      : takeByContent(event, row, { text, key: identity }, where);
    return add(event, row, { text, identity, taken }, where);
  }

  function takeById(given: HistoryEvent | Retraction, identity: number, where: Where): Taken {
    const { eventId, orderId, event } = given;
    const known = events.findById(eventId, identity);
    if (event === 'retracted' && known?.row[0] !== orderId)
      return { field: 'event_id', message: say.retractsNothing(eventId, orderId) };
    if (known === undefined) return 'imported';
    const about = {
      kind: 'history',
      identity: () => nameOfEventId(eventId),
      versions: () =>
        events.versionsBefore(eventId).map((version) => ({
          importId: version.importId,
          fields: fieldsOf(version.row, given),
        })),
      other: () => placeOf(known),
      refusal: (field: string, other: string) =>
        field === 'order_id' ? say.eventOfOtherOrder(eventId, known.row[0], other, orderId) : undefined,
    } as const;
    const taken = judge(known, fieldsOf(known.row, given), about, where);
    if (taken === 'amended' && known.row[0] !== orderId) {
      noteMoved.run(known.row[0], eventId, importId);
      noteLate(known.row[0]);
    }
    return taken;
  }

  /** Takes an event that its content identifies: it is new, known, or was taken back. */
  function takeByContent(
    event: HistoryEvent | Retraction,
    row: EventRow,
    content: Content,
    where: Where,
  ): Taken {
    const known = events.findByContent(content, event.orderId, event.at);
    if (known === undefined) return 'imported';
    const fields: Field[] = [['event', known.row[3], row[3]]];
    const about = {
      kind: 'history',
      identity: () => nameOfContent(event, event.event),
      other: () => placeOf(known),
      // Before it was taken back, the event was as given here.
      versions: () => [
        { importId: 0, fields: NONE },
        { importId: known.importId, fields },
      ],
    } as const;
    const taken = judge(known, fields, about, where);
    disputeRetraction(event, about, taken);
    return taken;
  }

  /** Takes a retraction without an id. It names no kind of event, so exactly one event in force must have the rest of its content. */
  function takeRetractionByContent(given: Retraction, where: Where): Taken {
    const { orderId } = given;
    const known = findRetracted(given);
    const inForce = known.filter(({ found }) => found.row[3] !== 'retracted');
    const [one, other] = inForce.length > 0 ? inForce : known;
    if (one === undefined) return { field: 'order_id', message: say.retractsNoContent(orderId) };
    if (other !== undefined && inForce.length > 0) {
      const kinds = inForce.map(({ kind }) => kind);
      return { field: 'event', message: say.retractsSeveral(orderId, kinds) };
    }
    const { kind, found } = one;
    const retraction: Retraction = { ...given, takesBack: kind };
    const row = eventRow(retraction);
    const about = {
      kind: 'history',
      identity: () => nameOfContent(given, kind),
      other: () => placeOf(found),
      versions: () => NONE,
    } as const;
    const taken = judge(found, [['event', found.row[3], row[3]]], about, where);
    disputeRetraction(given, about, taken);
    const identity = keyByContent(given, kind);
    return add(retraction, row, { text: JSON.stringify(row), identity, taken }, where);
  }

  /** Returns the events that have the content of a retraction, with their kinds. */
  function findRetracted(given: Retraction) {
    return EVENT_KINDS.flatMap((kind) => {
      const text = JSON.stringify(eventRow({ ...given, event: kind }));
      const key = keyByContent(given, kind);
      const found = events.findByContent({ text, key }, given.orderId, given.at);
      return found === undefined ? [] : [{ kind, found }];
    });
  }

  /** The next attempt must skip the retraction of a disputed event too. It names no kind, so it is skipped by its own identity. */
  function disputeRetraction(event: HistoryEvent | Retraction, about: Identity, taken: Taken): void {
    if (typeof taken === 'string') return;
    const refusal = disputed.get(about.identity());
    if (refusal !== undefined) disputed.set(nameOfContent(event, 'retracted'), refusal);
  }

  /** Writes an event that is new or amended. @returns what became of the event */
  function add(
    event: HistoryEvent | Retraction,
    row: EventRow,
    { text, identity, taken }: { text: string; identity: number; taken: Taken },
    where: Where,
  ): Taken {
    if (taken !== 'imported' && taken !== 'amended') return taken;
    const key = keyOf(event.orderId);
    const about = { text, otherKey: event.eventId === '' ? 0 : identity };
    events.add(row, { order: key, event: identity, about }, where);
    if (taken === 'amended') noteLate(event.orderId);
    return taken;
  }

  function placeOf({ fact }: FoundFact<EventRow>): Where | undefined {
    return fact === undefined ? undefined : events.placeOf(fact);
  }

  return { take };
}

/** Returns the key of an event that has the content of the given record. */
function keyByContent(
  { orderId, at, sequence, line = 0, reason }: HistoryEvent | Retraction,
  kind: EventKind | 'retracted',
): number {
  return keyOfContent({ orderKey: keyOf(orderId), at, kind, sequence, line, reasonKey: keyOfReason(reason) });
}

function fieldsOf(known: EventRow, given: HistoryEvent | Retraction): Field[] {
  return [
    ['order_id', known[0], given.orderId],
    ['event', known[3], given.event],
    ['at', known[1], given.at],
    ['sequence', known[2], given.sequence],
    ['reason', known[4], given.reason],
    ['line', lineOfEvent(known) ?? '', given.line ?? ''],
  ];
}

const NONE: readonly never[] = [];
