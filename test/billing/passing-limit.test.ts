import { describe, expect, it } from 'vitest';
import { passingLimits } from '../../src/billing/passing-limit.js';
import { type LineRecord, type OrderAccount, planOrder } from '../../src/billing/plan.js';
import type { Policy } from '../../src/billing/policy.js';
import { factsOf, instant, newYork, POLICY } from '../support/notation.js';

/** The lines of a history whose limit passes from Nov 20 to Nov 30, noon; October is the month to be closed. */
function passing(history: string, some: Partial<Policy> = {}): string[] {
  const { lines, events } = factsOf(history);
  const record: LineRecord = {
    issued: undefined,
    counted: false,
    chargedBeforeLedger: false,
    held: undefined,
    withdrawn: false,
  };
  const account: OrderAccount = {
    lines: lines.map((line) => ({ line, record })),
    events,
    listed: new Set(),
  };
  const [calendar, policy] = [newYork(), { ...POLICY, ...some }];
  const plan = planOrder(account, calendar, { month: '2026-10', firstMonth: '2026-10', policy });
  const window = { from: instant('Nov 20'), until: instant('Nov 30') };
  return passingLimits(account, plan, { calendar, policy, ...window }).map(
    ({ orderLine, amountMinor, pausedOn }) => {
      expect(amountMinor).toBe(10_000);
      return `line ${orderLine}, paused ${pausedOn}`;
    },
  );
}

describe('limits that pass', () => {
  it.each([
    // Oct 10 + 45 days = Nov 24.
    ['placed Oct 5, paused Oct 10', ['line 1, paused 2026-10-10']],
    ['placed Oct 5, paused Oct 10, resumed Nov 3', []],
    ['placed Oct 5, paused Oct 10, cancelled Nov 3', []],
    // Nov 20, 12:00 is the first instant of the window, Nov 30 12:00 the first after it.
    ['placed Oct 5, paused Oct 6 11:59', []],
    ['placed Oct 5, paused Oct 6 12:00', ['line 1, paused 2026-10-06']],
    ['placed Oct 5, paused Oct 16 11:59', ['line 1, paused 2026-10-16']],
    ['placed Oct 5, paused Oct 16 12:00', []],
    ['placed Oct 5, placed Oct 7, paused Oct 10', ['line 1, paused 2026-10-10', 'line 2, paused 2026-10-10']],
    // Charged in September by the earlier system, or in its own month: the limit changes nothing.
    ['placed Sep 5, paused Oct 10', []],
    ['placed Aug 5, paused Oct 10', []],
    // A line of a later month is not held in the month of the limit.
    ['placed Oct 5, paused Oct 10, placed Dec 5', ['line 1, paused 2026-10-10']],
    ['placed Oct 5', []],
    ['paused Oct 10', []],
    ['placed Oct 5, paused Oct 10, shipped Nov 22', []],
  ])('%s: %j', (history, expected) => {
    expect(passing(history)).toEqual(expected);
  });

  it('under afterLimit: delete, of charged lines too', () => {
    expect(passing('placed Oct 5, paused Oct 10', { afterLimit: 'delete' })).toEqual([
      'line 1, paused 2026-10-10',
    ]);
    expect(passing('placed Sep 5, paused Oct 10', { afterLimit: 'delete' })).toEqual([]);
    // A line that is placed at the limit itself is deleted too, one placed 1 ms after it is not.
    expect(
      passing('placed Oct 5, paused Oct 10, placed Nov 24, placed Nov 24 12:00:00.001', {
        afterLimit: 'delete',
      }),
    ).toEqual(['line 1, paused 2026-10-10', 'line 2, paused 2026-10-10']);
  });
});
