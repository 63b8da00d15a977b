import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstAt, type Keys, packKeys, unpackKeys } from '../../src/ledger/fact-log.js';
import { createMatcher, createSetFinder } from '../../src/ledger/key-sieve.js';
import { runs } from '../support/search.js';

/** Keys as they are stored: whole numbers of 53 bits above zero, the largest among them. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 2 ** 53 - 40, max: 2 ** 53 - 1 }),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.constant(2 ** 53),
);
const sorted = fc.array(key, { maxLength: 60 }).map((keys) => Float64Array.from(keys).sort());

test('a set that has a key is never ruled out, however many there are, and most others are', () => {
  fc.assert(
    fc.property(fc.array(sorted, { maxLength: 4 }), fc.constantFrom(0, 300), (some, more) => {
      const others = Array.from({ length: more }, (_, set) => Float64Array.of(2 ** 40 * (set + 1)));
      const sets = [...some, ...others].map((keys) => ({ keys }));
      const setsWith = createSetFinder(sets);
      for (const key of sets.flatMap(({ keys }) => [...keys])) {
        const found = setsWith(key);
        expect(found).toEqual(sets.filter((set) => found.includes(set)));
        expect(sets.every((set) => found.includes(set) || !set.keys.includes(key))).toBe(true);
      }
    }),
    { numRuns: runs(100) },
  );
  const sets = [...Array(36).keys()].map((set) => ({
    keys: Float64Array.from({ length: 20_000 }, (_, index) => (index * 36 + set + 1) * 12_000_000_000),
  }));
  const setsWith = createSetFinder(sets);
  const found = sets.flatMap(({ keys }) => [...keys].map((key) => setsWith(key).length));
  expect(found.filter((count) => count === 1).length).toBeGreaterThan(0.95 * found.length);
});

test('the first key that is not less is found, whether keys are spread like hashes or not', () => {
  const spread = Float64Array.from({ length: 900 }, (_, index) => (index + 1) * 10_000_000_000_000);
  fc.assert(
    fc.property(
      fc.oneof(
        sorted,
        sorted.map((keys) => Float64Array.of(...spread, ...keys).sort()),
      ),
      key,
      (keys, wanted) => {
        for (const each of [wanted, ...keys])
          expect(firstAt(keys, each)).toBe([...keys, each].findIndex((other) => other >= each));
      },
    ),
    { numRuns: runs(30) },
  );
});

test('keys are unpacked as they were packed, wherever in memory their bytes begin', () => {
  fc.assert(
    fc.property(sorted, fc.integer({ min: 0, max: 16 }), (keys, offset) => {
      const set: Keys = { keys, segments: Uint32Array.from(keys.keys()) };
      const bytes = Buffer.concat([Buffer.alloc(offset), packKeys(set)]).subarray(offset);
      expect(unpackKeys(bytes)).toEqual(set);
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
