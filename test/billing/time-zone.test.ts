/** Wall clocks, against Intl as an independent oracle. The process runs in UTC: test/vitest.config.ts sets it. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  addDays,
  addDaysToDate,
  dateOf,
  daysBetween,
  formatInstant,
  instantOf,
  isSameZone,
  occurrencesOf,
  offsetAt,
  wallTimeOf,
} from '../../src/billing/time-zone.js';
import { runs } from '../support/search.js';
import { changesOfOffset, intlOffset, naiveInstantOf, wallTime } from '../support/wall-clock.js';

const DAY = 86_400_000;
const ZONES = Intl.supportedValuesOf('timeZone');
/** Zones with half hours, midnight jumps, a skipped day, two hours of summer time, offsets with seconds, far offsets. */
const ODD_ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Europe/Dublin',
  'Australia/Lord_Howe',
  'America/Havana',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'America/Caracas',
  'America/Scoresbysund',
  'America/St_Johns',
  'Antarctica/Troll',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'UTC',
];
const START = Date.parse('1970-01-01T00:00:00Z');
const END = Date.parse('2037-12-31T23:59:59Z');

const zone = fc.oneof(fc.constantFrom(...ZONES), fc.constantFrom(...ODD_ZONES));
const moment = fc.integer({ min: START, max: END });
/** A zone with an instant at one of its changes of offset, or within a day of it, or anywhere if it has none. */
const zoneAndChange = fc
  .tuple(
    zone,
    moment,
    fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: -DAY, max: DAY }),
      fc.constantFrom(-1, 0, 1).map((n) => n * DAY),
    ),
  )
  .map(([timeZone, near, distance]) => {
    const changes = changesOfOffset(timeZone, near - 200 * DAY, near + 200 * DAY, 20 * DAY);
    return { timeZone, instant: (changes[near % Math.max(1, changes.length)] ?? near) + distance };
  });
const zoneAndInstant = fc.oneof(fc.record({ timeZone: zone, instant: moment }), {
  weight: 2,
  arbitrary: zoneAndChange,
});

describe('the offset', () => {
  it('is the one that Intl says, anywhere and around each change', () => {
    fc.assert(
      fc.property(zoneAndInstant, ({ timeZone, instant }) => {
        expect(offsetAt(timeZone, instant)).toBe(intlOffset(timeZone, instant));
      }),
      { numRuns: runs(3000) },
    );
  });

  it('is right on both sides of every change of the odd zones since 1970', () => {
    for (const timeZone of ODD_ZONES) {
      for (const change of changesOfOffset(timeZone, START, END, 10 * DAY)) {
        for (const instant of [change - DAY, change - 1, change, change + 1, change + DAY]) {
          expect([timeZone, instant, offsetAt(timeZone, instant)]).toEqual([
            timeZone,
            instant,
            intlOffset(timeZone, instant),
          ]);
        }
      }
    }
  });

  it('of a zone that does not exist is refused', () => {
    expect(() => offsetAt('Mars/Olympus', 0)).toThrow('no time zone: Mars/Olympus');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('at %s is refused', (instant) => {
    expect(() => offsetAt('UTC', instant)).toThrow(`no instant: ${instant}`);
  });

  it('is refused in a process that does not run in UTC', () => {
    const otherZone = vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(300);
    try {
      expect(() => offsetAt('UTC', Date.UTC(2999, 0, 1))).toThrow('the process must run with TZ=UTC');
    } finally {
      otherZone.mockRestore();
    }
  });
});

describe('the instant of a wall time', () => {
  it.each([
    // An ordinary time.
    ['America/New_York', '2026-10-31 24:00', '2026-11-01T04:00:00.000Z'],
    // Skipped: the instant of the jump, wherever in the gap.
    ['America/New_York', '2027-03-14 02:00', '2027-03-14T07:00:00.000Z'],
    ['America/New_York', '2027-03-14 02:30', '2027-03-14T07:00:00.000Z'],
    ['America/New_York', '2027-03-14 02:59:59.999', '2027-03-14T07:00:00.000Z'],
    ['America/New_York', '2027-03-14 03:00', '2027-03-14T07:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:00:00.000Z'],
    // Twice: the first time.
    ['America/New_York', '2026-11-01 01:00', '2026-11-01T05:00:00.000Z'],
    ['America/New_York', '2026-11-01 01:59:59.999', '2026-11-01T05:59:59.999Z'],
    ['America/New_York', '2026-11-01 02:00', '2026-11-01T07:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    // Half an hour of summer time.
    ['Australia/Lord_Howe', '2026-10-04 02:15', '2026-10-03T15:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05 01:45', '2026-04-04T14:45:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05 02:00', '2026-04-04T15:30:00.000Z'],
    // Midnight itself is skipped, or twice.
    ['America/Havana', '2026-03-08 00:00', '2026-03-08T05:00:00.000Z'],
    ['America/Havana', '2026-11-01 00:00', '2026-11-01T04:00:00.000Z'],
    ['Asia/Beirut', '2026-03-28 24:00', '2026-03-28T22:00:00.000Z'],
    ['Asia/Beirut', '2026-10-24 23:30', '2026-10-24T20:30:00.000Z'],
    // 2011-12-30 never was on Samoa: the whole day is the instant of the jump.
    ['Pacific/Apia', '2011-12-29 24:00', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30 12:00', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30 24:00', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31 00:00:00.001', '2011-12-30T10:00:00.001Z'],
    // The same offset change on a day that moves it by 44:30 minutes.
    ['Africa/Monrovia', '1972-01-07 00:30', '1972-01-07T00:44:30.000Z'],
  ])('%s %s is %s', (timeZone, wall, instant) => {
    expect(formatInstant(instantOf(timeZone, wallTime(wall)))).toBe(instant);
  });

  it('shows that wall time, the first time', () => {
    fc.assert(
      fc.property(zoneAndInstant, ({ timeZone, instant }) => {
        const wall = wallTimeOf(timeZone, instant);
        const first = instantOf(timeZone, wall);
        expect(wallTimeOf(timeZone, first)).toBe(wall);
        expect(first).toBeLessThanOrEqual(instant);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is the first instant that shows it or a later one (against Intl)', () => {
    fc.assert(
      fc.property(zoneAndInstant, ({ timeZone, instant: wall }) => {
        expect(instantOf(timeZone, wall)).toBe(naiveInstantOf(timeZone, wall));
      }),
      { numRuns: runs(1500) },
    );
  });

  it('is the jump for every wall time of a gap, and the first of the two in an overlap', () => {
    for (const timeZone of ODD_ZONES) {
      for (const change of changesOfOffset(timeZone, Date.parse('1990-01-01'), END, 10 * DAY)) {
        const before = change + intlOffset(timeZone, change - 1);
        const after = change + intlOffset(timeZone, change);
        const middle = Math.round((before + after) / 2);
        const expected = after > before ? change : change - (before - middle);
        expect([timeZone, middle, instantOf(timeZone, middle)]).toEqual([timeZone, middle, expected]);
      }
    }
  });
});

it.each([
  ['America/New_York', '2026-10-05 12:00', ['2026-10-05T16:00:00.000Z']],
  ['UTC', '1970-01-01 00:00', ['1970-01-01T00:00:00.000Z']],
  // Skipped, and twice.
  ['America/New_York', '2026-03-08 02:30', []],
  ['America/New_York', '2026-11-01 01:30', ['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z']],
  // Half an hour of summer time.
  ['Australia/Lord_Howe', '2026-04-05 01:45', ['2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z']],
])('the clock of %s shows %s at %j', (timeZone, wall, instants) => {
  expect(occurrencesOf(timeZone, wallTime(wall)).map(formatInstant)).toEqual(instants);
});

it.each([
  ['America/New_York', 'America/New_York', true],
  ['America/New_York', 'US/Eastern', true],
  ['America/New_York', 'America/Toronto', false],
  ['UTC', 'Etc/UTC', true],
])('%s and %s are the same zone: %s', (one, other, isSame) => {
  expect(isSameZone(one, other)).toBe(isSame);
  expect(isSameZone(other, one)).toBe(isSame);
});

describe('calendar days', () => {
  it.each([
    // The clocks go back in between: 45 days are 45 days and an hour.
    ['America/New_York', '2026-10-10 12:00', 45, '2026-11-24 12:00'],
    ['America/New_York', '2027-01-28 02:30', 45, '2027-03-14 02:30'],
    ['America/New_York', '2026-09-17 01:30', 45, '2026-11-01 01:30'],
    ['America/Havana', '2026-01-22 00:30', 45, '2026-03-08 00:30'],
    ['Australia/Lord_Howe', '2026-08-20 02:15', 45, '2026-10-04 02:15'],
    ['Pacific/Apia', '2011-12-20 12:00', 10, '2011-12-30 12:00'],
    ['UTC', '2028-01-15 00:00', 45, '2028-02-29 00:00'],
  ])('%s %s and %i days is %s', (timeZone, from, days, to) => {
    const [start, end] = [naiveInstantOf(timeZone, wallTime(from)), naiveInstantOf(timeZone, wallTime(to))];
    expect(addDays(timeZone, start, days)).toBe(end);
  });

  it.each([
    ['America/New_York', '2026-11-01T03:59:59.999Z', '2026-10-31'],
    ['America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-01'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31'],
  ])('in %s, %s is on %s', (timeZone, instant, date) => {
    expect(dateOf(timeZone, Date.parse(instant))).toBe(date);
  });

  it.each([
    ['2026-10-10', '2026-10-31', 21],
    ['2026-10-10', '2026-11-30', 51],
    ['2028-02-28', '2028-03-01', 2],
    ['2027-01-01', '2026-12-31', -1],
    ['2026-10-31', '2026-10-31', 0],
  ])('from %s to %s are %i', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
    expect(addDaysToDate(from, days)).toBe(to);
  });
});
