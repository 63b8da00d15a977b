import { describe, expect, it } from 'vitest';
import type { IssuedLine } from '../../src/billing/month-view.js';
import { entriesOf } from '../../src/books/entry.js';
import type { By } from '../../src/books/targets.js';
import { issuedLine } from '../support/facts.js';

const PRODUCTS: Readonly<Record<string, { account: string; item: string; rule: string }>> = {
  crown: { account: '4010', item: 'Crowns', rule: 'crown' },
  bridge: { account: '4010', item: 'Crowns', rule: 'b*' },
  guard: { account: '4020', item: 'Guards', rule: 'guard' },
};

const CREDIT = { lineType: 'credit', reason: 'cancelled', corrects: 'INV-7' } as const;

function entries(
  lines: readonly Partial<IssuedLine>[],
  {
    by = 'line',
    sign = 1,
    priceDigits,
    currency = 'USD',
  }: { by?: By; sign?: 1 | -1; priceDigits?: number; currency?: string } = {},
) {
  const issued = lines.map((line, index) => issuedLine({ lineNumber: index + 1, currency, ...line }));
  return [
    ...entriesOf(issued, {
      by,
      sign,
      currency,
      priceDigits,
      productOf: (product) => PRODUCTS[product] ?? { rule: '' },
    }),
  ];
}

/** `-2 x 50 = -10000` */
const sums = (...of: Parameters<typeof entries>) =>
  entries(...of).map(
    ({ quantity, unitPrice, amountMinor }) => `${quantity} x ${unitPrice} = ${amountMinor + 0}`,
  );

describe('the rows of lines', () => {
  it.each<[string, Partial<IssuedLine>, 1 | -1, string]>([
    ['a charge', { quantity: '2', unitPrice: '50' }, 1, '2 x 50 = 10000'],
    [
      'a credit has a negative quantity',
      { ...CREDIT, quantity: '2', unitPrice: '50', amountMinor: -10_000 },
      1,
      '-2 x 50 = -10000',
    ],
    [
      'turned, a credit is positive',
      { ...CREDIT, quantity: '2', unitPrice: '50', amountMinor: -10_000 },
      -1,
      '2 x 50 = 10000',
    ],
    ['turned, a charge is negative', { quantity: '2', unitPrice: '50' }, -1, '-2 x 50 = -10000'],
    [
      'a discount: a charge below zero',
      { quantity: '2', unitPrice: '-50', amountMinor: -10_000 },
      1,
      '-2 x 50 = -10000',
    ],
    [
      'the credit of a discount is above zero',
      { ...CREDIT, quantity: '2', unitPrice: '-50', amountMinor: 10_000 },
      1,
      '2 x 50 = 10000',
    ],
    ['turned, a discount is positive', { unitPrice: '-50', amountMinor: -5000 }, -1, '1 x 50 = 5000'],
    ['a discount that was rounded', { unitPrice: '-0.125', amountMinor: -13 }, 1, '-1 x 0.13 = -13'],
    ['a credit of nothing', { ...CREDIT, unitPrice: '0', amountMinor: 0 }, 1, '-1 x 0 = 0'],
    ['what was rounded up', { unitPrice: '0.125', amountMinor: 13 }, 1, '1 x 0.13 = 13'],
    [
      'what was rounded, credited',
      { ...CREDIT, quantity: '3', unitPrice: '0.125', amountMinor: -38 },
      1,
      '-1 x 0.38 = -38',
    ],
    [
      'many digits that come out even',
      { quantity: '8', unitPrice: '0.125', amountMinor: 100 },
      1,
      '8 x 0.125 = 100',
    ],
  ])('%s', (_, line, sign, expected) => {
    expect(sums([line], { sign })).toEqual([expected]);
  });

  it('with more digits of a price than the target takes is 1 times its amount', () => {
    const line = { quantity: '8', unitPrice: '0.125', amountMinor: 100 };
    expect(sums([line], { priceDigits: 2 })).toEqual(['1 x 1.00 = 100']);
    expect(entries([line], { priceDigits: 2 })[0]?.remark).toBe('crown; order A1; 8 at 0.125');
  });

  it('in yen have no digits after the point', () => {
    expect(sums([{ unitPrice: '100.5', amountMinor: 101 }], { currency: 'JPY' })).toEqual(['1 x 101 = 101']);
  });
});

describe('the remark of a line', () => {
  it.each<[string, Partial<IssuedLine>, string]>([
    [
      'its description and order',
      { description: 'Zirconia crown', orderLine: 2 },
      'Zirconia crown; order A1/2',
    ],
    ['its product where nothing describes it', { description: ' \t' }, 'crown; order A1'],
    ['what a credit corrects', CREDIT, 'crown; order A1; credit of INV-7'],
    ['in one line', { description: 'upper\nleft\t 6' }, 'upper left 6; order A1'],
  ])('%s', (_, line, remark) => {
    expect(
      entries([{ unitPrice: '100', ...line, amountMinor: line.lineType === 'credit' ? -10_000 : 10_000 }])[0]
        ?.remark,
    ).toBe(remark);
  });
});

describe('the rows of a document', () => {
  const lines: Partial<IssuedLine>[] = [
    { product: 'guard', amountMinor: 5_000 },
    { product: 'crown', amountMinor: 10_000 },
    { product: 'bridge', amountMinor: 20_000 },
    { ...CREDIT, product: 'guard', amountMinor: -7_500 },
  ];

  it('add up what has one account, item and tax code, in the order of the lines', () => {
    expect(sums(lines, { by: 'document' })).toEqual(['-1 x 25.00 = -2500', '1 x 300.00 = 30000']);
    expect(entries(lines, { by: 'document' }).map(({ number, remark }) => [number, remark])).toEqual([
      [1, '2 lines of Guards'],
      [2, '2 lines of Crowns'],
    ]);
  });

  it('turn with their document', () => {
    expect(sums(lines, { by: 'document', sign: -1 })).toEqual(['1 x 25.00 = 2500', '-1 x 300.00 = -30000']);
  });

  it('leave out what comes to nothing, but for one if all does', () => {
    const nothing = [{ product: 'guard' }, { ...CREDIT, product: 'guard', amountMinor: -10_000 }];
    expect(sums([...nothing, { product: 'crown' }], { by: 'document' })).toEqual(['1 x 100.00 = 10000']);
    expect(sums(nothing, { by: 'document' })).toEqual(['1 x 0.00 = 0']);
  });
});
