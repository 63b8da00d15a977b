/**
 * Collects the facts of a preflight for explain/preflight.ts. Most are noted while a month is billed; the rest is read from what was
 * written. Works on the ledger's own tables (a close) and on those of a draft (a preview).
 */
import { type BillingMonth, type Calendar, previousMonth } from '../billing/billing-month.js';
import { dateBy } from '../billing/clock.js';
import type { DocumentType } from '../billing/document.js';
import type { MoneySum, MonthSum, PreflightFinding, UnknownFolder } from '../billing/finding.js';
import { lookAlike } from '../billing/look-alike.js';
import { lineAmount } from '../billing/money.js';
import { numbersFrom } from '../billing/number-pattern.js';
import { compareCodePoints } from '../billing/order.js';
import type { OrderAccount, OrderPlan } from '../billing/plan.js';
import { changeOf } from '../billing/practice-change.js';
import { type Config, recordedConfig } from '../config/config.js';
import { added, type PreflightFacts, preflight } from '../explain/preflight.js';
import type { Connection } from './connect.js';
import { createDocumentFinder, createIndexReader } from './document-index.js';
import { type Bucket, bucketOfMonth, type EventRow, type LineRow, toOrderLine } from './fact-log.js';
import { looksIssued, type NewLine } from './looks-issued.js';
import type { MonthFrame } from './month-frame.js';
import { findOrder } from './order-facts.js';
import { CURRENT, zonesChangedBy } from './practice-zones.js';
import { practiceTotalsOf } from './view.js';

/** Called with each order as it is billed. */
export interface PreflightWatch {
  add(account: OrderAccount, plan: OrderPlan, calendar: Calendar): void;
  /** Notes the product of orders that take the shortcut (billing/plain-order.ts). They have nothing else to note. */
  addPlain(product: string): void;
  /** Returns the findings, after the month is written. */
  findings(): PreflightFinding[];
}

/** What the plan charges for an order line, which need not be computed again. */
const chargeOf = ({ documentLines }: OrderPlan, line: number): number | undefined =>
  documentLines.find(({ lineType, orderLine }) => lineType === 'charge' && orderLine === line)?.amountMinor;

/** @param strict if true, exceptions stop the close */
export function createPreflightWatch(
  db: Connection,
  frame: MonthFrame,
  { strict, folders }: { readonly strict: boolean; readonly folders: readonly UnknownFolder[] },
): PreflightWatch {
  const { month, config, policy } = frame;
  const usedNumbers = withNumbersToCome(db, config, folders);
  const hasClosed = frame.closed.some((row) => row.month < month);
  const before = previousMonth(month);
  const late = createSums();
  const beforeLedger = createSums();
  const held = createSums();
  const exceptions = new Map<string, number>();
  const products = new Set<string>();
  const newLines: NewLine[] = [];

  return {
    add(account, plan, calendar) {
      for (const line of plan.documentLines) {
        if (line.reason === 'late' && line.lineType === 'charge')
          late.add(line.serviceMonth, line.currency, line.amountMinor);
      }
      for (const line of plan.held) held.add(line.practiceId, line.currency, line.amountMinor);
      for (const line of plan.beforeLedger)
        beforeLedger.add(
          calendar.monthOf(line.placedAt),
          line.currency,
          lineAmount(line, policy.rounding) ?? 0,
        );
      for (const { code } of plan.exceptions) exceptions.set(code, (exceptions.get(code) ?? 0) + 1);
      const start = calendar.cutOff(before);
      for (const { line, record } of account.lines) {
        products.add(line.product);
        if (!hasClosed || record.counted || record.chargedBeforeLedger || line.placedAt >= start) continue;
        newLines.push({
          line,
          amountMinor: chargeOf(plan, line.line) ?? lineAmount(line, policy.rounding) ?? 0,
        });
      }
    },

    addPlain(product) {
      products.add(product);
    },

    findings() {
      const charged = chargedOf(db, month);
      const facts: PreflightFacts = {
        month,
        usedNumbers,
        ...aboutLastClose(db, frame),
        zoneChanges: zonesChangedBy(db, month),
        firstMonth: config.firstMonth,
        beforeLedger: beforeLedger.byMonth(),
        documents: countOf(db, 'SELECT count(*) FROM documents WHERE month = ?', month),
        held: added(held.all()),
        charges: added(charged),
        news: newsOf(db, frame),
        events: eventsOf(db, frame),
        unknownPractices: unknownPractices(db, frame, [...charged, ...held.all()]),
        looksIssued: looksIssued(db, frame, newLines),
        late: late.byMonth(),
        setAside: setAsideOf(db, frame),
        farFuture: farFuture(db, frame),
        reviews: reviewsOf(db, frame),
        unusedCodes: unusedCodes(config.notPausable, products),
        exceptions: [...exceptions]
          .map(([code, count]) => ({ code, count }))
          .sort((a, b) => compareCodePoints(a.code, b.code)),
      };
      return preflight(facts, { ...config.preflight, ...(strict ? { exceptions: 'stop' as const } : {}) });
    },
  };
}

/** Returns the folders with a number that this ledger would still give. */
function withNumbersToCome(
  db: Connection,
  { invoiceNumber, creditNoteNumber }: Config,
  folders: readonly UnknownFolder[],
): UnknownFolder[] {
  if (folders.length === 0) return [];
  const lastOf = (table: string, type: DocumentType) =>
    countOf(db, `SELECT max(sequence) FROM ${table} WHERE document_type = ?`, type);
  const next = (type: DocumentType) =>
    1 + Math.max(lastOf('main.documents', type), lastOf('voided_documents', type));
  const areToCome = [
    numbersFrom(invoiceNumber, next('invoice')),
    numbersFrom(creditNoteNumber, next('credit_note')),
  ];
  return folders.filter(({ ranges }) =>
    ranges.some(({ last }) => areToCome.some((isToCome) => isToCome(last))),
  );
}

/** Adds up sums by key, then currency. */
function createSums() {
  const sums = new Map<string, { key: string; currency: string; lines: number; amountMinor: bigint }>();
  const all = (): KeyedSum[] =>
    [...sums.values()].sort(
      (a, b) => compareCodePoints(a.key, b.key) || compareCodePoints(a.currency, b.currency),
    );
  return {
    add(key: string, currency: string, amountMinor: number): void {
      const name = `${currency} ${key}`;
      const sum = sums.get(name);
      if (sum === undefined) sums.set(name, { key, currency, lines: 1, amountMinor: BigInt(amountMinor) });
      else {
        sum.lines++;
        sum.amountMinor += BigInt(amountMinor);
      }
    },
    all,
    byMonth: (): MonthSum[] => all().map(({ key, ...sum }) => ({ month: key, ...sum })),
  };
}

function countOf(db: Connection, select: string, ...parameters: readonly unknown[]): number {
  return Number(
    db
      .prepare<unknown[], number>(select)
      .pluck()
      .get(...parameters) ?? 0,
  );
}

interface KeyedSum extends MoneySum {
  readonly key: string;
}

/** Returns the month's charges by practice and currency. */
function chargedOf(db: Connection, month: BillingMonth): KeyedSum[] {
  return db
    .prepare<[string], { key: string; currency: string; lines: number; amount: number }>(
      `SELECT practice_id AS key, currency, charge_count AS lines, charges_minor AS amount FROM documents
       WHERE month = ? AND charge_count > 0 ORDER BY practice_id, currency`,
    )
    .all(month)
    .map(({ amount, ...rest }) => ({ ...rest, amountMinor: BigInt(amount) }));
}

/** Returns the last month closed before this one, and how the config has changed since. */
function aboutLastClose(
  db: Connection,
  { month, config }: MonthFrame,
): Pick<PreflightFacts, 'lastClosed' | 'configChanges'> {
  const last = db
    .prepare<[string], { month: string; config: string }>(
      'SELECT month, config FROM closed_months WHERE month < ? ORDER BY month DESC LIMIT 1',
    )
    .get(month);
  if (last === undefined) return { lastClosed: undefined, configChanges: [] };
  const then: Record<string, unknown> = JSON.parse(last.config);
  const configChanges = Object.entries(recordedConfig(config)).flatMap(([key, value]) => {
    // A key that a later version introduced had its default before.
    const [was, is] = [JSON.stringify(then[key] ?? value), JSON.stringify(value)];
    return was === is ? [] : [{ key, was, is }];
  });
  // In a draft, the months before it may be drafted too.
  const documents = Math.max(
    ...['documents', 'main.documents'].map((table) =>
      countOf(db, `SELECT count(*) FROM ${table} WHERE month = ?`, last.month),
    ),
  );
  return { lastClosed: { month: last.month, documents }, configChanges };
}

/** Returns the last import known to the last close before this month; 0 if there is none. */
const lastImportBefore = ({ closed, month }: MonthFrame): number =>
  closed.findLast((row) => row.month < month)?.lastImport ?? 0;

function newsOf(db: Connection, frame: MonthFrame): PreflightFacts['news'] {
  const files = db
    .prepare<[number, number], { importId: number; name: string; records: number }>(
      `SELECT import_id AS importId, name, imported + amended AS records FROM import_files
       WHERE import_id > ? AND import_id <= ? ORDER BY import_id, position`,
    )
    .all(lastImportBefore(frame), frame.lastImport);
  return {
    imports: new Set(files.map(({ importId }) => importId)).size,
    records: files.reduce((sum, { records }) => sum + records, 0),
    files: [...new Set(files.map(({ name }) => name))],
  };
}

/**
 * Counts the events of each month's bucket, as its close knew them. That is exact enough to tell some from none. It cannot count billed
 * orders, since an order with a shipment as its only news is not billed.
 */
function eventsOf(db: Connection, { closed, lastImport, month }: MonthFrame): PreflightFacts['events'] {
  const counts = db
    .prepare<[number], { bucket: Bucket; importId: number; events: number }>(
      `SELECT bucket, import_id AS importId, sum(facts) AS events FROM fact_segments
       WHERE kind = 'history' AND import_id <= ? GROUP BY bucket, import_id`,
    )
    .all(lastImport);
  const eventsIn = (each: BillingMonth, knownAt: number) =>
    counts
      .filter(({ bucket, importId }) => bucket === bucketOfMonth(each) && importId <= knownAt)
      .reduce((sum, { events }) => sum + events, 0);
  const before = closed.filter((row) => row.month < month);
  return {
    now: eventsIn(month, lastImport),
    closed: before.map((row) => eventsIn(row.month, row.lastImport)),
  };
}

function unknownPractices(
  db: Connection,
  { lastImport }: MonthFrame,
  sums: readonly KeyedSum[],
): PreflightFacts['unknownPractices'] {
  const known = new Set(
    db
      .prepare<[object], string>(
        `SELECT practice_id FROM practices AS practice WHERE ${CURRENT('practice')} ORDER BY practice_id`,
      )
      .pluck()
      .all({ lastImport }),
  );
  if (known.size === 0) return [];
  const unknown = sums.filter(({ key }) => !known.has(key));
  return [...new Set(unknown.map(({ key }) => key))].sort(compareCodePoints).flatMap((practiceId) => {
    const meant = lookAlike(practiceId, known);
    const own = added(unknown.filter(({ key }) => key === practiceId));
    return own.map((sum) => ({ practiceId, meant, ...sum }));
  });
}

function setAsideOf(db: Connection, frame: MonthFrame): PreflightFacts['setAside'] {
  const { month, lastImport } = frame;
  const rows = db
    .prepare<[number, number], AsideRow>(
      `SELECT import_id AS importId, file, kind, order_id AS orderId FROM set_aside
       WHERE import_id > ? AND import_id <= ? ORDER BY import_id, number`,
    )
    .all(lastImportBefore(frame), lastImport);
  if (rows.length === 0) return [];
  const entriesOf = createIndexReader(db);
  const documentOf = createDocumentFinder(db);
  // The charges of an order count once, even if it has several records.
  const told = new Set<string>();
  return rows
    .filter((row) => !isBack(db, row, lastImport))
    .map(({ file, orderId }) => {
      const entries = told.has(orderId) ? [] : entriesOf(month, orderId);
      told.add(orderId);
      const charges = entries
        .filter(([, , , , , correctsKey]) => correctsKey === 0)
        .map(([, , documentKey, , amountMinor]) => ({
          currency: documentOf(documentKey).currency,
          lines: 1,
          amountMinor: BigInt(amountMinor),
        }));
      return { file, orderId, charges: added(charges) };
    });
}

interface AsideRow {
  readonly importId: number;
  readonly file: string;
  readonly kind: string;
  readonly orderId: string;
}

/** Tells whether a record has come back: its quarantine file was imported later, or a later import has a fact of its kind and order. */
function isBack(db: Connection, { importId, file, kind, orderId }: AsideRow, lastImport: number): boolean {
  const isImported = db
    .prepare<[object], number>(
      'SELECT 1 FROM import_files WHERE import_id > :importId AND import_id <= :lastImport AND name = :file',
    )
    .pluck();
  if (isImported.get({ importId, lastImport, file }) !== undefined) return true;
  if (orderId === '') return false;
  const { lines, events } = findOrder(db, orderId, lastImport);
  return (kind === 'history' ? events : lines).some((fact) => fact.importId > importId);
}

/** Returns facts that imports since the last close brought and that are still current. */
function farFuture(db: Connection, frame: MonthFrame): PreflightFacts['farFuture'] {
  const { month, lastImport } = frame;
  const segments = db
    .prepare<[number, number, Bucket], { kind: string; data: string }>(
      `SELECT kind, data FROM fact_segments
       WHERE import_id > ? AND import_id <= ? AND bucket > ? ORDER BY segment_id`,
    )
    .all(lastImportBefore(frame), lastImport, bucketOfMonth(month) + 100);
  const facts = segments.flatMap(({ kind, data }) =>
    (JSON.parse(data) as (LineRow | EventRow)[]).map((row) => ({ kind, row })),
  );
  return facts.flatMap(({ kind, row }) => {
    const history = findOrder(db, row[0], lastImport);
    if (kind === 'history') {
      const last = history.events.filter((event) => event.row[5] !== '' && event.row[5] === row[5]).at(-1);
      if (last !== undefined && last.row !== row && JSON.stringify(last.row) !== JSON.stringify(row))
        return [];
      const on = dateBy(frame.configCalendar.clock, (row as EventRow)[1]);
      return [{ orderId: row[0], on, currency: frame.config.currency, lines: 0, amountMinor: 0n }];
    }
    const line = row as LineRow;
    const last = history.lines.filter((version) => version.row[1] === line[1]).at(-1);
    if (JSON.stringify(last?.row) !== JSON.stringify(line)) return [];
    const fact = toOrderLine(line);
    const on = dateBy(frame.calendarOf(fact.practiceId).clock, fact.placedAt);
    const amountMinor = BigInt(lineAmount(fact, frame.policy.rounding) ?? 0);
    return [{ orderId: fact.orderId, on, currency: fact.currency, lines: 1, amountMinor }];
  });
}

function reviewsOf(db: Connection, { month, config }: MonthFrame): PreflightFacts['reviews'] {
  if (config.reviewChangePercent === null) return [];
  return [...practiceTotalsOf(db, month)].flatMap((totals) => {
    const change = changeOf(totals, config.reviewChangePercent);
    if (change?.needsReview !== true) return [];
    const { practiceId, currency, before, totalMinor } = change;
    return [{ practiceId, currency, before: BigInt(before.totalMinor), now: BigInt(totalMinor) }];
  });
}

function unusedCodes(
  notPausable: readonly string[],
  products: ReadonlySet<string>,
): PreflightFacts['unusedCodes'] {
  const others = [...products].filter((product) => !notPausable.includes(product)).sort(compareCodePoints);
  return notPausable.flatMap((code) => {
    const meant = products.has(code) ? undefined : lookAlike(code, others);
    return meant === undefined ? [] : [{ code, meant }];
  });
}
