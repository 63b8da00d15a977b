import { describe, expect, it } from 'vitest';
import { changeOf, largestFirst, type PracticeChange } from '../../src/billing/practice-change.js';

/** `100.00 -> 150.00` in cents of a currency, as `change percent`, with a mark beyond the percentage. */
function change(before: number | undefined, now: number, review: number | null = null): string | undefined {
  const found = changeOf(
    {
      practiceId: 'P1',
      practiceName: 'P1 Dental',
      currency: 'USD',
      totalMinor: now,
      before: before === undefined ? undefined : { month: '2026-10', totalMinor: before },
    },
    review,
  );
  if (found === undefined) return undefined;
  return `${found.changeMinor} ${found.changePercent} %${found.needsReview ? ' review' : ''}`;
}

describe('a practice against its last closed month', () => {
  it.each<[before: number | undefined, now: number, expected: string | undefined]>([
    [10000, 15000, '5000 50 %'],
    [15000, 10000, '-5000 -33 %'],
    // 2 / 3 of 100 = 66.67; 0.5 is rounded away from zero, both ways.
    [300, 500, '200 67 %'],
    [200, 201, '1 1 %'],
    [200, 199, '-1 -1 %'],
    [201, 202, '1 0 %'],
    // From a credit of 100.00 to a charge of 50.00: 150.00 more, of 100.00.
    [-10000, 5000, '15000 150 %'],
    [10000, 0, '-10000 -100 %'],
    [0, 5000, '5000 undefined %'],
    [10000, 10000, undefined],
    [undefined, 10000, undefined],
    [-9007199254740991, 9007199254740991, '18014398509481982 200 %'],
  ])('%j -> %j: %j', (before, now, expected) => expect(change(before, now)).toBe(expected));

  it.each<[before: number, now: number, isMarked: boolean]>([
    // 50 % of 100.00 is 50.00: beyond it, not at it.
    [10000, 15000, false],
    [10000, 15001, true],
    [10000, 5000, false],
    [10000, 4999, true],
    [0, 1, true],
    [-10000, -15001, true],
  ])('%j -> %j is marked beyond 50 percent: %j', (before, now, isMarked) => {
    expect(change(before, now, 50)?.endsWith('review')).toBe(isMarked);
    expect(change(before, now, null)?.endsWith('review')).toBe(false);
  });
});

it('the largest change comes first, in whole units of each currency', () => {
  const of = (currency: string, changeMinor: bigint) => ({ currency, changeMinor }) as PracticeChange;
  const sorted = largestFirst([of('USD', 5000n), of('JPY', -60n), of('KWD', 55000n), of('USD', -5000n)]);
  const turned = largestFirst([of('KWD', 55000n), of('JPY', -60n), of('USD', -5000n)]);
  expect(turned.map(({ currency }) => currency)).toEqual(['JPY', 'KWD', 'USD']);
  const inOrder = largestFirst([of('JPY', -60n), of('USD', -5000n), of('USD', 1n)]);
  expect(inOrder.map(({ changeMinor }) => changeMinor)).toEqual([-60n, -5000n, 1n]);
  // 60 yen, 55.000 dinars, 50.00 dollars twice, as they came.
  expect(sorted.map(({ currency, changeMinor }) => `${currency} ${changeMinor}`)).toEqual([
    'JPY -60',
    'KWD 55000',
    'USD 5000',
    'USD -5000',
  ]);
});
