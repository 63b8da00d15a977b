/** A growing list of whole numbers, as wide as the elements of its array type. */
export interface Numbers {
  /** Returns the number at an index; 0 if it was not set. */
  get(index: number): number;
  set(index: number, value: number): void;
  /** Appends a number. Not together with `set`. */
  add(value: number): void;
  /** Returns the appended numbers. */
  all(): Uint8Array | Uint32Array | Float64Array;
}

export function createNumbers(kind: typeof Uint8Array | typeof Uint32Array | typeof Float64Array): Numbers {
  let numbers = new kind(1024);
  let count = 0;
  function set(index: number, value: number): void {
    if (index >= numbers.length) {
      const grown = new kind(Math.max(numbers.length * 2, index + 1));
      grown.set(numbers);
      numbers = grown;
    }
    numbers[index] = value;
  }
  return {
    get: (index) => numbers[index] ?? 0,
    set,
    add: (value) => set(count++, value),
    all: () => numbers.subarray(0, count),
  };
}
