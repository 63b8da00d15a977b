/** What becomes of an order month by month: the rules' own tables, history and result side by side. */
import { describe, expect, it } from 'vitest';
import { planOrder } from '../../src/billing/plan.js';
import { formatInstant } from '../../src/billing/time-zone.js';
import {
  billed,
  billedMonths,
  factsOf,
  nameOf,
  newYork,
  POLICY,
  type Settings,
} from '../support/notation.js';

type Row = readonly [history: string, result: string, settings?: Settings];

const table = (rows: readonly Row[]) =>
  it.each(rows.map(([history, result, settings]) => ({ history, result, settings })))(
    '$history',
    ({ history, result, settings }) => {
      expect(billed(history, settings)).toBe(result);
    },
  );

describe('worked examples of docs/rules.md section 4', () => {
  table([
    ['placed Oct 5', 'Oct: charge placed | Nov: - | Dec: -'],
    ['placed Oct 5, paused Oct 10', 'Oct: deferred | Nov: slated | Dec: slated'],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) | Dec: -',
    ],
    ['placed Oct 5, paused Oct 10, resumed Oct 20', 'Oct: charge placed | Nov: - | Dec: -'],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3, paused Nov 20, resumed Dec 2',
      'Oct: deferred | Nov: deferred | Dec: charge resumed (deferred from Oct)',
    ],
    ['placed Oct 5, paused Nov 2', 'Oct: charge placed | Nov: - | Dec: -'],
    [
      'placed Oct 5, paused Nov 2, deleted Dec 20',
      'Oct: charge placed | Nov: - | Dec: credit deleted (of Oct)',
    ],
    ['placed Oct 5, paused Oct 10, cancelled Nov 5', 'Oct: deferred | Nov: ended | Dec: -'],
    [
      'placed Oct 5, paused Oct 10, resumed Dec 1',
      'Oct: deferred | Nov: slated | Dec: charge resumed (deferred from Oct) ! resumed-after-limit',
    ],
    ['aligners placed Oct 5, paused Oct 10', 'Oct: charge placed ! not-pausable | Nov: - | Dec: -'],
    ['placed Oct 5, paused Oct 31 24:00', 'Oct: charge placed | Nov: - | Dec: -'],
    [
      'placed Oct 5, paused Oct 10, resumed Oct 31 24:00',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) | Dec: -',
    ],
  ]);
});

describe('the edges of a month', () => {
  table([
    ['placed Oct 31 23:59:59.999', 'Oct: charge placed | Nov: - | Dec: -'],
    ['placed Oct 31 24:00', 'Oct: - | Nov: charge placed | Dec: -'],
    ['placed Oct 5, paused Oct 31 23:59:59.999', 'Oct: deferred | Nov: deferred | Dec: slated'],
    ['placed Oct 5, paused Oct 10, resumed Oct 31 23:59:59.999', 'Oct: charge placed | Nov: - | Dec: -'],
    ['placed Oct 31 23:59:59.999, cancelled Oct 31 23:59:59.999', 'Oct: ended | Nov: - | Dec: -'],
    [
      'placed Oct 31 23:59:59.999, cancelled Oct 31 24:00',
      'Oct: charge placed | Nov: credit cancelled (of Oct) | Dec: -',
    ],
    ['placed Oct 5, cancelled Oct 6', 'Oct: ended | Nov: - | Dec: -'],
    ['placed Oct 5, shipped Oct 6, cancelled Nov 6', 'Oct: charge placed | Nov: - ! after-shipment | Dec: -'],
    [
      'placed Oct 5, paused Oct 10, shipped Nov 3',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) ! shipped-while-paused | Dec: -',
    ],
  ]);
});

describe('the edges of a month after the practice got another zone', () => {
  // New York's October ends at Oct 31 24:00. From November on the practice is in Los Angeles, three hours behind.
  const west = { zones: ['America/Los_Angeles from Nov'] };
  // Berlin is five or six hours ahead: November ends there at Nov 30 18:00 of New York.
  const east = { zones: ['Europe/Berlin from Nov'] };
  table([
    ['placed Oct 31 23:59:59.999', 'Oct: charge placed | Nov: - | Dec: -', west],
    ['placed Oct 31 24:00', 'Oct: - | Nov: charge placed | Dec: -', west],
    ['placed Nov 1 02:59:59.999', 'Oct: - | Nov: charge placed | Dec: -', west],
    ['placed Dec 1 02:59:59.999', 'Oct: - | Nov: charge placed | Dec: -', west],
    ['placed Dec 1 03:00', 'Oct: - | Nov: - | Dec: charge placed', west],
    ['placed Oct 31 23:59:59.999', 'Oct: charge placed | Nov: - | Dec: -', east],
    ['placed Oct 31 24:00', 'Oct: - | Nov: charge placed | Dec: -', east],
    ['placed Nov 30 17:59:59.999', 'Oct: - | Nov: charge placed | Dec: -', east],
    ['placed Nov 30 18:00', 'Oct: - | Nov: - | Dec: charge placed', east],
    // The pause is held at October's cut-off in New York, and resumed before November's in Los Angeles.
    [
      'placed Oct 5, paused Oct 31 23:59:59.999, resumed Dec 1 02:59:59.999',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) | Dec: -',
      west,
    ],
    // What is known late is of October as it was closed.
    [
      'placed Oct 31 23:30 (known Nov), paused Oct 31 23:45 (known Nov), resumed Oct 31 24:00 (known Nov)',
      'Oct: - | Nov: charge resumed (deferred from Oct) | Dec: -',
      west,
    ],
    ['placed Oct 31 23:30 (known Nov)', 'Oct: - | Nov: charge late (of Oct) | Dec: -', west],
    // Twice: November in Los Angeles, December in Berlin.
    [
      'placed Dec 1 02:59:59.999, paused Dec 31 17:59:59.999',
      'Oct: - | Nov: charge placed | Dec: -',
      { zones: ['America/Los_Angeles from Nov', 'Europe/Berlin from Dec'] },
    ],
    [
      'placed Dec 1 03:00, paused Dec 31 17:59:59.999',
      'Oct: - | Nov: - | Dec: deferred',
      { zones: ['America/Los_Angeles from Nov', 'Europe/Berlin from Dec'] },
    ],
    [
      'placed Dec 1 03:00, paused Dec 31 18:00',
      'Oct: - | Nov: - | Dec: charge placed',
      { zones: ['America/Los_Angeles from Nov', 'Europe/Berlin from Dec'] },
    ],
  ]);

  it('a date and a limit are on the clock of the month in which they lie', () => {
    const held = (history: string, month: string) => {
      const found = [...billedMonths(history, west)].find((each) => nameOf(each.month) === month);
      const [line] = found?.plan.held ?? [];
      return line && [line.placedOn, line.pausedOn, formatInstant(line.limitAt)];
    };
    // Oct 20 01:00 in New York and 45 days: Dec 4 01:00 on New York's clock (EST).
    const inOctober = 'placed Oct 20 00:30, paused Oct 20 01:00';
    expect(held(inOctober, 'Oct')).toEqual(['2026-10-20', '2026-10-20', '2026-12-04T06:00:00.000Z']);
    expect(held(inOctober, 'Nov')).toEqual(held(inOctober, 'Oct'));
    // Nov 10 00:30 in New York is Nov 9 21:30 in Los Angeles; 45 days later it is Dec 24 21:30 there.
    expect(held('placed Nov 10 00:15, paused Nov 10 00:30', 'Nov')).toEqual([
      '2026-11-09',
      '2026-11-09',
      '2026-12-25T05:30:00.000Z',
    ]);
  });
});

describe('the limit', () => {
  table([
    // Sep 16 24:00 and 45 days: Oct 31 24:00, October's cut-off itself.
    [
      'placed Sep 5, paused Sep 16 24:00',
      'Sep: deferred | Oct: deferred | Nov: slated',
      { first: 'Sep', last: 'Nov' },
    ],
    [
      'placed Sep 5, paused Sep 16 23:59:59.999',
      'Sep: deferred | Oct: slated | Nov: slated',
      { first: 'Sep', last: 'Nov' },
    ],
    // A resume at the limit is in time, 1 ms later it is not.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00:00.001',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) ! resumed-after-limit | Dec: -',
    ],
    // Each pause has its own limit.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 20, paused Nov 21',
      'Oct: deferred | Nov: deferred | Dec: deferred',
    ],
    // A second pause while paused does not prolong the first.
    [
      'placed Oct 5, paused Oct 10, paused Nov 21',
      'Oct: deferred | Nov: slated ! already-paused | Dec: slated',
    ],
  ]);

  const deletes = { policy: { afterLimit: 'delete' } } as const;
  table([
    ['placed Oct 5, paused Oct 10', 'Oct: deferred | Nov: ended ! deleted-by-limit | Dec: -', deletes],
    [
      'placed Oct 5, paused Nov 2',
      'Oct: charge placed | Nov: - | Dec: credit deleted (of Oct) ! deleted-by-limit',
      deletes,
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00',
      'Oct: deferred | Nov: charge resumed (deferred from Oct) | Dec: -',
      deletes,
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 24 12:00:00.001',
      'Oct: deferred | Nov: ended ! deleted-by-limit ! order-ended | Dec: -',
      deletes,
    ],
    // 1 ms before the cut-off: slated in this month, ended at the cut-off, in the next.
    [
      'placed Sep 5, paused Sep 16 23:59:59.999',
      'Sep: deferred | Oct: slated | Nov: ended ! deleted-by-limit',
      { ...deletes, first: 'Sep', last: 'Nov' },
    ],
    [
      'placed Sep 5, paused Sep 16 23:59:59.998',
      'Sep: deferred | Oct: ended ! deleted-by-limit | Nov: -',
      { ...deletes, first: 'Sep', last: 'Nov' },
    ],
    [
      'placed Oct 5, paused Oct 10',
      'Oct: ended ! deleted-by-limit | Nov: - | Dec: -',
      {
        policy: { afterLimit: 'delete', pauseLimitDays: 3 },
      },
    ],
  ]);
});

describe('facts known late', () => {
  table([
    [
      'placed Oct 5, paused Oct 25 (known Nov), resumed Dec 2 (known Dec)',
      'Oct: charge placed | Nov: credit paused (of Oct) + deferred | Dec: charge resumed (deferred from Oct)',
    ],
    // Once November's target equals what was issued, the charge of October is left alone.
    [
      'placed Oct 5, paused Oct 25 (known Nov), resumed Nov 3 (known Nov)',
      'Oct: charge placed | Nov: - | Dec: -',
    ],
    ['placed Oct 5 (known Nov)', 'Oct: - | Nov: charge late (of Oct) | Dec: -'],
    [
      'placed Oct 5, paused Oct 10, resumed Oct 20 (known Nov)',
      'Oct: deferred | Nov: charge late (of Oct) | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3 (known Dec)',
      'Oct: deferred | Nov: slated | Dec: charge late (of Nov, deferred from Oct)',
    ],
    [
      'placed Oct 5, cancelled Oct 25 (known Nov)',
      'Oct: charge placed | Nov: credit cancelled (of Oct) | Dec: -',
    ],
    ['placed Oct 5 (known Nov), cancelled Oct 25 (known Nov)', 'Oct: - | Nov: ended | Dec: -'],
    [
      'placed Oct 5, paused Oct 10 as e1, e1 retracted (known Nov)',
      'Oct: deferred | Nov: charge late (of Oct) | Dec: -',
    ],
    [
      'placed Oct 5, cancelled Oct 10 as e1, e1 retracted (known Nov)',
      'Oct: ended | Nov: charge late (of Oct) | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10 as e1, paused Nov 10 as e1 (known Nov)',
      'Oct: deferred | Nov: charge late (of Oct) | Dec: -',
    ],
    // An exception is listed once: amended, it is listed again only under another code.
    [
      'placed Oct 5, resumed Oct 10 as e1, resumed Oct 11 as e1 (known Nov)',
      'Oct: charge placed ! not-paused | Nov: - | Dec: -',
    ],
    [
      'placed Oct 5, resumed Oct 10 as e1, resumed Oct 1 as e1 (known Nov)',
      'Oct: charge placed ! not-paused | Nov: - ! before-placement | Dec: -',
    ],
  ]);
});

describe('target less issued', () => {
  table([
    [
      'placed Oct 5, price amended to 80.00 (known Nov)',
      'Oct: charge placed | Nov: credit amended (of Oct) + charge amended 80.00 | Dec: -',
    ],
    [
      'placed Oct 5, price amended to 80.00 (known Nov), price amended to 90.00 (known Dec)',
      'Oct: charge placed | Nov: credit amended (of Oct) + charge amended 80.00 | ' +
        'Dec: credit amended 80.00 (of Nov) + charge amended 90.00',
    ],
    [
      'placed Oct 5, price amended to 50.00 (known Nov), quantity amended to 2 (known Nov)',
      'Oct: charge placed | Nov: - | Dec: -',
    ],
    [
      'placed Oct 5, currency amended to EUR (known Nov)',
      'Oct: charge placed | Nov: credit amended (of Oct) + charge amended 100.00 EUR | Dec: -',
    ],
    [
      'placed Oct 5, practice amended to P-200 (known Nov)',
      'Oct: charge placed | Nov: credit amended (of Oct) + charge amended (to P-200) | Dec: -',
    ],
    [
      'placed Oct 5, placement amended to Dec 5 (known Nov)',
      'Oct: charge placed | Nov: credit amended (of Oct) | Dec: charge placed',
    ],
    ['placed Oct 5, placement amended to Nov 5 (known Nov)', 'Oct: charge placed | Nov: - | Dec: -'],
    [
      'placed Oct 5, price amended to 80.00 (known Nov), cancelled Nov 5',
      'Oct: charge placed | Nov: credit cancelled (of Oct) | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10, price amended to 80.00 (known Nov), resumed Nov 3',
      'Oct: deferred | Nov: charge resumed 80.00 (deferred from Oct) | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 25 (known Nov), price amended to 80.00 (known Dec), resumed Dec 2',
      'Oct: charge placed | Nov: credit paused (of Oct) + deferred | Dec: charge resumed 80.00 (deferred from Oct)',
    ],
    ['placed Oct 5 at 0', 'Oct: charge placed 0.00 | Nov: - | Dec: -'],
    [
      'placed Oct 5 at 0, cancelled Nov 5',
      'Oct: charge placed 0.00 | Nov: credit cancelled 0.00 (of Oct) | Dec: -',
    ],
  ]);
});

describe('several lines', () => {
  table([
    [
      'placed Oct 5, placed Oct 12, paused Oct 10, resumed Nov 3',
      'Oct: 1 deferred, 2 deferred | Nov: 1 charge resumed (deferred from Oct), 2 charge resumed (deferred from Oct) | Dec: 1 -, 2 -',
    ],
    [
      'placed Oct 5, placed Nov 12, paused Nov 10',
      'Oct: 1 charge placed, 2 - | Nov: 1 -, 2 deferred | Dec: 1 -, 2 slated',
    ],
    [
      'placed Oct 5, placed Nov 12, paused Oct 10, resumed Nov 20',
      'Oct: 1 deferred, 2 - | Nov: 1 charge resumed (deferred from Oct), 2 charge placed | Dec: 1 -, 2 -',
    ],
    [
      'placed Oct 5, placed Nov 12, cancelled Nov 10',
      'Oct: 1 charge placed, 2 - | Nov: 1 credit cancelled (of Oct), 2 ended | Dec: 1 -, 2 -',
    ],
    // A line that comes later may make the whole order one that cannot be paused.
    [
      'placed Oct 5, paused Oct 10, aligners placed Nov 12 (known Nov)',
      'Oct: deferred | Nov: 1 charge late (of Oct), 2 charge placed ! not-pausable | Dec: 1 -, 2 -',
    ],
    // An earlier line that becomes known makes an event count that came before the order.
    [
      'placed Oct 10, paused Oct 5, placed Oct 1 (known Nov)',
      'Oct: charge placed ! before-placement | Nov: 1 credit paused (of Oct) + slated, 2 slated | Dec: 1 slated, 2 slated',
    ],
  ]);
});

describe('cut-over: October is the first month', () => {
  table([
    ['placed Sep 5', 'Oct: before ledger | Nov: - | Dec: -'],
    ['placed Sep 30 24:00', 'Oct: charge placed | Nov: - | Dec: -'],
    ['placed Sep 5, cancelled Nov 5', 'Oct: before ledger | Nov: - ! charged-before-ledger | Dec: -'],
    ['placed Sep 5, cancelled Sep 30 24:00', 'Oct: before ledger ! charged-before-ledger | Nov: - | Dec: -'],
    ['placed Aug 5, cancelled Sep 30 23:59:59.999', 'Oct: before ledger | Nov: - | Dec: -'],
    ['placed Sep 5, cancelled Sep 20', 'Oct: ended | Nov: - | Dec: -'],
    ['placed Sep 5, paused Sep 10', 'Oct: slated | Nov: slated | Dec: slated'],
    [
      'placed Sep 5, paused Sep 10, resumed Oct 3',
      'Oct: charge resumed (deferred from Sep) | Nov: - | Dec: -',
    ],
    // Held in the first month, so this ledger's; a resume known later puts its service month before the ledger.
    [
      'placed Sep 5, paused Sep 10, resumed Sep 20 (known Nov)',
      'Oct: slated | Nov: charge late (of Sep) | Dec: -',
    ],
    ['placed Sep 5, paused Sep 10 (known Nov)', 'Oct: before ledger | Nov: - | Dec: -'],
    ['placed Sep 5, price amended to 80.00 (known Nov)', 'Oct: before ledger | Nov: - | Dec: -'],
    ['placed Sep 5 (known Nov)', 'Oct: - | Nov: before ledger | Dec: -'],
    // Placed in October and charged there, so this ledger's for good, wherever its placement is moved to.
    ['placed Oct 5, placement amended to Sep 5 (known Nov)', 'Oct: charge placed | Nov: - | Dec: -'],
    ['placed Nov 5, placement amended to Sep 5 (known Nov)', 'Oct: - | Nov: before ledger | Dec: -'],
    [
      'placed Sep 5, placed Nov 5, cancelled Dec 5',
      'Oct: 1 before ledger, 2 - | Nov: 1 -, 2 charge placed | Dec: 1 -, 2 credit cancelled (of Nov) ! charged-before-ledger',
    ],
  ]);
});

describe('a charge', () => {
  it.each([
    ['placed Oct 5', 0, '', ''],
    ['placed Oct 5, paused Oct 10, resumed Nov 3', 1, '2026-10', '2026-11-03'],
  ])('%s: says from which month it is deferred, and the day of its resume', (history, at, from, on) => {
    const { plan } = [...billedMonths(history)][at] ?? {};
    expect(plan?.documentLines).toMatchObject([{ deferredFrom: from, resumedOn: on }]);
    expect(plan?.beforeLedger).toEqual([]);
  });
});

describe('an order of which no line is known', () => {
  it('lists its events, pairs left out, once', () => {
    const { events } = factsOf(
      'paused Oct 10 as e1, resumed Oct 12 as e2, paused Oct 14 as e3, resumed Oct 14 as e4',
    );
    const context = { month: '2026-10', firstMonth: '2026-10', policy: POLICY };
    const plan = planOrder(
      { lines: [], events, listed: new Set(['unknown-order ["e2"]']) },
      newYork(),
      context,
    );
    expect(plan.exceptions.map(({ code, event }) => [code, event.eventId])).toEqual([
      ['unknown-order', 'e1'],
    ]);
    expect(plan).toMatchObject({ documentLines: [], held: [], beforeLedger: [] });
  });

  it('leaves events of a later month to that one', () => {
    const { events } = factsOf('paused Oct 31 24:00');
    const context = { month: '2026-10', firstMonth: '2026-10', policy: POLICY };
    expect(planOrder({ lines: [], events, listed: new Set() }, newYork(), context).exceptions).toEqual([]);
  });
});

describe('a held line', () => {
  it('says since when, why, until when', () => {
    const { lines, events } = factsOf('placed Oct 5 at 12.5, paused Oct 10 09:00');
    const accounts = lines.map((line) => ({
      line,
      record: {
        issued: undefined,
        counted: false,
        chargedBeforeLedger: false,
        held: undefined,
        withdrawn: false,
      },
    }));
    const context = { month: '2026-11', firstMonth: '2026-10', policy: POLICY };
    const plan = planOrder({ lines: accounts, events, listed: new Set() }, newYork(), context);
    expect(plan.held).toEqual([
      {
        practiceId: 'P-100',
        orderId: 'A',
        orderLine: 1,
        product: 'CROWN',
        amountMinor: 1250,
        currency: 'USD',
        placedOn: '2026-10-05',
        pausedOn: '2026-10-10',
        pauseReason: 'missing scan',
        // From Oct 10 to Nov 30, the date of the cut-off's last millisecond.
        daysPaused: 51,
        // 45 days later, the clocks an hour back: 09:00 EST.
        limitAt: Date.parse('2026-11-24T14:00:00Z'),
        status: 'slated',
      },
    ]);
  });
});
