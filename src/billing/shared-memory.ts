/** Memory that threads share. */

export const sharedBytes = (length: number): Uint8Array<SharedArrayBuffer> =>
  new Uint8Array(new SharedArrayBuffer(length));

export const sharedNumbers = <Kind extends Uint32Array | Int32Array | Float64Array>(
  kind: { new (buffer: SharedArrayBuffer): Kind; readonly BYTES_PER_ELEMENT: number },
  length: number,
): Kind => new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
