import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  always,
  createCalendar,
  cutOffInstant,
  firstDayAfter,
  MONTH_FORM,
  monthsFrom,
  nextMonth,
  parseMonth,
  previousMonth,
  zoneOfMonth,
} from '../../src/billing/billing-month.js';
import { zoneAt } from '../../src/billing/clock.js';
import { formatInstant } from '../../src/billing/time-zone.js';
import { runs } from '../support/search.js';
import { at, naiveDateOf } from '../support/wall-clock.js';

describe('a month', () => {
  it.each(['1970-01', '2026-10', '2026-12', '9998-12'])('%s', (text) => {
    expect(parseMonth(text)).toBe(text);
  });

  it.each([
    '',
    '2026',
    '2026-1',
    '2026-00',
    '2026-13',
    '26-10',
    '2026-10-01',
    ' 2026-10',
    '2026-10\n',
    '1969-12',
    '9999-01',
    '２026-10',
    '22026-10',
  ])('"%s" is none', (text) => {
    expect(parseMonth(text)).toBeUndefined();
  });

  it('is named in messages', () => {
    expect(MONTH_FORM).toBe('YYYY-MM from 1970-01 to 9998-12, for example 2026-10');
  });

  it.each([
    ['2026-10', '2026-11', '2026-11-01'],
    ['2026-12', '2027-01', '2027-01-01'],
    ['2028-02', '2028-03', '2028-03-01'],
    ['1999-12', '2000-01', '2000-01-01'],
    ['0099-12', '0100-01', '0100-01-01'],
  ])('after %s comes %s, on %s', (month, next, day) => {
    expect(nextMonth(month)).toBe(next);
    expect(previousMonth(next)).toBe(month);
    expect(firstDayAfter(month)).toBe(day);
  });

  it.each([
    ['2026-11', '2027-02', ['2026-11', '2026-12', '2027-01', '2027-02']],
    ['2026-11', '2026-11', ['2026-11']],
    ['2026-11', '2026-10', []],
  ])('from %s to %s', (first, last, months) => {
    expect([...monthsFrom(first, last)]).toEqual(months);
  });
});

describe('the cut-off', () => {
  it.each([
    ['2026-10', 'America/New_York', '24:00', '2026-11-01T04:00:00.000Z'],
    ['2026-10', 'America/New_York', '19:00', '2026-10-31T23:00:00.000Z'],
    ['2026-10', 'America/New_York', '00:00', '2026-10-31T04:00:00.000Z'],
    ['2026-12', 'America/New_York', '24:00', '2027-01-01T05:00:00.000Z'],
    ['2028-02', 'America/New_York', '24:00', '2028-03-01T05:00:00.000Z'],
    ['2027-02', 'Asia/Kolkata', '24:00', '2027-02-28T18:30:00.000Z'],
    ['2026-10', 'Pacific/Kiritimati', '24:00', '2026-10-31T10:00:00.000Z'],
    // Europe's clocks change on the last Sunday: on the last day of the month in March 2030 and October 2027.
    ['2030-03', 'Europe/Berlin', '02:30', '2030-03-31T01:00:00.000Z'],
    ['2030-03', 'Europe/Berlin', '03:00', '2030-03-31T01:00:00.000Z'],
    ['2027-10', 'Europe/Berlin', '02:30', '2027-10-31T00:30:00.000Z'],
    ['2027-10', 'Europe/Berlin', '03:00', '2027-10-31T02:00:00.000Z'],
    // Beirut's change at midnight: the midnight that ends March 30, 2024 was skipped; the month's own was not.
    ['2024-03', 'Asia/Beirut', '00:00', '2024-03-30T22:00:00.000Z'],
    ['2024-03', 'Asia/Beirut', '24:00', '2024-03-31T21:00:00.000Z'],
    // Havana's clocks go back from 01:00 to midnight on the first Sunday, November 1, 2026: the midnight comes twice.
    ['2026-10', 'America/Havana', '24:00', '2026-11-01T04:00:00.000Z'],
    // Lord Howe's go back from 02:00 to 01:30 on the first Sunday of April.
    ['2026-04', 'Australia/Lord_Howe', '24:00', '2026-04-30T13:30:00.000Z'],
    // Samoa had no December 30 in 2011, but a 31st.
    ['2011-12', 'Pacific/Apia', '24:00', '2011-12-31T10:00:00.000Z'],
    ['2011-12', 'Pacific/Apia', '00:00', '2011-12-30T10:00:00.000Z'],
  ])('of %s in %s at %s is %s', (month, timeZone, rule, instant) => {
    expect(formatInstant(cutOffInstant(month, timeZone, rule))).toBe(instant);
  });
});

describe('the zone of a month', () => {
  it('is the only one', () => {
    expect(always('UTC')).toEqual([{ timeZone: 'UTC', since: '' }]);
    expect(zoneOfMonth(always('UTC'), '1970-01')).toBe('UTC');
  });

  it('is the one in force', () => {
    const spans = [...always('UTC'), { timeZone: 'Europe/Berlin', since: '2026-10' }];
    expect(['2026-09', '2026-10', '2026-11'].map((month) => zoneOfMonth(spans, month))).toEqual([
      'UTC',
      'Europe/Berlin',
      'Europe/Berlin',
    ]);
  });

  it('is never missing', () => {
    expect(() => zoneOfMonth([], '2026-10')).toThrow('a practice without a time zone');
  });
});

describe('a calendar', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const rule = fc.constantFrom('24:00', '19:00', '00:00', '02:30', '23:59');
  const month = fc
    .tuple(fc.integer({ min: 1971, max: 2036 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`);

  it('puts an instant in the month whose cut-offs are around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), rule, month, (timeZone, cutOff, billingMonth) => {
        const calendar = createCalendar(always(timeZone), (each) => cutOffInstant(each, timeZone, cutOff));
        const [start, end] = [calendar.cutOff(previousMonth(billingMonth)), calendar.cutOff(billingMonth)];
        const [before, after] = [previousMonth(billingMonth), nextMonth(billingMonth)];
        const months = [start - 1, start, end - 1, end, end - 1, start - 1, end + 1, start + 1].map(
          (instant) => calendar.monthOf(instant),
        );
        expect(months).toEqual([
          before,
          billingMonth,
          billingMonth,
          after,
          billingMonth,
          before,
          after,
          billingMonth,
        ]);
        expect(calendar.monthOf(Math.floor((start + end) / 2))).toBe(billingMonth);
      }),
      { numRuns: runs(1000) },
    );
  });

  it('whose practice changed its zone leaves no instant in two months, and none in no month', () => {
    const change = fc.record({ timeZone: fc.constantFrom(...zones), since: month });
    const changes = fc.uniqueArray(change, { minLength: 1, maxLength: 3, selector: ({ since }) => since });
    fc.assert(
      fc.property(fc.constantFrom(...zones), changes, rule, (first, later, cutOff) => {
        const spans = [...always(first), ...later.sort((a, b) => (a.since < b.since ? -1 : 1))];
        const made = (own: typeof spans) =>
          createCalendar(own, (each, timeZone) => cutOffInstant(each, timeZone, cutOff));
        const calendar = made(spans);
        for (const [index, { timeZone, since }] of spans.entries()) {
          if (index === 0) continue;
          // The months around the change, each by the zone in force, without the change and without what follows it.
          const months = [previousMonth(previousMonth(since)), previousMonth(since), since, nextMonth(since)];
          const ends = months.map((each) => calendar.cutOff(each));
          expect(ends).toEqual([...ends].sort((a, b) => a - b));
          const before = made(spans.slice(0, index));
          expect(ends.slice(0, 2)).toEqual(months.slice(0, 2).map((each) => before.cutOff(each)));
          expect(ends[2]).toBe(cutOffInstant(since, timeZone, cutOff));
          for (const [at, end] of ends.entries()) {
            expect(calendar.monthOf(end - 1)).toBe(months[at]);
            expect(calendar.monthOf(end)).toBe(nextMonth(months[at] ?? ''));
          }
          const start = ends[1] ?? 0;
          expect(zoneAt(calendar.clock, start - 1)).toBe(zoneAt(before.clock, start - 1));
          expect(zoneAt(calendar.clock, start)).toBe(timeZone);
        }
      }),
      { numRuns: runs(300) },
    );
  });

  it('goes by the last day on the wall (against Intl)', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), month, (timeZone, billingMonth) => {
        const end = cutOffInstant(billingMonth, timeZone, '24:00');
        expect(naiveDateOf(timeZone, end - 1).slice(0, 7)).toBe(billingMonth);
        expect(end).toBe(at(timeZone, `${nextMonth(billingMonth)}-01 00:00`));
      }),
      { numRuns: runs(500) },
    );
  });

  it('keeps to cut-offs that were stored by another rule', () => {
    // October was closed at 19:00, November is to be closed at 24:00.
    const calendar = createCalendar(always('America/New_York'), (each) =>
      cutOffInstant(each, 'America/New_York', each <= '2026-10' ? '19:00' : '24:00'),
    );
    expect(calendar.monthOf(at('America/New_York', '2026-10-31 18:59:59.999'))).toBe('2026-10');
    expect(calendar.monthOf(at('America/New_York', '2026-10-31 19:00'))).toBe('2026-11');
    expect(calendar.monthOf(at('America/New_York', '2026-11-30 19:00'))).toBe('2026-11');
    expect(calendar.monthOf(at('America/New_York', '2026-11-30 24:00'))).toBe('2026-12');
  });

  it('keeps to cut-offs that were stored by other time-zone data, later than its own', () => {
    const calendar = createCalendar(always('UTC'), (each) =>
      cutOffInstant(each, 'America/New_York', '24:00'),
    );
    expect(calendar.monthOf(Date.parse('2026-11-01T03:59:59.999Z'))).toBe('2026-10');
    expect(calendar.monthOf(Date.parse('2026-11-01T04:00:00Z'))).toBe('2026-11');
  });

  it.each(['Europe/Berlin', 'America/New_York', 'UTC', 'Pacific/Kiritimati'])(
    'in %s puts a date that stands for "never" into the last month of all',
    (timeZone) => {
      for (const rule of ['24:00', '19:00', '00:00']) {
        const calendar = createCalendar(always(timeZone), (each) => cutOffInstant(each, timeZone, rule));
        // The limit of a pause may lie in the year after the last one. It comes first, since the month of the last instant is remembered.
        const late = '+010000-02-10T12:00:00Z';
        for (const text of [late, '9999-12-31T23:59:59Z', '9999-12-31T12:00:00Z', '9999-12-15T12:00:00Z'])
          expect(calendar.monthOf(Date.parse(text)), text).toBe('9999-12');
        expect(calendar.monthOf(Date.parse('9999-11-15T12:00:00Z'))).toBe('9999-11');
      }
    },
  );

  it.each(['', 'x', '2026-13', '2026-10-01', '[2026-10]', '+10000-01'])(
    'goes to no month from %j',
    (text) => {
      expect(() => nextMonth(text)).toThrow('is no month');
      expect(() => previousMonth(text)).toThrow('is no month');
    },
  );

  it('works each cut-off out once', () => {
    let worked = 0;
    const calendar = createCalendar(always('UTC'), (each) => {
      worked++;
      return cutOffInstant(each, 'UTC', '24:00');
    });
    calendar.cutOff('2026-10');
    calendar.cutOff('2026-10');
    expect(worked).toBe(1);
  });
});
