import { describe, expect, it } from 'vitest';
import { isOpenAfter } from '../../src/billing/open-order.js';
import { type OrderAccount, planOrder } from '../../src/billing/plan.js';
import type { Policy } from '../../src/billing/policy.js';
import { factsOf, newYork, POLICY } from '../support/notation.js';

/** Whether November looks at the order again, when October is closed. */
function isOpen(
  history: string,
  { isBilled = true, ...some }: Partial<Policy> & { isBilled?: boolean } = {},
) {
  const { lines, events } = factsOf(history);
  const record = {
    issued: undefined,
    counted: false,
    chargedBeforeLedger: false,
    held: undefined,
    withdrawn: false,
  };
  const account: OrderAccount = {
    lines: isBilled ? lines.map((line) => ({ line, record })) : [],
    events,
    listed: new Set(),
  };
  const context = { month: '2026-10', firstMonth: '2026-10', policy: { ...POLICY, ...some } };
  return isOpenAfter(account, planOrder(account, newYork(), context), newYork(), context);
}

describe('the next month looks at an order again', () => {
  it.each([
    ['placed Oct 5', false],
    ['placed Oct 5, shipped Oct 10', false],
    // A held line.
    ['placed Oct 5, paused Oct 10', true],
    // Something at the cut-off or after it.
    ['placed Oct 31 23:59:59.999', false],
    ['placed Oct 31 24:00', true],
    ['placed Oct 5, shipped Oct 31 23:59:59.999', false],
    ['placed Oct 5, shipped Oct 31 24:00', true],
    ['placed Oct 5, shipped Oct 10, cancelled Nov 10', true],
    // Charged by the earlier system and paused: nothing comes of it.
    ['placed Sep 5, paused Oct 10', false],
  ])('%s: %s', (history, expected) => {
    expect(isOpen(history)).toBe(expected);
  });

  it.each([
    ['placed Sep 5, paused Oct 10', true],
    ['placed Sep 5, paused Oct 10, resumed Oct 12', false],
    ['placed Sep 5', false],
  ])('if a limit may end it: %s: %s', (history, expected) => {
    expect(isOpen(history, { afterLimit: 'delete' })).toBe(expected);
  });

  it('not for events of an order of which no line is known', () => {
    expect(isOpen('placed Sep 5, paused Oct 10', { afterLimit: 'delete', isBilled: false })).toBe(false);
  });
});
