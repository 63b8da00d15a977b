import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorDigits } from '../../src/billing/currency.js';
import {
  AmountTooLarge,
  add,
  amountInBytes,
  amountMinorOf,
  canonicalDecimal,
  formatAmount,
  formatUnitPrice,
  fractionDigitsOf,
  isExactProduct,
  lineAmount,
} from '../../src/billing/money.js';
import { exactAmount } from '../support/exact-amount.js';
import { runs } from '../support/search.js';

const LARGEST = Number.MAX_SAFE_INTEGER;

describe('a line amount, in minor units', () => {
  it.each([
    ['1', '100', 'USD', 10_000, 10_000],
    ['3', '33.33', 'USD', 9_999, 9_999],
    ['1', '0', 'USD', 0, 0],
    // Half a cent: away from zero, or to the even cent.
    ['1', '0.125', 'USD', 13, 12],
    ['1', '0.135', 'USD', 14, 14],
    ['0.5', '0.01', 'USD', 1, 0],
    ['1.5', '0.01', 'USD', 2, 2],
    ['2.5', '0.01', 'USD', 3, 2],
    // Below zero all is alike, and a zero has no minus.
    ['2', '-100', 'USD', -20_000, -20_000],
    ['1', '-0.125', 'USD', -13, -12],
    ['1', '-1234567.125', 'USD', -123_456_713, -123_456_712],
    ['1', '-0.004', 'USD', 0, 0],
    ['0.001', '-0.000001', 'USD', 0, 0],
    ['1', '-0.00000000000004', 'USD', 0, 0],
    ['1', '-90071992547409.91', 'USD', -LARGEST, -LARGEST],
    ['1', '-90071992547409.92', 'USD', undefined, undefined],
    // A hair on either side of the half.
    ['1', '0.124999', 'USD', 12, 12],
    ['1', '0.125001', 'USD', 13, 13],
    ['0.001', '4.999999', 'USD', 0, 0],
    ['0.001', '5', 'USD', 1, 0],
    ['0.001', '0.000001', 'USD', 0, 0],
    // 1.005 and 2.675 are below the half in binary: no floating point here.
    ['1', '1.005', 'USD', 101, 100],
    ['1', '2.675', 'USD', 268, 268],
    ['0.333', '1234.567891', 'USD', 41_111, 41_111],
    // No minor unit, three digits of one.
    ['1', '100.5', 'JPY', 101, 100],
    ['3', '99', 'JPY', 297, 297],
    ['1', '1.2345', 'KWD', 1_235, 1_234],
    ['2', '0.0005', 'KWD', 1, 1],
    // The largest amount, 2^53 − 1, and one cent above.
    ['1', '90071992547409.91', 'USD', LARGEST, LARGEST],
    ['1', '90071992547409.914999', 'USD', LARGEST, LARGEST],
    ['1', '90071992547409.915', 'USD', undefined, undefined],
    ['1', '90071992547409.92', 'USD', undefined, undefined],
    ['1', '9007199254740991', 'JPY', LARGEST, LARGEST],
    ['1000', '9007199254740.991', 'JPY', LARGEST, LARGEST],
    ['1', '9007199254740992', 'JPY', undefined, undefined],
    ['999999999999999', '999999999999999.999999', 'USD', undefined, undefined],
    // 800800000000400.4999999 cents: 22 digits decide.
    ['1.001', '8000000000004.000999', 'USD', 800_800_000_000_400, 800_800_000_000_400],
    // Few digits, but four more of the minor unit.
    ['90', '9999999999', 'CLF', 8_999_999_999_100_000, 8_999_999_999_100_000],
    ['99', '9999999999', 'CLF', undefined, undefined],
  ])('%s x %s %s is %s half up, %s half even', (quantity, unitPrice, currency, up, even) => {
    expect(lineAmount({ quantity, unitPrice, currency }, 'half-up')).toBe(up);
    expect(lineAmount({ quantity, unitPrice, currency }, 'half-even')).toBe(even);
  });

  const decimal = (most: number, fractionDigits: number) =>
    fc
      .tuple(
        fc.oneof(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: 20 })),
        fc.oneof(
          fc.constantFrom('', '.5', '.05', '.005', '.125'),
          fc.stringMatching(new RegExp(`^\\.\\d{1,${fractionDigits}}$`)),
        ),
      )
      .filter(([, fraction]) => fraction.length <= fractionDigits + 1)
      .map(([whole, fraction]) => `${whole}${fraction}`);

  it('is exact for 3 digits of quantity times 6 of price (against whole numbers)', () => {
    fc.assert(
      fc.property(
        decimal(100_000_000, 3),
        decimal(1_000_000_000, 6),
        fc.constantFrom(['USD', 2] as const, ['JPY', 0] as const, ['KWD', 3] as const, ['CLF', 4] as const),
        fc.constantFrom('half-up' as const, 'half-even' as const),
        (quantity, unitPrice, [currency, digits], rounding) => {
          const exact = exactAmount(quantity, unitPrice, digits, rounding);
          const expected = exact <= BigInt(LARGEST) ? Number(exact) : undefined;
          expect(lineAmount({ quantity, unitPrice, currency }, rounding)).toBe(expected);
        },
      ),
      { numRuns: runs(4000) },
    );
  });

  it('needs a currency', () => {
    expect(() => lineAmount({ quantity: '1', unitPrice: '1', currency: 'XXX' }, 'half-up')).toThrow('XXX');
  });
});

describe('sums', () => {
  it('are exact up to 2^53 − 1, and refused beyond', () => {
    expect(add(LARGEST - 1, 1)).toBe(LARGEST);
    expect(add(-LARGEST, LARGEST)).toBe(0);
    expect(() => add(LARGEST, 1)).toThrow(AmountTooLarge);
    expect(() => add(LARGEST, 1)).toThrow('a total is beyond 2^53 − 1 minor units');
    expect(() => add(-LARGEST, -1)).toThrow(AmountTooLarge);
  });
});

describe('an amount as text', () => {
  it.each([
    [0, 'USD', '0.00'],
    [-0, 'USD', '0.00'],
    [5, 'USD', '0.05'],
    [-5, 'USD', '-0.05'],
    [-1250, 'USD', '-12.50'],
    [10_000, 'USD', '100.00'],
    [-1250, 'JPY', '-1250'],
    [0, 'JPY', '0'],
    [1, 'KWD', '0.001'],
    [-1250, 'KWD', '-1.250'],
    [LARGEST, 'USD', '90071992547409.91'],
    [-(2n ** 64n), 'USD', '-184467440737095516.16'],
  ])('%s %s is %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency)).toBe(text);
  });

  it.each([
    ['100', 'USD', '100.00'],
    ['0.5', 'USD', '0.50'],
    ['0.125', 'USD', '0.125'],
    ['0', 'USD', '0.00'],
    ['100', 'JPY', '100'],
    ['100.5', 'JPY', '100.5'],
    ['1.5', 'KWD', '1.500'],
  ])('the unit price %s %s is %s', (unitPrice, currency, text) => {
    expect(formatUnitPrice(unitPrice, currency)).toBe(text);
  });

  it.each([
    ['007.50', '7.5'],
    ['0.000001', '0.000001'],
    ['0', '0'],
    ['0.00', '0'],
    ['100', '100'],
    ['1000000000000000000000', '1000000000000000000000'],
  ])('%s is canonically %s', (text, canonical) => {
    expect(canonicalDecimal(text)).toBe(canonical);
  });
});

describe('whether quantity times unit price is the amount as it stands', () => {
  it.each([
    ['3', '33.33', 'USD', 9_999, true],
    ['3', '33.33', 'USD', 9_998, false],
    ['1', '0.125', 'USD', 13, false],
    ['2', '0.125', 'USD', 25, true],
    ['0.333', '33.333333', 'USD', 1_110, false],
    ['2', '100', 'JPY', 200, true],
    ['1', '100.5', 'JPY', 101, false],
    ['1', '1.234', 'KWD', 1_234, true],
    ['1', '90071992547409.91', 'USD', LARGEST, true],
    ['1', '90071992547409.911', 'USD', LARGEST, false],
    ['1', '0', 'USD', 0, true],
    // Beyond 2^53 a double has 9007199254741000 for the first price's digits.
    ['1', '9007199254741.001', 'USD', 900_719_925_474_100, false],
    ['9007199254741.001', '1', 'USD', 900_719_925_474_100, false],
  ])('%s x %s %s and %i: %s', (quantity, unitPrice, currency, amountMinor, is) => {
    expect(isExactProduct({ quantity, unitPrice, currency }, amountMinor)).toBe(is);
  });

  it('is what exact arithmetic finds, short or long', () => {
    const decimal = (most: number) =>
      fc
        .tuple(fc.nat(99_999), fc.integer({ min: 0, max: most }), fc.nat(999_999))
        .map(([whole, digits, fraction]) =>
          digits === 0 ? `${whole}` : `${whole}.${String(fraction).padStart(6, '0').slice(0, digits)}`,
        );
    fc.assert(
      fc.property(decimal(3), decimal(6), fc.constantFrom('USD', 'JPY', 'KWD'), (q, p, currency) => {
        const line = { quantity: canonicalDecimal(q), unitPrice: canonicalDecimal(p), currency };
        const up = lineAmount(line, 'half-up') ?? 0;
        const digits = minorDigits(currency) ?? 0;
        const scaled = (text: string, to: number) => {
          const [whole = '', fraction = ''] = text.split('.');
          return BigInt(whole + fraction.padEnd(to, '0'));
        };
        const product = scaled(line.quantity, 3) * scaled(line.unitPrice, 6);
        expect(isExactProduct(line, up)).toBe(product * 10n ** BigInt(digits) === BigInt(up) * 10n ** 9n);
      }),
    );
  });
});

describe('an amount as a file has it', () => {
  it.each([
    ['-12.50', 'USD', -1_250n],
    ['12.5', 'USD', 1_250n],
    ['12', 'USD', 1_200n],
    ['12.000', 'USD', 1_200n],
    ['100', 'JPY', 100n],
    ['1.5', 'KWD', 1_500n],
    ['90071992547409910.01', 'USD', 9_007_199_254_740_991_001n],
  ])('%s %s', (text, currency, minor) => {
    expect(amountMinorOf(text, currency)).toBe(minor);
  });

  it.each([
    ['', 'USD'],
    ['12.345', 'USD'],
    ['1,200.00', 'USD'],
    ['(12.00)', 'USD'],
    ['0.5', 'JPY'],
  ])('%j is none in %s', (text, currency) => {
    expect(() => amountMinorOf(text, currency)).toThrow('no amount');
  });
});

it.each([
  [1_250, 'USD', 1],
  [1_200, 'USD', 0],
  [-1_201, 'USD', 2],
  [1_500, 'KWD', 1],
  [1_501, 'KWD', 3],
  [100, 'JPY', 0],
])('%i %s needs %i digits after the point', (minor, currency, digits) => {
  expect(fractionDigitsOf(minor, currency)).toBe(digits);
});

describe('the amount of a line in bytes', () => {
  const decimal = fc
    .tuple(fc.nat({ max: 99_999 }), fc.option(fc.stringMatching(/^\d{1,4}$/), { freq: 1 }))
    .map(([whole, fraction]) => (fraction === null ? String(whole) : `${whole}.${fraction}`));
  const line = fc.record({
    quantity: decimal,
    unitPrice: fc.oneof(
      decimal,
      decimal.map((price) => `-${price}`),
      fc.constantFrom('', '1e3', '0x1', ' 1'),
    ),
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
  });

  it('is that of its texts, or is left to them', () => {
    let counted = 0;
    fc.assert(
      fc.property(line, ({ rounding, ...drawn }) => {
        const { quantity, unitPrice, currency } = drawn;
        const bytes = Buffer.from(`${quantity},${unitPrice}`);
        const amount = amountInBytes(
          bytes,
          { start: 0, end: quantity.length },
          { start: quantity.length + 1, end: bytes.length },
          { currency, rounding },
        );
        if (amount === undefined) return;
        counted++;
        expect(amount).toBe(lineAmount(drawn, rounding));
      }),
      { numRuns: 1000 },
    );
    expect(counted).toBeGreaterThan(100);
  });

  it.each([
    ['1', '0', 'USD', 0],
    ['3', '33.33', 'USD', 9_999],
    ['2.5', '0.01', 'USD', 3],
    ['1.25', '1.25', 'USD', 156],
    ['10', '90.5', 'JPY', 905],
    ['90', '9999999.9', 'USD', 89_999_999_100],
    // Too many digits, negative, or not plain.
    ['90', '99999999.9', 'USD', undefined],
    ['1', '-1', 'USD', undefined],
    ['1/', '1', 'USD', undefined],
    ['1', '1:', 'USD', undefined],
  ])('of %s x %s %s, as bytes, is %s', (quantity, unitPrice, currency, amount) => {
    const bytes = Buffer.from(`.${quantity}.${unitPrice}.`);
    const end = 1 + quantity.length;
    expect(
      amountInBytes(
        bytes,
        { start: 1, end },
        { start: end + 1, end: bytes.length - 1 },
        { currency, rounding: 'half-up' },
      ),
    ).toBe(amount);
  });
});
