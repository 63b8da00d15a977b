/** The short way of the most frequent order, held to the long one: the same line on a document, the same terms in the balance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TERMS } from '../../src/billing/balance-terms.js';
import { previousMonth } from '../../src/billing/billing-month.js';
import { EVENT_KINDS, type HistoryEvent, type OrderLine } from '../../src/billing/order.js';
import { isPlainOrder, planPlainOrder, reckonPlainOrder } from '../../src/billing/plain-order.js';
import { type LineRecord, planOrder } from '../../src/billing/plan.js';
import { reckonOrder } from '../../src/billing/reckon-order.js';
import { createReckoning, type Reckoning } from '../../src/billing/reckoning.js';
import { newYork, POLICY } from '../support/notation.js';

const MONTH = '2026-10';
const calendar = newYork();
const CUT_OFF = calendar.cutOff(MONTH);
const START = calendar.cutOff(previousMonth(MONTH));

/** No closed month has recorded anything of it. */
const UNKNOWN: LineRecord = {
  issued: undefined,
  counted: false,
  chargedBeforeLedger: false,
  held: undefined,
  withdrawn: false,
};

/** Dense around the month's edges. */
const instant = fc.oneof(
  fc.integer({ min: START - 40 * 86_400_000, max: CUT_OFF + 40 * 86_400_000 }),
  fc.constantFrom(START - 1, START, CUT_OFF - 1, CUT_OFF),
);

const order = fc.record({
  product: fc.constantFrom('crown', 'aligners'),
  quantity: fc.constantFrom('1', '3', '0.5', '12.345'),
  unitPrice: fc.constantFrom('100', '0', '0.01', '33.333333', '99999999999.99'),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  placedAt: instant,
  event: fc.option(fc.record({ kind: fc.constantFrom(...EVENT_KINDS), at: fc.option(instant) })),
  firstMonth: fc.constantFrom('2026-08', MONTH),
  rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
  afterLimit: fc.constantFrom('slate' as const, 'delete' as const),
});

type Drawn = typeof order extends fc.Arbitrary<infer T> ? T : never;

function factsOf({ product, quantity, unitPrice, currency, placedAt, event }: Drawn) {
  const line: OrderLine = {
    orderId: 'A1',
    line: 1,
    practiceId: 'P-100',
    product,
    description: 'Crown, zirconia',
    patientRef: 'R-7',
    quantity,
    unitPrice,
    currency,
    placedAt,
  };
  const at = event?.at ?? placedAt;
  const events: HistoryEvent[] = event
    ? [{ orderId: 'A1', eventId: '', event: event.kind, at, sequence: 0, reason: 'scan' }]
    : [];
  return { line, events };
}

const shown = (reckoning: Reckoning) => ({
  terms: reckoning
    .currencies()
    .flatMap((currency) => TERMS.map((term) => [currency, term, reckoning.sumOf(term, currency)])),
  documents: reckoning.documents(),
});

describe('an order that goes the short way', () => {
  it('gets the line and the terms that the long way gives it, and nothing else', () => {
    let taken = 0;
    fc.assert(
      fc.property(order, (drawn) => {
        const { line, events } = factsOf(drawn);
        const { rounding, afterLimit, firstMonth } = drawn;
        const context = { month: MONTH, firstMonth, policy: { ...POLICY, rounding, afterLimit } };
        if (!isPlainOrder(line, events[0], calendar, context)) return;
        taken++;
        const account = { lines: [{ line, record: UNKNOWN }], events, listed: new Set<string>() };
        expect(planOrder(account, calendar, context)).toEqual({
          documentLines: [planPlainOrder(line, calendar, context)],
          held: [],
          beforeLedger: [],
          exceptions: [],
        });
        const [long, short] = [createReckoning(), createReckoning()];
        reckonOrder(long, account, calendar, context);
        reckonPlainOrder(short, line, context);
        expect(shown(short)).toEqual(shown(long));
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it.each<[history: string, event: HistoryEvent['event'], at: number]>([
    ['is paused', 'paused', START + 2],
    ['is cancelled', 'cancelled', START + 2],
    ['is shipped before its placement', 'shipped', START],
    ['is shipped at the cut-off, for the next month to look at', 'shipped', CUT_OFF],
  ])('is not one that %s', (_, event, at) => {
    expect(isPlainOrder({ placedAt: START + 1 }, { event, at }, calendar, { month: MONTH })).toBe(false);
  });

  it('was placed in the month: not before it, nor after it', () => {
    for (const [placedAt, isPlain] of [
      [START - 1, false],
      [START, true],
      [CUT_OFF - 1, true],
      [CUT_OFF, false],
    ] as const)
      expect(isPlainOrder({ placedAt }, undefined, calendar, { month: MONTH })).toBe(isPlain);
  });
});
