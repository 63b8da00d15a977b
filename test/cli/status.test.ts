import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
ORD-2,P-1,crown,200.00,2025-10-06T09:00:00-04:00
ORD-3,P-2,denture,300.00,2025-10-07T09:00:00-04:00
ORD-4,P-2,denture,50.00,2025-10-08T09:00:00-04:00
`;
/** Limits, 45 days on: ORD-1 Nov 24, ORD-3 Nov 22 (its pause of Oct 2 came before its placement). ORD-2 is paused after October's cut-off: it has been charged. */
const HISTORY = `order_id,event,at,reason
ORD-1,paused,2025-10-10T09:00:00-04:00,more time to review
ORD-3,paused,2025-10-02T09:00:00-04:00,late scan
ORD-3,paused,2025-10-08T09:00:00-04:00,late scan
ORD-2,paused,2025-11-03T09:00:00-05:00,late scan
`;

function ledger() {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.write('history.csv', HISTORY);
  place.write('late.csv', 'order_id,event,at,reason\nORD-4,resumed,2025-11-05T09:00:00-05:00,\n');
  return place;
}

describe('status', () => {
  test('tells what is closed, what comes next, what is held, which limits pass, what is still to be listed', () => {
    const place = ledger();
    place.run(['run', '2025-10', 'orders.csv', 'history.csv']);
    place.run(['import', 'late.csv']);
    const before = place.bytes('monthend.db');
    chmodSync(place.path('monthend.db'), 0o400);
    const { code, stdout } = place.run(['status', '--as-of', '2025-11-17T12:00:00-05:00']);
    expect(code).toBe(0);
    expect(stdout).toBe(`closed: 2025-10, 1 month
next: 2025-11, is over at 2025-12-01T05:00:00.000Z
imports: 2, of which 1 since the last close
held, if 2025-11 were closed now: 0 deferred, 2 slated for deletion
  practice  name  deferred  slated  amount
  P-1       P-1          0       1  100.00  USD
  P-2       P-2          0       1  300.00  USD
limits that pass before 2025-11-24T17:00:00.000Z: 2
  limit                 order  line  practice  paused on   amount
  2025-11-22T14:00:00Z  ORD-3     1  P-2       2025-10-08  300.00  USD
  2025-11-24T14:00:00Z  ORD-1     1  P-1       2025-10-10  100.00  USD
exceptions not yet listed: 1
  not-paused: 1
`);
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });

  test('looks as many days ahead as it is told; --json carries the same', () => {
    const place = ledger();
    place.run(['run', '2025-10', 'orders.csv', 'history.csv']);
    const asOf = ['--as-of', '2025-11-10T12:00:00-05:00'];
    const orders = (...words: string[]) =>
      JSON.parse(place.run(['status', ...asOf, '--json', ...words]).stdout).limits.map(
        ({ orderId, amount, limitAt }: Record<string, string>) => [orderId, amount, limitAt],
      );
    expect(orders()).toEqual([]);
    expect(orders('--days', '14')).toEqual([
      ['ORD-3', '300.00', '2025-11-22T14:00:00.000Z'],
      ['ORD-1', '100.00', '2025-11-24T14:00:00.000Z'],
    ]);
    expect(JSON.parse(place.run(['status', ...asOf, '--json']).stdout)).toMatchObject({
      closedMonths: ['2025-10'],
      nextMonth: '2025-11',
      nextEndsAt: '2025-12-01T05:00:00.000Z',
      nextIsOver: false,
      heldByPractice: [
        { practiceId: 'P-1', currency: 'USD', deferredLineCount: 0, slatedLineCount: 1, amount: '100.00' },
        { practiceId: 'P-2', currency: 'USD', deferredLineCount: 0, slatedLineCount: 1, amount: '300.00' },
      ],
      held: [
        {
          practiceId: 'P-1',
          orderId: 'ORD-1',
          orderLine: 1,
          amount: '100.00',
          currency: 'USD',
          status: 'slated',
        },
        {
          practiceId: 'P-2',
          orderId: 'ORD-3',
          orderLine: 1,
          amount: '300.00',
          currency: 'USD',
          status: 'slated',
        },
      ],
      exceptions: [],
    });
  });

  test('before the first close, the last month that was over would be the first', () => {
    const place = ledger();
    place.run(['import', 'orders.csv', 'history.csv']);
    const { stdout } = place.run(['status', '--as-of', '2025-11-01T00:00:00-04:00']);
    expect(stdout).toContain('closed: no month yet\nnext: 2025-10, is over, and can be closed\n');
    expect(stdout).toContain('exceptions not yet listed: 1\n  before-placement: 1');
  });

  test.each([
    [['--days', 'soon'], 'expected days from 0 to 3650'],
    [['--as-of', '2025-11-01'], '--as-of: 2025-11-01 has no time and offset'],
  ])('refuses %j: exit 2', (words, message) => {
    const place = ledger();
    place.run(['import', 'orders.csv']);
    expect(place.run(['status', ...words])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});
