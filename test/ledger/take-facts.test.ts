import { describe, expect, it } from 'vitest';
import type { Fact, HistoryEvent, OrderLine } from '../../src/billing/order.js';
import * as say from '../../src/errors/messages.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import {
  allRows,
  close,
  closed,
  drafted,
  event,
  importFacts,
  instant,
  ledgerWith,
  order,
  practice,
} from '../support/facts.js';

const PRACTICE = practice('P1', { timeZone: 'America/New_York' });
const LINE = order('A1', '2026-10-05');
const PAUSE = event('A1', 'paused', '2026-10-10', { eventId: 'E1' });
const NAMELESS = event('A1', 'paused', '2026-10-10');
const RETRACTION = event('A1', 'retracted', '2026-10-10', { eventId: 'E1' });
const RETRACTION_LATER = event('A1', 'retracted', '2026-10-12', { eventId: 'E1' });
const KNOWN = [PRACTICE, LINE, PAUSE, NAMELESS];

describe('a record that is known already', () => {
  it.each<[what: string, fact: Fact]>([
    ['an order line', LINE],
    ['an event, by its id', PAUSE],
    ['an event without an id, by its content', NAMELESS],
    ['a practice', PRACTICE],
  ])('%s with the same content is a duplicate without effect', async (_, fact) => {
    for (const amend of [false, true]) {
      const ledger = await ledgerWith(KNOWN);
      const { imports: _imports, import_files: _files, ...facts } = allRows(ledger);
      expect(await importFacts(ledger, [fact, fact], { amend })).toEqual(['duplicate', 'duplicate']);
      expect(allRows(ledger)).toMatchObject(facts);
    }
  });

  const changes: [field: string, fact: Fact, was: string, is: string][] = [
    ['practice_id', order('A1', '2026-10-05', { practiceId: 'P2' }), 'P1', 'P2'],
    ['product', order('A1', '2026-10-05', { product: 'bridge' }), 'crown', 'bridge'],
    ['description', order('A1', '2026-10-05', { description: 'zirconia' }), '', 'zirconia'],
    ['patient_ref', order('A1', '2026-10-05', { patientRef: 'PT-7' }), '', 'PT-7'],
    ['quantity', order('A1', '2026-10-05', { quantity: '2' }), '1', '2'],
    ['unit_price', order('A1', '2026-10-05', { unitPrice: '120' }), '100.00', '120.00'],
    ['currency', order('A1', '2026-10-05', { currency: 'EUR' }), 'USD', 'EUR'],
    ['placed_at', order('A1', '2026-10-06'), '2026-10-05T12:00:00.000Z', '2026-10-06T12:00:00.000Z'],
    [
      'event',
      event('A1', 'resumed', '2026-10-10', { eventId: 'E1', reason: 'late scan' }),
      'paused',
      'resumed',
    ],
    [
      'at',
      event('A1', 'paused', '2026-10-11', { eventId: 'E1' }),
      '2026-10-10T12:00:00.000Z',
      '2026-10-11T12:00:00.000Z',
    ],
    ['sequence', event('A1', 'paused', '2026-10-10', { eventId: 'E1', sequence: 1 }), '0', '1'],
    ['reason', event('A1', 'paused', '2026-10-10', { eventId: 'E1', reason: 'shade' }), 'late scan', 'shade'],
    ['name', practice('P1', { name: 'Oak', timeZone: 'America/New_York' }), 'P1 Dental', 'Oak'],
    ['time_zone', practice('P1', { timeZone: 'Asia/Tokyo' }), 'America/New_York', 'Asia/Tokyo'],
  ];

  it.each(changes)('with another %s is a conflict, and nothing is imported', async (field, fact, was, is) => {
    const ledger = await ledgerWith(KNOWN);
    const before = allRows(ledger);
    const outcomes = await importFacts(ledger, [order('A9', '2026-10-05'), fact]);
    expect(outcomes).toEqual(['imported', `${field}: ${say.differsFromKnown([[field, was, is]], 1)}`]);
    expect(allRows(ledger)).toEqual(before);
  });

  it('with another order_id is a conflict that does not advise --amend', async () => {
    const ledger = await ledgerWith(KNOWN);
    const [outcome] = await importFacts(ledger, [event('A2', 'paused', '2026-10-10', { eventId: 'E1' })]);
    expect(outcome).toBe(`order_id: ${say.eventOfOtherOrder('E1', 'A1', 'import 1', 'A2')}`);
    expect(outcome).not.toContain('--amend');
  });

  const moved = event('A2', 'paused', '2026-10-10', { eventId: 'E1' });
  it.each<[field: string, fact: Fact]>([
    ...changes.map(([field, fact]): [string, Fact] => [field, fact]),
    ['order_id', moved],
  ])('with another %s replaces it with --amend', async (_, fact) => {
    const ledger = await ledgerWith(KNOWN);
    expect(await importFacts(ledger, [fact, fact], { amend: true })).toEqual(['amended', 'duplicate']);
    expect(await importFacts(ledger, [fact])).toEqual(['duplicate']);
  });
});

it('an event without an id is another event if its content differs in any way', async () => {
  const others = [
    event('A2', 'paused', '2026-10-10'),
    event('A1', 'resumed', '2026-10-10', { reason: 'late scan' }),
    event('A1', 'paused', '2026-10-11'),
    event('A1', 'paused', '2026-10-10', { sequence: 1 }),
    event('A1', 'paused', '2026-10-10', { reason: 'shade' }),
    event('A1', 'paused', '2026-10-10', { eventId: 'E2' }),
  ];
  const ledger = await ledgerWith(KNOWN);
  expect(await importFacts(ledger, others)).toEqual(others.map(() => 'imported'));
});

describe('two different records of one identity in one import conflict', () => {
  const dearer = order('A1', '2026-10-05', { unitPrice: '120' });
  const dearest = order('A1', '2026-10-05', { unitPrice: '130' });
  const later = event('A1', 'paused', '2026-10-11', { eventId: 'E1' });
  const renamed = practice('P1', { name: 'Oak', timeZone: 'America/New_York' });
  it.each<[what: string, known: readonly Fact[], pair: readonly [Fact, Fact], amend: boolean]>([
    ['both new', [], [LINE, dearer], false],
    ['both new', [], [LINE, dearer], true],
    ['both new events', [], [PAUSE, later], false],
    ['both new practices', [], [PRACTICE, renamed], true],
    ['one known', KNOWN, [LINE, dearer], false],
    ['one known', KNOWN, [LINE, dearer], true],
    ['one known event', KNOWN, [PAUSE, later], true],
    ['one known practice', KNOWN, [PRACTICE, renamed], true],
    ['neither known', KNOWN, [dearer, dearest], true],
    ['one takes the other back', KNOWN, [PAUSE, RETRACTION], true],
    ['both take it back', KNOWN, [RETRACTION, RETRACTION_LATER], true],
  ])('%s: %#', async (_, known, [one, other], amend) => {
    for (const facts of [
      [one, other],
      [other, one],
    ]) {
      const ledger = await ledgerWith(known);
      const before = allRows(ledger);
      const outcomes = await importFacts(ledger, facts, { amend });
      expect(outcomes.filter((outcome) => outcome.includes(': '))).not.toEqual([]);
      expect(allRows(ledger)).toEqual(before);
    }
  });

  it('a retraction that is known and the event that it takes back', async () => {
    for (const facts of [
      [PAUSE, RETRACTION],
      [RETRACTION, PAUSE],
    ]) {
      const ledger = await ledgerWith(KNOWN);
      await importFacts(ledger, [RETRACTION], { amend: true });
      const outcomes = await importFacts(ledger, facts, { amend: true });
      expect(outcomes[1]).toContain('another record of event E1 contradicts this one');
    }
  });

  it('and the message says so, with the values of both', async () => {
    const ledger = await ledgerWith(KNOWN);
    const message = say.differsWithinImport('order line 1 of A1', 'facts.csv:1', [
      ['unit_price', '100.00', '120.00'],
    ]);
    const outcomes = await importFacts(ledger, [LINE, dearer], { amend: true });
    expect(outcomes).toEqual(['duplicate', `unit_price: ${message}`]);
  });
});

describe('rows that name no order line', () => {
  const row = (changes: Partial<OrderLine> = {}, orderId = 'A1'): Fact => ({
    ...(order(orderId, '2026-10-05', changes) as Extract<Fact, { kind: 'orders' }>),
    isUnnumbered: true,
  });
  const told = (lines: readonly number[], areEqual: boolean) =>
    `order_id: ${say.rowsWithoutNumber('A1', lines, areEqual)}`;

  it.each<[what: string, known: readonly Fact[], facts: readonly Fact[], outcomes: readonly string[]]>([
    ['equal', [], [row(), row()], ['imported', told([1, 2], true)]],
    ['different', [], [row(), row({ unitPrice: '120' })], ['imported', told([1, 2], false)]],
    [
      'three',
      [],
      [row(), row(), row({}, 'A2'), row()],
      ['imported', told([1, 2], true), 'imported', told([1, 2, 4], true)],
    ],
    ['both known', [LINE], [row(), row()], ['duplicate', told([1, 2], true)]],
    ['one known', [LINE], [row(), row({ unitPrice: '120' })], ['duplicate', told([1, 2], false)]],
    ['of two orders', [], [row(), row({}, 'A2')], ['imported', 'imported']],
    ['beside one with a number', [], [LINE, row(), row()], ['imported', 'duplicate', told([2, 3], true)]],
  ])('%s', async (_, known, facts, outcomes) => {
    for (const amend of [false, true]) {
      const ledger = await ledgerWith(known);
      expect(await importFacts(ledger, facts, { amend })).toEqual(outcomes);
    }
  });

  it('in two files are two reports of one line', async () => {
    const ledger = await ledgerWith();
    const outcomes = await importFacts(ledger, [row(), row()], { fileOf: (index) => `${index}.csv` });
    expect(outcomes).toEqual(['imported', 'duplicate']);
  });

  it('twice in the second file', async () => {
    const ledger = await ledgerWith();
    const fileOf = (index: number) => (index === 0 ? 'a.csv' : 'b.csv');
    const outcomes = await importFacts(ledger, [row(), row(), row()], { fileOf });
    expect(outcomes).toEqual(['imported', 'duplicate', told([2, 3], true)]);
  });

  it('with numbers may be repeated', async () => {
    const ledger = await ledgerWith();
    expect(await importFacts(ledger, [LINE, LINE])).toEqual(['imported', 'duplicate']);
  });
});

describe('ids that are like a known one are told', () => {
  it.each<[what: string, imports: readonly (readonly Fact[])[], told: readonly string[]]>([
    ['an order', [[order('0001', '2026-10-05')], [order('1', '2026-10-05')]], ['order_id 1 0001 1']],
    [
      'the other way round',
      [[order('1', '2026-10-05')], [order('0001', '2026-10-05')]],
      ['order_id 0001 1 1'],
    ],
    [
      'neither is the plain form',
      [[order('a01', '2026-10-05')], [order('A001', '2026-10-05')]],
      ['order_id A001 a01 1'],
    ],
    ['two of one import', [[order('a', '2026-10-05'), order('A', '2026-10-05')]], ['order_id A a 2']],
    [
      'two of one import, the plain one first',
      [[order('A', '2026-10-05'), order('a', '2026-10-05')]],
      ['order_id a A 2'],
    ],
    [
      'in full width, composed otherwise',
      [[order('ORD-é1', '2026-10-05')], [order('\uff2f\uff32\uff24-e\u03011', '2026-10-05')]],
      ['order_id \uff2f\uff32\uff24-e\u03011 ORD-é1 1'],
    ],
    [
      'with a sign that nobody sees in it',
      [[order('A1', '2026-10-05')], [event('A\u200b1', 'shipped', '2026-10-10')]],
      ['order_id A\u200b1 A1 1'],
    ],
    [
      'the order of an event',
      [[order('A1', '2026-10-05')], [event('a1', 'paused', '2026-10-10')]],
      ['order_id a1 A1 1'],
    ],
    [
      'the order of an event that comes before the orders',
      [
        [
          event('a1', 'paused', '2026-10-10'),
          event('a1', 'resumed', '2026-10-11'),
          order('A1', '2026-10-05'),
        ],
      ],
      ['order_id a1 A1 1'],
    ],
    [
      'an event that comes before its own order',
      [[event('A1', 'paused', '2026-10-10'), order('A1', '2026-10-05')]],
      [],
    ],
    [
      'again, only what is new',
      [
        [order('A1', '2026-10-05'), order('a1', '2026-10-05')],
        [order('a1', '2026-10-05'), event('a1', 'paused', '2026-10-10')],
      ],
      [],
    ],
    [
      'a practice',
      [[practice('P1')], [order('A1', '2026-10-05', { practiceId: 'p01' })]],
      ['practice_id p01 P1 1'],
    ],
    [
      'others are not',
      [
        [order('A10', '2026-10-05')],
        [
          order('A1', '2026-10-05'),
          order('A100', '2026-10-05'),
          order('0', '2026-10-05'),
          order('00A', '2026-10-05'),
        ],
      ],
      [],
    ],
  ])('%s', async (_, imports, told) => {
    const ledger = await ledgerWith(...imports.slice(0, -1));
    let found: readonly string[] = [];
    await importFacts(ledger, imports.at(-1) ?? [], {
      likeIds: ({ count, first }) => {
        found = first.map(({ field, given, known, line }) => `${field} ${given} ${known} ${line}`);
        expect(count).toBe(first.length);
      },
    });
    expect(found).toEqual(told);
  });

  it('of many the first are named, all are counted', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `${index + 1}`);
    const ledger = await ledgerWith(ids.map((id) => order(id.padStart(5, '0'), '2026-10-05')));
    await importFacts(
      ledger,
      ids.map((id) => order(id, '2026-10-05')),
      {
        likeIds: ({ count, first }) => expect([count, first.length]).toEqual([150, 100]),
      },
    );
    expect.assertions(1);
  });
});

describe('a retraction', () => {
  it.each<[what: string, fact: Fact, outcome: string]>([
    ['of a known event takes it back', RETRACTION, 'amended'],
    [
      'of an unknown event is refused',
      event('A1', 'retracted', '2026-10-10', { eventId: 'E9' }),
      refused('E9', 'A1'),
    ],
    [
      "of another order's event is refused",
      event('A2', 'retracted', '2026-10-10', { eventId: 'E1' }),
      refused('E1', 'A2'),
    ],
  ])('%s', async (_, fact, outcome) => {
    const ledger = await ledgerWith([LINE, order('A2', '2026-10-05'), PAUSE]);
    expect(await importFacts(ledger, [fact], { amend: true })).toEqual([outcome]);
  });

  function refused(eventId: string, orderId: string): string {
    return `event_id: ${say.retractsNothing(eventId, orderId)}`;
  }

  it('repeated is a duplicate', async () => {
    const ledger = await ledgerWith([LINE, PAUSE]);
    await importFacts(ledger, [RETRACTION], { amend: true });
    expect(await importFacts(ledger, [RETRACTION], { amend: true })).toEqual(['duplicate']);
  });

  it('leaves its event without effect, until the event is amended back', async () => {
    const ledger = await ledgerWith([LINE, PAUSE]);
    await importFacts(ledger, [RETRACTION], { amend: true });
    await close(ledger, '2026-10');
    expect(await closed(ledger, '2026-10')).toEqual(['INV-000001 P1 A1/1 placed 100.00']);
    expect(await importFacts(ledger, [PAUSE], { amend: true })).toEqual(['amended']);
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toEqual([
      'CN-000001 P1 A1/1 paused -100.00',
      'held A1/1 slated 100.00',
    ]);
  });
});

describe('a record that repeats what was corrected since', () => {
  const dearer = order('A1', '2026-10-05', { unitPrice: '120' });
  const renamed = practice('P1', { name: 'Oak', timeZone: 'America/New_York' });
  const elsewhere = event('A2', 'paused', '2026-10-10', { eventId: 'E1' });
  const takenBack = event('A1', 'retracted', '2026-10-10', { reason: 'late scan' });
  const cases: [what: string, old: Fact, correction: Fact, told: string][] = [
    ['an order line', LINE, dearer, told('unit_price', '100.00', '120.00')],
    ['a practice', PRACTICE, renamed, told('name', '"P1 Dental"', 'Oak')],
    ['an event', PAUSE, RETRACTION, told('event', 'paused', 'retracted', '; also reason "late scan" → ""')],
    ['an event that was moved', PAUSE, elsewhere, told('order_id', 'A1', 'A2')],
    ['an event without an id', NAMELESS, takenBack, told('event', 'paused', 'retracted')],
  ];
  function told(field: string, was: string, is: string, also = ''): string {
    const by = `corrected by import 2, facts.csv: it is ${is} now${also}; keep the correction with --keep`;
    return `${field}: ${was} was ${by}, or go back to this with --amend`;
  }
  async function corrected(correction: Fact): Promise<Ledger> {
    const ledger = await ledgerWith(KNOWN);
    await importFacts(ledger, [correction], { amend: true, kind: correction.kind });
    return ledger;
  }

  it.each(cases)('%s says so', async (_, old, correction, message) => {
    expect(await importFacts(await corrected(correction), [old])).toEqual([message]);
  });

  it.each(cases)('%s is left out with --keep, with --amend too', async (_, old, correction) => {
    for (const amend of [false, true]) {
      const ledger = await corrected(correction);
      const { imports: _imports, import_files: _files, ...facts } = allRows(ledger);
      expect(await importFacts(ledger, [old, correction, old], { amend, keep: true })).toEqual([
        'kept',
        'duplicate',
        'kept',
      ]);
      expect(allRows(ledger)).toMatchObject(facts);
    }
  });

  it.each(cases)(
    '%s is gone back to with --amend, and the correction is then what was corrected',
    async (_, old, correction) => {
      const ledger = await corrected(correction);
      expect(await importFacts(ledger, [old], { amend: true })).toEqual(['amended']);
      expect(await importFacts(ledger, [old])).toEqual(['duplicate']);
      if (correction === takenBack) return;
      const [outcome] = await importFacts(ledger, [correction], {
        amend: correction === RETRACTION,
        keep: true,
      });
      expect(outcome).toBe('kept');
    },
  );

  it('--keep takes no other record than exactly such ones', async () => {
    const ledger = await corrected(dearer);
    const [outcome] = await importFacts(ledger, [order('A1', '2026-10-05', { unitPrice: '90' })], {
      keep: true,
    });
    expect(outcome).toContain('was 120.00 at import 2, is 90.00 here');
  });
});

describe('--amend', () => {
  it('takes kinds', async () => {
    const ledger = await ledgerWith(KNOWN);
    const renamed = practice('P1', { name: 'Oak', timeZone: 'America/New_York' });
    const later = event('A1', 'paused', '2026-10-11', { eventId: 'E1' });
    const outcomes = await importFacts(ledger, [renamed, later], { amend: ['practices'] });
    expect(outcomes).toEqual(['amended', expect.stringContaining('if that is a correction')]);
    expect(await importFacts(ledger, [renamed, later], { amend: ['practices', 'history'] })).toEqual([
      'amended',
      'amended',
    ]);
  });

  it.each([
    ['USD', '640', '0.125', '640.00', '0.125'],
    ['JPY', '640', '600', '640', '600'],
    ['KWD', '640.5', '600', '640.500', '600.000'],
  ])('tells unit prices in %s with its digits', async (currency, before, after, was, is) => {
    const priced = (unitPrice: string) => order('A1', '2026-10-05', { unitPrice, currency });
    const ledger = await ledgerWith([priced(before)]);
    await importFacts(ledger, [priced(after)], {
      amend: true,
      changes: ([change]) => expect(change?.differences).toEqual([['unit_price', was, is]]),
    });
  });

  it('tells each change, with its place', async () => {
    const ledger = await ledgerWith(KNOWN);
    const changed = order('A1', '2026-10-05', { unitPrice: '120', quantity: '2' });
    await importFacts(ledger, [NAMELESS, changed, RETRACTION], {
      amend: true,
      changes: (changes) =>
        expect(changes).toEqual([
          {
            identity: 'order line 1 of A1',
            file: 'facts.csv',
            line: 2,
            differences: [
              ['quantity', '1', '2'],
              ['unit_price', '100.00', '120.00'],
            ],
          },
          {
            identity: 'event E1',
            file: 'facts.csv',
            line: 3,
            differences: [
              ['event', 'paused', 'retracted'],
              ['reason', 'late scan', ''],
            ],
          },
        ]),
    });
    expect.assertions(1);
  });
});

describe('a retraction without an id', () => {
  const back = (changes: Partial<HistoryEvent> = {}, when = '2026-10-10') =>
    event('A1', 'retracted', when, { reason: 'late scan', ...changes });
  const resumed = event('A1', 'resumed', '2026-10-10', { reason: 'late scan' });

  it.each<[what: string, known: readonly Fact[], facts: readonly Fact[], outcomes: readonly string[]]>([
    ['takes back the event of its content', [LINE, NAMELESS], [back()], ['amended']],
    ['repeated is a duplicate', [LINE, NAMELESS], [back(), back()], ['amended', 'duplicate']],
    [
      'of another reason',
      [LINE, NAMELESS],
      [back({ reason: '' })],
      [`order_id: ${say.retractsNoContent('A1')}`],
    ],
    [
      'of another time',
      [LINE, NAMELESS],
      [back({}, '2026-10-11')],
      [`order_id: ${say.retractsNoContent('A1')}`],
    ],
    [
      'of another sequence',
      [LINE, NAMELESS],
      [back({ sequence: 1 })],
      [`order_id: ${say.retractsNoContent('A1')}`],
    ],
    ['of an event that has an id', [LINE, PAUSE], [back()], [`order_id: ${say.retractsNoContent('A1')}`]],
    [
      'of two events',
      [LINE, NAMELESS, resumed],
      [back()],
      [`event: ${say.retractsSeveral('A1', ['paused', 'resumed'])}`],
    ],
    [
      'and the event in one import, the event first',
      [LINE, NAMELESS],
      [NAMELESS, back()],
      ['duplicate', expect.stringContaining('another record of the event paused of A1')],
    ],
    [
      'and the event in one import, the event last',
      [LINE, NAMELESS],
      [back(), NAMELESS],
      ['amended', expect.stringContaining('another record of the event paused of A1')],
    ],
    [
      'and the event, which is new, in one import',
      [LINE],
      [NAMELESS, back()],
      ['imported', expect.stringContaining('another record of the event paused of A1')],
    ],
  ])('%s', async (_, known, facts, outcomes) => {
    const ledger = await ledgerWith(known);
    expect(await importFacts(ledger, facts, { amend: true })).toEqual(outcomes);
  });

  it('leaves its event without effect, until the event is amended back', async () => {
    const ledger = await ledgerWith([LINE, NAMELESS]);
    await importFacts(ledger, [back()], { amend: true, kind: 'history' });
    await close(ledger, '2026-10');
    expect(await closed(ledger, '2026-10')).toEqual(['INV-000001 P1 A1/1 placed 100.00']);
    expect(await importFacts(ledger, [NAMELESS], { amend: true })).toEqual(['amended']);
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toEqual([
      'CN-000001 P1 A1/1 paused -100.00',
      'held A1/1 slated 100.00',
    ]);
    expect(await importFacts(ledger, [back()], { amend: true })).toEqual(['amended']);
    await close(ledger, '2026-12');
    expect(await closed(ledger, '2026-12')).toEqual(['INV-000002 P1 A1/1 late 100.00']);
  });
});

describe('a dry run', () => {
  it('does what the import does, and leaves the ledger as it was', async () => {
    const ledger = await ledgerWith([LINE]);
    const before = allRows(ledger);
    await ledger.rehearse(async (inside) => {
      expect(await importFacts(inside, [PAUSE, LINE])).toEqual(['imported', 'duplicate']);
      expect(await drafted(inside, '2026-10')).toEqual(['held A1/1 deferred 100.00']);
    });
    expect(allRows(ledger)).toEqual(before);
    expect(await drafted(ledger, '2026-10')).toEqual(['INV-DRAFT P1 A1/1 placed 100.00'.replace('INV-', '')]);
  });
});

describe('an order has one practice on all its lines', () => {
  const line = (number: number, practiceId: string) =>
    order('A1', '2026-10-05', { line: number, practiceId });
  const both = [line(1, 'P1'), line(2, 'P1')];
  it.each<[what: string, known: readonly Fact[], facts: readonly Fact[], outcomes: readonly string[]]>([
    ['both lines new, of one practice', [], both, ['imported', 'imported']],
    [
      'both lines new, of two',
      [],
      [line(1, 'P1'), line(2, 'P2')],
      ['imported', 'imported', otherThan('P1', 'P2')],
    ],
    [
      'a second line of another practice',
      [line(1, 'P1')],
      [line(2, 'P2')],
      ['imported', otherThan('P1', 'P2')],
    ],
    ['it moves line by line', both, [line(1, 'P2'), line(2, 'P2')], ['amended', 'amended']],
    ['it moves in part', both, [line(1, 'P2')], ['amended', otherThan('P1', 'P2')]],
    [
      'it moves in part, the rest repeated',
      both,
      [line(1, 'P2'), line(2, 'P1')],
      ['amended', 'duplicate', otherThan('P1', 'P2')],
    ],
    [
      'it moves, and gets a line',
      both,
      [line(3, 'P2'), line(1, 'P2'), line(2, 'P2')],
      ['imported', 'amended', 'amended'],
    ],
    [
      'its lines move apart',
      both,
      [line(1, 'P2'), line(2, 'P3')],
      ['amended', 'amended', otherThan('P3', 'P2'), otherThan('P2', 'P3')],
    ],
  ])('%s', async (_, known, facts, outcomes) => {
    const ledger = await ledgerWith(known);
    const before = allRows(ledger);
    expect(await importFacts(ledger, facts, { amend: true })).toEqual(outcomes);
    if (outcomes.some((outcome) => outcome.includes(': '))) expect(allRows(ledger)).toEqual(before);
  });

  function otherThan(known: string, given: string): string {
    return `practice_id: ${say.otherPractice('A1', known, given)}`;
  }
});

describe("a practice's zone", () => {
  it.each<[what: string, facts: readonly Fact[]]>([
    ['known by a row without a zone', [practice('P1')]],
    ['known by an order alone', [order('A1', '2026-10-05')]],
  ])('may come after a close: %s', async (_, facts) => {
    const ledger = await ledgerWith(facts);
    await close(ledger, '2026-10');
    const outcomes = await importFacts(ledger, [practice('P1', { timeZone: 'Asia/Tokyo' })], { amend: true });
    expect(outcomes).toMatchObject([/imported|amended/]);
  });

  it('may be amended after a close, and is refused without --amend', async () => {
    const ledger = await ledgerWith([practice('P1', { timeZone: 'Asia/Tokyo' })]);
    await close(ledger, '2026-10');
    const moved = [practice('P1', { timeZone: 'Europe/Berlin' })];
    const differs = say.differsFromKnown([['time_zone', 'Asia/Tokyo', 'Europe/Berlin']], 1);
    expect(await importFacts(ledger, moved)).toEqual([`time_zone: ${differs}`]);
    expect(await importFacts(ledger, moved, { amend: true })).toEqual(['amended']);
  });

  it('another name of the same zone says nothing new', async () => {
    const ledger = await ledgerWith([practice('P1', { timeZone: 'US/Eastern' })]);
    const again = [practice('P1', { timeZone: 'America/New_York' })];
    expect(await importFacts(ledger, again)).toEqual(['duplicate']);
    await close(ledger, '2026-10');
    expect(await importFacts(ledger, again)).toEqual(['duplicate']);
    expect(await importFacts(ledger, [practice('P1')], { amend: true })).toEqual(['amended']);
  });

  it('before that it may be amended', async () => {
    const ledger = await ledgerWith([practice('P1', { timeZone: 'Asia/Tokyo' })]);
    const moved = [practice('P1', { timeZone: 'Europe/Berlin' })];
    expect(await importFacts(ledger, moved, { amend: true })).toEqual(['amended']);
  });
});

describe('an import is recorded', () => {
  it('with what became of its records, even if it brought nothing new', async () => {
    const ledger = await ledgerWith(KNOWN);
    await importFacts(ledger, [LINE, order('A1', '2026-10-05', { line: 2 })]);
    const rows = ledger.db
      .prepare('SELECT import_id, read, imported, amended, duplicates FROM import_files')
      .raw();
    expect(rows.all()).toEqual([
      [1, 4, 4, 0, 0],
      [2, 2, 1, 0, 1],
    ]);
  });

  it('by the hash of its facts and the audit clock', async () => {
    const ledger = await ledgerWith();
    await importFacts(ledger, [LINE], { now: instant('2026-11-01') });
    expect(allRows(ledger).imports).toEqual([
      {
        import_id: 1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        imported_at: '2026-11-01T12:00:00.000Z',
      },
    ]);
  });
});
