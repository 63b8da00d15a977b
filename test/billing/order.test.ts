import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints, earliest, latest } from '../../src/billing/order.js';
import { CODE_POINT } from '../support/code-point.js';
import { runs } from '../support/search.js';

describe('order by code point', () => {
  it.each([
    ['', 'a'],
    ['a', 'aa'],
    ['A1', 'A10'],
    ['A10', 'A2'],
    ['Z', 'a'],
    ['z', 'é'],
    // By UTF-16 unit these two would stand the other way round.
    ['\u{ff5e}', '\u{1f600}'],
    ['a\u{ffff}', 'a\u{10000}'],
    ['\u{1f600}', '\u{1f601}'],
  ])('%j stands before %j', (first, second) => {
    expect(compareCodePoints(first, second)).toBeLessThan(0);
    expect(compareCodePoints(second, first)).toBeGreaterThan(0);
    expect(compareCodePoints(first, first)).toBe(0);
  });

  it('is the order of UTF-8 bytes', () => {
    // Whole code points, so no lone surrogates; long common beginnings and the edges of the planes more often.
    const character = fc.oneof(
      fc.constantFrom('a', 'b', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{10ffff}'),
      CODE_POINT,
    );
    const text = fc.array(character, { maxLength: 5 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, text, text, (start, a, b) => {
        const [x, y] = [start + a, start + b];
        expect(Math.sign(compareCodePoints(x, y))).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)));
      }),
      { numRuns: runs(3000) },
    );
  });
});

it('the earliest and the latest of more instants than a call takes arguments', () => {
  const instants = Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 200_000);
  expect([earliest(instants), latest(instants)]).toEqual([0, 199_999]);
  expect([earliest([]), latest([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});
