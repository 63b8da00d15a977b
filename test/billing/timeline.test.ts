import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockIn } from '../../src/billing/clock.js';
import type { EventKind, HistoryEvent, OrderLine } from '../../src/billing/order.js';
import type { Policy } from '../../src/billing/policy.js';
import { formatInstant } from '../../src/billing/time-zone.js';
import { changeBefore, effectiveEvents, endBefore, timelineOf } from '../../src/billing/timeline.js';
import { factsOf, instant, NEW_YORK, NEW_YORKS_CLOCK, POLICY } from '../support/notation.js';
import { runs } from '../support/search.js';

/** `paused, active` for the states in turn, then each exception with the day of its event in New York. */
function folded(history: string, policy: Partial<Policy> = {}): string {
  const timeline = timelineOf(factsOf(history), { ...POLICY, ...policy }, NEW_YORKS_CLOCK);
  const states = timeline.changes
    .map(({ state, byLimit }) => (byLimit ? `${state} by limit` : state))
    .join(', ');
  const exceptions = timeline.exceptions.map(
    ({ code, event }) => ` ! ${code} (${event.event} ${event.eventId || dayOf(event)})`,
  );
  return `${states || '-'}${exceptions.join('')}`;
}

const dayOf = ({ at }: HistoryEvent) =>
  new Date(at).toLocaleString('en-US', { timeZone: NEW_YORK, month: 'short', day: 'numeric' });

/** How an order placed on Oct 5 comes into each state of docs/rules.md section 3's table. */
const STATES = {
  active: { history: 'placed Oct 5', states: '' },
  'active again': { history: 'placed Oct 5, paused Oct 6, resumed Oct 7', states: 'paused, active' },
  paused: { history: 'placed Oct 5, paused Oct 6', states: 'paused' },
  shipped: { history: 'placed Oct 5, shipped Oct 6', states: 'shipped' },
  'ended (cancelled)': { history: 'placed Oct 5, cancelled Oct 6', states: 'ended' },
  'ended (deleted)': { history: 'placed Oct 5, deleted Oct 6', states: 'ended' },
} as const;

type State = keyof typeof STATES;

describe('the table of docs/rules.md section 3: each event in each state', () => {
  const cells: readonly (readonly [State, EventKind, string])[] = [
    ['active', 'paused', 'paused'],
    ['active again', 'paused', 'paused'],
    ['paused', 'paused', '! already-paused'],
    ['shipped', 'paused', '! after-shipment'],
    ['ended (cancelled)', 'paused', '! order-ended'],
    ['ended (deleted)', 'paused', '! order-ended'],
    ['active', 'resumed', '! not-paused'],
    ['active again', 'resumed', '! not-paused'],
    ['paused', 'resumed', 'active'],
    ['shipped', 'resumed', '! not-paused'],
    ['ended (cancelled)', 'resumed', '! order-ended'],
    ['ended (deleted)', 'resumed', '! order-ended'],
    ['active', 'shipped', 'shipped'],
    ['active again', 'shipped', 'shipped'],
    ['paused', 'shipped', 'shipped ! shipped-while-paused'],
    ['shipped', 'shipped', '! already-shipped'],
    ['ended (cancelled)', 'shipped', '! order-ended'],
    ['ended (deleted)', 'shipped', '! order-ended'],
    ['active', 'cancelled', 'ended'],
    ['active again', 'cancelled', 'ended'],
    ['paused', 'cancelled', 'ended'],
    ['shipped', 'cancelled', '! after-shipment'],
    ['ended (cancelled)', 'cancelled', '! order-ended'],
    ['ended (deleted)', 'cancelled', '! order-ended'],
    ['active', 'deleted', 'ended'],
    ['active again', 'deleted', 'ended'],
    ['paused', 'deleted', 'ended'],
    ['shipped', 'deleted', '! after-shipment'],
    ['ended (cancelled)', 'deleted', '! order-ended'],
    ['ended (deleted)', 'deleted', '! order-ended'],
  ];
  it.each(cells)('%s + %s -> %s', (state, event, expected) => {
    const { history, states } = STATES[state];
    const [, after = '', code] = /^([a-z]*) ?(?:! (.*))?$/.exec(expected) ?? [];
    const changes = [states, after].filter((text) => text !== '').join(', ') || '-';
    expect(folded(`${history}, ${event} Oct 20`)).toBe(
      code === undefined ? changes : `${changes} ! ${code} (${event} Oct 20)`,
    );
  });
});

it('has nothing of an order without events', () => {
  expect(timelineOf(factsOf('placed Oct 5'), POLICY, NEW_YORKS_CLOCK)).toEqual({
    changes: [],
    exceptions: [],
    lineEnds: new Map(),
  });
});

describe('an event of one order line', () => {
  /** Line 1 is placed on Oct 5, line 2 on Oct 8. */
  const LINES = [
    factsOf('placed Oct 5').lines[0],
    { ...factsOf('placed Oct 8').lines[0], line: 2 },
  ] as OrderLine[];
  type Row = readonly [kind: EventKind, when: string, line?: number | undefined, eventId?: string];

  function fold(rows: readonly Row[], policy: Partial<Policy> = {}) {
    const events = rows.map(([kind, when, line, eventId = '']): HistoryEvent => {
      const event = { eventId, orderId: 'A1', event: kind, at: instant(when), sequence: 0, reason: '' };
      return line === undefined ? event : { ...event, line };
    });
    return { events, ...timelineOf({ lines: LINES, events }, { ...POLICY, ...policy }, NEW_YORKS_CLOCK) };
  }

  it('ends that line alone, in whatever state the order is', () => {
    for (const [before, previous] of [
      [[], 'active'],
      [[['paused', 'Oct 10']], 'paused'],
    ] as const) {
      const { events, changes, exceptions, lineEnds } = fold([...before, ['cancelled', 'Oct 20', 2]]);
      const at = instant('Oct 20');
      const end = { at, state: 'ended', previous, event: events.at(-1), limitAt: 0, byLimit: false };
      expect([...lineEnds]).toEqual([[2, end]]);
      expect(changes.map(({ state }) => state)).toEqual(before.map(() => 'paused'));
      expect(exceptions).toEqual([]);
    }
  });

  it.each<[what: string, rows: readonly Row[], ends: readonly number[], codes: readonly string[]]>([
    ['of a line that is not known', [['cancelled', 'Oct 20', 3]], [], ['unknown-line']],
    ['before the line was placed', [['cancelled', 'Oct 7', 2]], [], ['before-placement']],
    ['when it was placed', [['cancelled', 'Oct 8', 2]], [2], []],
    ['of a line that was placed earlier', [['deleted', 'Oct 7', 1]], [1], []],
    [
      'after the end of the order',
      [
        ['cancelled', 'Oct 10'],
        ['cancelled', 'Oct 20', 2],
      ],
      [],
      ['order-ended'],
    ],
    [
      'after its end',
      [
        ['cancelled', 'Oct 10', 2],
        ['deleted', 'Oct 20', 2],
      ],
      [2],
      ['line-ended'],
    ],
    [
      'after the end of another line',
      [
        ['cancelled', 'Oct 10', 2],
        ['cancelled', 'Oct 20', 1],
      ],
      [2, 1],
      [],
    ],
    [
      'after shipment',
      [
        ['shipped', 'Oct 10'],
        ['cancelled', 'Oct 20', 2],
      ],
      [],
      ['after-shipment'],
    ],
    // By their ids the end of the order would come first, and by their rows too.
    [
      'with the end of the order',
      [
        ['cancelled', 'Oct 20', undefined, 'a'],
        ['cancelled', 'Oct 20', 2, 'b'],
      ],
      [2],
      [],
    ],
    [
      'twice at once',
      [
        ['cancelled', 'Oct 20', 2, 'b'],
        ['cancelled', 'Oct 20', 2, 'a'],
      ],
      [2],
      ['line-ended'],
    ],
    [
      'with another line',
      [
        ['cancelled', 'Oct 20', 2, 'a'],
        ['cancelled', 'Oct 20', 1, 'b'],
      ],
      [1, 2],
      [],
    ],
  ])('%s', (_, rows, ends, codes) => {
    const { exceptions, lineEnds } = fold(rows);
    expect([...lineEnds.keys()]).toEqual(ends);
    expect(exceptions.map(({ code }) => code)).toEqual(codes);
    expect(exceptions.every(({ event, since }) => since === event.at)).toBe(true);
  });

  it('counts after shipment where such credits are given', () => {
    const { exceptions, lineEnds } = fold(
      [
        ['shipped', 'Oct 10'],
        ['cancelled', 'Oct 20', 2],
      ],
      {
        creditAfterShipment: true,
      },
    );
    expect(lineEnds.get(2)).toMatchObject({ previous: 'shipped' });
    expect(exceptions).toEqual([]);
  });

  it('is what ended its line; the end of the order is what ended the others', () => {
    const timeline = fold([
      ['cancelled', 'Oct 20', 2],
      ['deleted', 'Oct 25'],
    ]);
    const endOf = (line: number, cutOff: string) => endBefore(timeline, line, instant(cutOff))?.event.event;
    expect([endOf(2, 'Oct 20'), endOf(2, 'Oct 21'), endOf(2, 'Oct 26')]).toEqual([
      undefined,
      'cancelled',
      'cancelled',
    ]);
    expect([endOf(1, 'Oct 21'), endOf(1, 'Oct 25'), endOf(1, 'Oct 26')]).toEqual([
      undefined,
      undefined,
      'deleted',
    ]);
  });

  it('does not end by a change of its order that is no end', () => {
    const timeline = timelineOf(factsOf('placed Oct 5, paused Oct 10'), POLICY, NEW_YORKS_CLOCK);
    expect(endBefore(timeline, 1, instant('Oct 31'))).toBeUndefined();
  });
});

it('says of each change which state it ends, and of a pause alone its limit', () => {
  const { changes } = timelineOf(
    factsOf('placed Oct 5, paused Oct 10, resumed Oct 12, paused Oct 20'),
    { ...POLICY, afterLimit: 'delete' },
    NEW_YORKS_CLOCK,
  );
  const limits = ['2026-11-24T17:00:00.000Z', '2026-12-04T17:00:00.000Z'].map((text) => Date.parse(text));
  expect(changes.map(({ previous, state, limitAt }) => [previous, state, limitAt])).toEqual([
    ['active', 'paused', limits[0]],
    ['paused', 'active', 0],
    ['active', 'paused', limits[1]],
    ['paused', 'ended', 0],
  ]);
});

describe('one instant', () => {
  it.each([
    // A pause and a resume cancel out, whichever row comes first.
    ['placed Oct 5, paused Oct 10, resumed Oct 10', '-'],
    ['placed Oct 5, resumed Oct 10, paused Oct 10', '-'],
    ['placed Oct 5, paused Oct 6, resumed Oct 10, paused Oct 10', 'paused'],
    // Even before the placement, on aligners, after the end.
    ['placed Oct 5, paused Oct 1, resumed Oct 1', '-'],
    ['aligners placed Oct 5, paused Oct 10, resumed Oct 10', '-'],
    ['placed Oct 5, cancelled Oct 6, paused Oct 10, resumed Oct 10', 'ended'],
    // Another sequence is another moment: paused, then resumed.
    ['placed Oct 5, paused Oct 10 #1, resumed Oct 10 #2', 'paused, active'],
    ['placed Oct 5, paused Oct 10 #2, resumed Oct 10 #1', 'paused ! not-paused (resumed Oct 10)'],
    // No sequence is sequence 0.
    ['placed Oct 5, paused Oct 10, resumed Oct 10 #0', '-'],
    ['placed Oct 5, paused Oct 10 #1, resumed Oct 10', 'paused ! not-paused (resumed Oct 10)'],
    // The pair takes the lower event id of the three; an event without an id stands last.
    ['placed Oct 5, paused Oct 10 as e2, paused Oct 10 as e1, resumed Oct 10 as e3', 'paused'],
    [
      'placed Oct 5, paused Oct 6, paused Oct 10 as e2, paused Oct 10 as e1, resumed Oct 10 as e3',
      'paused ! already-paused (paused e2)',
    ],
    [
      'placed Oct 5, resumed Oct 10, resumed Oct 10 as e9, paused Oct 10 as e1',
      '- ! not-paused (resumed Oct 10)',
    ],
    // What remains is taken in the order resumed, paused, shipped, cancelled, deleted.
    [
      'placed Oct 5, shipped Oct 10, paused Oct 10',
      'paused, shipped ! shipped-while-paused (shipped Oct 10)',
    ],
    ['placed Oct 5, cancelled Oct 10, shipped Oct 10', 'shipped ! after-shipment (cancelled Oct 10)'],
    ['placed Oct 5, deleted Oct 10, cancelled Oct 10', 'ended ! order-ended (deleted Oct 10)'],
    ['placed Oct 5, paused Oct 6, shipped Oct 10, resumed Oct 10', 'paused, active, shipped'],
    // A sequence overrules that order.
    ['placed Oct 5, shipped Oct 10 #1, paused Oct 10 #2', 'shipped ! after-shipment (paused Oct 10)'],
    // If two are alike, the lower id counts and the other is an exception.
    ['placed Oct 5, paused Oct 10 as e2, paused Oct 10 as e1', 'paused ! already-paused (paused e2)'],
    ['placed Oct 5, paused Oct 10, paused Oct 10 as e1', 'paused ! already-paused (paused Oct 10)'],
  ])('%s -> %s', (history, expected) => {
    expect(folded(history)).toBe(expected);
  });

  it('of two alike without an id, the lower reason counts', () => {
    const { lines, events } = factsOf('placed Oct 5, paused Oct 10, paused Oct 10');
    const [a, b] = events.map((event, i) => ({ ...event, reason: ['scan', 'bite'][i] ?? '' }));
    if (a === undefined || b === undefined) throw new Error('two events');
    for (const both of [
      [a, b],
      [b, a],
    ]) {
      const { changes, exceptions } = timelineOf({ lines, events: both }, POLICY, NEW_YORKS_CLOCK);
      expect([changes[0]?.event.reason, exceptions[0]?.event.reason]).toEqual(['bite', 'scan']);
    }
  });
});

describe('before placement', () => {
  it.each([
    ['placed Oct 5, paused Oct 5 11:59:59.999', '- ! before-placement (paused Oct 5)'],
    ['placed Oct 5, paused Oct 5', 'paused'],
    // By the first line of the order, wherever it stands.
    ['placed Oct 5, placed Oct 1, paused Oct 3', 'paused'],
    // That exception and no other.
    ['aligners placed Oct 5, paused Oct 1', '- ! before-placement (paused Oct 1)'],
    ['placed Oct 5, resumed Oct 1', '- ! before-placement (resumed Oct 1)'],
    ['placed Oct 5, cancelled Oct 1', '- ! before-placement (cancelled Oct 1)'],
  ])('%s -> %s', (history, expected) => {
    expect(folded(history)).toBe(expected);
  });
});

describe('not pausable', () => {
  it.each([
    ['aligners placed Oct 5, paused Oct 10', '- ! not-pausable (paused Oct 10)'],
    // One line is enough, in any state.
    ['placed Oct 5, aligners placed Nov 5, paused Oct 10', '- ! not-pausable (paused Oct 10)'],
    ['aligners placed Oct 5, shipped Oct 6, paused Oct 10', 'shipped ! not-pausable (paused Oct 10)'],
    ['aligners placed Oct 5, cancelled Oct 6, paused Oct 10', 'ended ! not-pausable (paused Oct 10)'],
    // Everything else happens to it as to any order.
    ['aligners placed Oct 5, resumed Oct 10', '- ! not-paused (resumed Oct 10)'],
    ['aligners placed Oct 5, cancelled Oct 10', 'ended'],
    // The code is compared as it is.
    ['Aligners placed Oct 5, paused Oct 10', 'paused'],
  ])('%s -> %s', (history, expected) => {
    expect(folded(history)).toBe(expected);
  });

  it('is what the config says', () => {
    const notPausable = ['retainer', 'splint'];
    expect(folded('splint placed Oct 5, paused Oct 10', { notPausable })).toBe(
      '- ! not-pausable (paused Oct 10)',
    );
    expect(folded('aligners placed Oct 5, paused Oct 10', { notPausable })).toBe('paused');
    expect(folded('aligners placed Oct 5, paused Oct 10', { notPausable: [] })).toBe('paused');
  });
});

describe('the limit of a pause', () => {
  it.each([
    // The same wall-clock time, that many days later.
    ['Oct 10', 45, '2026-11-24T17:00:00.000Z'],
    ['Oct 10 09:30:00.001', 45, '2026-11-24T14:30:00.001Z'],
    ['Sep 16 24:00', 45, '2026-11-01T04:00:00.000Z'],
    // In the hour that is skipped: the jump. In the hour that comes twice: the first.
    ['Jan 28 2027 02:30', 45, '2027-03-14T07:00:00.000Z'],
    ['Sep 17 01:30', 45, '2026-11-01T05:30:00.000Z'],
    ['Oct 10', 1, '2026-10-11T16:00:00.000Z'],
    ['Oct 10', 3650, '2036-10-07T16:00:00.000Z'],
  ])('paused %s, %i days: %s', (paused, pauseLimitDays, limit) => {
    const { changes } = timelineOf(
      factsOf(`placed Sep 1, paused ${paused}`),
      { ...POLICY, pauseLimitDays },
      NEW_YORKS_CLOCK,
    );
    expect(changes.map(({ limitAt }) => formatInstant(limitAt))).toEqual([limit]);
  });

  it('is reckoned on the wall of the practice', () => {
    // Berlin's clocks go back on Oct 25, New York's on Nov 1.
    const { changes } = timelineOf(
      factsOf('placed Oct 5, paused Oct 20'),
      { ...POLICY, pauseLimitDays: 7 },
      clockIn('Europe/Berlin'),
    );
    expect(formatInstant(changes[0]?.limitAt ?? 0)).toBe('2026-10-27T17:00:00.000Z');
  });

  it.each([
    ['placed Oct 5, paused Oct 10, resumed Nov 24', 'paused, active'],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00:00.001',
      'paused, active ! resumed-after-limit (resumed Nov 24)',
    ],
    // Shipping or cancelling after the limit needs no word.
    ['placed Oct 5, paused Oct 10, shipped Dec 1', 'paused, shipped ! shipped-while-paused (shipped Dec 1)'],
    ['placed Oct 5, paused Oct 10, cancelled Dec 1', 'paused, ended'],
    // The second pause has a limit of its own; a pause while paused has none.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 1, paused Nov 2, resumed Dec 15',
      'paused, active, paused, active',
    ],
    [
      'placed Oct 5, paused Oct 10, paused Nov 2, resumed Dec 15',
      'paused, active ! already-paused (paused Nov 2) ! resumed-after-limit (resumed Dec 15)',
    ],
  ])('slate: %s -> %s', (history, expected) => {
    expect(folded(history)).toBe(expected);
  });

  it.each([
    ['placed Oct 5, paused Oct 10', 'paused, ended by limit ! deleted-by-limit (paused Oct 10)'],
    ['placed Oct 5, paused Oct 10, resumed Nov 24', 'paused, active'],
    // 1 ms after the limit it has ended, before anything that happens then.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00:00.001',
      'paused, ended by limit ! deleted-by-limit (paused Oct 10) ! order-ended (resumed Nov 24)',
    ],
    [
      'placed Oct 5, paused Oct 10, cancelled Nov 24 12:00:00.001',
      'paused, ended by limit ! deleted-by-limit (paused Oct 10) ! order-ended (cancelled Nov 24)',
    ],
    ['placed Oct 5, paused Oct 10, cancelled Nov 24', 'paused, ended'],
    ['placed Oct 5, paused Oct 10, shipped Nov 1', 'paused, shipped ! shipped-while-paused (shipped Nov 1)'],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 1, paused Nov 2',
      'paused, active, paused, ended by limit ! deleted-by-limit (paused Nov 2)',
    ],
  ])('delete: %s -> %s', (history, expected) => {
    expect(folded(history, { afterLimit: 'delete' })).toBe(expected);
  });

  it('ends the order 1 ms after it', () => {
    const policy: Policy = { ...POLICY, afterLimit: 'delete' };
    const { changes } = timelineOf(factsOf('placed Oct 5, paused Oct 10'), policy, NEW_YORKS_CLOCK);
    expect(changes.at(-1)?.at).toBe(instant('Nov 24 12:00:00.001'));
  });
});

describe('the state at a cut-off', () => {
  it('is what the events strictly before it made', () => {
    const timeline = timelineOf(
      factsOf('placed Oct 5, paused Oct 10, resumed Oct 31 24:00'),
      POLICY,
      NEW_YORKS_CLOCK,
    );
    const stateAt = (text: string) => changeBefore(timeline, instant(text))?.state;
    expect(stateAt('Oct 10')).toBeUndefined();
    expect(stateAt('Oct 10 12:00:00.001')).toBe('paused');
    expect(stateAt('Oct 31 24:00')).toBe('paused');
    expect(stateAt('Nov 1 00:00:00.001')).toBe('active');
  });
});

describe('the order of rows', () => {
  const events = fc.uniqueArray(
    fc.record({
      eventId: fc.constantFrom('', '', 'e1', 'e2', 'e3', 'e4'),
      orderId: fc.constant('A'),
      event: fc.constantFrom<EventKind>(
        'paused',
        'paused',
        'resumed',
        'resumed',
        'shipped',
        'cancelled',
        'deleted',
      ),
      at: fc.constantFrom('Oct 4', 'Oct 5', 'Oct 6', 'Nov 20', 'Nov 20 12:00:00.001').map(instant),
      sequence: fc.constantFrom(0, 0, 1),
      reason: fc.constantFrom('scan', 'bite'),
    }),
    { maxLength: 8, selector: (event) => event.eventId || JSON.stringify(event) },
  );
  const shuffled = events.chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
    ),
  );

  it('does not matter', () => {
    const { lines } = factsOf('placed Oct 5');
    fc.assert(
      fc.property(
        shuffled,
        fc.constantFrom('slate' as const, 'delete' as const),
        ([rows, others], afterLimit) => {
          const policy = { ...POLICY, afterLimit };
          expect(timelineOf({ lines, events: others }, policy, NEW_YORKS_CLOCK)).toEqual(
            timelineOf({ lines, events: rows }, policy, NEW_YORKS_CLOCK),
          );
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  it('leaves no pause beside a resume of the same moment', () => {
    fc.assert(
      fc.property(events, (rows) => {
        const left = effectiveEvents(rows).map(({ event, at, sequence }) => `${event} ${at} ${sequence}`);
        for (const text of left.filter((each) => each.startsWith('paused')))
          expect(left).not.toContain(text.replace('paused', 'resumed'));
        expect(rows.length - left.length).toBe(2 * Math.floor((rows.length - left.length) / 2));
      }),
      { numRuns: runs(1000) },
    );
  });
});
