/** The position of a reader in the bytes of a file: the next byte, its physical line and its column. It does not know formats. */
import { type Message, say } from '../errors/message.js';
import { append, createRecordBuffer, type RecordBuffer } from './record-buffer.js';

export interface ByteCursor {
  readonly buffer: RecordBuffer;
  /** The offset in the buffer of the next byte to read. */
  at: number;
  /** The physical line of that byte, from 1. */
  line: number;
  lineStart: number;
  /** The number of continuation bytes since the start of the line. They take up no column. */
  continuations: number;
  /** True once the first bytes were looked at for a byte order mark. */
  isPastMark: boolean;
  /** True once no more bytes will come. */
  ended: boolean;
  /** True once the reading has ended, perhaps before the end of the file. */
  stopped: boolean;
}

export function createCursor(): ByteCursor {
  const place = { at: 0, line: 1, lineStart: 0, continuations: 0 };
  return { buffer: createRecordBuffer(), ...place, isPastMark: false, ended: false, stopped: false };
}

const LF = 0x0a;

/** Larger chunks are processed in slices of this size, so that the record alone limits memory. */
const SLICE_BYTES = 1024 * 1024;

/** Adds a chunk, unless the reading was stopped. @param readOn reads the bytes that have arrived */
export function take(cursor: ByteCursor, chunk: Uint8Array, readOn: () => void): void {
  for (let from = 0; from < chunk.length && !cursor.stopped; from += SLICE_BYTES) {
    const moved = append(cursor.buffer, chunk.subarray(from, from + SLICE_BYTES));
    cursor.at -= moved;
    cursor.lineStart -= moved;
    readOn();
  }
}

/**
 * Skips a byte order mark before the first line. That of UTF-16 stops the reading.
 * @returns false if nothing can be read: the reading was stopped, or more bytes are needed to decide
 */
export function skipMark(cursor: ByteCursor, refuse: (message: Message) => void): boolean {
  if (cursor.stopped || cursor.isPastMark) return !cursor.stopped;
  const { bytes, end } = cursor.buffer;
  if (end < 3 && !cursor.ended) return false;
  cursor.isPastMark = true;
  if (end >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff)) {
    cursor.stopped = true;
    refuse(say.utf16());
  } else if (end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    cursor.at = 3;
    cursor.buffer.start = 3;
    cursor.lineStart = 3;
  }
  return !cursor.stopped;
}

/** Returns the offset of the next line feed; -1 if none has arrived. */
export function nextLineFeed({ buffer, at }: ByteCursor): number {
  return buffer.bytes.subarray(0, buffer.end).indexOf(LF, at);
}

/** Skips the rest of the line, as far as it has arrived. @returns false if its end has not arrived */
export function skipLine(cursor: ByteCursor): boolean {
  const lineFeed = nextLineFeed(cursor);
  cursor.at = lineFeed < 0 ? cursor.buffer.end : lineFeed + 1;
  if (lineFeed < 0) return false;
  startLine(cursor);
  return true;
}

/** Starts a line at the next byte. */
export function startLine(cursor: ByteCursor): void {
  cursor.line++;
  cursor.lineStart = cursor.at;
  cursor.continuations = 0;
}

/** Returns the bytes of the current record up to the next byte. */
export function recordBytes({ buffer, at }: ByteCursor): Uint8Array {
  return buffer.bytes.subarray(buffer.start, at);
}

/** Returns the position of the next byte in its line in code points, from 1. */
export function columnAt({ at, lineStart, continuations }: ByteCursor): number {
  return at - lineStart - continuations + 1;
}
