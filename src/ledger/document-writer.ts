/**
 * Writes the documents of a month. Lines arrive in order of order id, which is their order on every document. A document gets its number
 * after the last line: its total decides between invoice and credit note, and the order of practices decides the number.
 */
import { firstDayAfter } from '../billing/billing-month.js';
import { type DocumentLine, type DocumentType, documentNumber, documentType } from '../billing/document.js';
import { createTotals } from '../billing/document-totals.js';
import { createPlacedLines, MOST_ADDED_TO_ROW, packLine } from '../billing/line-block.js';
import { AmountTooLarge } from '../billing/money.js';
import { compareCodePoints } from '../billing/order.js';
import { createPerDocument, type DocumentOwner } from '../billing/per-document.js';
import type { PlainOrder } from '../billing/plain-order.js';
import { addDaysToDate } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { createIndexWriter } from './document-index.js';
import { createBulkInsert } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import { createParties, keptParty } from './parties.js';
import { createUnwrittenLines } from './unwritten-lines.js';

/** `final` gives each document the next number of its series; `draft` gives and uses no number. */
export type Numbering = 'final' | 'draft';

export interface DocumentWriter {
  /** Adds the lines of an order, by line, credit before charge. Orders must come in order of order id. */
  add(lines: readonly DocumentLine[]): void;
  /** Returns the place of a document, which exists from now on, so that a line must follow. */
  placeOf(owner: DocumentOwner): number;
  /** Adds the line of a plain order to the document at this place. */
  addPlain(document: number, order: PlainOrder): void;
  finish(): void;
}

interface Document extends DocumentOwner {
  readonly key: number;
  /** From 0, in order of key. */
  readonly place: number;
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
  const { month, config, lastImport } = frame;
  const index = createIndexWriter(db, month);
  const insertBlocks = createBulkInsert(db, 'document_blocks');
  const insertDocuments = createBulkInsert(db, 'documents');
  const insertDetails = createBulkInsert(db, 'document_details');
  const partiesOf = createParties(db, lastImport);
  const issueDate = firstDayAfter(month);
  const patterns: Record<DocumentType, string> = {
    invoice: config.invoiceNumber,
    credit_note: config.creditNoteNumber,
  };
  const lastSequences: Record<DocumentType, number> = {
    invoice: lastSequence(db, 'invoice'),
    credit_note: lastSequence(db, 'credit_note'),
  };
  const firstKey = lastDocumentKey(db) + 1;
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

  function numberOf(type: DocumentType): [sequence: number, text: string] {
    if (numbering === 'draft') return [0, 'DRAFT'];
    const sequence = lastSequences[type] + 1;
    lastSequences[type] = sequence;
    return [sequence, documentNumber(patterns[type], sequence, month)];
  }

  function writeDocument({ key, place, practiceId, currency }: Document): void {
    const { lineCount, chargeCount, creditCount, chargesMinor, creditsMinor, totalMinor } = totals.of(place);
    const type = documentType({ totalMinor });
    const [sequence, number] = numberOf(type);
    const { practiceName, billTo } = partiesOf(practiceId);
    const termsDays = Number(billTo.details.terms_days ?? config.paymentTermsDays);
    const kept = keptParty(practiceId, billTo);
    if (kept !== undefined) insertDetails.add(key, kept);
    insertDocuments.add(
      key,
      month,
      practiceId,
      currency,
      practiceName,
      type,
      sequence,
      number,
      issueDate,
      addDaysToDate(issueDate, termsDays),
      lineCount,
      chargeCount,
      creditCount,
      chargesMinor,
      creditsMinor,
      totalMinor,
    );
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
      const inOrder = all.sort(
        (a, b) => compareCodePoints(a.practiceId, b.practiceId) || compareCodePoints(a.currency, b.currency),
      );
      for (const document of inOrder) writeDocument(document);
      insertDocuments.finish();
      insertDetails.finish();
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

/** Void documents keep their numbers. */
const LAST_SEQUENCE = `SELECT max(last) FROM (
  SELECT max(sequence) AS last FROM documents WHERE document_type = :type
  UNION ALL SELECT max(sequence) FROM voided_documents WHERE document_type = :type)`;

/** Returns the running number of the last document of a type; 0 if there is none. */
export function lastSequence(db: Connection, type: DocumentType): number {
  const last = db.prepare<[object], number | null>(LAST_SEQUENCE).pluck().get({ type });
  return last ?? 0;
}
