/** A table of whole numbers by key (the keys of fact-log.ts). A key may have several. */
export interface KeyTable {
  add(key: number, value: number): void;
  /**
   * Reads the places of keys that are asked for next, FETCHED_AT_ONCE at most: the processor then waits for all of them at once instead of
   * for each.
   */
  fetch(keys: Float64Array, from: number, to: number): void;
  has(key: number): boolean;
  /** Returns the value of a key that was added first; a negative number if there is none. */
  first(key: number): number;
  /** Returns the values of a key in the order in which they were added. */
  at(key: number): readonly number[];
}

/** So many that the processor's cache keeps them until they are asked for. */
export const FETCHED_AT_ONCE = 256;

/** Uses open addressing. Up to three quarters of the slots are full, so that a key takes 16 to 32 bytes. */
export function createKeyTable(): KeyTable {
  let mask = 4095;
  let keys = new Float64Array(mask + 1);
  let values = new Uint32Array(mask + 1);
  let count = 0;
  // Keeps what is read: otherwise it would not be read.
  const fetched = new Float64Array(FETCHED_AT_ONCE);

  /** Returns the first place of a key, or a free one. */
  function find(key: number): number {
    let place = key & mask;
    while (keys[place] !== 0 && keys[place] !== key) place = (place + 1) & mask;
    return place;
  }
  function put(key: number, value: number): void {
    let place = key & mask;
    while (keys[place] !== 0) place = (place + 1) & mask;
    keys[place] = key;
    values[place] = value;
  }
  function grow(): void {
    const [oldKeys, oldValues, oldMask] = [keys, values, mask];
    mask = oldMask * 2 + 1;
    keys = new Float64Array(mask + 1);
    values = new Uint32Array(mask + 1);
    const [newKeys, newValues, newMask] = [keys, values, mask];
    // Starts at a free slot, so that the values of a key keep their order.
    const start = oldKeys.indexOf(0);
    for (let step = 0; step <= oldMask; step++) {
      const place = (start + step) & oldMask;
      const key = oldKeys[place] as number;
      if (key === 0) continue;
      let to = key & newMask;
      while (newKeys[to] !== 0) to = (to + 1) & newMask;
      newKeys[to] = key;
      newValues[to] = oldValues[place] as number;
    }
  }
  return {
    add(key, value) {
      if (count * 4 > mask * 3) grow();
      put(key, value);
      count++;
    },
    fetch(wanted, from, to) {
      const [ownKeys, ownValues, ownMask] = [keys, values, mask];
      const end = Math.min(to, from + FETCHED_AT_ONCE);
      for (let at = from; at < end; at++) {
        const place = (wanted[at] as number) & ownMask;
        fetched[at % FETCHED_AT_ONCE] = (ownKeys[place] as number) + (ownValues[place] as number);
      }
    },
    has: (key) => keys[find(key)] !== 0,
    first(key) {
      const place = find(key);
      return keys[place] === 0 ? -1 : (values[place] as number);
    },
    at(key) {
      let found: number[] | undefined;
      for (let place = key & mask; keys[place] !== 0; place = (place + 1) & mask) {
        if (keys[place] !== key) continue;
        if (found === undefined) found = [];
        found.push(values[place] as number);
      }
      return found ?? NONE;
    },
  };
}

const NONE: readonly never[] = [];
