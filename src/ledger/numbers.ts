/** A growing list of whole numbers, as wide as the elements of its array type. */
export interface Numbers {
  /** Returns the number at an index; 0 if it was not set. */
  get(index: number): number;
  set(index: number, value: number): void;
}

export function createNumbers(kind: typeof Uint8Array | typeof Uint32Array | typeof Float64Array): Numbers {
  let numbers = new kind(1024);
  return {
    get: (index) => numbers[index] ?? 0,
    set(index, value) {
      if (index >= numbers.length) {
        const grown = new kind(Math.max(numbers.length * 2, index + 1));
        grown.set(numbers);
        numbers = grown;
      }
      numbers[index] = value;
    },
  };
}
