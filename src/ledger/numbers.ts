import { grown } from '../billing/grown.js';

type NumberArray = Uint8Array | Uint32Array | Float64Array;

/** A growing list of whole numbers, as wide as the elements of its array type. */
export interface Numbers {
  /** Returns the number at an index; 0 if it was not set. */
  get(index: number): number;
  set(index: number, value: number): void;
  /** Sets the numbers from an index on to a part of others. */
  setAll(index: number, values: NumberArray, from: number, to: number): void;
  /** Appends a number. Not together with `set`. */
  add(value: number): void;
  /** Returns the appended numbers. */
  all(): NumberArray;
}

/** So few numbers are copied faster one by one. */
const FEW = 32;

export function createNumbers(kind: typeof Uint8Array | typeof Uint32Array | typeof Float64Array): Numbers {
  let numbers = new kind(1024);
  let count = 0;
  function makeRoom(length: number): void {
    if (length > numbers.length) numbers = grown(numbers, new kind(Math.max(numbers.length * 2, length)));
  }
  function set(index: number, value: number): void {
    makeRoom(index + 1);
    numbers[index] = value;
  }
  return {
    get: (index) => numbers[index] ?? 0,
    set,
    setAll(index, values, from, to) {
      makeRoom(index + to - from);
      if (to - from > FEW) numbers.set(values.subarray(from, to), index);
      else for (let at = from; at < to; at++) numbers[index + at - from] = values[at] as number;
    },
    add: (value) => set(count++, value),
    all: () => numbers.subarray(0, count),
  };
}
