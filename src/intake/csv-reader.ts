/**
 * Reads CSV exactly as RFC 4180 describes it: commas, LF or CRLF, doubled quotes within quotes. It knows the place of every cell in the
 * original bytes; other files decide what cells mean. A layout may set another separator, lines before the header and after the data,
 * and how rows without a value are treated.
 *
 * All records must be as wide as the first. After a problem the reader continues with the next record, so that one run finds every
 * problem. Three problems end the reading: a bad first record, an unterminated quote, and a field or record beyond its limit.
 */
import { type Message, say } from '../errors/message.js';
import { append, asciiText, createRecordBuffer, type RecordBuffer } from './record-buffer.js';
import { INCOMPLETE, multiByteLength } from './utf8.js';

/** The places of the current record's cells. */
export interface CellPlaces {
  /** The physical line on which the record starts, from 1. It starts in column 1. */
  readonly line: number;
  /** Returns the physical line, from 1, of the cell's first byte (its opening quote, if any). */
  lineOf(cell: number): number;
  /** Returns the position in that line in code points, from 1. */
  columnOf(cell: number): number;
}

/** The current record. The reader reuses it for the next one: take what you need during the call. */
export interface CsvRecord extends CellPlaces {
  readonly width: number;
  text(cell: number): string;
}

export interface CsvHandlers {
  record(record: CsvRecord): void;
  /** @param cell the number of the wrong cell, from 0; -1 for the record as a whole */
  problem(line: number, column: number, cell: number, message: Message): void;
}

/** A faster way to read some records. They must be on one line, as wide as the first record, and without problems. */
export interface ShortWay {
  /** Reads the record at the buffer's start, on that line. @returns the offset after its line ending; 0 if it does not qualify */
  read(buffer: RecordBuffer, line: number): number;
  /** Takes the record that was read last. */
  take(): void;
}

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

export interface CsvReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading. No handler is called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of data records read so far, good or bad, without headers. */
  readonly records: number;
  /** The number of skipped rows without a value, if the layout has `blankRows`. */
  readonly blankRows: number;
  /** True once the line after the data was found. */
  readonly footerSeen: boolean;
  /** Returns the bytes of the current record as they are in the file, with its line ending. Valid only during a callback. */
  raw(): Uint8Array;
  /** From now on, a record with this first cell is another header, which sets the width of the records after it. */
  expectHeaders(firstCell: string): void;
  /** From now on, records are offered to the shortcut first. */
  offerTo(shortWay: ShortWay): void;
}

/** The most bytes of a field, between its commas or quotes. */
export const MOST_FIELD_BYTES = 1024 * 1024;

/** The most bytes of a record, over all its physical lines. */
export const MOST_RECORD_BYTES = 10 * 1024 * 1024;

/** A hundred times what any kind has. It keeps a line of commas from filling the memory. */
export const MOST_FIELDS = 1000;

/** The most blank rows to hold back as the possible end of the file. Further rows are problems, and this many exceed an import's limit. */
export const MOST_HELD_ROWS = 100_001;

/** Larger chunks are processed in slices of this size, so that the record alone limits memory. */
const SLICE_BYTES = 1024 * 1024;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** Classes of bytes inside quotes, where separators are plain too. PLAIN bytes are skipped without a closer look. */
const PLAIN = 0;
const CONTROL = 1;
const MULTI_BYTE = 2;

const QUOTED_CLASS = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte++) QUOTED_CLASS[byte] = CONTROL;
QUOTED_CLASS[TAB] = PLAIN;
QUOTED_CLASS[0x7f] = CONTROL;
for (let byte = 0x80; byte < 0x100; byte++) QUOTED_CLASS[byte] = MULTI_BYTE;
for (const byte of [LF, CR, QUOTE]) QUOTED_CLASS[byte] = byte;

type State =
  | 'file-start'
  | 'preamble'
  | 'cell-start'
  | 'unquoted'
  | 'quoted'
  | 'after-quote'
  | 'skipping'
  | 'footer'
  | 'stopped';

/** How a cell is written, which decides how its text is made. */
const DOUBLED_QUOTES = 1;

interface CellProblem {
  readonly line: number;
  readonly column: number;
  readonly cell: number;
  readonly message: Message;
}

export function createCsvReader(
  handlers: CsvHandlers,
  { separator = ',', headerLine = 1, footer, blankRows: ofBlankRows }: CsvLayout = {},
): CsvReader {
  const SEPARATOR = separator.charCodeAt(0);
  const UNQUOTED_CLASS = QUOTED_CLASS.slice();
  UNQUOTED_CLASS[SEPARATOR] = SEPARATOR;
  const footerBytes = footer === undefined ? undefined : Buffer.from(footer);
  const buffer = createRecordBuffer();
  let state: State = 'file-start';
  let ended = false;
  /** The offset in the buffer of the next byte to read. */
  let at = 0;
  let line = 1;
  let lineStart = 0;
  /** The number of continuation bytes since the start of the line. They take up no column. */
  let continuations = 0;

  let recordLine = 1;
  let recordIsAscii = true;
  let width = -1;
  let records = 0;
  let blankRows = 0;
  /** Rows without a value are problems only if a record follows. */
  let heldRows: { readonly line: number; readonly bytes: Uint8Array }[] = [];
  let heldRowBytes: Uint8Array | undefined;
  /** The first cell of further headers; undefined if there are none. */
  let headerMark: string | undefined;
  let shortWay: ShortWay | undefined;
  let footerSeen = false;

  // One entry for each cell, reused by every record. Offsets count from the start of the record.
  const starts: number[] = [];
  const ends: number[] = [];
  const lines: number[] = [];
  const columns: number[] = [];
  const forms: number[] = [];
  let cells = 0;
  /** Only the first problem of a cell is reported, since others usually follow from it. */
  let cellHasProblem = false;
  /** The problems of the current record. */
  const problems: CellProblem[] = [];

  const record: CsvRecord = {
    get width() {
      return cells;
    },
    get line() {
      return recordLine;
    },
    text,
    lineOf: (cell) => lines[cell] as number,
    columnOf: (cell) => columns[cell] as number,
  };

  return {
    push,
    end,
    stop,
    get stopped() {
      return state === 'stopped';
    },
    get line() {
      return line;
    },
    get records() {
      return records;
    },
    get blankRows() {
      return blankRows;
    },
    get footerSeen() {
      return footerSeen;
    },
    raw: () => heldRowBytes ?? buffer.bytes.subarray(buffer.start, at),
    expectHeaders(firstCell) {
      headerMark = firstCell;
    },
    offerTo(way) {
      shortWay = way;
    },
  };

  function push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length && state !== 'stopped'; from += SLICE_BYTES) {
      const moved = append(buffer, chunk.subarray(from, from + SLICE_BYTES));
      at -= moved;
      lineStart -= moved;
      scan();
    }
  }

  function end(): void {
    ended = true;
    scan();
    if (state === 'quoted') {
      report(lines[cells] as number, columns[cells] as number, cells, say.unterminatedQuote());
      endReading();
    } else if (state === 'skipping') {
      endRecord();
    } else if (state === 'unquoted' || state === 'after-quote') {
      if (state === 'unquoted') endCell('cell-start');
      endRecord();
    } else if (state === 'cell-start' && cells > 0) {
      startCell();
      endCell('cell-start');
      endRecord();
    }
    if (state !== 'stopped') blankRows += heldRows.length;
    state = 'stopped';
  }

  function stop(): void {
    state = 'stopped';
  }

  /** Runs step after step until the bytes are used up or a step needs more. */
  function scan(): void {
    let more = true;
    while (more && state !== 'stopped') more = step();
    if (!ended) refuseIfTooLarge();
  }

  /** @returns false if more bytes are needed */
  function step(): boolean {
    switch (state) {
      case 'file-start':
        return startFile();
      case 'preamble':
        return skipPreamble();
      case 'footer':
        return skipFooter();
      case 'cell-start':
        return openCell();
      case 'unquoted':
        return scanUnquoted();
      case 'quoted':
        return scanQuoted();
      case 'after-quote':
        return scanAfterQuote();
      case 'skipping':
        return skipLine();
      case 'stopped':
        return false;
    }
  }

  /** Skips a byte order mark and refuses UTF-16. */
  function startFile(): boolean {
    const { bytes, end } = buffer;
    if (end < 3 && !ended) return false;
    if (end >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff)) {
      handlers.problem(1, 1, -1, say.utf16());
      state = 'stopped';
      return false;
    }
    if (end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      at = 3;
      buffer.start = 3;
      lineStart = 3;
    }
    state = 'preamble';
    return true;
  }

  /** Skips the lines before the header, whatever they contain. */
  function skipPreamble(): boolean {
    while (line < headerLine) {
      const lineFeed = buffer.bytes.subarray(0, buffer.end).indexOf(LF, at);
      at = lineFeed < 0 ? buffer.end : lineFeed + 1;
      buffer.start = at;
      if (lineFeed < 0) return false;
      endLine();
    }
    startRecord();
    return true;
  }

  function skipFooter(): boolean {
    at = buffer.end;
    buffer.start = at;
    return false;
  }

  /** @returns undefined if more bytes are needed to decide */
  function isAtFooter(footer: Uint8Array): boolean | undefined {
    const { bytes, end } = buffer;
    const start = bytes[at] === QUOTE ? at + 1 : at;
    if (start + footer.length > end) return ended ? false : undefined;
    for (let index = 0; index < footer.length; index++)
      if (bytes[start + index] !== footer[index]) return false;
    return true;
  }

  function openCell(): boolean {
    if (cells === 0 && shortWay !== undefined) goShortWay(shortWay);
    if (at >= buffer.end || state === 'stopped') return false;
    if (cells === 0 && width >= 0 && footerBytes !== undefined) {
      const isFooter = isAtFooter(footerBytes);
      if (isFooter === undefined) return false;
      if (isFooter) {
        footerSeen = true;
        state = 'footer';
        return true;
      }
    }
    if (cells === 0 && scanLine()) return true;
    startCell();
    if (buffer.bytes[at] === QUOTE) {
      at++;
      starts[cells] = at - buffer.start;
      state = 'quoted';
    } else {
      state = 'unquoted';
    }
    return true;
  }

  /**
   * Reads the current record at once if it is complete, on one line and has nothing special, as most are. Otherwise it changes nothing,
   * and the record is read cell by cell.
   */
  function scanLine(): boolean {
    const { bytes, start, end } = buffer;
    let cell = 0;
    for (let next = at; cell <= MOST_FIELDS; cell++) {
      const isQuoted = next < end && bytes[next] === QUOTE;
      const classes = isQuoted ? QUOTED_CLASS : UNQUOTED_CLASS;
      let to = isQuoted ? next + 1 : next;
      starts[cell] = to - start;
      lines[cell] = line;
      columns[cell] = next - lineStart + 1;
      forms[cell] = 0;
      while (to < end && classes[bytes[to] as number] === PLAIN) to++;
      ends[cell] = to - start;
      if (isQuoted && bytes[to++] !== QUOTE) return false;
      if (to >= end) return false;
      if (bytes[to] === SEPARATOR) {
        next = to + 1;
        continue;
      }
      if (bytes[to] === CR) to++;
      if (to >= end || bytes[to] !== LF || to - start > MOST_FIELD_BYTES || cell >= MOST_FIELDS) return false;
      at = to + 1;
      cells = cell + 1;
      endLine();
      endRecord();
      return true;
    }
    return false;
  }

  /** Reads records by the shortcut up to the first one that does not qualify. */
  function goShortWay({ read, take }: ShortWay): void {
    for (;;) {
      if (footerBytes !== undefined && isAtFooter(footerBytes) !== false) return;
      const next = read(buffer, line);
      if (next === 0) return;
      at = next;
      endLine();
      if (heldRows.length > 0 && !tellHeldRows()) return;
      records++;
      take();
      if (state === 'stopped') return;
      startRecord();
    }
  }

  function startCell(): void {
    starts[cells] = at - buffer.start;
    lines[cells] = line;
    columns[cells] = column(at);
    forms[cells] = 0;
    cellHasProblem = false;
  }

  function scanUnquoted(): boolean {
    const { bytes, end } = buffer;
    const classes = UNQUOTED_CLASS;
    for (;;) {
      let next = at;
      while (next < end && classes[bytes[next] as number] === PLAIN) next++;
      at = next;
      if (next >= end) return false;
      const byte = bytes[next] as number;
      if (byte === SEPARATOR) {
        endCell('cell-start');
        at++;
        return true;
      }
      if (byte === LF) {
        endCell('cell-start');
        at++;
        endLine();
        endRecord();
        return true;
      }
      if (byte === CR) {
        if (next + 1 >= end && !ended) return false;
        if (next + 1 < end && bytes[next + 1] === LF) {
          endCell('cell-start');
          at += 2;
          endLine();
          endRecord();
          return true;
        }
        reportHere(say.bareCarriageReturn());
        at++;
      } else if (byte === QUOTE) {
        reportHere(say.quoteInUnquotedField());
        at++;
      } else if (!takeOther()) {
        return false;
      }
      if (state === 'stopped') return false;
    }
  }

  function scanQuoted(): boolean {
    const { bytes, end } = buffer;
    for (;;) {
      let next = at;
      while (next < end && QUOTED_CLASS[bytes[next] as number] === PLAIN) next++;
      at = next;
      if (next >= end) return false;
      const byte = bytes[next] as number;
      if (byte === QUOTE) {
        if (next + 1 >= end && !ended) return false;
        if (next + 1 < end && bytes[next + 1] === QUOTE) {
          forms[cells] = DOUBLED_QUOTES;
          at += 2;
        } else {
          endCell('after-quote');
          at++;
          return true;
        }
      } else if (byte === LF) {
        at++;
        endLine();
      } else if (byte === CR) {
        if (next + 1 >= end && !ended) return false;
        if (next + 1 >= end || bytes[next + 1] !== LF) reportHere(say.bareCarriageReturn());
        at++;
      } else if (!takeOther()) {
        return false;
      }
      if (state === 'stopped') return false;
    }
  }

  /** Reads a control character or a multi-byte character. @returns false if more bytes are needed */
  function takeOther(): boolean {
    const byte = buffer.bytes[at] as number;
    if (byte < 0x80) {
      reportHere(say.controlCharacter(byte));
      at++;
      return true;
    }
    const length = multiByteLength(buffer.bytes, at, buffer.end);
    if (length === INCOMPLETE && !ended) return false;
    if (length >= 2) {
      recordIsAscii = false;
      continuations += length - 1;
      at += length;
    } else {
      reportHere(say.invalidUtf8(byte));
      at++;
    }
    return true;
  }

  /** After a closing quote only a separator or the end of the record is allowed. */
  function scanAfterQuote(): boolean {
    const { bytes, end } = buffer;
    if (at >= end) return false;
    const byte = bytes[at];
    if (byte === SEPARATOR) {
      at++;
      state = 'cell-start';
      return true;
    }
    if (byte === CR && at + 1 >= end && !ended) return false;
    const ending = byte === LF ? 1 : byte === CR && at + 1 < end && bytes[at + 1] === LF ? 2 : 0;
    if (ending > 0) {
      at += ending;
      endLine();
      endRecord();
      return true;
    }
    cells--;
    reportHere(byte === CR ? say.bareCarriageReturn() : say.textAfterClosingQuote(separator));
    cells++;
    if (state !== 'stopped') state = 'skipping';
    return true;
  }

  /** It is unclear what the quotes of this record enclose, so the rest of the line is skipped. */
  function skipLine(): boolean {
    const lineFeed = buffer.bytes.subarray(0, buffer.end).indexOf(LF, at);
    at = lineFeed < 0 ? buffer.end : lineFeed + 1;
    if (lineFeed < 0) return false;
    endLine();
    endRecord();
    return true;
  }

  function endLine(): void {
    line++;
    lineStart = at;
    continuations = 0;
  }

  function endCell(next: State): void {
    ends[cells] = at - buffer.start;
    if (at - buffer.start > MOST_FIELD_BYTES && refuseIfTooLarge()) return;
    cells++;
    state = next;
    if (cells > MOST_FIELDS) {
      report(recordLine, 1, -1, say.tooManyFields());
      endReading();
    }
  }

  function endRecord(): void {
    if (state === 'stopped' || refuseIfTooLarge()) return;
    if (ofBlankRows !== undefined && width >= 0 && problems.length === 0 && isBlankRow()) {
      if (ofBlankRows === 'skip') blankRows++;
      else {
        if (heldRows.length === MOST_HELD_ROWS && !tellHeldRows()) return;
        heldRows.push({ line: recordLine, bytes: Buffer.from(buffer.bytes.subarray(buffer.start, at)) });
      }
      startRecord();
      return;
    }
    if (heldRows.length > 0 && !tellHeldRows()) return;
    if (width < 0 || (headerMark !== undefined && startsTable())) width = cells;
    else records++;
    if (problems.length === 0 && cells !== width) {
      report(recordLine, 1, -1, say.wrongFieldCount(cells, width, { separator, endsEmpty: endsEmpty() }));
    }
    if (problems.length === 0) handlers.record(record);
    else if (records === 0) state = 'stopped';
    tellProblems();
    if ((state as State) !== 'stopped') startRecord();
  }

  /** Ends the reading after a problem that makes the rest of the file unreadable. */
  function endReading(): void {
    if (heldRows.length > 0 && !tellHeldRows()) return;
    if (width >= 0) records++;
    state = 'stopped';
    tellProblems();
  }

  function startRecord(): void {
    buffer.start = at;
    recordLine = line;
    recordIsAscii = true;
    cells = 0;
    state = 'cell-start';
  }

  function startsTable(): boolean {
    return problems.length === 0 && text(0) === headerMark;
  }

  function isBlankRow(): boolean {
    for (let cell = 0; cell < cells; cell++) if (!isBlank(cell)) return false;
    return true;
  }

  /** Tells whether all surplus cells are empty. */
  function endsEmpty(): boolean {
    for (let cell = width; cell < cells; cell++) if (!isBlank(cell)) return false;
    return true;
  }

  function isBlank(cell: number): boolean {
    return starts[cell] === ends[cell] || text(cell).trim() === '';
  }

  /** @returns false if reading was stopped */
  function tellHeldRows(): boolean {
    const rows = heldRows;
    heldRows = [];
    for (const row of rows) {
      heldRowBytes = row.bytes;
      records++;
      handlers.problem(row.line, 1, -1, say.blankRow());
      if (state === 'stopped') break;
    }
    heldRowBytes = undefined;
    return state !== 'stopped';
  }

  function text(cell: number): string {
    const start = buffer.start + (starts[cell] as number);
    const end = buffer.start + (ends[cell] as number);
    const written = recordIsAscii
      ? asciiText(buffer, start, end, at)
      : buffer.bytes.toString('utf8', start, end);
    return forms[cell] === DOUBLED_QUOTES ? written.replaceAll('""', '"') : written;
  }

  function column(offset: number): number {
    return offset - lineStart - continuations + 1;
  }

  function reportHere(message: Message): void {
    if (refuseIfTooLarge() || cellHasProblem) return;
    cellHasProblem = true;
    report(line, column(at), cells, message);
  }

  function report(problemLine: number, problemColumn: number, cell: number, message: Message): void {
    problems.push({ line: problemLine, column: problemColumn, cell, message });
  }

  /** Reports problems in the order of the file: an unclosed quote is found last but comes first. */
  function tellProblems(): void {
    if (problems.length === 0) return;
    const told = problems.splice(0).sort((a, b) => a.line - b.line || a.column - b.column);
    for (const problem of told) {
      handlers.problem(problem.line, problem.column, problem.cell, problem.message);
    }
  }

  /** Called at the end of cells and records, at problems and between chunks, so that the result does not depend on the chunks. */
  function refuseIfTooLarge(): boolean {
    if (state === 'stopped') return true;
    const recordRoom = buffer.start + MOST_RECORD_BYTES - at;
    const fieldRoom = inCell() ? buffer.start + (starts[cells] as number) + MOST_FIELD_BYTES - at : 0;
    if (recordRoom >= 0 && fieldRoom >= 0) return false;
    if (fieldRoom < recordRoom || recordRoom >= 0) {
      report(lines[cells] as number, columns[cells] as number, cells, say.fieldTooLarge(state === 'quoted'));
    } else {
      report(recordLine, 1, -1, say.recordTooLarge());
    }
    endReading();
    return true;
  }

  function inCell(): boolean {
    return state === 'unquoted' || state === 'quoted';
  }
}
