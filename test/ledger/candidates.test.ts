import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import { DEFAULT_CONFIG } from '../../src/config.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { close, event, importFacts, ledgerWith, order, practice } from '../support/facts.js';
import { billedMonth } from '../support/lab.js';

/** The orders that the last close looked at. */
const touched = ({ db }: Ledger) =>
  db.prepare('SELECT order_id FROM temp.touched ORDER BY order_id').pluck().all();

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
    await close(ledger, '2026-11');
    expect(touched(ledger)).toEqual(orders);
  });

  it('once for all that came in before that close', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    const late = [event('A1', 'shipped', '2026-10-10'), order('A2', '2026-10-05', { unitPrice: '120' })];
    await importFacts(ledger, late, AMEND);
    await close(ledger, '2026-11');
    expect(touched(ledger)).toEqual(['A1', 'A2']);
    await close(ledger, '2026-12');
    expect(touched(ledger)).toEqual([]);
  });

  it('every month while it is held', async () => {
    const ledger = await ledgerWith([
      ...OCTOBER,
      order('A4', '2026-10-05'),
      event('A4', 'paused', '2026-10-10'),
    ]);
    await close(ledger, '2026-10');
    for (const month of ['2026-11', '2026-12', '2027-01']) {
      await close(ledger, month);
      expect(touched(ledger)).toEqual(['A4']);
    }
  });

  it.each([
    ['slate', []],
    ['delete', ['A2']],
  ] as const)(
    'by "afterLimit": "%s" in the month where a limit passes, charged or not',
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
      // 45 days after 20 November is 4 January; a month looks a day further on either side, for changes of offset.
      await close(ledger, '2026-12', { config });
      expect(touched(ledger)).toEqual([]);
      await close(ledger, '2027-01', { config });
      expect(touched(ledger)).toEqual(orders);
    },
  );

  it('in the first close, however long ago it was placed', async () => {
    const ledger = await ledgerWith([order('A1', '2020-01-05'), order('A2', '2026-11-05')]);
    await close(ledger, '2026-10');
    expect(touched(ledger)).toEqual(['A1']);
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
