/**
 * Voids a month: takes back the last close, for a mistake that is found before its documents are sent. Nothing is lost: everything that
 * the close recorded moves to `voided_rows` as its seal covers it, and the documents keep their numbers. The month is open again, and the
 * chain of seals continues through the void.
 */
import { createHash } from 'node:crypto';
import { type BillingMonth, nextMonth } from '../billing/billing-month.js';
import { type UnpackedLine, unpackLines } from '../billing/line-block.js';
import type { VoidedDocument } from '../billing/month-view.js';
import { compareCodePoints, type Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import { Failure } from '../errors/failure.js';
import { CLOSING_COLUMNS } from './closing-tables.js';
import type { Connection } from './connect.js';
import { insertRow } from './insert.js';
import { documentFrom } from './issued-documents.js';
import type { Ledger } from './ledger.js';
import { closedMonths } from './month-frame.js';
import { sealBeforeMonth, sealedLines } from './seal.js';

export interface MonthVoid {
  readonly month: BillingMonth;
  /** Counts the voids of this month, from 1. */
  readonly number: number;
  readonly reason: string;
  /** The seal that the month had. */
  readonly monthSeal: string;
}

export interface VoidResult extends MonthVoid {
  readonly documents: readonly VoidedDocument[];
  /** True if the month was void already and has not been closed since. */
  readonly wasVoid: boolean;
}

/**
 * @param now only fills the audit column
 * @throws Failure refused if the month is not the last closed one
 */
export async function voidMonth(
  ledger: Ledger,
  month: BillingMonth,
  { reason, now }: { readonly reason: string; readonly now: Instant },
): Promise<VoidResult> {
  return ledger.write(`void ${month}`, () => {
    const { db } = ledger;
    const closed = closedMonths(db).map((row) => row.month);
    const wasVoid = !closed.includes(month);
    if (wasVoid) refuseUnlessVoid(db, month);
    else if (closed.at(-1) !== month)
      throw new Failure(
        'refused',
        `${month} cannot be voided: only the last closed month can, and that is ${closed.at(-1)}; ` +
          'import the corrected facts instead, and the next close bills the difference',
      );
    else recordVoid(db, month, reason, now);
    const last = voidsOf(db, month).at(-1);
    if (last === undefined) throw new Error(`${month} was voided, but that is not recorded`);
    const documents = voidedDocuments(db, month).filter((each) => each.voidNumber === last.number);
    return { ...last, documents, wasVoid };
  });
}

/** A repeated command, such as after it was stopped, finds the work done and succeeds. */
function refuseUnlessVoid(db: Connection, month: BillingMonth): void {
  const last = voidsOf(db).at(-1);
  if (last?.month === month) return;
  throw new Failure('refused', `${month} is not closed, so there is nothing to void`);
}

function recordVoid(db: Connection, month: BillingMonth, reason: string, now: Instant): void {
  const row = db
    .prepare<
      [string],
      { cutOffRule: string; config: string; lastImport: number; seal: string; closedAt: string }
    >(
      `SELECT cut_off_rule AS cutOffRule, config, last_import AS lastImport, seal, closed_at AS closedAt
       FROM closed_months WHERE month = ?`,
    )
    .get(month);
  if (row === undefined) throw new Error(`${month} is not closed`);
  const voids = allVoids(db);
  const number = voids.length + 1;
  const last = voids.at(-1);
  const sealBefore = last?.month === nextMonth(month) ? last.seal : row.seal;
  const seal = sealOfVoid({ number, month, reason, monthSeal: row.seal, sealBefore });
  insertRow(db, 'voids', {
    void_number: number,
    month,
    reason,
    month_seal: row.seal,
    seal_before: sealBefore,
    seal,
    closed_at: row.closedAt,
    voided_at: formatInstant(now),
  });
  const insert = db.prepare(
    'INSERT INTO voided_rows (void_number, row_number, part, data) VALUES (?, ?, ?, ?)',
  );
  const sealed = { month, ...row, sealBefore: sealBeforeMonth(db, month, number) };
  let rowNumber = 0;
  for (const [table, values] of [...sealedLines(db, sealed)])
    insert.run(number, ++rowNumber, table, JSON.stringify(values));
  for (const [table, column] of Object.entries(CLOSING_COLUMNS)) {
    const months = column === 'document_key' ? 'SELECT document_key FROM documents WHERE month = ?' : '?';
    db.prepare(`DELETE FROM ${table} WHERE ${column} IN (${months})`).run(month);
  }
}

/** Returns a link of the chain of seals (docs/ledger.md section 5). */
export function sealOfVoid({ number, month, reason, monthSeal, sealBefore }: Omit<VoidRow, 'seal'>): string {
  const line = `voids ${JSON.stringify([number, month, reason, monthSeal, sealBefore])}\n`;
  return createHash('sha256').update(line).digest('hex');
}

export interface VoidRow {
  readonly number: number;
  readonly month: BillingMonth;
  readonly reason: string;
  readonly monthSeal: string;
  readonly sealBefore: string;
  readonly seal: string;
}

/** Returns every void, in order. */
export function allVoids(db: Connection): VoidRow[] {
  return db
    .prepare<[], VoidRow>(
      `SELECT void_number AS number, month, reason, month_seal AS monthSeal, seal_before AS sealBefore, seal
       FROM voids ORDER BY void_number`,
    )
    .all();
}

/** Returns the voids of a month, or of all months, in order. Each has its number among those of its month. */
export function voidsOf(db: Connection, month?: BillingMonth): MonthVoid[] {
  const counts = new Map<BillingMonth, number>();
  return allVoids(db)
    .map((row) => {
      const number = (counts.get(row.month) ?? 0) + 1;
      counts.set(row.month, number);
      return { month: row.month, number, reason: row.reason, monthSeal: row.monthSeal };
    })
    .filter((row) => month === undefined || row.month === month);
}

/** Returns the void documents of a month, or of all months, in order of void, practice id, currency. */
export function voidedDocuments(db: Connection, month?: BillingMonth): VoidedDocument[] {
  return documentsByVoid(db)
    .map(({ document }) => document)
    .filter((document) => month === undefined || document.billingMonth === month);
}

interface OfVoid {
  /** The number of the void among all voids. */
  readonly void: number;
  readonly document: VoidedDocument;
}

function documentsByVoid(db: Connection): OfVoid[] {
  const voids = voidsOf(db);
  const details = new Map(
    voidedRows<[key: number, details: string]>(db, 'document_details').map(([voidNumber, [key, kept]]) => [
      `${voidNumber} ${key}`,
      kept,
    ]),
  );
  return voidedRows<[key: number, ...unknown[]]>(db, 'documents')
    .map(([voidNumber, values]): OfVoid => {
      const own = voids[voidNumber - 1];
      if (own === undefined) throw new Error(`there is no void ${voidNumber}`);
      const kept = details.get(`${voidNumber} ${values[0]}`) ?? null;
      const document = { ...documentFrom(values, kept), voidNumber: own.number, voidReason: own.reason };
      return { void: voidNumber, document };
    })
    .sort(
      (a, b) =>
        a.void - b.void ||
        compareCodePoints(a.document.practiceId, b.document.practiceId) ||
        compareCodePoints(a.document.currency, b.document.currency),
    );
}

/** Returns what the close of a void month recorded in a table, as its seal covers it. */
function voidedRows<Values>(db: Connection, part: string): [voidNumber: number, values: Values][] {
  return db
    .prepare<[string], [number, string]>(
      'SELECT void_number, data FROM voided_rows WHERE part = ? ORDER BY void_number, row_number',
    )
    .raw()
    .all(part)
    .map(([voidNumber, data]) => [voidNumber, JSON.parse(data)]);
}

/** Returns the lines of a void document. */
export function voidedLinesOn(db: Connection, { documentNumber }: VoidedDocument): UnpackedLine[] {
  const own = documentsByVoid(db).find(({ document }) => document.documentNumber === documentNumber);
  return voidedRows<[key: number, firstLine: number, lines: string]>(db, 'document_blocks').flatMap(
    ([voidNumber, [key, firstLine, lines]]) =>
      own !== undefined && voidNumber === own.void && key === own.document.key
        ? unpackLines(lines, firstLine, own.document)
        : [],
  );
}

/** Returns the lines of an order on void documents, in order of void. */
export function voidedLinesOf(
  db: Connection,
  orderId: string,
): { readonly document: VoidedDocument; readonly line: UnpackedLine }[] {
  const byKey = new Map(
    documentsByVoid(db).map((each) => [`${each.void} ${each.document.key}`, each.document]),
  );
  if (byKey.size === 0) return [];
  return voidedRows<[key: number, firstLine: number, lines: string]>(db, 'document_blocks').flatMap(
    ([voidNumber, [key, firstLine, lines]]) => {
      const document = byKey.get(`${voidNumber} ${key}`);
      if (document === undefined || !lines.includes(JSON.stringify(orderId))) return [];
      return unpackLines(lines, firstLine, document)
        .filter((line) => line.orderId === orderId)
        .map((line) => ({ document, line }));
    },
  );
}
