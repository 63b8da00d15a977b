/**
 * Holds the bytes of the record that is being read, however the input was cut into chunks. Knows nothing of formats.
 *
 * Each byte is copied in once and moved a bounded number of times, so reading is linear; the buffer is never larger than
 * about twice the longest record plus one chunk.
 */

export interface RecordBuffer {
  bytes: Buffer;
  /** Where the unfinished record starts in `bytes`. */
  start: number;
  /** One past the last byte that has come in. */
  end: number;
}

const FIRST_SIZE = 64 * 1024;

export function createRecordBuffer(): RecordBuffer {
  return { bytes: Buffer.allocUnsafe(FIRST_SIZE), start: 0, end: 0 };
}

/**
 * Appends a chunk.
 * @returns by how much the bytes before it moved towards the front; offsets into `bytes` must be lowered by that
 */
export function append(buffer: RecordBuffer, chunk: Uint8Array): number {
  const moved = buffer.end + chunk.length > buffer.bytes.length ? makeRoom(buffer, chunk.length) : 0;
  buffer.bytes.set(chunk, buffer.end);
  buffer.end += chunk.length;
  return moved;
}

/** Moves the unfinished record to the front, into a larger buffer unless this one would stay half empty. */
function makeRoom(buffer: RecordBuffer, more: number): number {
  const { bytes, start, end } = buffer;
  const wanted = end - start + more;
  const target = wanted * 2 > bytes.length ? Buffer.allocUnsafe(wanted * 2) : bytes;
  bytes.copy(target, 0, start, end);
  buffer.bytes = target;
  buffer.start = 0;
  buffer.end = end - start;
  return start;
}
