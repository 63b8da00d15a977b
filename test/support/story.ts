/**
 * Section 3 of the billing rules by brute force: what has become of an order before an instant, told anew each time. Part of
 * the naive model (model.ts).
 */
import type { EventKind, HistoryEvent, OrderLine } from '../../src/billing/order.js';
import { intlOffset, naiveInstantOf } from './wall-clock.js';

export interface Facts {
  readonly lines: readonly OrderLine[];
  readonly events: readonly HistoryEvent[];
}

/** The settings that docs/rules.md section 3 depends on. */
export interface Rules {
  readonly pauseLimitDays: number;
  readonly afterLimit: 'slate' | 'delete';
  readonly notPausable: readonly string[];
  readonly creditAfterShipment: boolean;
}

type State = 'active' | 'paused' | 'shipped' | 'ended';

/** What an event makes of an order in a state; an exception changes nothing, and in `ended` all are `order-ended`. */
const TABLE: Readonly<Record<string, string>> = {
  'active paused': 'paused',
  'active resumed': '! not-paused',
  'active shipped': 'shipped',
  'active cancelled': 'ended',
  'active deleted': 'ended',
  'paused paused': '! already-paused',
  'paused resumed': 'active',
  'paused shipped': 'shipped',
  'paused cancelled': 'ended',
  'paused deleted': 'ended',
  'shipped paused': '! after-shipment',
  'shipped resumed': '! not-paused',
  'shipped shipped': '! already-shipped',
  'shipped cancelled': '! after-shipment',
  'shipped deleted': '! after-shipment',
};

/** Everything that has become of an order before an instant. */
export interface Story {
  state: State;
  pause?: HistoryEvent;
  limitAt: number;
  leftPauseAt?: number;
  end?: { event: HistoryEvent; reason: 'cancelled' | 'deleted'; at: number };
  /** By order line. */
  lineEnds: Map<number, { event: HistoryEvent; reason: 'cancelled' | 'deleted'; at: number }>;
  exceptions: { code: string; event: HistoryEvent }[];
}

/** @param zoneAt the zone of the practice at an instant */
export function storyBefore(
  instant: number,
  { lines, events }: Facts,
  zoneAt: (at: number) => string,
  rules: Rules,
): Story {
  const story: Story = { state: 'active', limitAt: 0, exceptions: [], lineEnds: new Map() };
  const placedAt = Math.min(...lines.map((line) => line.placedAt));
  const pausable = !lines.some(({ product }) => rules.notPausable.includes(product));
  const note = (code: string, event: HistoryEvent) => story.exceptions.push({ code, event });

  const passLimit = (now: number) => {
    if (rules.afterLimit !== 'delete' || story.state !== 'paused' || now < story.limitAt + 1) return;
    const event = story.pause as HistoryEvent;
    story.state = 'ended';
    story.end = { event, reason: 'deleted', at: story.limitAt + 1 };
    note('deleted-by-limit', event);
  };
  /** Section 3: an event of one line, by the table for cancelled and deleted. */
  const endLine = (event: HistoryEvent, number: number) => {
    const line = lines.find((each) => each.line === number);
    if (line === undefined) note('unknown-line', event);
    else if (event.at < line.placedAt) note('before-placement', event);
    else if (story.state === 'ended') note('order-ended', event);
    else if (story.lineEnds.has(number)) note('line-ended', event);
    else if (story.state === 'shipped' && !rules.creditAfterShipment) note('after-shipment', event);
    else story.lineEnds.set(number, { event, reason: event.event as 'cancelled' | 'deleted', at: event.at });
  };
  for (const event of taken(events).filter((each) => each.at < instant)) {
    passLimit(event.at);
    if (event.line !== undefined) {
      endLine(event, event.line);
      continue;
    }
    let next = TABLE[`${story.state} ${event.event}`] ?? '! order-ended';
    if (rules.creditAfterShipment && next === '! after-shipment' && event.event !== 'paused') next = 'ended';
    if (event.event === 'paused' && !pausable) next = '! not-pausable';
    if (event.at < placedAt) next = '! before-placement';
    if (next.startsWith('! ')) {
      note(next.slice(2), event);
      continue;
    }
    if (story.state === 'paused' && next === 'shipped') note('shipped-while-paused', event);
    if (story.state === 'paused' && next === 'active' && event.at > story.limitAt)
      note('resumed-after-limit', event);
    if (story.state === 'paused' && next !== 'ended') story.leftPauseAt = event.at;
    if (next === 'ended') story.end = { event, reason: event.event as 'cancelled' | 'deleted', at: event.at };
    if (next === 'paused') {
      const zone = zoneAt(event.at);
      const wall = event.at + intlOffset(zone, event.at);
      story.pause = event;
      story.limitAt = naiveInstantOf(zone, wall + rules.pauseLimitDays * 86_400_000);
    }
    story.state = next as State;
  }
  passLimit(instant - 1);
  return story;
}

/** The events of one order in the order in which they are taken, without pairs. */
export function taken(events: readonly HistoryEvent[]): HistoryEvent[] {
  const turns: EventKind[] = ['resumed', 'paused', 'shipped', 'cancelled', 'deleted'];
  const left = [...events].sort(
    (a, b) =>
      a.at - b.at ||
      a.sequence - b.sequence ||
      turns.indexOf(a.event) - turns.indexOf(b.event) ||
      (a.line ?? 1e9) - (b.line ?? 1e9) ||
      byBytes(a.eventId || '\u{10ffff}', b.eventId || '\u{10ffff}') ||
      byBytes(a.reason, b.reason),
  );
  for (;;) {
    const pair = left
      .filter(({ event }) => event === 'paused')
      .map((pause) => [
        pause,
        left.find((e) => e.event === 'resumed' && e.at === pause.at && e.sequence === pause.sequence),
      ])
      .find(([, resume]) => resume !== undefined);
    if (pair === undefined) return left;
    for (const event of pair) left.splice(left.indexOf(event as HistoryEvent), 1);
  }
}

export const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
