/** Reads a billed month back, from the closing tables of the ledger or of a draft, into the form of billing/month-view.ts. */

import { type BillingMonth, previousMonth } from '../billing/billing-month.js';
import { type ExceptionCode, parseListedEvent } from '../billing/exception.js';
import { unpackLines } from '../billing/line-block.js';
import type {
  BilledMonthView,
  ImportedFile,
  IssuedDocument,
  LineBlock,
  ListedException,
  MonthView,
} from '../billing/month-view.js';
import type { HeldLine } from '../billing/plan.js';
import type { PracticeTotals } from '../billing/practice-change.js';
import { remembered } from '../billing/remembered.js';
import { recordedConfig } from '../config/config.js';
import { acceptedOf } from './accepted-findings.js';
import { heldSumsOf, reconciliationOf } from './balance.js';
import type { Connection } from './connect.js';
import { ledgerIdOf } from './identity.js';
import { documentsOf } from './issued-documents.js';
import { createOrderReader } from './listed-orders.js';
import { closedCalendars, type MonthFrame } from './month-frame.js';
import { createParties } from './parties.js';
import { storedConfig } from './stored-config.js';
import { voidedDocuments } from './void.js';

/** @returns undefined if the month is not billed */
export function viewMonth(db: Connection, month: BillingMonth, isDraft: boolean): MonthView | undefined {
  const row = db
    .prepare<[string], { config: string; last_import: number; seal: string }>(
      'SELECT config, last_import, seal FROM closed_months WHERE month = ?',
    )
    .get(month);
  if (row === undefined) return undefined;
  const blocksOf = createBlockReader(db);
  const config = { ...storedConfig(row.config) };
  const partiesOf = createParties(db, row.last_import);
  // Almost every file of a month needs its documents, which are as many as the practices.
  const documents = remembered(() => [...documentsOf(db, month)]);
  const calendars = remembered(() => closedCalendars(db, config, month));
  return {
    ledgerId: ledgerIdOf(db),
    month,
    isDraft,
    config,
    cutOffs: db
      .prepare<[object], { timeZone: string; at: number }>(
        'SELECT time_zone AS timeZone, at FROM cut_offs WHERE month = :month AND stored_by = :month ORDER BY time_zone',
      )
      .all({ month }),
    imports: importsOf(db, month, row.last_import),
    lastImport: row.last_import,
    seal: row.seal,
    documents,
    practiceTotals: () => practiceTotalsOf(db, month),
    *linesOf(document) {
      for (const { firstLine, bytes } of blocksOf(document))
        yield* unpackLines(Buffer.from(bytes).toString(), firstLine, document);
    },
    blocksOf,
    nameOf: (practiceId) => partiesOf(practiceId).practiceName,
    clockOf: (practiceId) => calendars()(practiceId).clock,
    orderOf: createOrderReader(db, { config, lastImport: row.last_import }),
    heldLines: () => heldLinesOf(db, month),
    heldSums: remembered(() => heldSumsOf(db, month)),
    exceptions: () => exceptionsOf(db, month),
    linesBeforeLedger: () =>
      db
        .prepare<[string], number>('SELECT count(*) FROM before_ledger_lines WHERE decided_by = ?')
        .pluck()
        .get(month) ?? 0,
    reconciliation: () => reconciliationOf(db, month, documents()),
    voided: () => voidedDocuments(db, month),
    accepted: () => acceptedOf(db, month),
  };
}

export const viewBilled = (db: Connection, { month, config }: MonthFrame): BilledMonthView => ({
  month,
  config: { ...recordedConfig(config) },
  documents: () => documentsOf(db, month),
});

function importsOf(db: Connection, month: BillingMonth, lastImport: number): ImportedFile[] {
  const before = db
    .prepare<[string], number>('SELECT last_import FROM closed_months WHERE month = ?')
    .pluck()
    .get(previousMonth(month));
  return db
    .prepare<[number, number], ImportedFile>(
      `SELECT import_id AS importId, name, kind, sha256, read, imported, amended, duplicates, quarantined
       FROM import_files WHERE import_id > ? AND import_id <= ? ORDER BY import_id, position`,
    )
    .all(before ?? 0, lastImport);
}

/** Yields the practice totals. Earlier totals come from the ledger's own closed months, even in a draft. */
export function* practiceTotalsOf(db: Connection, month: BillingMonth): Generator<PracticeTotals> {
  const closed = db
    .prepare<[string], BillingMonth>(
      'SELECT month FROM main.closed_months WHERE month < ? ORDER BY month DESC',
    )
    .pluck()
    .all(month);
  const totalOf = db
    .prepare<[string, string, string], number>(
      'SELECT total_minor FROM main.documents WHERE month = ? AND practice_id = ? AND currency = ?',
    )
    .pluck();
  // Most practices have a document in the last closed month: its totals are read at once.
  const [last = '', ...earlier] = closed;
  const ownerOf = (practiceId: string, currency: string) => `${practiceId}\n${currency}`;
  const lastTotals = new Map(
    db
      .prepare<[string], [practiceId: string, currency: string, totalMinor: number]>(
        'SELECT practice_id, currency, total_minor FROM main.documents WHERE month = ?',
      )
      .raw()
      .all(last)
      .map(([practiceId, currency, totalMinor]) => [ownerOf(practiceId, currency), totalMinor]),
  );
  function lastTotal(practiceId: string, currency: string): PracticeTotals['before'] {
    const total = lastTotals.get(ownerOf(practiceId, currency));
    if (total !== undefined) return { month: last, totalMinor: total };
    for (const before of earlier) {
      const totalMinor = totalOf.get(before, practiceId, currency);
      if (totalMinor !== undefined) return { month: before, totalMinor };
    }
    return undefined;
  }
  const now = db
    .prepare<[string], Omit<PracticeTotals, 'before'>>(
      `SELECT practice_id AS practiceId, practice_name AS practiceName, currency, total_minor AS totalMinor
       FROM documents WHERE month = ? ORDER BY practice_id, currency`,
    )
    .all(month);
  for (const totals of now) yield { ...totals, before: lastTotal(totals.practiceId, totals.currency) };
  const gone = db
    .prepare<[object], { practiceId: string; practiceName: string; currency: string; totalMinor: number }>(
      `SELECT practice_id AS practiceId, practice_name AS practiceName, currency, total_minor AS totalMinor
       FROM main.documents AS before WHERE month = :last AND NOT EXISTS
         (SELECT 1 FROM documents AS now WHERE now.month = :month AND now.practice_id = before.practice_id
            AND now.currency = before.currency)
       ORDER BY practice_id, currency`,
    )
    .all({ last, month });
  for (const { totalMinor, ...practice } of gone)
    yield { ...practice, totalMinor: 0, before: { month: last, totalMinor } };
}

/** Prepares one statement for all documents of a month. */
function createBlockReader(db: Connection): (document: IssuedDocument) => Generator<LineBlock> {
  const blocks = db.prepare<[number], LineBlock>(
    `SELECT first_line AS firstLine, CAST(lines AS BLOB) AS bytes FROM document_blocks
     WHERE document_key = ? ORDER BY first_line`,
  );
  return function* blocksOf(document) {
    yield* blocks.iterate(document.key);
  };
}

/** The statement is opened when the first row is read: an open statement that nobody reads would keep the transaction from ending. */
function* heldLinesOf(db: Connection, month: BillingMonth): Generator<HeldLine> {
  yield* db
    .prepare<[string], HeldLine>(
      `SELECT practice_id AS practiceId, order_id AS orderId, order_line AS orderLine, product,
         amount_minor AS amountMinor, currency, placed_on AS placedOn, paused_on AS pausedOn,
         pause_reason AS pauseReason, days_paused AS daysPaused, limit_at AS limitAt, status
       FROM held_lines WHERE month = ? ORDER BY practice_id, order_id, order_line`,
    )
    .iterate(month);
}

function* exceptionsOf(db: Connection, month: BillingMonth): Generator<ListedException> {
  const rows = db.prepare<[string], ListedException & { event: string; code: ExceptionCode }>(
    `SELECT code, order_id AS orderId, event, event_id AS eventId, at FROM listed_exceptions
     WHERE month = ? ORDER BY order_id, at, sequence, event_id, code, event, reason`,
  );
  for (const { code, orderId, event: listed, ...rest } of rows.iterate(month)) {
    const { event, ...line } = parseListedEvent(listed);
    yield { code, orderId, event, ...rest, ...line };
  }
}
