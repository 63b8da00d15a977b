/** Finds the few keys of large sets that are asked for. The keys are those of fact-log.ts. */
import { firstAt, type Keys } from './fact-log.js';

export interface Sieve {
  mayHave(key: number): boolean;
}

/** The bits of the sieve for each stored key. One in SIEVE_BITS of the other keys passes it. */
const SIEVE_BITS = 64;
const MOST_SIEVE_BITS = 2 ** 26;
const MOST_KEY = 2 ** 53;

/** A sieve of one bit for each key, of at most 8 MB. It rules out most keys that are not stored. */
export function createSieve(all: readonly Float64Array[]): Sieve {
  const count = all.reduce((sum, { length }) => sum + length, 0);
  const size = 2 ** Math.ceil(Math.log2(Math.max(count, 1) * SIEVE_BITS));
  const mask = Math.min(size, MOST_SIEVE_BITS) - 1;
  const bits = new Uint8Array((mask + 1) / 8);
  // The order of the keys, so that sorted keys take one place after the other.
  const scale = (mask + 1) / MOST_KEY;
  const placeOf = (key: number) => (key * scale) & mask;
  for (const keys of all) {
    for (const key of keys) {
      const place = placeOf(key);
      bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
    }
  }
  return {
    mayHave(key: number): boolean {
      const place = placeOf(key);
      return ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
    },
  };
}

/**
 * Returns a function that passes each key of a set that is wanted to `take`, with its segment. It looks at every key of the set once, in
 * turn, which is faster than a search for each wanted key in each of many sets.
 * @param wanted keys in ascending order
 */
export function createMatcher(
  wanted: Float64Array,
): (set: Keys, take: (key: number, segment: number) => void) => void {
  const { mayHave } = createSieve([wanted]);
  return ({ keys, segments }, take) => {
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as number;
      if (mayHave(key) && wanted[firstAt(wanted, key)] === key) take(key, segments[index] as number);
    }
  };
}
