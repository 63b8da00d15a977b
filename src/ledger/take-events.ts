/** Takes pauses, resumes, cancellations and their retractions into the ledger. An event without an id is identified by its content. */
import { keyOf } from '../billing/id-key.js';
import type { HistoryEvent, Retraction } from '../billing/order.js';
import { say } from '../errors/message.js';
import { nameOfEventId } from './disputed.js';
import { ownPlace } from './fact-index.js';
import { type EventRow, eventRow, lineOfEvent } from './fact-log.js';
import type { ImportState } from './import-state.js';
import { createContentJudge, type JudgedEvent } from './judge-by-content.js';
import type { Field, Taken } from './judge-fact.js';
import type { Where } from './record-places.js';

export interface EventTaker {
  take(event: HistoryEvent | Retraction, where: Where): Taken;
}

export function createEventTaker(state: ImportState): EventTaker {
  const { events, noteLate } = state;
  const judgeById = createIdJudge(state);
  const judgeByContent = createContentJudge(state);

  /** Writes an event that is new or amended. @returns what became of the event */
  function add({ event, row, text, identity, taken }: JudgedEvent, where: Where): Taken {
    if (taken !== 'imported' && taken !== 'amended') return taken;
    const key = keyOf(event.orderId);
    const about = { text, otherKey: event.eventId === '' ? 0 : identity };
    events.add(row, { order: key, event: identity, about }, where);
    if (taken === 'amended') noteLate(event.orderId);
    return taken;
  }

  return {
    take(event, where) {
      const judged = event.eventId === '' ? judgeByContent(event, where) : judgeById(event, where);
      return 'message' in judged ? judged : add(judged, where);
    },
  };
}

/** Returns a function that judges an event with an id. */
function createIdJudge({
  db,
  importId,
  events,
  judge,
  noteLate,
}: ImportState): (event: HistoryEvent | Retraction, where: Where) => JudgedEvent {
  const noteMoved = db.prepare(
    'INSERT OR IGNORE INTO moved_events (order_id, event_id, import_id) VALUES (?, ?, ?)',
  );

  function judgeEvent(given: HistoryEvent | Retraction, identity: number, where: Where): Taken {
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
      other: () => ownPlace(events, known),
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

  return (event, where) => {
    const row = eventRow(event);
    const identity = keyOf(event.eventId);
    return { event, row, text: JSON.stringify(row), identity, taken: judgeEvent(event, identity, where) };
  };
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
