/**
 * The lines of a document as the ledger stores them: packed into blocks of text, each line a JSON array. A block is written and read with
 * one statement instead of hundreds, and the seal of the month covers its text.
 */
import type { Charge, DocumentLine, Reason } from '../billing/document.js';
import type { IssuedLine } from '../billing/month-view.js';
import type { DocumentOwner } from '../billing/per-document.js';

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

/** The amount of a packed line and its order line, for adding up. */
export type LineMoney = Pick<DocumentLine, 'lineType' | 'orderId' | 'orderLine' | 'amountMinor'>;

/** @throws SyntaxError if the text is damaged */
export function moneyOfLines(lines: string): LineMoney[] {
  return packedLines(lines).map((line) => ({
    lineType: line[0],
    orderId: line[2],
    orderLine: line[3],
    amountMinor: line[9],
  }));
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

/** Returns only the lines of a block with this amount and day of placement. It searches the text first, since most blocks have none. */
export function unpackLinesOf(
  { amountMinor, placedOn }: Pick<IssuedLine, 'amountMinor' | 'placedOn'>,
  lines: string,
  firstLine: number,
  owner: DocumentOwner,
): UnpackedLine[] {
  const said = `,${amountMinor},${JSON.stringify(placedOn)},`;
  const found: UnpackedLine[] = [];
  for (let at = lines.indexOf(said); at >= 0; at = lines.indexOf(said, at + 1)) {
    const start = lines.lastIndexOf('\n', at) + 1;
    const packed: PackedLine = JSON.parse(lines.slice(start, lines.indexOf('\n', at)));
    // The same text may occur in a description.
    if (packed[9] !== amountMinor || packed[10] !== placedOn) continue;
    const lineNumber = firstLine + lines.slice(0, start).split('\n').length - 1;
    found.push(unpacked(packed, lineNumber, owner));
  }
  return found;
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
