import { describe, expect, test } from 'vitest';
import { type Clock, clockIn, dateBy, lastZone, limitOfPause, zoneAt } from '../../src/billing/clock.js';
import { instant } from '../support/facts.js';

const NEW_YORK = 'America/New_York';
const CHICAGO = 'America/Chicago';

/** New York up to October; Chicago from November on, which begins where October ended in New York. */
const MOVED: Clock = [
  { timeZone: NEW_YORK, since: '', from: Number.NEGATIVE_INFINITY },
  { timeZone: CHICAGO, since: '2026-11', from: instant('2026-11-01T04:00:00Z') },
];

test('a clock of one zone has that zone at all times', () => {
  expect(clockIn(CHICAGO)).toEqual([{ timeZone: CHICAGO, since: '', from: Number.NEGATIVE_INFINITY }]);
  expect(zoneAt(clockIn(CHICAGO), instant('1970-01-01T00:00:00Z'))).toBe(CHICAGO);
  expect(lastZone(clockIn(CHICAGO))).toBe(CHICAGO);
});

describe('a practice that moved', () => {
  test.each([
    ['2026-10-05T12:00:00Z', NEW_YORK],
    ['2026-11-01T03:59:59.999Z', NEW_YORK],
    ['2026-11-01T04:00:00Z', CHICAGO],
    ['2027-01-01T00:00:00Z', CHICAGO],
  ])('at %s has the zone %s', (at, zone) => {
    expect(zoneAt(MOVED, instant(at))).toBe(zone);
  });

  test('has the new zone as its last', () => {
    expect(lastZone(MOVED)).toBe(CHICAGO);
  });

  test.each([
    // Midnight has passed in New York alone.
    ['2026-10-06T04:30:00Z', '2026-10-06'],
    ['2026-11-06T05:30:00Z', '2026-11-05'],
  ])('dates %s on %s', (at, date) => {
    expect(dateBy(MOVED, instant(at))).toBe(date);
  });

  test.each([
    // The limit keeps the time on the wall of the zone in which the pause began: 23:30 in New York, 22:30 in Chicago.
    ['2026-10-20T03:30:00Z', '2026-12-04T04:30:00Z'],
    ['2026-11-20T04:30:00Z', '2027-01-04T04:30:00Z'],
  ])('pauses at %s until %s', (from, until) => {
    expect(limitOfPause(MOVED, instant(from), 45)).toBe(instant(until));
  });
});

test('a clock without a zone has none to say', () => {
  expect(zoneAt([], 0)).toBe('');
  expect(lastZone([])).toBe('');
});
