/** The shortcut of the most frequent order, compared with the general way: the same line on a document, the same terms in the balance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TERMS } from '../../src/billing/balance-terms.js';
import { previousMonth } from '../../src/billing/billing-month.js';
import type { ByteRange } from '../../src/billing/json-cells.js';
import { createPlacedLines, MOST_ADDED_TO_ROW, packLine } from '../../src/billing/line-block.js';
import { EVENT_KINDS, type HistoryEvent, type OrderLine } from '../../src/billing/order.js';
import { type EventRow, eventRow, lineRow } from '../../src/billing/packed-facts.js';
import {
  createPlainReader,
  createPlainReckoning,
  isPlainOrder,
  type PlainOrder,
  type RowPlace,
} from '../../src/billing/plain-order.js';
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
  fc.integer({ min: START - 10 * 86_400_000, max: CUT_OFF + 10 * 86_400_000 }),
  fc.constantFrom(START - 1, START, CUT_OFF - 1, CUT_OFF),
);

/** Some of these texts JSON writes with an escape, some with several bytes for a character. */
const text = fc.constantFrom(
  '',
  'Crown, zirconia',
  'Krone – "A2"',
  'Inlay\\Onlay',
  '冠 \u{1f9b7}',
  '[1,"x"]',
);

const order = fc.record({
  orderId: fc.constantFrom('A1', 'Ä-1', '東京', 'A"1'),
  orderLine: fc.constantFrom(1, 7, 4_294_967_295),
  product: fc.constantFrom('crown', 'aligners'),
  description: text,
  patientRef: text,
  quantity: fc.constantFrom('1', '3', '0.5', '12.345'),
  unitPrice: fc.constantFrom('100', '0', '0.01', '33.333333', '-5', '99999999999.99'),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  placedAt: instant,
  event: fc.option(
    fc.record({
      kind: fc.oneof(fc.constant('shipped' as const), fc.constantFrom(...EVENT_KINDS)),
      at: fc.option(instant),
      reason: text,
      line: fc.option(fc.constantFrom(1, 7), { freq: 1 }),
    }),
    { freq: 1 },
  ),
  firstMonth: fc.constantFrom('2026-08', MONTH),
  rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
  afterLimit: fc.constantFrom('slate' as const, 'delete' as const),
});

type Drawn = typeof order extends fc.Arbitrary<infer T> ? T : never;

function factsOf({
  event,
  orderId,
  orderLine,
  placedAt,
  ...rest
}: Omit<Drawn, 'firstMonth' | 'rounding' | 'afterLimit'>) {
  const line: OrderLine = { ...rest, orderId, line: orderLine, practiceId: 'P-100', placedAt };
  const events: HistoryEvent[] =
    event === null
      ? []
      : [
          {
            orderId,
            eventId: '',
            event: event.kind,
            at: event.at ?? placedAt,
            sequence: 0,
            reason: event.reason,
            ...(event.line === null ? {} : { line: event.line }),
          },
        ];
  return { line, events };
}

/** A row in the midst of the bytes of a segment. */
function placeOf(row: readonly unknown[]): RowPlace {
  const before = Buffer.from('["B",1],\n');
  const own = Buffer.from(JSON.stringify(row));
  const bytes = Buffer.concat([before, own, Buffer.from(',\n["C",1]]')]);
  return { bytes, start: before.length, end: before.length + own.length };
}

function readPlain(
  line: OrderLine,
  events: readonly HistoryEvent[],
  rounding = POLICY.rounding,
): PlainOrder | undefined {
  const read = createPlainReader(
    { month: MONTH, policy: { ...POLICY, rounding } },
    { numberOf: () => 0, calendarOf: () => calendar, currencyOf: () => line.currency },
  );
  return read(placeOf(lineRow(line)), events[0] && placeOf(eventRow(events[0])));
}

const textIn = ({ bytes }: PlainOrder, { start, end }: ByteRange): string =>
  Buffer.from(bytes.subarray(start, end)).toString();

function packed(order: PlainOrder): string {
  const room = order.terms.end - order.name.start + MOST_ADDED_TO_ROW;
  const out = Buffer.alloc(5 + room);
  const end = createPlacedLines(MONTH)(out, 5, order);
  return out.toString('utf8', 5, end);
}

const shown = (reckoning: Reckoning) => ({
  terms: reckoning
    .currencies()
    .flatMap((currency) => TERMS.map((term) => [currency, term, reckoning.sumOf(term, currency)])),
  documents: reckoning.documents(),
});

describe('an order that takes the shortcut', () => {
  it('gets the line and the terms that the general way gives it, and nothing else', () => {
    let taken = 0;
    fc.assert(
      fc.property(order, (drawn) => {
        const { rounding, afterLimit, firstMonth, ...rest } = drawn;
        const { line, events } = factsOf(rest);
        const context = { month: MONTH, firstMonth, policy: { ...POLICY, rounding, afterLimit } };
        const plain = readPlain(line, events, rounding);
        if (plain === undefined) return;
        taken++;
        const account = { lines: [{ line, record: UNKNOWN }], events, listed: new Set<string>() };
        const { documentLines, ...others } = planOrder(account, calendar, context);
        expect(others).toEqual({ held: [], beforeLedger: [], exceptions: [] });
        expect(packed(plain)).toBe(documentLines.map(packLine).join(''));
        expect([textIn(plain, plain.product), textIn(plain, plain.orderId)]).toEqual([
          line.product,
          line.orderId,
        ]);
        const [long, short] = [createReckoning(), createReckoning()];
        reckonOrder(long, account, calendar, context);
        const sums = createPlainReckoning(short, () => line);
        sums.add(0, plain.amountMinor);
        sums.finish();
        expect(shown(short)).toEqual(shown(long));
      }),
      { numRuns: 4000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  const LINE: OrderLine = {
    orderId: 'A1',
    line: 1,
    practiceId: 'P-100',
    product: 'crown',
    description: 'Crown',
    patientRef: '',
    quantity: '2',
    unitPrice: '74.50',
    currency: 'USD',
    placedAt: START + 1,
  };
  const shipment = (at: number): HistoryEvent => ({
    orderId: 'A1',
    eventId: 'e1',
    event: 'shipped',
    at,
    sequence: 0,
    reason: '',
  });

  it('is one of a line and a shipment', () => {
    expect(readPlain(LINE, [])?.amountMinor).toBe(14_900);
    expect(readPlain(LINE, [shipment(START + 2)])?.amountMinor).toBe(14_900);
    expect(readPlain(LINE, [shipment(LINE.placedAt)])?.amountMinor).toBe(14_900);
  });

  it.each<[event: string, HistoryEvent]>([
    ['is paused', { ...shipment(START + 2), event: 'paused' }],
    ['is cancelled', { ...shipment(START + 2), event: 'cancelled' }],
    ['is shipped before its placement', shipment(START)],
    ['is shipped at the cut-off, for the next month to look at', shipment(CUT_OFF)],
    ['is shipped by one line', { ...shipment(START + 2), line: 1 }],
  ])('is not one that %s', (_, event) => {
    expect(readPlain(LINE, [event])).toBe(undefined);
  });

  it('was placed in the month: not before it, nor after it', () => {
    for (const [placedAt, isPlain] of [
      [START - 1, false],
      [START, true],
      [CUT_OFF - 1, true],
      [CUT_OFF, false],
      [Number.NaN, false],
    ] as const)
      expect(isPlainOrder(placedAt, undefined, calendar, MONTH)).toBe(isPlain);
  });

  it.each<[what: string, row: readonly unknown[]]>([
    ['has too few cells', lineRow(LINE).slice(0, 9)],
    ['has too many cells', [...lineRow(LINE), 1]],
    ['has a line number that is a text', ['A1', 'x', ...lineRow(LINE).slice(2)]],
    ['has an instant that is a text', [...lineRow(LINE).slice(0, 9), 'x']],
    ['has a price that is no number', [...lineRow(LINE).slice(0, 7), '1e3', 'USD', START]],
  ])('is left to the general way if its row %s', (_, row) => {
    const read = createPlainReader(
      { month: MONTH, policy: POLICY },
      { numberOf: () => 0, calendarOf: () => calendar, currencyOf: () => 'USD' },
    );
    expect(read(placeOf(row), undefined)).toBe(undefined);
  });

  it('is left to the general way if its event is damaged', () => {
    const read = createPlainReader(
      { month: MONTH, policy: POLICY },
      { numberOf: () => 0, calendarOf: () => calendar, currencyOf: () => 'USD' },
    );
    const event: EventRow = ['A1', START + 2, 0, 'shipped', '', 'e1'];
    expect(read(placeOf(lineRow(LINE)), placeOf(event))).toBeDefined();
    expect(read(placeOf(lineRow(LINE)), placeOf(event.slice(0, 5)))).toBe(undefined);
  });

  it('adds up exactly beyond 2^53, each practice by itself', () => {
    const due = createReckoning();
    const owners = [16, 0, 40];
    const sums = createPlainReckoning(due, (owner) => {
      expect(owners).toContain(owner);
      return { practiceId: `P${owner}`, currency: 'USD' };
    });
    for (const owner of [...owners, 40, 40]) sums.add(owner, Number.MAX_SAFE_INTEGER);
    sums.finish();
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    expect(due.sumOf('charged', 'USD')).toEqual({ lines: 5, amountMinor: 5n * most });
    expect(due.documentOf({ practiceId: 'P40', currency: 'USD' }).charges).toEqual({
      lines: 3,
      amountMinor: 3n * most,
    });
  });
});
