/**
 * Writes the documents of a month, practice by practice. A practice's lines come in the order in which they stand; its
 * documents get their numbers when its last line is in, since their totals make them invoices or credit notes.
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
import { compareCodePoints } from '../billing/order.js';
import { addDaysToDate } from '../billing/time-zone.js';
import type { Connection } from './ledger.js';
import { CURRENT, type MonthFrame } from './month-frame.js';

/** `final` gives each document the next number of its series; a `draft` has none and uses up none. */
export type Numbering = 'final' | 'draft';

export interface DocumentWriter {
  /** Lines of one practice come together, in order of order id, line, and credit before charge. */
  add(line: DocumentLine, orderKey: number): void;
  finish(): void;
}

interface OpenDocument {
  readonly key: number;
  readonly currency: string;
  totals: DocumentTotals;
}

export function createDocumentWriter(
  db: Connection,
  frame: MonthFrame,
  numbering: Numbering,
): DocumentWriter {
  const { month, config, lastImport } = frame;
  const insertLine = db.prepare(`INSERT INTO document_lines VALUES (${'?, '.repeat(17)}?)`);
  const insertDocument = db.prepare(`INSERT INTO documents VALUES (${'?, '.repeat(15)}?)`);
  const practiceName = db
    .prepare<[object], string>(
      `SELECT name FROM practices AS practice WHERE practice_id = :practiceId AND ${CURRENT('practice')}`,
    )
    .pluck();
  const issueDate = firstDayAfter(month);
  const dueDate = addDaysToDate(issueDate, config.paymentTermsDays);
  const patterns: Record<DocumentType, string> = {
    invoice: config.invoiceNumber,
    credit_note: config.creditNoteNumber,
  };
  const lastSequences = sequencesSoFar(db);
  let lastKey = lastDocumentKey(db);
  let practiceId = '';
  let documents = new Map<string, OpenDocument>();

  function documentIn(currency: string): OpenDocument {
    let document = documents.get(currency);
    if (document === undefined) {
      lastKey++;
      document = { key: lastKey, currency, totals: NO_LINES };
      documents.set(currency, document);
    }
    return document;
  }

  function numberOf(type: DocumentType): [sequence: number, text: string] {
    if (numbering === 'draft') return [0, 'DRAFT'];
    const sequence = lastSequences[type] + 1;
    lastSequences[type] = sequence;
    return [sequence, documentNumber(patterns[type], sequence, month)];
  }

  function finishPractice(): void {
    const name = documents.size === 0 ? undefined : practiceName.get({ practiceId, lastImport });
    for (const document of [...documents.values()].sort((a, b) =>
      compareCodePoints(a.currency, b.currency),
    )) {
      const { key, currency, totals } = document;
      const type = documentType(totals);
      const [sequence, number] = numberOf(type);
      insertDocument.run(
        key,
        month,
        practiceId,
        currency,
        name ?? practiceId,
        type,
        sequence,
        number,
        issueDate,
        dueDate,
        totals.lineCount,
        totals.chargeCount,
        totals.creditCount,
        totals.chargesMinor,
        totals.creditsMinor,
        totals.totalMinor,
      );
    }
    documents = new Map();
  }

  return {
    add(line, orderKey) {
      if (line.practiceId !== practiceId) {
        finishPractice();
        practiceId = line.practiceId;
      }
      const document = documentIn(line.currency);
      document.totals = addLine(document.totals, line);
      insertLine.run(
        document.key,
        document.totals.lineCount,
        line.lineType,
        line.reason,
        orderKey,
        line.orderLine,
        line.orderId,
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
        line.corrects?.key ?? null,
      );
    },
    finish: finishPractice,
  };
}

/** A draft holds a part of the ledger's documents only: its new keys must lie above all of them. */
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

function sequencesSoFar(db: Connection): Record<DocumentType, number> {
  const last = db
    .prepare<[DocumentType], number | null>('SELECT max(sequence) FROM documents WHERE document_type = ?')
    .pluck();
  return { invoice: last.get('invoice') ?? 0, credit_note: last.get('credit_note') ?? 0 };
}
