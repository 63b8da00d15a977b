/** Drafts a month: a close that leaves the ledger unchanged. */
import { type BillingMonth, LAST_MONTH, monthsFrom, nextMonth } from '../billing/billing-month.js';
import type { PreflightFinding, UnknownFolder } from '../billing/finding.js';
import type { MonthView } from '../billing/month-view.js';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import type { Basis } from './accounts.js';
import { type BillingOptions, billMonth } from './bill-month.js';
import type { Connection } from './connect.js';
import { copyOpen, createDraft } from './draft-tables.js';
import { lastImportOf } from './import.js';
import type { Ledger } from './ledger.js';
import { closedMonths, type MonthFrame, openFrame } from './month-frame.js';
import { monthsToClose } from './months-to-close.js';
import { createPreflightWatch } from './preflight-facts.js';
import { recordMonth } from './record-month.js';
import { viewMonth } from './view.js';

interface DraftOptions {
  readonly knownAt?: number | undefined;
  /** Orders to bill by all their facts, in order; of an audit. */
  readonly also?: readonly string[];
  readonly strict?: boolean;
  readonly folders?: readonly UnknownFolder[];
}

/**
 * Bills `month` as if it were closed now, without writing to the ledger, and passes its view to `use`. Open months before it are billed
 * first. A draft of a closed month shows what later facts would correct.
 * @param knownAt an import: the whole month is billed as if it, and every month whose close knew later imports, were open
 * @throws Failure refused, usage
 */
export async function draftMonth<T>(
  ledger: Ledger,
  month: BillingMonth,
  config: Config,
  use: (view: MonthView, findings: readonly PreflightFinding[]) => T | Promise<T>,
  { knownAt, also, strict = false, folders = [] }: DraftOptions = {},
): Promise<T> {
  return ledger.read(() => {
    const { db } = ledger;
    const open = monthsToClose(ledger, month, { config, catchUp: true });
    const lastImport = knownAt ?? lastImportOf(db);
    if (knownAt !== undefined) refuseUnknownImport(db, knownAt);
    const { basis, months } = knownAt === undefined ? draftOf(month, open) : draftAt(db, month, knownAt);
    createDraft(db, basis);
    copyOpen(db, months[0] ?? month);
    // The preflight runs only if a close could follow: the month is open and all facts are known.
    const isToBeClosed = open.includes(month) && knownAt === undefined;
    let findings: readonly PreflightFinding[] = [];
    for (const drafted of months) {
      const frame = openFrame(db, { month: drafted, config, lastImport });
      const watch =
        isToBeClosed && drafted === month ? createPreflightWatch(db, frame, { strict, folders }) : undefined;
      draftOnto(db, basis, frame, { watch, also });
      findings = watch?.findings() ?? [];
    }
    const view = viewMonth(db, month, true);
    if (view === undefined) throw new Error(`${month} was drafted, but is not there`);
    return use(view, findings);
  });
}

interface DraftPlan {
  readonly basis: Basis;
  /** The months to bill, in order. */
  readonly months: readonly BillingMonth[];
}

/** A closed month is drafted on top of itself, so that only the corrections are left. */
function draftOf(month: BillingMonth, open: readonly BillingMonth[]): DraftPlan {
  return { basis: { month, zonesOf: LAST_MONTH }, months: open.length > 0 ? open : [month] };
}

/** Months whose close knew no import after `knownAt` stay as they are. The months after them, up to `month`, are billed again. */
function draftAt(db: Connection, month: BillingMonth, knownAt: number): DraftPlan {
  const closed = closedMonths(db);
  const last = closed.findLast((row) => row.month < month && row.lastImport <= knownAt)?.month;
  const first = last === undefined ? (closed[0]?.month ?? month) : nextMonth(last);
  return { basis: { month: last, zonesOf: last }, months: [...monthsFrom(first, month)] };
}

function refuseUnknownImport(db: Connection, importId: number): void {
  const last = lastImportOf(db);
  if (importId >= 1 && importId <= last) return;
  const known = last === 0 ? 'it has none yet' : `they are 1 to ${last}`;
  throw new Failure('usage', `import ${importId} is not among the imports of this ledger: ${known}`);
}

/** Bills the frame's month in the draft that was created on `basis`. The next month then builds on it. */
export function draftOnto(
  db: Connection,
  basis: Basis,
  frame: MonthFrame,
  options: Pick<BillingOptions, 'orders' | 'also' | 'watch'> = {},
): void {
  billMonth(db, frame, { numbering: 'draft', basis, ...options });
  // If a closed month is drafted again, the draft replaces it.
  db.prepare('DELETE FROM closed_months WHERE month = ?').run(frame.month);
  recordMonth(db, frame, ({ sealBefore }) => sealBefore, 0);
}
