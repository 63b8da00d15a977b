/**
 * Holds the bytes of the current record, however the input was cut into chunks. It does not know formats.
 *
 * Each byte is copied in once and moved a limited number of times, so reading is linear. The buffer is at most about twice the longest
 * record plus one chunk.
 */

export interface RecordBuffer {
  bytes: Buffer;
  /** Where the first of these bytes lies in the input. */
  position: number;
  /** The start of the unfinished record in `bytes`. */
  start: number;
  /** The offset after the last byte that has arrived. */
  end: number;
  /** The bytes from `textStart` to `textEnd` as one character each: the current record and some that follow. */
  text: string;
  textStart: number;
  textEnd: number;
}

const FIRST_SIZE = 64 * 1024;

export function createRecordBuffer(): RecordBuffer {
  const bytes = Buffer.allocUnsafe(FIRST_SIZE);
  return { bytes, position: 0, start: 0, end: 0, text: '', textStart: 0, textEnd: 0 };
}

/**
 * Appends a chunk.
 * @returns how far earlier bytes moved towards the front; offsets into `bytes` must be reduced by it
 */
export function append(buffer: RecordBuffer, chunk: Uint8Array): number {
  const moved = buffer.end + chunk.length > buffer.bytes.length ? makeRoom(buffer, chunk.length) : 0;
  buffer.bytes.set(chunk, buffer.end);
  buffer.end += chunk.length;
  return moved;
}

/** Moves the unfinished record to the front, and into a larger buffer unless this one would be at most half full. */
function makeRoom(buffer: RecordBuffer, more: number): number {
  const { bytes, start, end } = buffer;
  const wanted = end - start + more;
  const target = wanted * 2 > bytes.length ? Buffer.allocUnsafe(wanted * 2) : bytes;
  bytes.copy(target, 0, start, end);
  buffer.bytes = target;
  buffer.position += start;
  buffer.start = 0;
  buffer.end = end - start;
  buffer.textEnd = 0;
  return start;
}

/**
 * Returns the text of a part of the current record, which is ASCII and ends at `recordEnd`. Making a text from bytes takes ten times as
 * long as slicing another text, so it is made for several records at once. They are few, because a slice may keep the whole text in
 * memory.
 */
export function asciiText(buffer: RecordBuffer, start: number, end: number, recordEnd: number): string {
  if (recordEnd > buffer.textEnd || start < buffer.textStart) makeText(buffer, recordEnd);
  return buffer.text.slice(start - buffer.textStart, end - buffer.textStart);
}

const TEXT_BYTES = 1024;

function makeText(buffer: RecordBuffer, recordEnd: number): void {
  buffer.textStart = buffer.start;
  buffer.textEnd = Math.min(Math.max(recordEnd, buffer.start + TEXT_BYTES), buffer.end);
  buffer.text = buffer.bytes.toString('latin1', buffer.textStart, buffer.textEnd);
}
