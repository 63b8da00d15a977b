type Numbers = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** Copies numbers to the beginning of a larger array. @returns the larger array */
export function grown<Larger extends Numbers>(from: Numbers, larger: Larger): Larger {
  larger.set(from);
  return larger;
}
