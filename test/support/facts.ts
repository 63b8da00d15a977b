/** Facts as plain data, ledgers that take and bill them, and months in a short notation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { TermSum } from '../../src/billing/balance-terms.js';
import type { BillingMonth } from '../../src/billing/billing-month.js';
import { clockIn } from '../../src/billing/clock.js';
import { FINDING_CODES, type FindingCode } from '../../src/billing/finding.js';
import { packLine } from '../../src/billing/line-block.js';
import { formatAmount } from '../../src/billing/money.js';
import type {
  IssuedDocument,
  IssuedLine,
  LineBlock,
  ListedException,
  MonthView,
} from '../../src/billing/month-view.js';
import type {
  Amend,
  EventKind,
  Fact,
  FactKind,
  HistoryEvent,
  Instant,
  OrderLine,
} from '../../src/billing/order.js';
import type { PracticeDetails } from '../../src/billing/party.js';
import type { HeldLine } from '../../src/billing/plan.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { type CloseOptions, closeMonth } from '../../src/ledger/close.js';
import { draftMonth } from '../../src/ledger/draft-month.js';
import { ID_IN_MEMORY } from '../../src/ledger/identity.js';
import { withImport } from '../../src/ledger/import.js';
import type { Amendment } from '../../src/ledger/judge-fact.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import type { LikeIds } from '../../src/ledger/like-ids.js';
import { monthsToClose } from '../../src/ledger/months-to-close.js';
import { readMonth } from '../../src/ledger/read-month.js';

/** A bare date stands for noon UTC: the same day in every zone of these tests. */
export const instant = (text: string): Instant => Date.parse(text.includes('T') ? text : `${text}T12:00:00Z`);

export function order(orderId: string, placed: string, changes: Partial<OrderLine> = {}): Fact {
  const defaults = {
    line: 1,
    practiceId: 'P1',
    product: 'crown',
    description: '',
    patientRef: '',
    quantity: '1',
    unitPrice: '100',
    currency: 'USD',
  };
  return { kind: 'orders', fact: { ...defaults, orderId, placedAt: instant(placed), ...changes } };
}

export function event(
  orderId: string,
  kind: EventKind | 'retracted',
  when: string,
  changes: Partial<Omit<HistoryEvent, 'event'>> = {},
): Fact {
  const reason = kind === 'paused' ? 'late scan' : '';
  const fact = { eventId: '', orderId, event: kind, at: instant(when), sequence: 0, reason, ...changes };
  return { kind: 'history', fact: fact as HistoryEvent };
}

export function practice(
  practiceId: string,
  { timeZone = '', name = `${practiceId} Dental`, details = {} as PracticeDetails } = {},
): Fact {
  return { kind: 'practices', fact: { practiceId, name, timeZone, details } };
}

class Rejected extends Error {}

/** Takes facts in as one import. @returns what became of each, then what the end told; with a refusal, nothing is imported */
export async function importFacts(
  ledger: Ledger,
  facts: readonly Fact[],
  {
    amend = false,
    keep = false,
    kind = 'orders',
    now = 0,
    sha256 = '0'.repeat(64),
    fileOf = () => 'facts.csv',
    likeIds = () => {},
    changes = () => {},
  }: {
    readonly amend?: Amend;
    readonly keep?: boolean;
    /** The kind of the file. */
    readonly kind?: FactKind;
    readonly now?: Instant;
    readonly sha256?: string;
    readonly fileOf?: (index: number) => string;
    readonly likeIds?: (found: LikeIds) => void;
    readonly changes?: (made: readonly Amendment[]) => void;
  } = {},
): Promise<string[]> {
  const outcomes: string[] = [];
  const refusals: string[] = [];
  const refuse = ({ field, message }: { field: string; message: string | { readonly text: string } }) => {
    const told = `${field}: ${typeof message === 'string' ? message : message.text}`;
    refusals.push(told);
    return told;
  };
  const counted = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  const work = withImport(
    ledger,
    { amend, keep, now, defaultCurrency: 'USD' },
    async ({ taker, recordFile }) => {
      for (const [index, fact] of facts.entries()) {
        const place = () => ({ line: index + 1, column: 1 });
        const taken = taker.take({ ...fact, place }, fileOf(index));
        outcomes.push(typeof taken === 'string' ? taken : refuse(taken));
      }
      outcomes.push(...taker.problemsAtEnd().map(refuse));
      likeIds(taker.likeIds());
      changes(taker.changes);
      if (refusals.length > 0) throw new Rejected();
      const [imported, amended, duplicates] = ['imported', 'amended', 'duplicate'].map(counted);
      const counts = {
        imported: imported ?? 0,
        amended: amended ?? 0,
        duplicates: duplicates ?? 0,
        quarantined: 0,
      };
      recordFile({ name: 'facts.csv', kind, sha256, read: facts.length, ...counts, profile: null });
    },
  );
  await work.catch((error: unknown) => {
    if (!(error instanceof Rejected)) throw error;
  });
  return outcomes;
}

/** A made-up lab has no practices, no history, nothing before: only what `strict` refuses counts. */
export const ALL_BUT_EXCEPTIONS: ReadonlySet<FindingCode> = new Set(
  FINDING_CODES.filter((code) => code !== 'exceptions'),
);

export function closeOptions(options: Partial<CloseOptions> = {}): CloseOptions {
  const longAfter = Date.UTC(2100, 0);
  return {
    config: DEFAULT_CONFIG,
    asOf: longAfter,
    catchUp: false,
    strict: false,
    accept: ALL_BUT_EXCEPTIONS,
    now: 0,
    ...options,
  };
}

/** Closes a month as the command does. */
export async function close(
  ledger: Ledger,
  month: BillingMonth,
  some: Partial<CloseOptions> = {},
): Promise<void> {
  const options = closeOptions(some);
  for (const each of monthsToClose(ledger, month, options)) await closeMonth(ledger, each, month, options);
}

/** A month in short: `INV-000001 P1 A1/1 placed 100.00`, `held A2/1 deferred 100.00`, `not-paused A1`. */
export function inShort(view: MonthView): string[] {
  const lines: string[] = [];
  for (const document of view.documents()) {
    for (const line of view.linesOf(document)) {
      const { orderId, orderLine, reason, amountMinor, currency } = line;
      const amount = formatAmount(amountMinor, currency);
      lines.push(`${document.documentNumber} ${line.practiceId} ${orderId}/${orderLine} ${reason} ${amount}`);
    }
  }
  for (const { orderId, orderLine, status, amountMinor, currency } of view.heldLines())
    lines.push(`held ${orderId}/${orderLine} ${status} ${formatAmount(amountMinor, currency)}`);
  for (const { code, orderId } of view.exceptions()) lines.push(`${code} ${orderId}`);
  return lines;
}

export const closed = (ledger: Ledger, month: BillingMonth): Promise<string[]> =>
  readMonth(ledger, month, inShort);

export const drafted = (
  ledger: Ledger,
  month: BillingMonth,
  config: Config = DEFAULT_CONFIG,
): Promise<string[]> => draftMonth(ledger, month, config, inShort);

/** A ledger in memory that has taken each list of facts as an import. */
export async function ledgerWith(...imports: readonly (readonly Fact[])[]): Promise<Ledger> {
  const ledger = temporaryLedger();
  for (const facts of imports) await importFacts(ledger, facts);
  return ledger;
}

/** October's facts that leave a row in every table of a close. */
export const ONE_OF_EACH: readonly Fact[] = [
  practice('P1', { details: { city: 'Lakeside' } }),
  order('charged', '2026-10-05'),
  order('held', '2026-10-05'),
  event('held', 'paused', '2026-10-10'),
  order('before-ledger', '2026-09-05'),
  event('charged', 'resumed', '2026-10-12'),
];

/** Every row of every table of the ledger itself, for comparing. */
export function allRows({ db }: Ledger): Record<string, unknown[]> {
  const names = db
    .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  return Object.fromEntries(names.map((name) => [name, db.prepare(`SELECT * FROM main.${name}`).all()]));
}

/** A new folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const DOCUMENT: IssuedDocument = {
  key: 1,
  documentNumber: 'INV-000001',
  documentType: 'invoice',
  practiceId: 'P1',
  practiceName: 'P1 Dental',
  billTo: { practiceId: 'P1', name: 'P1 Dental', details: {} },
  billingMonth: '2026-10',
  issueDate: '2026-11-01',
  dueDate: '2026-11-08',
  currency: 'USD',
  totals: {
    lineCount: 1,
    chargeCount: 1,
    creditCount: 0,
    chargesMinor: 10000,
    creditsMinor: 0,
    totalMinor: 10000,
  },
};

export function issuedDocument(changes: Partial<IssuedDocument> = {}): IssuedDocument {
  const document = { ...DOCUMENT, ...changes };
  const { practiceId, practiceName: name } = document;
  return { ...document, billTo: changes.billTo ?? { practiceId, name, details: {} } };
}

export function issuedLine(changes: Partial<IssuedLine> = {}): IssuedLine {
  const { fact } = order('A1', '2026-10-05') as { fact: OrderLine };
  const { practiceId, currency, orderId, product, description, patientRef, quantity, unitPrice } = fact;
  const known = { practiceId, currency, orderId, product, description, patientRef, quantity, unitPrice };
  const dates = { placedOn: '2026-10-05', deferredFrom: '', resumedOn: '', serviceMonth: '2026-10' };
  return {
    ...known,
    ...dates,
    orderLine: 1,
    lineNumber: 1,
    lineType: 'charge',
    reason: 'placed',
    amountMinor: 10000,
    corrects: '',
    ...changes,
  };
}

export function heldLine(changes: Partial<HeldLine> = {}): HeldLine {
  return {
    practiceId: 'P1',
    orderId: 'A2',
    orderLine: 1,
    product: 'crown',
    amountMinor: 10000,
    currency: 'USD',
    placedOn: '2026-10-05',
    pausedOn: '2026-10-10',
    pauseReason: 'late scan',
    daysPaused: 21,
    limitAt: instant('2026-11-24'),
    status: 'deferred',
    ...changes,
  };
}

interface MonthContent {
  readonly documents?: readonly IssuedDocument[];
  /** The lines of all documents. */
  readonly lines?: readonly IssuedLine[];
  readonly held?: readonly HeldLine[];
  readonly exceptions?: readonly ListedException[];
  readonly reconciliation?: readonly TermSum[];
}

/** Lines as a document keeps them. */
export const blockOf = (lines: readonly IssuedLine[]): LineBlock => ({
  firstLine: lines[0]?.lineNumber ?? 1,
  bytes: Buffer.from(
    lines
      .map(({ corrects, ...line }) =>
        packLine({ ...line, corrects: corrects === '' ? undefined : { key: 7, number: corrects } }),
      )
      .join(''),
  ),
});

/** A billed month as plain data, without a ledger. */
export function monthView(
  { documents = [], lines = [issuedLine()], held = [], exceptions = [], reconciliation = [] }: MonthContent,
  changes: Partial<MonthView> = {},
): MonthView {
  return {
    ledgerId: ID_IN_MEMORY,
    month: '2026-10',
    isDraft: false,
    config: { ...DEFAULT_CONFIG },
    cutOffs: [{ timeZone: 'America/New_York', at: instant('2026-11-01T04:00:00Z') }],
    imports: [],
    lastImport: 1,
    seal: 'a'.repeat(64),
    documents: () => documents,
    practiceTotals: () => [],
    linesOf: () => lines,
    blocksOf: () => [blockOf(lines)],
    nameOf: (practiceId) => `${practiceId} Dental`,
    clockOf: () => clockIn('America/New_York'),
    orderOf: () => ({ practiceId: 'P1', amounts: [], lineAmount: undefined }),
    heldLines: () => held,
    heldSums: () =>
      held.map(({ currency, status, amountMinor }) => ({
        currency,
        status,
        lines: 1,
        amountMinor: BigInt(amountMinor),
      })),
    exceptions: () => exceptions,
    linesBeforeLedger: () => 0,
    reconciliation: () => reconciliation,
    voided: () => [],
    accepted: () => [],
    ...changes,
  };
}
