/**
 * The form of a quarantine file: bad records verbatim, each with its reason, so that the file can be corrected and imported as it is.
 * Other code decides where and when it is written.
 *
 * CSV: in UTF-8, with the separator of the records. The first column is `quarantine_reason`, then comes the record byte for byte, even
 * with missing fields, a stray quote or bytes that are not UTF-8. The header is that of the input after this column. If records of another
 * header follow, a line that starts with `quarantine_reason` is that header. The importer ignores the column.
 *
 * NDJSON: each line has one before it, `{"quarantine_reason":"…","kind":"orders"}`, which does not count as a record.
 */
import type { FactKind } from '../billing/order.js';
import { formatProblem, type Problem } from '../errors/problem.js';

export const QUARANTINE_REASON = 'quarantine_reason';

export type Format = 'csv' | 'ndjson';

/** A record as it is in its file. */
export interface RawRecord {
  readonly format: Format;
  /** In NDJSON undefined if no line before it has told the kind. */
  readonly kind: FactKind | undefined;
  /** Identifies the record within its file. */
  readonly number: number;
  /** In CSV: the header of the record, without a column of reasons. */
  readonly header?: Uint8Array;
  /** In CSV: the separator between cells. */
  readonly separator?: string;
  /** The reader's own bytes, valid only during the call. */
  readonly bytes: Uint8Array;
}

export interface QuarantineWriter {
  /** Adds a problem to its record. @returns true if it is the record's first */
  add(problem: Problem, record: RawRecord): boolean;
  /** Writes the last record, which is held back because a record's problems come one by one. */
  end(): void;
}

/** @param write is called with the pieces of the file, in order */
export function createQuarantineWriter(write: (piece: Uint8Array) => void): QuarantineWriter {
  let held: (RawRecord & { readonly file: string; readonly problems: Problem[] }) | undefined;
  let header: Uint8Array | undefined;

  function end(): void {
    if (held === undefined) return;
    const reason = reasonOf(held.problems);
    if (held.format === 'csv') writeCsv(held, reason);
    else writeNdjson(held, reason);
    held = undefined;
  }

  function writeCsv(record: RawRecord, reason: string): void {
    const { header: own = Buffer.alloc(0), separator = ',', bytes } = record;
    if (header === undefined || Buffer.compare(header, own) !== 0) {
      header = own;
      writeLine(`${QUARANTINE_REASON}${separator}`, header);
    }
    writeLine(`"${reason.replaceAll('"', '""')}"${separator}`, bytes);
  }

  function writeNdjson({ kind, bytes }: RawRecord, reason: string): void {
    writeLine(JSON.stringify({ [QUARANTINE_REASON]: reason, kind }), Buffer.from('\n'));
    writeLine('', bytes);
  }

  /** The last record of a file may have no line ending. */
  function writeLine(start: string, rest: Uint8Array): void {
    const ending = rest.at(-1) === LF ? '' : '\n';
    write(Buffer.concat([Buffer.from(start), rest, Buffer.from(ending)]));
  }

  return {
    add(problem, record) {
      const isFirst = held?.file !== problem.file || held.number !== record.number;
      if (isFirst) {
        end();
        held = { ...record, bytes: Buffer.from(record.bytes), file: problem.file, problems: [] };
      }
      held?.problems.push(problem);
      return isFirst;
    },
    end,
  };
}

/**
 * Returns the order id of a bad record; empty if it cannot be read.
 * @param columns that may hold an order id
 */
export function orderIdIn(
  { format, header = Buffer.alloc(0), separator = ',', bytes }: RawRecord,
  columns: readonly string[],
): string {
  const text = Buffer.from(bytes).toString();
  if (format === 'ndjson') {
    try {
      const record: Readonly<Record<string, unknown>> = JSON.parse(text);
      const orderId = columns.map((column) => record[column]).find((value) => value !== undefined);
      return typeof orderId === 'string' || typeof orderId === 'number' ? String(orderId) : '';
    } catch {
      return '';
    }
  }
  const names = cellsIn(
    Buffer.from(header)
      .toString()
      .replace(/^\uFEFF/, ''),
    separator,
  );
  const place = names.findIndex((name) => columns.includes(name));
  return place < 0 ? '' : (cellsIn(text, separator)[place] ?? '');
}

function cellsIn(line: string, separator: string): string[] {
  const cell = new RegExp(`(?:"(?:[^"]|"")*"|[^\\${separator}"]*)(?:\\${separator}|$)`, 'g');
  return (line.replace(/\r?\n$/, '').match(cell) ?? []).map((text) =>
    (text.endsWith(separator) ? text.slice(0, -1) : text)
      .replace(/^"([\s\S]*)"$/, '$1')
      .replaceAll('""', '"'),
  );
}

/** Returns the reason: `orders.csv:2:5: product: is missing; …; 2:17: unit_price: …`. The file's name occurs once. */
function reasonOf(problems: readonly Problem[]): string {
  const file = formatProblem({ ...(problems[0] as Problem), line: 0, column: 0, field: '', message: '' });
  const name = file.slice(0, -':0:0: '.length);
  const told = problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));
  const reason = `${name}:${told.join('; ')}`;
  // The name of a file must not become a formula in a spreadsheet.
  return /^[=+\-@]/.test(reason) ? `'${reason}` : reason;
}

const LF = 0x0a;
const QUOTE = 0x22;

/** Copies a header as written, without its column of reasons. */
export function headerOf(
  raw: Uint8Array,
  { hasReasons, separator }: { readonly hasReasons: boolean; readonly separator: string },
): Uint8Array {
  return Buffer.from(hasReasons ? withoutReason(raw, true, separator) : raw);
}

/**
 * Returns a record of a quarantine file without its first cell. If the record is not sound (its width or quotes are wrong), the cell may
 * be missing already, so it is removed only if it is empty or looks like a reason.
 */
export function withoutReason(raw: Uint8Array, isSound: boolean, separator: string): Uint8Array {
  const end = endOfFirstCell(raw, separator.charCodeAt(0));
  if (end === undefined) return raw;
  const isReason = isSound || end === 0 || /:\d+:\d+: /.test(Buffer.from(raw.subarray(0, end)).toString());
  return isReason ? raw.subarray(end + 1) : raw;
}

/** Returns the offset of the separator after the first cell; undefined if there is none. */
function endOfFirstCell(raw: Uint8Array, separator: number): number | undefined {
  let at = 0;
  if (raw[0] === QUOTE) {
    for (at = 1; at < raw.length; at++) {
      if (raw[at] !== QUOTE) continue;
      if (raw[at + 1] !== QUOTE) break;
      at++;
    }
    at++;
  } else {
    while (at < raw.length && raw[at] !== separator && raw[at] !== LF) at++;
  }
  return raw[at] === separator ? at : undefined;
}
