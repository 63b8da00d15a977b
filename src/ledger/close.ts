/**
 * Closes a month. A close is one transaction: the month is issued whole or not at all.
 */
import { type BillingMonth, cutOffInstant, monthsFrom, nextMonth } from '../billing/billing-month.js';
import type { FindingCode, PreflightFinding, UnknownFolder } from '../billing/finding.js';
import type { BilledMonthView } from '../billing/month-view.js';
import { numbersFrom } from '../billing/number-pattern.js';
import type { Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import { type Config, recordedConfig } from '../config/config.js';
import { Failure, PreflightRefused } from '../errors/failure.js';
import { describeStops } from '../explain/preflight.js';
import { recordAccepted } from './accepted-findings.js';
import { billMonth } from './bill-month.js';
import type { Connection } from './connect.js';
import { lastSequence } from './document-writer.js';
import { refuseOtherPolicy } from './fixed-settings.js';
import { lastImportOf } from './import.js';
import { insertRow } from './insert.js';
import type { Ledger } from './ledger.js';
import { closedMonths, type MonthFrame, openFrame } from './month-frame.js';
import { createPreflightWatch } from './preflight-facts.js';
import { sealBeforeMonth, sealOf } from './seal.js';
import { viewBilled } from './view.js';

export interface CloseOptions {
  readonly config: Config;
  /** The current instant, or the one that stands for it. It must not lie before the month's cut-off in any zone that it bills. */
  readonly asOf: Instant;
  /** Also closes the open months before it, each by its own cut-off. */
  readonly catchUp: boolean;
  /** Exceptions stop the close, whatever the config says. */
  readonly strict: boolean;
  /** Findings of the preflight that do not stop the close. They are stored with the month. */
  readonly accept: ReadonlySet<FindingCode>;
  /** Folders of issued months that this ledger does not know. */
  readonly folders?: readonly UnknownFolder[];
  /** Called with the month once it is billed and in balance, before it is recorded. */
  readonly onBilled?: (view: BilledMonthView) => Promise<void>;
  /** Only fills the audit column. */
  readonly now: Instant;
  /** Called from time to time with the number of orders billed, and of all orders. */
  readonly progress?: (done: number, of: number) => void;
}

/** A hundred years. Each month takes time, and a mistyped year would take hours. */
const MOST_MONTHS = 1200;

/** @returns the months to close so that `month` is closed; none if it is closed already. @throws Failure refused, usage */
export function monthsToClose(
  ledger: Ledger,
  month: BillingMonth,
  { config, catchUp }: { config: Config; catchUp: boolean },
): BillingMonth[] {
  const closed = closedMonths(ledger.db);
  const [first, last] = [closed[0]?.month, closed.at(-1)?.month];
  refuseOtherPolicy(ledger.db, month, config);
  refuseUsedNumbers(ledger.db, config);
  refuseOtherFirstMonth(month, first, config);
  if (first === undefined || last === undefined) {
    const months = [...monthsFrom(config.firstMonth ?? month, month)];
    if (months.length > 1 && !catchUp) {
      throw new Failure(
        'refused',
        `${month} is not the next month: firstMonth is ${config.firstMonth} in the config; close that one, ` +
          `or use --catch-up to close ${months.join(', ')} in turn`,
      );
    }
    return months;
  }
  if (month < first) {
    throw new Failure(
      'refused',
      `${month} lies before ${first}, the first month of this ledger: it cannot be billed here`,
    );
  }
  const months: BillingMonth[] = [];
  for (let open = nextMonth(last); open <= month; open = nextMonth(open)) months.push(open);
  if (months.length > MOST_MONTHS)
    throw new Failure(
      'refused',
      `${month} lies ${months.length} months after ${last}, which was closed last; at most ${MOST_MONTHS} are billed at once: name an earlier month`,
    );
  if (months.length > 1 && !catchUp) {
    throw new Failure(
      'refused',
      `${month} is not the next month: ${last} was closed last, so ${nextMonth(last)} comes first; close that one, ` +
        `or use --catch-up to close ${months.length > 12 ? `${months[0]} to ${month}` : months.join(', ')} in turn`,
    );
  }
  return months;
}

/** The config may name the first month before it is closed; after that only the same one. */
function refuseOtherFirstMonth(
  month: BillingMonth,
  first: BillingMonth | undefined,
  { firstMonth }: Config,
): void {
  // The key is missing in a config as a close recorded it.
  if (firstMonth == null) return;
  if (first === undefined && month < firstMonth)
    throw new Failure('refused', `${month} lies before ${firstMonth}, the firstMonth of the config`);
  if (first !== undefined && first !== firstMonth) {
    throw new Failure(
      'usage',
      `firstMonth is ${firstMonth} in the config, but the first month of this ledger is ${first}; set it back`,
    );
  }
}

/** Refuses a new pattern that would repeat a number issued before. Patterns of the last close were checked when they were new. */
function refuseUsedNumbers(db: Connection, config: Config): void {
  const last = db
    .prepare<[], string>('SELECT config FROM closed_months ORDER BY month DESC LIMIT 1')
    .pluck()
    .get();
  if (last === undefined) return;
  const before: Config = JSON.parse(last);
  for (const [key, type] of [
    ['invoiceNumber', 'invoice'],
    ['creditNoteNumber', 'credit_note'],
  ] as const) {
    if (config[key] === before[key]) continue;
    const next = lastSequence(db, type) + 1;
    const isToCome = numbersFrom(config[key], next);
    const issued = db
      .prepare<[], { document_number: string; practice_id: string; month: string }>(
        `SELECT document_number, practice_id, month FROM documents
         UNION ALL SELECT document_number, practice_id, month FROM voided_documents`,
      )
      .iterate();
    for (const { document_number: number, practice_id: practiceId, month } of issued) {
      if (!isToCome(number)) continue;
      throw new Failure(
        'usage',
        `${key} "${config[key]}" in the config would give the number ${number} again, which ${practiceId} got in ${month}; ` +
          'choose another pattern',
      );
    }
  }
}

/**
 * Closes one of `monthsToClose`.
 * @param lastMonth the last month to close in this run: if it is not over, nothing is closed
 * @returns the findings of the preflight; undefined if another process has closed the month meanwhile
 * @throws Failure refused if the month is not over, or if its preflight stops it
 */
export async function closeMonth(
  ledger: Ledger,
  month: BillingMonth,
  lastMonth: BillingMonth,
  { config, asOf, strict, accept, folders = [], now, progress, onBilled }: CloseOptions,
): Promise<readonly PreflightFinding[] | undefined> {
  return ledger.write(`close ${month}`, async () => {
    const { db } = ledger;
    const [next] = monthsToClose(ledger, month, { config, catchUp: false });
    if (next === undefined) return undefined;
    const lastImport = lastImportOf(db);
    const frame = openFrame(db, { month, config, lastImport });
    refuseUnlessOver(frame, lastMonth, asOf);
    const watch = createPreflightWatch(db, frame, { strict, folders });
    billMonth(db, frame, { numbering: 'final', watch, ...(progress === undefined ? {} : { progress }) });
    const findings = watch.findings();
    const stopping = findings.filter(({ level }) => level === 'stop');
    refuseStops(
      month,
      findings,
      stopping.filter(({ code }) => !accept.has(code)),
    );
    await onBilled?.(viewBilled(db, frame));
    recordAccepted(db, month, stopping);
    recordMonth(db, frame, (row) => sealOf(db, row), now);
    return findings;
  });
}

function refuseStops(
  month: BillingMonth,
  findings: readonly PreflightFinding[],
  stops: readonly PreflightFinding[],
): void {
  if (stops.length > 0) throw new PreflightRefused(describeStops(month, stops), findings);
}

function refuseUnlessOver({ zones, config }: MonthFrame, month: BillingMonth, asOf: Instant): void {
  const ends = zones.map((zone) => ({ zone, at: cutOffInstant(month, zone, config.cutoff) }));
  const last = ends.reduce((a, b) => (b.at > a.at ? b : a));
  if (asOf >= last.at) return;
  throw new Failure(
    'refused',
    `${month} is not over: it ends at ${formatInstant(last.at)} (${config.cutoff} in ${last.zone}), and it is ` +
      `${formatInstant(asOf)} now; try again after that, or use "monthend preview ${month}"`,
  );
}

interface UnsealedMonth {
  readonly month: BillingMonth;
  readonly cutOffRule: string;
  readonly config: string;
  readonly lastImport: number;
  readonly sealBefore: string;
}

export function recordMonth(
  db: Connection,
  { month, config, lastImport }: MonthFrame,
  seal: (row: UnsealedMonth) => string,
  now: Instant,
): void {
  const row = {
    month,
    cutOffRule: config.cutoff,
    config: JSON.stringify(recordedConfig(config)),
    lastImport,
    sealBefore: sealBeforeMonth(db, month),
  };
  insertRow(db, 'closed_months', {
    month,
    cut_off_rule: row.cutOffRule,
    config: row.config,
    last_import: lastImport,
    seal: seal(row),
    closed_at: formatInstant(now),
  });
}
