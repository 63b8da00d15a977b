/**
 * A shortcut for plain records, which make up most of nearly every CSV file: it turns bytes into a fact at once. Here is what a caller sees
 * of it; plain-packer.ts turns one record into its row, and plain-fields.ts says what each field must be.
 *
 * It takes a record or leaves it, and refuses none: csv-reader.ts and facts.ts read every record that it leaves, good or bad, from the
 * first byte on. For a record that it takes, fact and places are the same as theirs.
 *
 * A plain record is an order line or an event, but not a retraction. It is on one line, ends with LF or CRLF, is as wide as the header and
 * has no value under an empty name. Its cells are printable ASCII, texts also other UTF-8; a cell may be quoted, and only a text contains quotes.
 * Required fields are there. Ids have at most 128 characters, no blank at their ends and not the form that spreadsheets give long numbers.
 * Texts have at most 1,000 bytes, integers at most 15 digits. Instants have a capital `T`, and `Z` or an offset. Decimals have no leading
 * zeros; quantity and unit price have at most 11 characters together, so no amount is too large.
 */
import { startIn } from '../billing/ends.js';
import type { Fact } from '../billing/order.js';
import {
  createPackedFacts,
  HAS_NO_CURRENCY,
  IS_PASSED_OVER,
  IS_UNNUMBERED,
  type PackedFacts,
  type PackedPart,
  ROW_END,
  toEvent,
  toOrderLine,
} from '../billing/packed-facts.js';
import type { CellPlaces } from './csv-cells.js';
import { createPlainPacker, type PlainSettings } from './plain-packer.js';
import type { RecordBuffer } from './record-buffer.js';

export type { PlainSettings } from './plain-packer.js';

export interface PlainRecords {
  /**
   * Reads the record at the buffer's start, on that line, and the expected ones that follow it, but none that is passed over with others.
   * @param most how many at most
   * @returns the offset after the first one's line ending; 0 if it is not plain or not complete
   */
  read(buffer: RecordBuffer, line: number, most?: number): number;
  /** Returns the offset after so many of those that were read. */
  endOf(count: number): number;
  /** Takes facts of the input from that position on, which were read before. They need not be read again. */
  expect(facts: readonly PackedFacts[], position: number): void;
  /** Adds the record at the buffer's start to packed facts. @returns as `read` */
  pack(buffer: RecordBuffer, into: PackedFacts): number;
  /** True if a word of the first record read last skips it. */
  readonly isPassedOver: boolean;
  /** The facts that were read last. */
  readonly part: PackedPart;
  /** The places of the first one's cells. Valid until the buffer changes. */
  readonly places: CellPlaces;
}

export function createPlainRecords(settings: PlainSettings): PlainRecords {
  const { pack, cells } = createPlainPacker(settings);
  const single = createPackedFacts(settings.kind, 1, 1024);
  let buffer: RecordBuffer;
  /** The facts that were read last, and where the buffer has the first byte of the bytes from which they were read. */
  const part = { of: single, from: 0, to: 0, line: 0 };
  let origin = 0;
  /** The facts that are expected, and the next one of the first of them. */
  let expected: { readonly facts: PackedFacts; readonly position: number }[] = [];
  let next = 0;

  return {
    read(from, line, most = 1) {
      part.line = line;
      buffer = from;
      if (expected.length > 0 && findExpected(from, most)) return endOf(1);
      single.count = 0;
      part.of = single;
      part.from = 0;
      part.to = 1;
      origin = 0;
      return pack(from, single);
    },
    endOf,
    expect(facts, position) {
      expected = facts.map((each) => ({ facts: each, position }));
      next = 0;
      part.to = 0;
    },
    pack,
    get isPassedOver() {
      return isPassedOver(part.of, part.from);
    },
    part,
    places: {
      get line() {
        return part.line;
      },
      lineOf: () => part.line,
      columnOf(cell) {
        // An expected record was not split.
        cells.split(buffer);
        return cells.columnOf(cell);
      },
    },
  };

  /** Finds the expected facts of the record that begins at the buffer's start, and of those after it. @returns false if there is none */
  function findExpected({ position: bufferPosition, start, end }: RecordBuffer, most: number): boolean {
    for (let first = expected[0]; first !== undefined; first = expected[0]) {
      const { facts, position } = first;
      origin = position - bufferPosition;
      while (next < facts.count && origin + (facts.recordStarts[next] as number) < start) next++;
      if (next < facts.count) {
        if (origin + (facts.recordStarts[next] as number) > start) return false;
        if (origin + (facts.recordEnds[next] as number) > end) return false;
        // After a few of them were taken, the others still follow.
        if (part.of !== facts || part.to <= next) part.to = next + 1;
        part.of = facts;
        part.from = next;
        const last = Math.min(facts.count, next + (isPassedOver(facts, next) ? 1 : most));
        while (part.to < last && continues(facts, part.to, end)) part.to++;
        return true;
      }
      expected.shift();
      next = 0;
      part.to = 0;
    }
    return false;
  }

  /** Tells whether a fact's record has arrived and begins where that of the fact before ends. */
  function continues(facts: PackedFacts, place: number, end: number): boolean {
    return (
      facts.recordStarts[place] === facts.recordEnds[place - 1] &&
      origin + (facts.recordEnds[place] as number) <= end &&
      !isPassedOver(facts, place)
    );
  }

  function endOf(count: number): number {
    return origin + (part.of.recordEnds[part.from + count - 1] as number);
  }
}

function isPassedOver({ flags }: PackedFacts, place: number): boolean {
  return ((flags[place] as number) & IS_PASSED_OVER) !== 0;
}

/** Returns the first of some facts, unpacked each time that it is looked at. Most facts never are. */
export function unpackedWhenRead(kind: PlainSettings['kind'], packed: PackedPart): Fact {
  const row = () => {
    const { of, from } = packed;
    const start = startIn(of.ends, from);
    const end = (of.ends[from] as number) - ROW_END.length;
    return JSON.parse(Buffer.from(of.bytes.buffer, start, end - start).toString());
  };
  const has = (flag: number) => ((packed.of.flags[packed.from] as number) & flag) !== 0;
  if (kind === 'history')
    return {
      kind,
      get fact() {
        return toEvent(row());
      },
    };
  return {
    kind,
    get fact() {
      const line = toOrderLine(row());
      return has(HAS_NO_CURRENCY) ? { ...line, currency: '' } : line;
    },
    get isUnnumbered() {
      return has(IS_UNNUMBERED);
    },
  };
}
