import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Keys } from '../../src/ledger/fact-log.js';
import { createMatcher, createSieve } from '../../src/ledger/key-sieve.js';
import { runs } from '../support/search.js';

/** Keys as they are stored: whole numbers of 53 bits above zero, the largest among them. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 2 ** 53 - 40, max: 2 ** 53 - 1 }),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.constant(2 ** 53),
);
const sorted = fc.array(key, { maxLength: 60 }).map((keys) => Float64Array.from(keys).sort());

test('a sieve never rules out a key that is stored', () => {
  fc.assert(
    fc.property(fc.array(sorted, { maxLength: 4 }), (sets) => {
      const sieve = createSieve(sets);
      expect(sets.flatMap((keys) => [...keys]).every((each) => sieve.mayHave(each))).toBe(true);
    }),
    { numRuns: runs(100) },
  );
});

test('a matcher passes the keys that both lists have, each with its segment', () => {
  fc.assert(
    fc.property(sorted, sorted, (keys, wanted) => {
      const set: Keys = { keys, segments: Uint32Array.from(keys.keys()) };
      const found: number[] = [];
      createMatcher(wanted)(set, (each, segment) => found.push(each, segment));
      const expected = [...keys].flatMap((each, place) => (wanted.includes(each) ? [each, place] : []));
      expect(found).toEqual(expected);
    }),
    { numRuns: runs(100) },
  );
});
