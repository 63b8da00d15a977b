/** Judges the records of events without an id. Their content identifies them. */
import { keyOf, keyOfContent, keyOfReason } from '../billing/id-key.js';
import { EVENT_KINDS, type EventKind, type HistoryEvent, type Retraction } from '../billing/order.js';
import { say } from '../errors/message.js';
import { type Conflict, nameOfContent } from './disputed.js';
import { type FoundFact, ownPlace } from './fact-index.js';
import { type EventRow, eventRow } from './fact-log.js';
import type { ImportState } from './import-state.js';
import type { Field, Identity, Taken } from './judge-fact.js';
import type { Where } from './record-places.js';

/** An event with what became of its record. */
export interface JudgedEvent {
  /** A retraction without an id now has the kind of the event that it takes back. */
  readonly event: HistoryEvent | Retraction;
  readonly row: EventRow;
  /** The row as JSON. */
  readonly text: string;
  /** The key of its identity. */
  readonly identity: number;
  readonly taken: Taken;
}

/** An event in the ledger with the content of a retraction. */
interface TakenBack {
  readonly kind: EventKind;
  readonly found: FoundFact<EventRow>;
}

/** @returns a function that judges an event without an id; it returns a conflict if a retraction takes nothing back */
export function createContentJudge({
  disputed,
  events,
  judge,
}: ImportState): (event: HistoryEvent | Retraction, where: Where) => JudgedEvent | Conflict {
  /** The event is new, known, or was taken back. */
  function judgeEvent(event: HistoryEvent, where: Where): JudgedEvent {
    const row = eventRow(event);
    const text = JSON.stringify(row);
    const identity = keyByContent(event, event.event);
    const known = events.findByContent({ text, key: identity }, event.orderId, event.at);
    if (known === undefined) return { event, row, text, identity, taken: 'imported' };
    const fields: Field[] = [['event', known.row[3], row[3]]];
    const about = {
      kind: 'history',
      identity: () => nameOfContent(event, event.event),
      other: () => ownPlace(events, known),
      // Before it was taken back, the event was as given here.
      versions: () => [
        { importId: 0, fields: NONE },
        { importId: known.importId, fields },
      ],
    } as const;
    const taken = judge(known, fields, about, where);
    disputeRetraction(event, about, taken);
    return { event, row, text, identity, taken };
  }

  function judgeRetraction(given: Retraction, where: Where): JudgedEvent | Conflict {
    const takenBack = eventTakenBack(given.orderId, withContentOf(given));
    if ('message' in takenBack) return takenBack;
    const { kind, found } = takenBack;
    const event: Retraction = { ...given, takesBack: kind };
    const row = eventRow(event);
    const about = {
      kind: 'history',
      identity: () => nameOfContent(given, kind),
      other: () => ownPlace(events, found),
      versions: () => NONE,
    } as const;
    const taken = judge(found, [['event', found.row[3], row[3]]], about, where);
    disputeRetraction(given, about, taken);
    return { event, row, text: JSON.stringify(row), identity: keyByContent(given, kind), taken };
  }

  /** Returns the events that have the content of a retraction. */
  function withContentOf(given: Retraction): TakenBack[] {
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

  return (event, where) =>
    event.event === 'retracted' ? judgeRetraction(event, where) : judgeEvent(event, where);
}

/** Returns the event that a retraction takes back. It names no kind of event, so exactly one event in force must have its content. */
function eventTakenBack(orderId: string, known: readonly TakenBack[]): TakenBack | Conflict {
  const inForce = known.filter(({ found }) => found.row[3] !== 'retracted');
  const [one, other] = inForce.length > 0 ? inForce : known;
  if (one === undefined) return { field: 'order_id', message: say.retractsNoContent(orderId) };
  if (other === undefined || inForce.length === 0) return one;
  const kinds = inForce.map(({ kind }) => kind);
  return { field: 'event', message: say.retractsSeveral(orderId, kinds) };
}

/** Returns the key of an event that has the content of the given record. */
function keyByContent(
  { orderId, at, sequence, line = 0, reason }: HistoryEvent | Retraction,
  kind: EventKind,
): number {
  return keyOfContent({ orderKey: keyOf(orderId), at, kind, sequence, line, reasonKey: keyOfReason(reason) });
}

const NONE: readonly never[] = [];
