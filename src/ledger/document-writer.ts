/**
 * Writes the documents of a month. Lines arrive in order of order id, which is their order on every document. A document gets its number
 * after the last line: its total decides between invoice and credit note, and the order of practices decides the number.
 */
import { firstDayAfter } from '../billing/billing-month.js';
import {
  addLine,
  type DocumentLine,
  type DocumentTotals,
  type DocumentType,
  documentNumber,
  documentType,
  NO_LINES,
} from '../billing/document.js';
import { packLine } from '../billing/line-block.js';
import { compareCodePoints } from '../billing/order.js';
import { createPerDocument, type DocumentOwner } from '../billing/per-document.js';
import { addDaysToDate } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { createIndexWriter } from './document-index.js';
import { createBulkInsert } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import { createParties, keptParty } from './parties.js';

/** `final` gives each document the next number of its series; `draft` gives and uses no number. */
export type Numbering = 'final' | 'draft';

export interface DocumentWriter {
  /** Adds the lines of an order, by line, credit before charge. Orders must come in order of order id. */
  add(lines: readonly DocumentLine[]): void;
  finish(): void;
}

interface OpenDocument {
  readonly key: number;
  readonly practiceId: string;
  readonly currency: string;
  totals: DocumentTotals;
  /** The number of the first line that is not in a written block. */
  firstLine: number;
  /** The lines since then, packed, in the first bytes of a buffer that grows. */
  unwritten: Buffer;
  unwrittenBytes: number;
}

/** The most bytes of unwritten lines over all documents; limits memory. */
const MOST_UNWRITTEN = 32 * 1024 * 1024;

/** Room for the first lines of a document; it doubles when it is full. */
const FIRST_BYTES = 1024;

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
  const insertBlock = db.prepare(
    'INSERT INTO document_blocks (document_key, first_line, lines) VALUES (?, ?, CAST(? AS TEXT))',
  );
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
  let lastKey = lastDocumentKey(db);
  const documents = createPerDocument(({ practiceId, currency }): OpenDocument => {
    lastKey++;
    const unwritten = Buffer.allocUnsafe(FIRST_BYTES);
    return {
      key: lastKey,
      practiceId,
      currency,
      totals: NO_LINES,
      firstLine: 1,
      unwritten,
      unwrittenBytes: 0,
    };
  });
  let unwrittenBytes = 0;

  /** Appends a packed line. @returns where it begins in the unwritten bytes */
  function addToBlock(document: OpenDocument, line: string): number {
    const start = document.unwrittenBytes;
    const most = start + line.length * BYTES_OF_A_CHARACTER;
    if (most > document.unwritten.length) {
      const grown = Buffer.allocUnsafe(most * 2);
      document.unwritten.copy(grown, 0, 0, start);
      document.unwritten = grown;
    }
    const bytes = document.unwritten.write(line, start);
    document.unwrittenBytes += bytes;
    unwrittenBytes += bytes;
    return start;
  }

  function writeBlocks(): void {
    for (const document of documents.all()) {
      if (document.unwrittenBytes === 0) continue;
      const lines = document.unwritten.subarray(0, document.unwrittenBytes);
      insertBlock.run(document.key, document.firstLine, lines);
      note.block(document, lines);
      document.firstLine = document.totals.lineCount + 1;
      document.unwrittenBytes = 0;
    }
    unwrittenBytes = 0;
  }

  function numberOf(type: DocumentType): [sequence: number, text: string] {
    if (numbering === 'draft') return [0, 'DRAFT'];
    const sequence = lastSequences[type] + 1;
    lastSequences[type] = sequence;
    return [sequence, documentNumber(patterns[type], sequence, month)];
  }

  function writeDocument({ key, practiceId, currency, totals }: OpenDocument): void {
    const type = documentType(totals);
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
      totals.lineCount,
      totals.chargeCount,
      totals.creditCount,
      totals.chargesMinor,
      totals.creditsMinor,
      totals.totalMinor,
    );
  }

  return {
    add(lines) {
      for (const line of lines) {
        const document = documents.of(line);
        document.totals = addLine(document.totals, line);
        const { key, totals } = document;
        const correctsKey = line.corrects?.key ?? 0;
        index.add(line.orderId, line.orderLine, key, totals.lineCount, line.amountMinor, correctsKey);
        const start = addToBlock(document, packLine(line));
        if (line.lineType === 'credit')
          note.credit(document, document.unwritten.subarray(start, document.unwrittenBytes));
      }
      if (unwrittenBytes > MOST_UNWRITTEN) writeBlocks();
    },
    finish() {
      index.finish();
      writeBlocks();
      const inOrder = documents
        .all()
        .sort(
          (a, b) =>
            compareCodePoints(a.practiceId, b.practiceId) || compareCodePoints(a.currency, b.currency),
        );
      for (const document of inOrder) writeDocument(document);
      insertDocuments.finish();
      insertDetails.finish();
    },
  };
}

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
