/** A table of whole numbers by key (the keys of fact-log.ts). A key may have several. */
export interface KeyTable {
  add(key: number, value: number): void;
  has(key: number): boolean;
  /** Returns the value of a key that was added first; a negative number if there is none. */
  first(key: number): number;
  /** Returns the values of a key in the order in which they were added. */
  at(key: number): readonly number[];
}

/** Uses open addressing. Up to three quarters of the slots are full, so that a key takes 16 to 32 bytes. */
export function createKeyTable(): KeyTable {
  let mask = 4095;
  let keys = new Float64Array(mask + 1);
  let values = new Uint32Array(mask + 1);
  let count = 0;

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
    const [oldKeys, oldValues] = [keys, values];
    // Starts at a free slot, so that the values of a key keep their order.
    const start = oldKeys.indexOf(0);
    const size = mask + 1;
    mask = size * 2 - 1;
    keys = new Float64Array(mask + 1);
    values = new Uint32Array(mask + 1);
    for (let step = 0; step < size; step++) {
      const place = (start + step) & (size - 1);
      const key = oldKeys[place] as number;
      if (key !== 0) put(key, oldValues[place] as number);
    }
  }
  return {
    add(key, value) {
      if (count * 4 > mask * 3) grow();
      put(key, value);
      count++;
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
