/** Reads the documents of billed months, and what a void kept of them. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { DocumentType } from '../billing/document.js';
import type { IssuedDocument } from '../billing/month-view.js';
import type { Connection } from './connect.js';
import { BULK_COLUMNS } from './insert.js';
import { partyOf } from './parties.js';

interface DocumentRow {
  readonly document_key: number;
  readonly month: string;
  readonly practice_id: string;
  readonly currency: string;
  readonly practice_name: string;
  readonly document_type: DocumentType;
  readonly document_number: string;
  readonly issue_date: string;
  readonly due_date: string;
  readonly line_count: number;
  readonly charge_count: number;
  readonly credit_count: number;
  readonly charges_minor: number;
  readonly credits_minor: number;
  readonly total_minor: number;
  /** What the document stores of its addressee; null if nothing. */
  readonly details: string | null;
}

/** Yields the documents of a month in order of practice id, then currency. */
export function* documentsOf(db: Connection, month: BillingMonth): Generator<IssuedDocument> {
  const rows = db
    .prepare<[string], DocumentRow>(
      `SELECT documents.*, details FROM documents LEFT JOIN document_details USING (document_key)
       WHERE month = ? ORDER BY practice_id, currency`,
    )
    .iterate(month);
  for (const row of rows) yield toDocument(row);
}

/** Returns a document from the values of its row, as a seal covers them. @param details what it stores of its addressee */
export function documentFrom(values: readonly unknown[], details: string | null): IssuedDocument {
  const row = Object.fromEntries(BULK_COLUMNS.documents.map((column, place) => [column, values[place]]));
  return toDocument({ ...row, details } as DocumentRow);
}

function toDocument(row: DocumentRow): IssuedDocument {
  const { practice_id: practiceId, practice_name: practiceName } = row;
  return {
    key: row.document_key,
    documentNumber: row.document_number,
    documentType: row.document_type,
    practiceId,
    practiceName,
    billTo: partyOf(row.details, { practiceId, practiceName }),
    billingMonth: row.month,
    issueDate: row.issue_date,
    dueDate: row.due_date,
    currency: row.currency,
    totals: {
      lineCount: row.line_count,
      chargeCount: row.charge_count,
      creditCount: row.credit_count,
      chargesMinor: row.charges_minor,
      creditsMinor: row.credits_minor,
      totalMinor: row.total_minor,
    },
  };
}
