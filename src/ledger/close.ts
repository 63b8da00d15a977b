/** Closes a month. A close is one transaction: the month is issued whole or not at all. */
import { type BillingMonth, cutOffInstant } from '../billing/billing-month.js';
import type { FindingCode, PreflightFinding, UnknownFolder } from '../billing/finding.js';
import type { BilledMonthView, BlockTaker } from '../billing/month-view.js';
import type { Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Config } from '../config/config.js';
import { Failure, PreflightRefused } from '../errors/failure.js';
import { describeStops } from '../explain/preflight.js';
import { recordAccepted } from './accepted-findings.js';
import { billMonth } from './bill-month.js';
import { lastImportOf } from './import.js';
import type { Ledger } from './ledger.js';
import { type MonthFrame, openFrame } from './month-frame.js';
import { monthsToClose } from './months-to-close.js';
import { createPreflightWatch } from './preflight-facts.js';
import { recordMonth } from './record-month.js';
import { sealOf } from './seal.js';
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
  /** Called with the month once it is billed and in balance, before it is recorded. Returns what takes its blocks while they are sealed. */
  readonly onBilled?: (view: BilledMonthView) => BlockTaker | undefined;
  /** Only fills the audit column. */
  readonly now: Instant;
  /** Called from time to time with the number of orders billed, and of all orders. */
  readonly progress?: (done: number, of: number) => void;
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
  return ledger.write(`close ${month}`, () => {
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
    const stops = stopping.filter(({ code }) => !accept.has(code));
    if (stops.length > 0) throw new PreflightRefused(describeStops(month, stops), findings);
    const takeBlock = onBilled?.(viewBilled(db, frame));
    recordAccepted(db, month, stopping);
    recordMonth(db, frame, (row) => sealOf(db, row, takeBlock), now);
    return findings;
  });
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
