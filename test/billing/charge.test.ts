import { describe, expect, it } from 'vitest';
import { resumeBefore, serviceMonth, standingAt } from '../../src/billing/charge.js';
import type { Policy } from '../../src/billing/policy.js';
import { dateOf } from '../../src/billing/time-zone.js';
import { timelineOf } from '../../src/billing/timeline.js';
import { factsOf, NEW_YORK, NEW_YORKS_CLOCK, newYork, POLICY } from '../support/notation.js';

const calendar = newYork();

function read(history: string, policy: Partial<Policy> = {}) {
  const facts = factsOf(history);
  const [line] = facts.lines;
  if (line === undefined) throw new Error('no line');
  return { line, timeline: timelineOf(facts, { ...POLICY, ...policy }, NEW_YORKS_CLOCK) };
}

/** How the first line stands at the cut-offs of September to December. */
function standings(history: string, policy: Partial<Policy> = {}): string {
  const { line, timeline } = read(history, policy);
  return ['2026-09', '2026-10', '2026-11', '2026-12']
    .map((month) => {
      const standing = standingAt(month, line, timeline, calendar);
      if (standing.kind === 'charged') return `of ${standing.serviceMonth}`;
      return standing.kind === 'held' ? standing.status : standing.kind;
    })
    .join(' | ');
}

describe('how a line stands at each cut-off, September to December', () => {
  it.each([
    ['placed Oct 5', 'unplaced | of 2026-10 | of 2026-10 | of 2026-10'],
    ['placed Sep 30 24:00', 'unplaced | of 2026-10 | of 2026-10 | of 2026-10'],
    ['placed Sep 30 23:59:59.999', 'of 2026-09 | of 2026-09 | of 2026-09 | of 2026-09'],
    ['placed Oct 5, paused Oct 10', 'unplaced | deferred | slated | slated'],
    ['placed Oct 5, paused Oct 10, resumed Nov 3', 'unplaced | deferred | of 2026-11 | of 2026-11'],
    // A pause that begins after the service month's cut-off changes nothing.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3, paused Dec 2',
      'unplaced | deferred | of 2026-11 | of 2026-11',
    ],
    ['placed Oct 5, paused Oct 31 24:00', 'unplaced | of 2026-10 | of 2026-10 | of 2026-10'],
    // Paused over a month in which it was resumed in between: still held.
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3, paused Nov 30',
      'unplaced | deferred | deferred | deferred',
    ],
    ['placed Oct 5, cancelled Nov 30 24:00', 'unplaced | of 2026-10 | of 2026-10 | ended'],
    ['placed Oct 5, cancelled Nov 30 23:59:59.999', 'unplaced | of 2026-10 | ended | ended'],
    ['placed Oct 5, paused Oct 10, cancelled Nov 5', 'unplaced | deferred | ended | ended'],
    ['placed Oct 5, paused Oct 10, shipped Nov 5', 'unplaced | deferred | of 2026-11 | of 2026-11'],
    ['aligners placed Oct 5, paused Oct 10', 'unplaced | of 2026-10 | of 2026-10 | of 2026-10'],
  ])('%s: %s', (history, expected) => {
    expect(standings(history)).toBe(expected);
  });

  it('delete: the limit ends it', () => {
    expect(standings('placed Oct 5, paused Oct 10', { afterLimit: 'delete' })).toBe(
      'unplaced | deferred | ended | ended',
    );
  });

  it('an order that ended before a line of it was placed leaves that line unplaced, then ended', () => {
    const { lines, events } = factsOf('placed Oct 5, placed Nov 5, cancelled Oct 10');
    const timeline = timelineOf({ lines, events }, POLICY, NEW_YORKS_CLOCK);
    const second = lines[1];
    if (second === undefined) throw new Error('no second line');
    const october = standingAt('2026-10', second, timeline, calendar);
    expect(october.kind === 'unplaced' && october.end?.event.event).toBe('cancelled');
    expect(standingAt('2026-11', second, timeline, calendar).kind).toBe('ended');
  });
});

describe('the service month', () => {
  it.each([
    ['placed Oct 5', '2026-10', '2026-10'],
    ['placed Oct 5', '2026-09', undefined],
    ['placed Oct 5, paused Oct 10, resumed Dec 2', '2026-11', undefined],
    ['placed Oct 5, paused Oct 10, resumed Dec 2', '2027-05', '2026-12'],
    // An end at a later cut-off does not take it away: that is the target's matter.
    ['placed Oct 5, cancelled Nov 5', '2026-12', '2026-10'],
    ['placed Oct 5, cancelled Oct 6', '2026-12', undefined],
  ])('of "%s", as of %s: %s', (history, upTo, expected) => {
    const { line, timeline } = read(history);
    expect(serviceMonth(line, timeline, calendar, upTo)).toBe(expected);
  });
});

describe('the resume that a charge names', () => {
  it.each([
    ['placed Oct 5, paused Oct 10, resumed Nov 3', '2026-11-03'],
    // The last one before the cut-off; shipping ends a pause too, cancelling does not.
    ['placed Oct 5, paused Oct 10, resumed Nov 3, paused Nov 5, resumed Nov 7', '2026-11-07'],
    ['placed Oct 5, paused Oct 10, shipped Nov 9', '2026-11-09'],
    ['placed Oct 5, paused Oct 10, resumed Nov 3, shipped Nov 9', '2026-11-03'],
    ['placed Oct 5, paused Oct 10, resumed Nov 3, paused Nov 30 24:00, resumed Dec 5', '2026-11-03'],
    ['placed Oct 5, paused Oct 10, cancelled Nov 3', undefined],
    // At the cut-off itself is not before it.
    ['placed Oct 5, paused Oct 10, resumed Nov 3, paused Nov 5, resumed Nov 30 24:00', '2026-11-03'],
    ['placed Oct 5', undefined],
  ])('%s: %s', (history, expected) => {
    const resume = resumeBefore(read(history).timeline, calendar.cutOff('2026-11'));
    expect(resume && dateOf(NEW_YORK, resume.at)).toBe(expected);
  });
});
