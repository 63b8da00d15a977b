/** Finds the few keys of large sets that are asked for. The keys are those of fact-log.ts. */
import { firstAt, type Keys } from './fact-log.js';

const MOST_KEY = 2 ** 53;

/** The places for each stored key. */
const PLACES = 4;

/** Places are filled part by part, each so large that it fits the processor's cache. */
const PART = 2 ** 18;

/** In a place of keys from several sets. */
const SEVERAL = 255;

/**
 * Returns a function that returns the sets that may have a key, in their order. It rules out most sets that do not have it, and takes 4
 * to 8 bytes for each key.
 * @param sets each in ascending order
 */
export function createSetFinder<KeySet extends Pick<Keys, 'keys'>>(
  sets: readonly KeySet[],
): (key: number) => readonly KeySet[] {
  const count = sets.reduce((sum, { keys }) => sum + keys.length, 0);
  const size = 2 ** Math.ceil(Math.log2(Math.max(count * PLACES, PART)));
  // For each place, the number of the set with keys there: 0 for none. Sets beyond 254 share numbers.
  const numbers = new Uint8Array(size);
  const numberOf = (set: number) => (set % (SEVERAL - 1)) + 1;
  const withNumber: KeySet[][] = Array.from({ length: SEVERAL }, () => []);
  for (const [set, keys] of sets.entries()) withNumber[numberOf(set)]?.push(keys);
  withNumber[SEVERAL] = [...sets];
  // The order of the keys, so that sorted keys take one place after the other.
  const scale = size / MOST_KEY;
  const placeOf = (key: number) => (key * scale) & (size - 1);
  const next = new Uint32Array(sets.length);
  for (let part = PART; part <= size; part += PART) {
    const limit = part < size ? part / scale : Number.POSITIVE_INFINITY;
    for (const [set, { keys }] of sets.entries()) {
      const number = numberOf(set);
      let at = next[set] as number;
      for (; at < keys.length && (keys[at] as number) < limit; at++) {
        const place = placeOf(keys[at] as number);
        numbers[place] = numbers[place] === 0 || numbers[place] === number ? number : SEVERAL;
      }
      next[set] = at;
    }
  }
  return (key) => withNumber[numbers[placeOf(key)] as number] as KeySet[];
}

/** The bits of a sieve for each key. One in SIEVE_BITS of the other keys passes it. */
const SIEVE_BITS = 64;
const MOST_SIEVE_BITS = 2 ** 26;

/** Returns a function that rules out most keys that are not among some. It takes a bit for each key, at most 8 MB. */
function createSieve(keys: Float64Array): (key: number) => boolean {
  const size = 2 ** Math.ceil(Math.log2(Math.max(keys.length, 1) * SIEVE_BITS));
  const mask = Math.min(size, MOST_SIEVE_BITS) - 1;
  const bits = new Uint8Array((mask + 1) / 8);
  const scale = (mask + 1) / MOST_KEY;
  const placeOf = (key: number) => (key * scale) & mask;
  for (const key of keys) {
    const place = placeOf(key);
    bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
  }
  return (key) => {
    const place = placeOf(key);
    return ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
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
  const mayHave = createSieve(wanted);
  return ({ keys, segments }, take) => {
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as number;
      if (mayHave(key) && wanted[firstAt(wanted, key)] === key) take(key, segments[index] as number);
    }
  };
}
