import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isCountry } from '../../src/billing/country.js';

/** ISO 3166-1: `US,USA,840`. */
const ISO = readFileSync(new URL('iso-3166.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1);

it('the countries are those of ISO 3166-1', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.map((b) => `${a}${b}`));
  expect(codes.filter(isCountry)).toEqual(ISO.map((row) => row.slice(0, 2)));
});

it.each(['', 'us', 'USA', 'US ', 'XX', 'UK'])('"%s" is no country', (code) => {
  expect(isCountry(code)).toBe(false);
});
