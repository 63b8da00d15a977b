/** Audits what was issued: documents against their lines and the index, numbers without gaps. */
import type { BillingMonth } from '../billing/billing-month.js';
import { type DocumentType, documentNumber, documentType } from '../billing/document.js';
import { totalsOf } from '../billing/document-totals.js';
import { type UnpackedLine, unpackLines } from '../billing/line-block.js';
import type { IssuedDocument } from '../billing/month-view.js';
import type { Finding } from '../errors/failure.js';
import { auditEntries, auditIndex } from './audit-index.js';
import type { Connection } from './connect.js';
import { documentsOf } from './issued-documents.js';
import { storedConfig } from './stored-config.js';

/**
 * Audits each document of a month: its lines are in their places and in the index, its totals are their sums, and its type fits its
 * total.
 */
export function* auditDocuments(db: Connection, month: BillingMonth): Generator<Finding> {
  const blocks = db
    .prepare<[number], [firstLine: number, lines: string]>(
      'SELECT first_line, lines FROM document_blocks WHERE document_key = ? ORDER BY first_line',
    )
    .raw();
  const indexed = yield* auditIndex(db, month);
  for (const document of documentsOf(db, month)) {
    const place = document.documentNumber;
    let lines: readonly UnpackedLine[];
    try {
      lines = blocks.all(document.key).flatMap(([firstLine, text]) => unpackLines(text, firstLine, document));
    } catch {
      yield { place, message: 'its lines cannot be read' };
      continue;
    }
    yield* auditTotals(document, lines);
    if (indexed !== undefined) yield* auditEntries(document, lines, indexed);
  }
}

function* auditTotals(document: IssuedDocument, lines: readonly UnpackedLine[]): Generator<Finding> {
  const place = document.documentNumber;
  if (lines.some(({ lineNumber }, index) => lineNumber !== index + 1))
    yield { place, message: 'its lines are not numbered from 1 without gaps' };
  const totals = totalsOf(lines);
  if (JSON.stringify(totals) !== JSON.stringify(document.totals))
    yield { place, message: 'its totals are not the sums of its lines' };
  if (documentType(totals) !== document.documentType)
    yield {
      place,
      message: `is called ${document.documentType}, but its total makes it the other kind of document`,
    };
}

interface NumberedRow {
  readonly document_type: DocumentType;
  readonly sequence: number;
  readonly document_number: string;
  readonly month: string;
}

/**
 * Checks each series: it counts from 1 without a gap, in order of month, practice and currency, and its numbers follow the config's
 * pattern.
 */
export function* auditSeries(db: Connection): Generator<Finding> {
  const rows = db.prepare<[], NumberedRow>(
    `SELECT document_type, sequence, document_number, month FROM documents JOIN closed_months USING (month)
     ORDER BY month, practice_id, currency`,
  );
  const last: Record<string, number> = {};
  const voided = voidedSequences(db);
  const numberOf = createNumbering(db);
  for (const row of rows.iterate()) {
    const place = row.document_number;
    let expected = (last[row.document_type] ?? 0) + 1;
    while (voided.has(`${row.document_type} ${expected}`)) expected++;
    last[row.document_type] = row.sequence;
    if (row.sequence !== expected)
      yield { place, message: `is number ${row.sequence} of its series, but ${expected} comes next` };
    if (numberOf(row) !== row.document_number)
      yield { place, message: 'does not follow the number pattern of the config' };
  }
}

/** Void documents keep their numbers in the series. */
function voidedSequences(db: Connection): ReadonlySet<string> {
  const names = db
    .prepare<[], string>("SELECT document_type || ' ' || sequence FROM voided_documents")
    .pluck();
  return new Set(names.all());
}

/** Returns the number that a document must have; undefined if its month's config is damaged. Reads each month's config once. */
function createNumbering(db: Connection): (row: NumberedRow) => string | undefined {
  const configOf = db.prepare<[string], string>('SELECT config FROM closed_months WHERE month = ?').pluck();
  const patterns = new Map<string, Readonly<Record<DocumentType, string>> | undefined>();
  return ({ document_type, sequence, month }) => {
    if (!patterns.has(month)) patterns.set(month, patternsIn(configOf.get(month) ?? ''));
    const pattern = patterns.get(month)?.[document_type];
    return pattern === undefined ? undefined : documentNumber(pattern, sequence, month);
  };
}

function patternsIn(config: string): Readonly<Record<DocumentType, string>> | undefined {
  try {
    const { invoiceNumber, creditNoteNumber } = storedConfig(config);
    return { invoice: invoiceNumber, credit_note: creditNoteNumber };
  } catch {
    return undefined;
  }
}
