/** The pauses behind a deferred charge, told from the facts as they were known when its month was closed. */
import type { IssuedLine, MonthView } from '../billing/month-view.js';
import type { HistoryEvent, OrderLine } from '../billing/order.js';
import type { Policy } from '../billing/policy.js';
import type { Pause, PauseReader } from '../billing/printable-line.js';
import { dateOf } from '../billing/time-zone.js';
import { timelineOf } from '../billing/timeline.js';
import type { Ledger } from './ledger.js';
import { CURRENT } from './month-frame.js';
import { createZoneReader } from './practice-zones.js';

/** Reads from the ledger for deferred charges only; other lines have no pauses to tell of. */
export function createPauseReader(ledger: Ledger, view: MonthView): PauseReader {
  const { db } = ledger;
  const policy = view.config as unknown as Policy;
  const zoneOf = createZoneReader(ledger, view);
  const lastImport = db
    .prepare<[string], number>('SELECT last_import FROM closed_months WHERE month = ?')
    .pluck()
    .get(view.month);
  const linesOf = db.prepare<[object], Pick<OrderLine, 'product' | 'placedAt'>>(
    `SELECT product, placed_at AS placedAt FROM order_lines AS line
     WHERE order_id = :orderId AND ${CURRENT('line')}`,
  );
  const eventsOf = db.prepare<[object], HistoryEvent>(
    `SELECT event_id AS eventId, order_id AS orderId, event, at, sequence, reason
     FROM events AS event
     WHERE order_id = :orderId AND ${CURRENT('event')} AND event.event <> 'retracted'`,
  );

  return (line) => {
    if (line.deferredFrom === '' || line.resumedOn === '') return [];
    const known = { orderId: line.orderId, lastImport };
    const timeZone = zoneOf(line.practiceId);
    const order = { lines: linesOf.all(known) as OrderLine[], events: eventsOf.all(known) };
    const { changes } = timelineOf(order, policy, timeZone);
    const pauses = changes.flatMap(({ state, at }, index): Pause[] => {
      const next = changes[index + 1];
      if (state !== 'paused' || next === undefined) return [];
      return [{ from: dateOf(timeZone, at), to: dateOf(timeZone, next.at) }];
    });
    return pauses.filter((pause) => isTold(pause, line));
  };
}

/** Of the pauses between placement and the resume that made the charge, those that a month's end may have met. */
function isTold({ from, to }: Pause, line: IssuedLine): boolean {
  return to >= line.placedOn && to <= line.resumedOn && from.slice(0, 7) < to.slice(0, 7);
}
