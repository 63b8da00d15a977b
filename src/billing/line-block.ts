/**
 * The lines of a document as the ledger stores them: packed into blocks of text, each line a JSON array. A block is written and read with
 * one statement instead of hundreds, and the seal of the month covers its text.
 */
import type { BillingMonth } from './billing-month.js';
import type { Charge, DocumentLine, Reason } from './document.js';
import {
  type ByteRange,
  createJsonCells,
  findJsonCells,
  type JsonCells,
  putAscii,
  putBytes,
  putNumber,
} from './json-cells.js';
import type { IssuedLine } from './month-view.js';
import type { DocumentOwner } from './per-document.js';

/** The values of a packed line, in this order. The line's number follows from its place. */
type PackedLine = readonly [
  lineType: 'charge' | 'credit',
  reason: Reason,
  orderId: string,
  orderLine: number,
  product: string,
  description: string,
  patientRef: string,
  quantity: string,
  unitPrice: string,
  amountMinor: number,
  placedOn: string,
  deferredFrom: string,
  resumedOn: string,
  serviceMonth: string,
  /** The key and number of the document that a credit corrects; 0 and empty on a charge. */
  correctsKey: number,
  corrects: string,
];

/** The place of each cell in a packed line. */
export const CELL = {
  lineType: 0,
  reason: 1,
  orderId: 2,
  orderLine: 3,
  product: 4,
  description: 5,
  patientRef: 6,
  quantity: 7,
  unitPrice: 8,
  amountMinor: 9,
  placedOn: 10,
  deferredFrom: 11,
  resumedOn: 12,
  serviceMonth: 13,
  correctsKey: 14,
  corrects: 15,
} as const;

const CELLS = 16;

/** Returns one line of a block, with the line feed at its end. */
export function packLine(line: DocumentLine): string {
  const packed: PackedLine = [
    line.lineType,
    line.reason,
    line.orderId,
    line.orderLine,
    line.product,
    line.description,
    line.patientRef,
    line.quantity,
    line.unitPrice,
    line.amountMinor,
    line.placedOn,
    line.deferredFrom,
    line.resumedOn,
    line.serviceMonth,
    line.corrects?.key ?? 0,
    line.corrects?.number ?? '',
  ];
  return `${JSON.stringify(packed)}\n`;
}

/** An order line that is charged in the month of its placement. */
export interface PlacedLine extends Pick<Charge, 'amountMinor' | 'placedOn'> {
  /** The bytes of its row (packed-facts.ts). Their ranges are in JSON, with the quotes of texts. */
  readonly bytes: Uint8Array;
  /** The order id and the line's number. */
  readonly name: ByteRange;
  /** From the product to the unit price. */
  readonly terms: ByteRange;
}

/** The most bytes that a placed line takes besides the bytes of its row. */
export const MOST_ADDED_TO_ROW = 128;

/** @returns a function that writes a placed line as `packLine` does, and returns where it ends */
export function createPlacedLines(
  month: BillingMonth,
): (out: Uint8Array, start: number, line: PlacedLine) => number {
  const before = '["charge","placed",';
  const after = `","","","${month}",0,""]\n`;
  return (out, start, { bytes, name, terms, amountMinor, placedOn }) => {
    let at = putAscii(out, start, before);
    at = putBytes(out, at, bytes, name);
    out[at++] = COMMA;
    at = putBytes(out, at, bytes, terms);
    out[at++] = COMMA;
    at = putNumber(out, at, amountMinor);
    at = putAscii(out, at, ',"');
    at = putAscii(out, at, placedOn);
    return putAscii(out, at, after);
  };
}

export const createLineCells = (): JsonCells => createJsonCells(CELLS);

const [LINE_FEED, COMMA] = [10, 44];

/**
 * Finds the cells of the line that begins at `at` in the bytes of a block, without decoding them.
 * @returns where the next line begins; 0 if a cell contains an escape or the line is damaged, so that it must be unpacked
 */
export function findCells(bytes: Uint8Array, at: number, cells: JsonCells): number {
  const end = findJsonCells(bytes, at, cells);
  return end > 0 && bytes[end] === LINE_FEED ? end + 1 : 0;
}

/** Returns where the line after the one at `at` begins. */
export function nextLine(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(LINE_FEED, at);
  return end < 0 ? bytes.length : end + 1;
}

const packedLines = (lines: string): PackedLine[] =>
  JSON.parse(`[${lines.slice(0, -1).replaceAll('\n', ',')}]`);

export interface UnpackedLine extends IssuedLine {
  /** The key of the document that a credit corrects; 0 on a charge. */
  readonly correctsKey: number;
}

/**
 * @param firstLine the number of the block's first line
 * @throws SyntaxError if the text is damaged
 */
export function unpackLines(lines: string, firstLine: number, owner: DocumentOwner): UnpackedLine[] {
  return packedLines(lines).map((line, index) => unpacked(line, firstLine + index, owner));
}

/** @throws SyntaxError if the line is damaged */
export const unpackLine = (line: string, lineNumber: number, owner: DocumentOwner): UnpackedLine =>
  unpacked(JSON.parse(line), lineNumber, owner);

/** True if a line is a credit, or charges an order line that the same month credits. */
export const isCorrection = ({ lineType, reason }: Pick<IssuedLine, 'lineType' | 'reason'>): boolean =>
  lineType === 'credit' || reason === 'amended';

/** Matches a packed line that is a correction. `^` and `.` would also see the line ends that texts may contain in JSON, such as U+2028. */
const CORRECTION = /(?<![^\n])\["(?:credit",|charge","amended",)[^\n]*/g;

/**
 * Returns only the corrections in a block, without line numbers. It searches the text, since most blocks have few. @throws SyntaxError if
 * the text is damaged
 */
export function correctionsIn(lines: string, owner: DocumentOwner): UnpackedLine[] {
  return [...lines.matchAll(CORRECTION)].map(([line]) => unpackLine(line, 0, owner));
}

/** Finds the lines of a block with this amount and day of placement. */
export type LikeFinder = (like: Pick<IssuedLine, 'amountMinor' | 'placedOn'>) => UnpackedLine[];

/** An amount and the day of placement after it. A text of a line holds no such thing, since its quotes are escaped. */
const AMOUNT_AND_DAY = /,(-?\d+,"\d{4}-\d\d-\d\d"),/g;

/** How often the text of a block is searched before an index of it takes less time. */
const MOST_SEARCHES = 4;

/** Searches the text and unpacks only what it finds: most blocks have no such line. */
export function createLikeFinder(lines: string, firstLine: number, owner: DocumentOwner): LikeFinder {
  let searches = 0;
  let index: ReadonlyMap<string, readonly number[]> | undefined;
  return ({ amountMinor, placedOn }) => {
    const said = `${amountMinor},${JSON.stringify(placedOn)}`;
    searches++;
    if (searches > MOST_SEARCHES) index ??= placesOfEach(lines);
    return (index === undefined ? placesOf(lines, `,${said},`) : (index.get(said) ?? NOWHERE)).map((at) => {
      const start = lines.lastIndexOf('\n', at) + 1;
      const lineNumber = firstLine + lines.slice(0, start).split('\n').length - 1;
      return unpackLine(lines.slice(start, lines.indexOf('\n', at)), lineNumber, owner);
    });
  };
}

const NOWHERE: readonly number[] = [];

function placesOf(lines: string, said: string): number[] {
  const places: number[] = [];
  for (let at = lines.indexOf(said); at !== -1; at = lines.indexOf(said, at + 1)) places.push(at);
  return places;
}

function placesOfEach(lines: string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const { 1: said = '', index } of lines.matchAll(AMOUNT_AND_DAY)) {
    const own = places.get(said);
    if (own === undefined) places.set(said, [index]);
    else own.push(index);
  }
  return places;
}

function unpacked(
  line: PackedLine,
  lineNumber: number,
  { practiceId, currency }: DocumentOwner,
): UnpackedLine {
  return {
    lineNumber,
    lineType: line[0],
    reason: line[1],
    orderId: line[2],
    orderLine: line[3],
    product: line[4],
    description: line[5],
    patientRef: line[6],
    quantity: line[7],
    unitPrice: line[8],
    amountMinor: line[9],
    placedOn: line[10],
    deferredFrom: line[11],
    resumedOn: line[12],
    serviceMonth: line[13],
    correctsKey: line[14],
    corrects: line[15],
    practiceId,
    currency,
  };
}

/** Returns the charge in a line, without what the document added. @throws Error if the line is a credit */
export function chargeOf(line: UnpackedLine): Charge {
  const { lineNumber: _, lineType: __, reason: ___, correctsKey, corrects, ...charge } = line;
  if (correctsKey !== 0 || corrects !== '') throw new Error(`order ${line.orderId}: a credit is no charge`);
  return charge;
}
