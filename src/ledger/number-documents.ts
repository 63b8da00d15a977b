/**
 * Gives the documents of a month their numbers, and writes their rows. All lines must be known: the total of a document decides between
 * invoice and credit note, and the order of practices decides the number.
 */
import { firstDayAfter } from '../billing/billing-month.js';
import { type DocumentType, documentNumber, documentType } from '../billing/document.js';
import type { TotalsTable } from '../billing/document-totals.js';
import { compareCodePoints } from '../billing/order.js';
import type { DocumentOwner } from '../billing/per-document.js';
import { addDaysToDate } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { createBulkInsert } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import { createParties, keptParty } from './parties.js';

/** `final` gives each document the next number of its series; `draft` gives and uses no number. */
export type Numbering = 'final' | 'draft';

/** A document all of whose lines are added to its totals. */
export interface FilledDocument extends DocumentOwner {
  readonly key: number;
  /** Its place in the totals. */
  readonly place: number;
}

export function numberDocuments(
  db: Connection,
  frame: MonthFrame,
  {
    numbering,
    documents,
    totals,
  }: {
    readonly numbering: Numbering;
    readonly documents: readonly FilledDocument[];
    readonly totals: TotalsTable;
  },
): void {
  const { month, config, lastImport } = frame;
  const insertDocuments = createBulkInsert(db, 'documents');
  const insertDetails = createBulkInsert(db, 'document_details');
  const partiesOf = createParties(db, lastImport);
  const nextNumber = numbering === 'final' ? createNextNumber(db, frame) : () => DRAFT_NUMBER;
  const issueDate = firstDayAfter(month);
  for (const { key, place, practiceId, currency } of documents.toSorted(byOwner)) {
    const { lineCount, chargeCount, creditCount, chargesMinor, creditsMinor, totalMinor } = totals.of(place);
    const type = documentType({ totalMinor });
    const { sequence, number } = nextNumber(type);
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
  insertDocuments.finish();
  insertDetails.finish();
}

function byOwner(a: DocumentOwner, b: DocumentOwner): number {
  return compareCodePoints(a.practiceId, b.practiceId) || compareCodePoints(a.currency, b.currency);
}

interface SeriesNumber {
  /** The running number. */
  readonly sequence: number;
  /** The number as the document shows it. */
  readonly number: string;
}

const DRAFT_NUMBER: SeriesNumber = { sequence: 0, number: 'DRAFT' };

/** Returns a function that gives the next number of a type of document. */
function createNextNumber(
  db: Connection,
  { month, config }: MonthFrame,
): (type: DocumentType) => SeriesNumber {
  const patterns: Record<DocumentType, string> = {
    invoice: config.invoiceNumber,
    credit_note: config.creditNoteNumber,
  };
  const lastSequences: Record<DocumentType, number> = {
    invoice: lastSequence(db, 'invoice'),
    credit_note: lastSequence(db, 'credit_note'),
  };
  return (type) => {
    const sequence = lastSequences[type] + 1;
    lastSequences[type] = sequence;
    return { sequence, number: documentNumber(patterns[type], sequence, month) };
  };
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
