/** Finds the pauses behind a deferred charge, from the facts known when its month was closed. */
import { dateBy } from '../billing/clock.js';
import type { IssuedLine, MonthView } from '../billing/month-view.js';
import type { Policy } from '../billing/policy.js';
import type { Pause, PauseReader } from '../billing/printable-line.js';
import { timelineOf } from '../billing/timeline.js';
import { keyOf, toOrderLine } from './fact-log.js';
import type { Ledger } from './ledger.js';
import {
  createFactFinder,
  currentEvents,
  type FactFinder,
  lastVersions,
  type MovedEvents,
  readMovedEvents,
} from './order-facts.js';

/** Reads the ledger only for deferred charges, since other lines have no pauses to show. */
export function createPauseReader({ db }: Ledger, view: MonthView): PauseReader {
  const policy = view.config as unknown as Policy;
  const { lastImport } = view;
  let finder: FactFinder | undefined;
  let moved: MovedEvents | undefined;

  return (line) => {
    if (line.deferredFrom === '' || line.resumedOn === '') return [];
    finder ??= createFactFinder(db, lastImport);
    moved ??= readMovedEvents(db, lastImport);
    const clock = view.clockOf(line.practiceId);
    const key = keyOf(line.orderId);
    const order = {
      lines: lastVersions(finder.linesOf(line.orderId, key)).map(({ row }) => toOrderLine(row)),
      events: currentEvents(finder.eventsOf(line.orderId, key), moved),
    };
    const { changes } = timelineOf(order, policy, clock);
    const pauses = changes.flatMap(({ state, at }, index): Pause[] => {
      const next = changes[index + 1];
      if (state !== 'paused' || next === undefined) return [];
      return [{ from: dateBy(clock, at), to: dateBy(clock, next.at) }];
    });
    return pauses.filter((pause) => isTold(pause, line));
  };
}

/** True if the pause lies between the placement and the resume that led to the charge, and may have spanned the end of a month. */
function isTold({ from, to }: Pause, line: IssuedLine): boolean {
  return to >= line.placedOn && to <= line.resumedOn && from.slice(0, 7) < to.slice(0, 7);
}
