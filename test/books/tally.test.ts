import { describe, expect, it } from 'vitest';
import { createTally } from '../../src/books/tally.js';

const row = (
  quantity: string | undefined,
  unitPrice: string | undefined,
  amount: string | undefined,
  sign: 1 | -1 = 1,
) => ({
  currency: 'USD',
  quantity,
  unitPrice,
  amount,
  sign,
});

describe('the sum of the files', () => {
  it('is of amounts, of products where there is no amount, and below zero in credit notes', () => {
    const tally = createTally();
    tally.add('USD', '10.00');
    tally.add('USD', '1.50', -1);
    tally.addRow(row('2', '5.00', undefined));
    tally.addRow(row('-1', '3.00', '-3.00'));
    tally.addRow(row(undefined, undefined, '7.00', -1));
    expect(tally.against(new Map([['USD', 850n]]))).toEqual([
      { currency: 'USD', files: '8.50', month: '8.50' },
    ]);
  });

  it('must be the month’s, by currency', () => {
    const tally = createTally();
    tally.add('USD', '10.00');
    expect(() => tally.against(new Map([['USD', 1001n]]))).toThrow(
      'the files come to 10.00 USD, the month to 10.01',
    );
    expect(() =>
      tally.against(
        new Map([
          ['USD', 1000n],
          ['EUR', 1n],
        ]),
      ),
    ).toThrow('0.00 EUR');
  });

  it.each([
    ['1', '100.00', '-100.00'],
    ['-1', '100.00', '100.00'],
    ['3', '33.33', '100.00'],
  ])('refuses a row that says %s x %s = %s', (quantity, unitPrice, amount) => {
    expect(() => createTally().addRow(row(quantity, unitPrice, amount))).toThrow('a row says');
  });
});
