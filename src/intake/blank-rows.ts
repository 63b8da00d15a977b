/** Holds back rows without a value, which are problems only if a record follows. */
import { MOST_BLANK_ROWS, MOST_HELD_ROWS } from './limits.js';

export interface BlankRows {
  /** The number of rows held back. */
  readonly count: number;
  /** The bytes of the row that is being reported; undefined at other times. */
  readonly reportedBytes: Uint8Array | undefined;
  /**
   * Holds back a row, or only counts it if there are many. If no spreadsheet has so many, it reports those that it holds.
   * @returns false if reading was stopped
   */
  hold(line: number, bytes: Uint8Array): boolean;
  /** Reports the rows, since a record follows. @returns false if reading was stopped */
  reportAll(): boolean;
}

/** @param report receives the line of each row; returns false if reading was stopped */
export function createBlankRows(report: (line: number) => boolean): BlankRows {
  let rows: { readonly line: number; readonly bytes: Uint8Array }[] = [];
  let further = 0;
  let reportedBytes: Uint8Array | undefined;

  function reportAll(): boolean {
    if (rows.length === 0) return true;
    const held = rows;
    rows = [];
    further = 0;
    const goesOn = held.every((row) => {
      reportedBytes = row.bytes;
      return report(row.line);
    });
    reportedBytes = undefined;
    return goesOn;
  }

  return {
    get count() {
      return rows.length + further;
    },
    get reportedBytes() {
      return reportedBytes;
    },
    hold(line, bytes) {
      if (rows.length + further === MOST_BLANK_ROWS && !reportAll()) return false;
      if (rows.length === MOST_HELD_ROWS) further++;
      else rows.push({ line, bytes: Buffer.from(bytes) });
      return true;
    },
    reportAll,
  };
}
