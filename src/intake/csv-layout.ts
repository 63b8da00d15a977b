/** The layout of a CSV file: what is before its header and after its data. */
import { type ByteCursor, skipLine } from './byte-cursor.js';

/** How a file's layout differs from RFC 4180. */
export interface CsvLayout {
  /** One ASCII character. */
  readonly separator?: string | undefined;
  /** The physical line of the header. Lines before it are not read as CSV. */
  readonly headerLine?: number | undefined;
  /** The beginning of the first line after the data, with or without a quote before it. The rest of the file is not read as CSV. */
  readonly footer?: string | undefined;
  /**
   * How rows without a value are treated. `refuse` reports those before a record and skips those at the end; `skip` skips all. If absent,
   * they are records like others.
   */
  readonly blankRows?: 'refuse' | 'skip' | undefined;
}

const QUOTE = 0x22;

/** Skips the lines before the header, whatever they contain. @returns false if more bytes are needed */
export function skipPreamble(cursor: ByteCursor, headerLine: number): boolean {
  while (cursor.line < headerLine) {
    const isSkipped = skipLine(cursor);
    cursor.buffer.start = cursor.at;
    if (!isSkipped) return false;
  }
  return true;
}

/** Tells whether the next line is the footer; undefined if more bytes are needed to decide. */
export function isAtFooter({ buffer, at, ended }: ByteCursor, footer: Uint8Array): boolean | undefined {
  const { bytes, end } = buffer;
  const start = bytes[at] === QUOTE ? at + 1 : at;
  if (start + footer.length > end) return ended ? false : undefined;
  for (let index = 0; index < footer.length; index++)
    if (bytes[start + index] !== footer[index]) return false;
  return true;
}
