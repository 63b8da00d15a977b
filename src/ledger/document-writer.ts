/**
 * Writes the documents of a month. Lines arrive in order of order id, which is their order on every document. A document gets its number
 * after the last line (number-documents.ts).
 */
import type { DocumentLine } from '../billing/document.js';
import { createTotals } from '../billing/document-totals.js';
import { createPlacedLines, MOST_ADDED_TO_ROW, packLine } from '../billing/line-block.js';
import { AmountTooLarge } from '../billing/money.js';
import { createPerDocument, type DocumentOwner } from '../billing/per-document.js';
import type { PlainOrder } from '../billing/plain-order.js';
import type { Connection } from './connect.js';
import { createIndexWriter } from './document-index.js';
import { createBulkInsert } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import { type FilledDocument, type Numbering, numberDocuments } from './number-documents.js';
import { createUnwrittenLines } from './unwritten-lines.js';

export interface DocumentWriter {
  /** Adds the lines of an order, by line, credit before charge. Orders must come in order of order id. */
  add(lines: readonly DocumentLine[]): void;
  /** Returns the place of a document, which exists from now on, so that a line must follow. */
  placeOf(owner: DocumentOwner): number;
  /** Adds the line of a plain order to the document at this place. */
  addPlain(document: number, order: PlainOrder): void;
  finish(): void;
}

interface Document extends FilledDocument {
  /** The number of the first line that is not in a written block. */
  firstLine: number;
}

/** The most bytes of unwritten lines over all documents; limits memory. */
const MOST_UNWRITTEN = 32 * 1024 * 1024;

/** The most UTF-8 bytes for one unit of UTF-16. */
const BYTES_OF_A_CHARACTER = 3;

/** Receives what is written, as it is written. */
export interface WrittenNote {
  /** A line that credits. It comes before the blocks with the other lines of its order. */
  credit(owner: DocumentOwner, line: Buffer): void;
  /** @param lines must be read before the call returns, since their buffer is reused */
  block(owner: DocumentOwner, lines: Buffer): void;
}

export function createDocumentWriter(
  db: Connection,
  frame: MonthFrame,
  { numbering, note }: { numbering: Numbering; note: WrittenNote },
): DocumentWriter {
  const { month } = frame;
  const index = createIndexWriter(db, month);
  const insertBlocks = createBulkInsert(db, 'document_blocks');
  const firstKey = lastDocumentKey(db) + 1;
  /** In order of key, each at its place. */
  const all: Document[] = [];
  const documents = createPerDocument(({ practiceId, currency }): Document => {
    const document = { key: firstKey + all.length, place: all.length, practiceId, currency, firstLine: 1 };
    all.push(document);
    return document;
  });
  const totals = createTotals();
  const unwritten = createUnwrittenLines();
  const putPlacedLine = createPlacedLines(month);

  function writeBlocks(): void {
    unwritten.takeAll((place, lines, count) => {
      const document = all[place] as Document;
      insertBlocks.add(document.key, document.firstLine, Buffer.from(lines));
      note.block(document, lines);
      document.firstLine += count;
    });
    insertBlocks.finish();
  }

  function addToTotals(
    { place, practiceId, currency }: Document,
    line: Pick<DocumentLine, 'lineType' | 'amountMinor'>,
    orderId: () => string,
  ): void {
    try {
      totals.add(place, line);
    } catch (error) {
      if (!(error instanceof AmountTooLarge)) throw error;
      throw new AmountTooLarge(error.message, { practiceId, currency, orderId: orderId() });
    }
  }

  return {
    add(lines) {
      for (const line of lines) {
        const document = documents.of(line);
        addToTotals(document, line, () => line.orderId);
        const lineNumber = totals.lineCountOf(document.place);
        const correctsKey = line.corrects?.key ?? 0;
        index.add(line.orderId, line.orderLine, document.key, lineNumber, line.amountMinor, correctsKey);
        const packed = packLine(line);
        const out = unwritten.begin(document.place, packed.length * BYTES_OF_A_CHARACTER);
        const end = out.start + out.bytes.write(packed, out.start);
        unwritten.end(end);
        if (line.lineType === 'credit') note.credit(document, out.bytes.subarray(out.start, end));
      }
      if (unwritten.size() > MOST_UNWRITTEN) writeBlocks();
    },
    placeOf: (owner) => documents.of(owner).place,
    addPlain(place, order) {
      const document = all[place] as Document;
      addToTotals(document, { lineType: 'charge', amountMinor: order.amountMinor }, () => idOf(order));
      index.addCharge(order, document.key, totals.lineCountOf(place));
      const out = unwritten.begin(place, order.terms.end - order.name.start + MOST_ADDED_TO_ROW);
      unwritten.end(putPlacedLine(out.bytes, out.start, order));
      if (unwritten.size() > MOST_UNWRITTEN) writeBlocks();
    },
    finish() {
      index.finish();
      writeBlocks();
      numberDocuments(db, frame, { numbering, documents: all, totals });
    },
  };
}

const idOf = ({ bytes, orderId }: PlainOrder): string =>
  Buffer.from(bytes.subarray(orderId.start, orderId.end)).toString();

/** A draft holds only part of the ledger's documents, so its new keys must be above all keys in both. */
function lastDocumentKey(db: Connection): number {
  const last = db
    .prepare<[], number | null>(
      `SELECT max(document_key) FROM
         (SELECT max(document_key) AS document_key FROM main.documents UNION ALL SELECT max(document_key) FROM documents)`,
    )
    .pluck()
    .get();
  return last ?? 0;
}
