/** What an id of the ledger stands for, and the documents and held lines that it leads to. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { IssuedDocument, IssuedLine, VoidedDocument } from '../billing/month-view.js';
import type { Connection } from './connect.js';
import { lastImportOf } from './import.js';
import { findOrder } from './order-facts.js';
import { voidedDocuments, voidedLinesOn } from './void.js';

const ID_KINDS = ['order', 'document', 'practice'] as const;

export type IdKind = (typeof ID_KINDS)[number];

/** Returns everything that has this id: an order and a practice may share one. */
export function kindsOfId(db: Connection, id: string): IdKind[] {
  const exists = (sql: string) => db.prepare<[object], number>(sql).pluck().get({ id }) !== undefined;
  const { lines, events } = findOrder(db, id, lastImportOf(db));
  const is: Readonly<Record<IdKind, boolean>> = {
    order: lines.length + events.length > 0,
    document: exists(
      `SELECT 1 FROM documents WHERE document_number = :id
       UNION ALL SELECT 1 FROM voided_documents WHERE document_number = :id`,
    ),
    practice: exists('SELECT 1 FROM known_practices WHERE practice_id = :id'),
  };
  return ID_KINDS.filter((kind) => is[kind]);
}

/** Returns the month of a document that stands; undefined if it is void. */
export function monthOfDocument(db: Connection, documentNumber: string): BillingMonth | undefined {
  return db
    .prepare<[string], BillingMonth>('SELECT month FROM documents WHERE document_number = ?')
    .pluck()
    .get(documentNumber);
}

/** Returns a void document with its lines; undefined if there is none with this number. */
export function voidDocument(
  db: Connection,
  documentNumber: string,
): { readonly document: VoidedDocument; readonly lines: readonly IssuedLine[] } | undefined {
  const document = voidedDocuments(db).find((each) => each.documentNumber === documentNumber);
  return document && { document, lines: voidedLinesOn(db, document) };
}

export const isOfPractice =
  (practiceId: string) =>
  (document: Pick<IssuedDocument, 'practiceId'>): boolean =>
    document.practiceId === practiceId;
