/** Finds the few keys of large sets that are asked for. The keys are those of fact-log.ts. */
import { firstAt, type Keys } from './fact-log.js';

const MOST_KEY = 2 ** 53;

/** The least number of places for each stored key: if most are free, a search is short. */
const PLACES = 2;

/** Places are filled part by part, each so large that it fits the processor's cache. */
const PART = 2 ** 17;

/** The bits that an entry has of a key, and of the number of its set. */
const LAST_BITS = 255;
const NUMBER = 255;

/** The most sets that are told apart. Others share their numbers. */
const MOST_SETS = NUMBER;

const NO_SETS: readonly never[] = [];

/**
 * Returns a function that returns the sets that may have a key, in their order. It rules out nearly all sets that do not have it, and takes
 * 4 to 8 bytes for each key.
 * @param sets each in ascending order
 */
export function createSetFinder<KeySet extends Pick<Keys, 'keys'>>(
  sets: readonly KeySet[],
): (key: number) => readonly KeySet[] {
  const count = sets.reduce((sum, { keys }) => sum + keys.length, 0);
  const size = 2 ** Math.ceil(Math.log2(Math.max(count * PLACES, PART)));
  const mask = size - 1;
  // Each key lies at its place or in the next free one, as the last bits of the key and the number of its set; 0 is free.
  const entries = new Uint16Array(size);
  const numberOf = (set: number) => (set % MOST_SETS) + 1;
  const withNumber: KeySet[][] = Array.from({ length: MOST_SETS + 1 }, () => []);
  for (const [set, keys] of sets.entries()) withNumber[numberOf(set)]?.push(keys);
  // The order of the keys, so that sorted keys take one place after the other.
  const scale = size / MOST_KEY;
  const placeOf = (key: number) => (key * scale) & mask;

  function add(key: number, number: number): void {
    let place = placeOf(key);
    while (entries[place] !== 0) place = (place + 1) & mask;
    entries[place] = ((key & LAST_BITS) << 8) | number;
  }
  const next = new Uint32Array(sets.length);
  for (let part = PART; part <= size; part += PART) {
    const limit = part < size ? part / scale : Number.POSITIVE_INFINITY;
    for (const [set, { keys }] of sets.entries()) {
      let at = next[set] as number;
      for (; at < keys.length && (keys[at] as number) < limit; at++)
        if (keys[at] !== keys[at - 1]) add(keys[at] as number, numberOf(set));
      next[set] = at;
    }
  }
  return (key) => {
    const bits = key & LAST_BITS;
    let found: readonly KeySet[] = NO_SETS;
    for (let place = placeOf(key); ; place = (place + 1) & mask) {
      const entry = entries[place] as number;
      if (entry === 0) return found;
      if (entry >> 8 !== bits) continue;
      const own = withNumber[entry & NUMBER] as KeySet[];
      found = found.length === 0 ? own : sets.filter((set) => found.includes(set) || own.includes(set));
    }
  };
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
  for (let index = 0; index < keys.length; index++) {
    const place = placeOf(keys[index] as number);
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
