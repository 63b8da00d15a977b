/** Reads the records of a CSV by a shortcut where it can. What it leaves is read cell by cell. */
import { startLine } from './byte-cursor.js';
import { isAtFooter } from './csv-layout.js';
import type { CsvRows } from './csv-rows.js';
import { startRecord } from './csv-scan.js';
import type { RecordBuffer } from './record-buffer.js';

/** A faster way to read some records. They must be on one line, as wide as the first record, and without problems. */
export interface ShortWay {
  /**
   * Reads the record at the buffer's start, on that line, and perhaps some after it.
   * @param most how many at most
   * @returns the offset after the line ending of the first one; 0 if it does not qualify
   */
  read(buffer: RecordBuffer, line: number, most: number): number;
  /** Takes the first ones of those that were read, if none of them can have a problem. @returns how many */
  takeNew(): number;
  /** Returns the offset after so many of those that were read. */
  endOf(count: number): number;
  /** Takes the first one. */
  take(): void;
}

/** Reads records by the shortcut up to the first one that does not qualify, or the line after the data. */
export function goShortWay(way: ShortWay, rows: CsvRows, footer: Uint8Array | undefined): void {
  const { reading, scan } = rows;
  const { cursor } = reading;
  const most = footer === undefined ? Number.POSITIVE_INFINITY : 1;
  while (footer === undefined || isAtFooter(cursor, footer) === false) {
    const next = way.read(cursor.buffer, cursor.line, most);
    if (next === 0) break;
    cursor.at = next;
    startLine(cursor);
    if (!reading.held.reportAll()) return;
    const count = way.takeNew();
    reading.records += Math.max(count, 1);
    if (count === 0) way.take();
    else {
      cursor.at = way.endOf(count);
      cursor.line += count - 1;
      cursor.lineStart = cursor.at;
    }
    if (cursor.stopped) return;
    cursor.buffer.start = cursor.at;
  }
  startRecord(scan);
}
