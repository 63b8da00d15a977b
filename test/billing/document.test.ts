import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/billing/charge.js';
import {
  type Charge,
  type DocumentLine,
  documentNumber,
  documentType,
  type IssuedCharge,
  linesToIssue,
} from '../../src/billing/document.js';
import { createTotals, totalsOf } from '../../src/billing/document-totals.js';
import { AmountTooLarge } from '../../src/billing/money.js';
import type { EventKind } from '../../src/billing/order.js';
import { type Change, timelineOf } from '../../src/billing/timeline.js';
import { factsOf, NEW_YORKS_CLOCK, POLICY } from '../support/notation.js';

const CHARGE: Charge = {
  practiceId: 'P-100',
  currency: 'USD',
  orderId: 'A',
  orderLine: 1,
  product: 'CROWN',
  description: 'upper left',
  patientRef: 'R-1',
  quantity: '2',
  unitPrice: '50',
  amountMinor: 10_000,
  placedOn: '2026-10-05',
  deferredFrom: '',
  resumedOn: '',
  serviceMonth: '2026-10',
};
const ISSUED = issuedAs(CHARGE);

function issuedAs(charge: Charge): IssuedCharge {
  const { practiceId, currency, amountMinor } = charge;
  const document = { key: 7, number: 'INV-000007' };
  return { practiceId, currency, amountMinor, document, asIssued: () => charge };
}

const charged: Standing = { kind: 'charged', serviceMonth: '2026-10' };
const held: Standing = { kind: 'held', pause: change('paused'), status: 'deferred' };
const unplaced: Standing = { kind: 'unplaced', end: undefined };

function change(event: EventKind): Change {
  const found = timelineOf(factsOf(`placed Oct 5, ${event} Oct 10`), POLICY, NEW_YORKS_CLOCK).changes.at(-1);
  if (found === undefined) throw new Error('no change');
  return found;
}

function deletedByLimit(): Change {
  const policy = { ...POLICY, afterLimit: 'delete' } as const;
  const found = timelineOf(factsOf('placed Oct 5, paused Oct 10'), policy, NEW_YORKS_CLOCK).changes.at(-1);
  if (found === undefined) throw new Error('no change');
  return found;
}

/** `credit paused -100.00, charge late 80.00`, in cents. */
function issued(
  standing: Standing,
  target: Partial<Charge> | undefined,
  before: Partial<Charge> | undefined,
  month = '2026-11',
): string {
  const lines = linesToIssue({
    month,
    standing,
    target: target && { ...CHARGE, ...target },
    issued: before && issuedAs({ ...CHARGE, ...before }),
  });
  return (
    lines.map(({ lineType, reason, amountMinor }) => `${lineType} ${reason} ${amountMinor}`).join(', ') ||
    'none'
  );
}

describe('target less issued: the table of docs/rules.md section 5', () => {
  it.each<readonly [string, Standing, Partial<Charge> | undefined, Partial<Charge> | undefined, string]>([
    ['nothing, nothing', held, undefined, undefined, 'none'],
    ['the same', charged, {}, {}, 'none'],
    [
      'the same amount, said otherwise',
      charged,
      { description: 'x', quantity: '1', serviceMonth: '2026-11' },
      {},
      'none',
    ],
    ['zero, nothing', charged, { amountMinor: 0, serviceMonth: '2026-11' }, undefined, 'charge placed 0'],
    ['zero, zero', charged, { amountMinor: 0 }, { amountMinor: 0 }, 'none'],
    ['an amount, nothing', charged, { serviceMonth: '2026-11' }, undefined, 'charge placed 10000'],
    ['an amount of an earlier month, nothing', charged, {}, undefined, 'charge late 10000'],
    [
      'deferred, nothing',
      charged,
      { serviceMonth: '2026-11', deferredFrom: '2026-10' },
      undefined,
      'charge resumed 10000',
    ],
    ['deferred, of an earlier month', charged, { deferredFrom: '2026-09' }, undefined, 'charge late 10000'],
    ['nothing, an amount: paused', held, undefined, {}, 'credit paused -10000'],
    [
      'nothing, an amount: cancelled',
      { kind: 'ended', end: change('cancelled') },
      undefined,
      {},
      'credit cancelled -10000',
    ],
    [
      'nothing, an amount: deleted',
      { kind: 'ended', end: change('deleted') },
      undefined,
      {},
      'credit deleted -10000',
    ],
    [
      'nothing, an amount: its limit passed',
      { kind: 'ended', end: deletedByLimit() },
      undefined,
      {},
      'credit deleted -10000',
    ],
    ['nothing, an amount: placed later', unplaced, undefined, {}, 'credit amended -10000'],
    [
      'nothing, an amount: placed later, cancelled',
      { kind: 'unplaced', end: change('cancelled') },
      undefined,
      {},
      'credit cancelled -10000',
    ],
    ['another amount', charged, { amountMinor: 8_000 }, {}, 'credit amended -10000, charge amended 8000'],
    ['another practice', charged, { practiceId: 'P-200' }, {}, 'credit amended -10000, charge amended 10000'],
    ['another currency', charged, { currency: 'EUR' }, {}, 'credit amended -10000, charge amended 10000'],
    ['zero, an amount', charged, { amountMinor: 0 }, {}, 'credit amended -10000, charge amended 0'],
    ['an amount, zero', charged, {}, { amountMinor: 0 }, 'credit amended 0, charge amended 10000'],
  ])('%s', (_, standing, target, before, expected) => {
    expect(issued(standing, target, before)).toBe(expected);
  });

  it('a credit repeats its charge as issued, the amount negated, and names the document', () => {
    const amended = { ...CHARGE, description: 'new', product: 'BRIDGE', unitPrice: '40', amountMinor: 8_000 };
    const [credit] = linesToIssue({ month: '2026-11', standing: charged, target: amended, issued: ISSUED });
    expect(credit).toEqual({
      ...CHARGE,
      amountMinor: -10_000,
      lineType: 'credit',
      reason: 'amended',
      corrects: { key: 7, number: 'INV-000007' },
    });
  });

  it('a credit of zero has no minus', () => {
    const zero = issuedAs({ ...CHARGE, amountMinor: 0 });
    const [credit] = linesToIssue({ month: '2026-11', standing: held, target: undefined, issued: zero });
    expect(Object.is(credit?.amountMinor, 0)).toBe(true);
  });
});

describe('the totals of a document', () => {
  const line = (
    amountMinor: number,
    lineType: 'charge' | 'credit' = amountMinor < 0 ? 'credit' : 'charge',
  ): DocumentLine => ({
    ...CHARGE,
    amountMinor,
    lineType,
    reason: 'placed',
    corrects: undefined,
  });

  it.each([
    [[], 'invoice', 0, 0, 0],
    [[line(10_000)], 'invoice', 10_000, 0, 10_000],
    [[line(10_000), line(-10_000)], 'invoice', 10_000, -10_000, 0],
    [[line(9_999), line(-10_000)], 'credit_note', 9_999, -10_000, -1],
    [[line(-10_000)], 'credit_note', 0, -10_000, -10_000],
    [[line(0, 'credit')], 'invoice', 0, 0, 0],
  ])('of %# lines', (lines, type, charges, credits, total) => {
    const totals = totalsOf(lines);
    expect(documentType(totals)).toBe(type);
    expect([totals.chargesMinor, totals.creditsMinor, totals.totalMinor]).toEqual([charges, credits, total]);
    expect(totals.lineCount).toBe(lines.length);
    expect(totals.chargeCount + totals.creditCount).toBe(lines.length);
  });

  it('are refused beyond 2^53 − 1', () => {
    expect(() => totalsOf([line(Number.MAX_SAFE_INTEGER), line(1)])).toThrow(AmountTooLarge);
  });

  it('of many documents are kept apart, as their number grows', () => {
    const totals = createTotals();
    for (let document = 0; document < 100; document++) totals.add(document, line(document));
    for (let document = 0; document < 100; document++)
      expect(totals.of(document)).toEqual(totalsOf([line(document)]));
  });

  it('of many documents are kept apart, the last one first', () => {
    const totals = createTotals();
    for (let document = 999; document >= 0; document--) totals.add(document, line(document));
    totals.add(7, line(-3));
    expect(totals.of(999)).toEqual(totalsOf([line(999)]));
    expect(totals.of(7)).toEqual(totalsOf([line(7), line(-3)]));
    expect(totals.lineCountOf(7)).toBe(2);
    expect(totals.of(1000)).toEqual(totalsOf([]));
  });
});

describe('a document number', () => {
  it.each([
    ['INV-{seq:6}', 42, 'INV-000042'],
    ['INV-{seq:6}', 1_234_567, 'INV-1234567'],
    ['{seq}', 42, '42'],
    ['{YYYY}/{MM}-{seq:3}', 7, '2026/11-007'],
    ['{MM}{MM} {seq:1}', 7, '1111 7'],
    ['CN-{seq:20}', 1, 'CN-00000000000000000001'],
  ])('%s, the %ith: %s', (pattern, sequence, expected) => {
    expect(documentNumber(pattern, sequence, '2026-11')).toBe(expected);
  });
});
