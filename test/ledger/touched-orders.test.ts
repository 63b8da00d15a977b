import { describe, expect, it, vi } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import type { LineRow } from '../../src/billing/packed-facts.js';
import type * as plainOrders from '../../src/billing/plain-order.js';
import type * as plans from '../../src/billing/plan.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { close, event, importFacts, ledgerWith, order, practice } from '../support/facts.js';
import { billedMonth } from '../support/lab.js';

/** The orders that a close looks at: those that it plans. */
let planned: string[] = [];
vi.mock('../../src/billing/plan.js', async (importOriginal) => {
  const original = await importOriginal<typeof plans>();
  const planOrder: typeof plans.planOrder = (order, ...rest) => {
    planned.push(order.lines[0]?.line.orderId ?? order.events[0]?.orderId ?? '');
    return original.planOrder(order, ...rest);
  };
  return { ...original, planOrder };
});

vi.mock('../../src/billing/plain-order.js', async (importOriginal) => {
  const original = await importOriginal<typeof plainOrders>();
  const createPlainReader: typeof plainOrders.createPlainReader = (...context) => {
    const read = original.createPlainReader(...context);
    return (line, event) => {
      const order = read(line, event);
      if (order !== undefined) planned.push(lineIn(line)[0]);
      return order;
    };
  };
  return { ...original, createPlainReader };
});

const lineIn = ({ bytes, start, end }: plainOrders.RowPlace): LineRow =>
  JSON.parse(Buffer.from(bytes.subarray(start, end)).toString());

/** Closes a month. @returns the orders that it looked at */
async function touched(...[ledger, month, options]: Parameters<typeof close>): Promise<string[]> {
  planned = [];
  await close(ledger, month, options);
  return planned;
}

const AMEND = { amend: true };

describe('a close looks again at an order of an earlier month', () => {
  const OCTOBER: readonly Fact[] = [
    practice('P1'),
    order('A1', '2026-10-05'),
    order('A2', '2026-10-05'),
    event('A2', 'shipped', '2026-10-20', { eventId: 'E2' }),
  ];
  it.each<[when: string, facts: readonly Fact[], orders: readonly string[]]>([
    ['never, if nothing more is known of it', [], []],
    ['never, if its facts are only repeated', OCTOBER, []],
    ['with a late event', [event('A1', 'paused', '2026-10-10')], ['A1']],
    ['with an event of the month', [event('A1', 'cancelled', '2026-11-10')], ['A1']],
    ['never, if all that happens to it is its shipment', [event('A1', 'shipped', '2026-11-10')], []],
    ['with a second shipment', [event('A2', 'shipped', '2026-11-10')], ['A2']],
    ['with the shipment of an order that is not known', [event('A3', 'shipped', '2026-11-10')], ['A3']],
    ['not yet with an event of a later month', [event('A1', 'cancelled', '2026-12-10')], []],
    ['with an amended line', [order('A1', '2026-10-05', { unitPrice: '120' })], ['A1']],
    ['with an amended event', [event('A2', 'shipped', '2026-10-21', { eventId: 'E2' })], ['A2']],
    ['with a retracted event', [event('A2', 'retracted', '2026-10-20', { eventId: 'E2' })], ['A2']],
    ['with a late line', [order('A1', '2026-10-06', { line: 2 })], ['A1']],
    [
      'with a line of a later month, that may change its first placement',
      [order('A1', '2026-12-06', { line: 2 })],
      ['A1'],
    ],
    ['beside a late order of its own', [order('A3', '2026-10-06')], ['A3']],
    ['beside an order of the month', [order('A3', '2026-11-06')], ['A3']],
  ])('%s', async (_, facts, orders) => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await importFacts(ledger, facts, AMEND);
    expect(await touched(ledger, '2026-11')).toEqual(orders);
  });

  it('once for all that came in before that close', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    const late = [event('A1', 'cancelled', '2026-10-10'), order('A2', '2026-10-05', { unitPrice: '120' })];
    await importFacts(ledger, late, AMEND);
    expect(await touched(ledger, '2026-11')).toEqual(['A1', 'A2']);
    expect(await touched(ledger, '2026-12')).toEqual([]);
  });

  it('every month while it is held', async () => {
    const ledger = await ledgerWith([
      ...OCTOBER,
      order('A4', '2026-10-05'),
      event('A4', 'paused', '2026-10-10'),
    ]);
    await close(ledger, '2026-10');
    for (const month of ['2026-11', '2026-12', '2027-01']) {
      expect(await touched(ledger, month)).toEqual(['A4']);
    }
  });

  it.each([
    ['slate', []],
    ['delete', ['A2']],
  ] as const)(
    'by "afterLimit": "%s" until a limit has passed, charged or not',
    async (afterLimit, orders) => {
      const config = { ...DEFAULT_CONFIG, afterLimit };
      const facts = [
        order('A1', '2026-10-05'),
        order('A2', '2026-10-05'),
        event('A2', 'paused', '2026-11-20'),
      ];
      const ledger = await ledgerWith(facts);
      await close(ledger, '2026-10', { config });
      await close(ledger, '2026-11', { config });
      // 45 days after 20 November is 4 January.
      expect(await touched(ledger, '2026-12', { config })).toEqual(orders);
      expect(await touched(ledger, '2027-01', { config })).toEqual(orders);
      expect(await touched(ledger, '2027-02', { config })).toEqual([]);
    },
  );

  it('in the first close, however long ago it was placed', async () => {
    const ledger = await ledgerWith([order('A1', '2020-01-05'), order('A2', '2026-11-05')]);
    expect(await touched(ledger, '2026-10')).toEqual(['A1']);
  });
});

it('an order that moved is credited to its old practice and charged to its new one', async () => {
  const ledger = await ledgerWith([
    order('A1', '2026-10-05'),
    order('A2', '2026-10-05', { practiceId: 'P2' }),
  ]);
  await close(ledger, '2026-10');
  await importFacts(ledger, [order('A1', '2026-10-05', { practiceId: 'P2' })], AMEND);
  await close(ledger, '2026-11');
  const { lines } = await billedMonth(ledger, '2026-11');
  const words = lines.map((line) => [line.practiceId, line.lineType, line.reason, line.amountMinor]);
  expect(words).toEqual([
    ['P1', 'credit', 'amended', -10000],
    ['P2', 'charge', 'amended', 10000],
  ]);
});

it('a batch ends nowhere in particular: 4,001 orders are billed once each', async () => {
  const ids = Array.from({ length: 4001 }, (_, index) => `A${index}`);
  const ledger = await ledgerWith(ids.map((id) => order(id, '2026-10-05')));
  await close(ledger, '2026-10');
  const billed = ledger.db.prepare('SELECT order_id FROM document_lines').pluck().all();
  expect([...billed].sort()).toEqual([...ids].sort());
});

describe('an event of a later month that an import puts into one later still', () => {
  const CANCELLED = event('A1', 'cancelled', '2026-12-10', { eventId: 'E1' });

  async function linesByMonth(correction: Fact): Promise<string[]> {
    const ledger = await ledgerWith([practice('P1'), order('A1', '2026-10-05'), CANCELLED]);
    await close(ledger, '2026-10');
    await importFacts(ledger, [correction], AMEND);
    const told: string[] = [];
    for (const month of ['2026-11', '2026-12', '2027-01']) {
      await close(ledger, month);
      const { lines } = await billedMonth(ledger, month);
      told.push(...lines.map(({ lineType, reason }) => `${month}: ${lineType} ${reason}`));
    }
    return told;
  }

  it('has no effect in its first month: taken back', async () => {
    expect(await linesByMonth(event('A1', 'retracted', '2027-01-10', { eventId: 'E1' }))).toEqual([]);
  });

  it('has its effect in the last one alone: moved', async () => {
    expect(await linesByMonth(event('A1', 'cancelled', '2027-01-10', { eventId: 'E1' }))).toEqual([
      '2027-01: credit cancelled',
    ]);
  });
});
