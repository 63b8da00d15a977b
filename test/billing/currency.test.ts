import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { minorDigits, withdrawalBefore } from '../../src/billing/currency.js';

/** ISO 4217, list one, as published on 2026-01-01: `USD,840,2`. Metals and the like have no digits, `N.A.`. */
const ISO = readFileSync(new URL('iso-4217.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1);

/** A unit of account among banks, though it has digits. */
const ACCOUNTED = 'XAD';

const WITHDRAWN = ['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'ZWL'];

it('the currencies are those of ISO 4217 with digits, and some that it withdrew', () => {
  const listed = ISO.map((row) => row.split(','))
    .filter(([code, , digits]) => digits !== 'N.A.' && code !== ACCOUNTED)
    .map(([code, , digits]) => `${code} ${digits}`);
  expect(listed).toHaveLength(164);
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)));
  const known = codes.filter((code) => minorDigits(code) !== undefined);
  expect(known.map((code) => `${code} ${minorDigits(code)}`)).toEqual(
    [...listed, ...WITHDRAWN.map((code) => `${code} 2`)].sort(),
  );
});

describe('the digits of a currency', () => {
  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['TND', 3],
    ['XAF', 0],
    ['XPF', 0],
    ['XCD', 2],
    ['XCG', 2],
    ['CLF', 4],
    ['BGN', 2],
  ])('%s has %i', (currency, digits) => {
    expect(minorDigits(currency)).toBe(digits);
  });

  it.each(['', 'usd', 'US', 'USDD', 'ZZZ', 'XXX', 'XTS', 'XAU', 'XDR', 'XAD', 'DEM', '840', 'toString'])(
    '"%s" is no currency to invoice in',
    (currency) => {
      expect(minorDigits(currency)).toBeUndefined();
    },
  );
});

describe('a withdrawn currency', () => {
  it.each([
    ['BGN', '2025-12-31T23:59:59Z', undefined],
    ['BGN', '2026-01-01T11:59:59.999Z', undefined],
    ['BGN', '2026-01-01T12:00:00Z', 'EUR'],
    ['ANG', '2025-03-31T12:00:00Z', undefined],
    ['ANG', '2025-05-01T12:00:00Z', 'XCG'],
    ['HRK', '2022-12-31T12:00:00Z', undefined],
    ['HRK', '2026-10-05T12:00:00Z', 'EUR'],
    ['USD', '9999-12-31T12:00:00Z', undefined],
  ])('%s at %s: %s took its place', (currency, at, successor) => {
    expect(withdrawalBefore(currency, Date.parse(at))?.successor).toBe(successor);
  });
});

it.each([
  ['ANG', '2025-04-01', 'XCG'],
  ['BGN', '2026-01-01', 'EUR'],
  ['CUC', '2021-07-01', 'CUP'],
  ['HRK', '2023-01-01', 'EUR'],
  ['SLL', '2024-01-01', 'SLE'],
  ['ZWL', '2024-09-01', 'ZWG'],
])('%s ended on %s, and %s took its place', (currency, date, successor) => {
  expect(withdrawalBefore(currency, Date.parse('2026-06-01'))).toEqual({ date, successor });
  expect(minorDigits(currency)).toBe(2);
});
