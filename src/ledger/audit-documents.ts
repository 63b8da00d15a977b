/** Audits what was issued: documents against their lines, at most one charge in force for each line, numbers without gaps. */
import type { BillingMonth } from '../billing/billing-month.js';
import { addLine, type DocumentType, documentNumber, documentType, NO_LINES } from '../billing/document.js';
import { type UnpackedLine, unpackLines } from '../billing/line-block.js';
import type { IssuedDocument } from '../billing/month-view.js';
import type { Finding } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { storedConfig } from './stored-config.js';
import { documentsOf } from './view.js';

/** Audits each document of a month: its lines are in their places, its totals are their sums, and its type fits its total. */
export function* auditDocuments(db: Connection, month: BillingMonth): Generator<Finding> {
  const blocks = db
    .prepare<[number], [firstLine: number, lines: string]>(
      'SELECT first_line, lines FROM document_blocks WHERE document_key = ? ORDER BY first_line',
    )
    .raw();
  const auditLine = createLineAudit(db);
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
    for (const line of lines) yield* auditLine(line, document);
  }
}

function* auditTotals(document: IssuedDocument, lines: readonly UnpackedLine[]): Generator<Finding> {
  const place = document.documentNumber;
  if (lines.some(({ lineNumber }, index) => lineNumber !== index + 1))
    yield { place, message: 'its lines do not count from 1' };
  const totals = lines.reduce(addLine, NO_LINES);
  if (JSON.stringify(totals) !== JSON.stringify(document.totals))
    yield { place, message: 'its totals are not the sums of its lines' };
  if (documentType(totals) !== document.documentType)
    yield { place, message: `is called ${document.documentType}, which its total does not make it` };
}

interface LineRow {
  readonly document_key: number;
  readonly line_number: number;
  readonly amount_minor: number;
  readonly corrects_key: number | null;
}

/** Checks that the index of lines agrees with the document, and that an order line has at most one uncredited charge and no double credit. */
function createLineAudit(db: Connection) {
  const rowsOf = db.prepare<[string, number], LineRow>(
    `SELECT document_key, line_number, amount_minor, corrects_key FROM document_lines
     WHERE order_id = ? AND order_line = ?`,
  );
  return function* auditLine(line: UnpackedLine, document: IssuedDocument): Generator<Finding> {
    const place = `${document.documentNumber} line ${line.lineNumber}`;
    const rows = rowsOf.all(line.orderId, line.orderLine);
    const own = rows.find((row) => row.document_key === document.key && row.line_number === line.lineNumber);
    if (own?.amount_minor !== line.amountMinor || (own.corrects_key ?? 0) !== line.correctsKey)
      yield { place, message: `order ${line.orderId} line ${line.orderLine} is not found under it` };
    if (line.lineType === 'charge') yield* auditCharge(rows, document.key, place);
    else if (!rows.some((row) => row.document_key === line.correctsKey && row.corrects_key === null))
      yield { place, message: 'credits a charge that is not there' };
  };
}

function* auditCharge(rows: readonly LineRow[], documentKey: number, place: string): Generator<Finding> {
  const charge = rows.find((row) => row.document_key === documentKey && row.corrects_key === null);
  const credits = rows.filter((row) => row.corrects_key === documentKey);
  if (credits.length > 1) yield { place, message: 'is credited more than once' };
  if (credits[0] !== undefined && credits[0].amount_minor + (charge?.amount_minor ?? 0) !== 0)
    yield { place, message: 'is credited with another amount' };
  const standing = rows.filter(
    (row) => row.corrects_key === null && !rows.some((each) => each.corrects_key === row.document_key),
  );
  if (standing.length > 1) yield { place, message: 'its order line is charged more than once' };
}

interface NumberedRow {
  readonly document_type: DocumentType;
  readonly sequence: number;
  readonly document_number: string;
  readonly month: string;
  readonly config: string;
}

/**
 * Checks each series: it counts from 1 without a gap, in order of month, practice and currency, and its numbers follow the config's
 * pattern.
 */
export function* auditSeries(db: Connection): Generator<Finding> {
  const rows = db.prepare<[], NumberedRow>(
    `SELECT document_type, sequence, document_number, month, config FROM documents JOIN closed_months USING (month)
     ORDER BY month, practice_id, currency`,
  );
  const last: Record<string, number> = {};
  const voided = voidedSequences(db);
  for (const row of rows.iterate()) {
    const place = row.document_number;
    let expected = (last[row.document_type] ?? 0) + 1;
    while (voided.has(`${row.document_type} ${expected}`)) expected++;
    last[row.document_type] = row.sequence;
    if (row.sequence !== expected)
      yield { place, message: `is number ${row.sequence} of its series, ${expected} is expected` };
    if (numberOf(row) !== row.document_number) yield { place, message: 'is not written as the config says' };
  }
}

/** Void documents keep their numbers in the series. */
function voidedSequences(db: Connection): ReadonlySet<string> {
  const names = db
    .prepare<[], string>("SELECT document_type || ' ' || sequence FROM voided_documents")
    .pluck();
  return new Set(names.all());
}

function numberOf({ document_type, sequence, month, config }: NumberedRow): string | undefined {
  try {
    const { invoiceNumber, creditNoteNumber } = storedConfig(config);
    return documentNumber(document_type === 'invoice' ? invoiceNumber : creditNoteNumber, sequence, month);
  } catch {
    return undefined;
  }
}
