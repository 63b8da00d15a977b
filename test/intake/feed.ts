/** Drives the readers with text or bytes, cut into chunks of a given size, and notes what they call back. */
import type { CsvLayout } from '../../src/intake/csv-layout.js';
import { createCsvReader } from '../../src/intake/csv-reader.js';
import type { CsvHandlers } from '../../src/intake/csv-rows.js';
import { createNdjsonReader } from '../../src/intake/ndjson-reader.js';

/** Every reader test runs with the input cut into these. */
export const CHUNK_SIZES = [1, 2, 3, 1_000_000] as const;

interface Pushed {
  push(chunk: Uint8Array): void;
  end(): void;
}

export function feed(reader: Pushed, input: string | Uint8Array, chunkSize: number): void {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  for (let start = 0; start < bytes.length; start += chunkSize) {
    reader.push(bytes.subarray(start, start + chunkSize));
  }
  reader.end();
}

export interface Read {
  /** The cells of each good record; of NDJSON `key=value`, numbers with `#` before them. */
  readonly records: readonly (readonly string[])[];
  /** `line:column` of each of these cells (of NDJSON, of the values). */
  readonly places: readonly string[];
  /** `line:column: message`, with the cell's number or the key before the message, if there is one. */
  readonly problems: readonly string[];
  /** Records counted, good or bad. */
  readonly count: number;
}

export function readCsv(
  input: string | Uint8Array,
  chunkSize: number = 1_000_000,
  layout: CsvLayout = {},
): Read & { readonly blankRows: number; readonly footerSeen: boolean } {
  const records: string[][] = [];
  const places: string[] = [];
  const problems: string[] = [];
  const handlers: CsvHandlers = {
    record(record) {
      const cells = Array.from({ length: record.width }, (_, cell) => cell);
      records.push(cells.map((cell) => record.text(cell)));
      places.push(cells.map((cell) => `${record.lineOf(cell)}:${record.columnOf(cell)}`).join(' '));
    },
    problem(line, column, cell, message) {
      problems.push(`${line}:${column}: ${cell < 0 ? '' : `${cell}: `}${message.text}`);
    },
  };
  const reader = createCsvReader(handlers, layout);
  feed(reader, input, chunkSize);
  const { blankRows, records: count } = reader;
  return { records, places, problems, count, blankRows, footerSeen: reader.footerSeen() };
}

export function readNdjson(input: string | Uint8Array, chunkSize: number = 1_000_000): Read {
  const records: string[][] = [];
  const places: string[] = [];
  const problems: string[] = [];
  const reader = createNdjsonReader({
    record(record) {
      const members = Array.from({ length: record.size }, (_, member) => member);
      const written = (member: number) =>
        `${record.isNumber(member) ? '#' : ''}${record.value(member) ?? 'null'}`;
      records.push(members.map((member) => `${record.key(member)}=${written(member)}`));
      places.push(members.map((member) => `${record.line}:${record.valueColumn(member)}`).join(' '));
    },
    problem(line, column, key, message) {
      problems.push(`${line}:${column}: ${key === '' ? '' : `${key}: `}${message.text}`);
    },
  });
  feed(reader, input, chunkSize);
  return { records, places, problems, count: reader.records };
}
