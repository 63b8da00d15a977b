/**
 * Reads the state of the ledger: closed months, the next month, held lines, passing limits, and exceptions not yet listed. Held lines and
 * exceptions are those that a close of the next month would record now, planned by its code. Orders without events are skipped, since
 * nothing of them is ever held or listed.
 */
import { type BillingMonth, cutOffInstant, nextMonth, previousMonth } from '../billing/billing-month.js';
import { dateBy } from '../billing/clock.js';
import type { ListedException, ListedHeldLine } from '../billing/month-view.js';
import { compareCodePoints, type Instant } from '../billing/order.js';
import { type ListedOrder, listedOrder } from '../billing/order-amount.js';
import { type PassingLimit, passingLimits } from '../billing/passing-limit.js';
import type { HeldLine } from '../billing/plan.js';
import { DAY } from '../billing/time-zone.js';
import type { Config } from '../config/config.js';
import { type Basis, createAccounts } from './accounts.js';
import { planAccount } from './bill-month.js';
import type { Connection } from './connect.js';
import { copyOpen, createDraft } from './draft-tables.js';
import { lastImportOf } from './import.js';
import type { Ledger } from './ledger.js';
import { calendarBeforeClose, closedMonths, type MonthFrame, openFrame } from './month-frame.js';
import { monthsToClose } from './months-to-close.js';
import { earliestPlacement } from './order-facts.js';
import { createParties } from './parties.js';
import { touchedOrders } from './touched-orders.js';
import { type MonthVoid, voidsOf } from './void.js';

export interface HeldByPractice {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly currency: string;
  readonly deferredLineCount: number;
  readonly slatedLineCount: number;
  readonly amountMinor: bigint;
}

export interface LedgerStatus {
  /** In order of month. */
  readonly closed: readonly BillingMonth[];
  /** In order of void. */
  readonly voids: readonly MonthVoid[];
  /** 0 if there is none. */
  readonly lastImport: number;
  /** The last import that the last close knew. */
  readonly lastImportClosed: number;
  /** The next month to close. Before the first close, the month of the earliest order. */
  readonly next: BillingMonth;
  /** The instant at which the next month is over in every zone that it bills. */
  readonly endsAt: Instant;
  /** In order of practice, order and line. */
  readonly held: readonly ListedHeldLine[];
  /** The held lines added up by practice, then currency. */
  readonly heldByPractice: readonly HeldByPractice[];
  /** The limits that pass before `limitsUntil`, in order of time. */
  readonly limits: readonly PassingLimit[];
  readonly limitsUntil: Instant;
  /** The exceptions that no closed month has listed, in order of order. */
  readonly exceptions: readonly (ListedException & ListedOrder)[];
}

export interface StatusOptions {
  readonly config: Config;
  /** The current instant, or the one that stands for it. Earlier limits are not shown. */
  readonly asOf: Instant;
  /** How many days ahead to look for limits. */
  readonly days: number;
}

/** @throws Failure usage if the config contradicts what the first close fixed */
export async function readStatus(
  ledger: Ledger,
  { config, asOf, days }: StatusOptions,
): Promise<LedgerStatus> {
  return ledger.read(() => {
    const { db } = ledger;
    const closed = closedMonths(db);
    const last = closed.at(-1);
    if (last !== undefined) monthsToClose(ledger, last.month, { config, catchUp: true });
    const lastImport = lastImportOf(db);
    const next = last === undefined ? firstMonthOf(db, config, asOf) : nextMonth(last.month);

    const basis = { month: last?.month, zonesOf: last?.month };
    createDraft(db, basis);
    copyOpen(db, next);
    const frame = openFrame(db, { month: next, config, lastImport });
    const window = { from: asOf, until: asOf + days * DAY };
    return {
      closed: closed.map(({ month }) => month),
      voids: voidsOf(db),
      lastImport,
      lastImportClosed: last?.lastImport ?? 0,
      next,
      endsAt: Math.max(...frame.zones.map((zone) => cutOffInstant(next, zone, config.cutoff))),
      ...whatIsOpen(db, frame, basis, window),
      limitsUntil: window.until,
    };
  });
}

/** Returns the config's first month, otherwise the month of the earliest order. Without orders, the last month that is over. */
function firstMonthOf(db: Connection, config: Config, asOf: Instant): BillingMonth {
  if (config.firstMonth !== null) return config.firstMonth;
  const lastImport = lastImportOf(db);
  const earliest = earliestPlacement(db, lastImport);
  const calendar = calendarBeforeClose(db, earliest?.practiceId ?? '', { config, lastImport });
  return earliest === undefined ? previousMonth(calendar.monthOf(asOf)) : calendar.monthOf(earliest.at);
}

/** Plans every touched order with a history, and collects what is held, what is to be listed, and which limits pass. */
function whatIsOpen(
  db: Connection,
  frame: MonthFrame,
  basis: Basis,
  window: { readonly from: Instant; readonly until: Instant },
): Pick<LedgerStatus, 'held' | 'heldByPractice' | 'limits' | 'exceptions'> {
  const partiesOf = createParties(db, frame.lastImport);
  const nameOf = (practiceId: string) => partiesOf(practiceId).practiceName;
  const sums = createHeldSums(nameOf);
  const held: HeldLine[] = [];
  const limits: PassingLimit[] = [];
  const exceptions: (ListedException & ListedOrder)[] = [];
  const accountOf = createAccounts(db, frame, basis);
  for (const order of touchedOrders(db, frame, { isWhole: true })) {
    if (order.events.length === 0) continue;
    const account = accountOf(order);
    const plan = planAccount(account, frame);
    for (const line of plan.held) sums.add(line);
    held.push(...plan.held);
    const practiceId = account.lines[0]?.line.practiceId;
    for (const { code, event } of plan.exceptions) {
      const { orderId, line, eventId, at } = event;
      const lines = account.lines.map((each) => each.line);
      const listed = listedOrder(lines, line, frame.policy.rounding);
      const own = line === undefined ? {} : { line };
      exceptions.push({ code, orderId, ...listed, event: event.event, ...own, eventId, at });
    }
    if (practiceId === undefined) continue;
    const calendar = frame.calendarOf(practiceId);
    limits.push(...passingLimits(account, plan, { calendar, policy: frame.policy, ...window }));
  }
  return {
    held: held.sort(byPractice).map((line) => ({
      ...line,
      practiceName: nameOf(line.practiceId),
      limitOn: dateBy(frame.calendarOf(line.practiceId).clock, line.limitAt),
    })),
    heldByPractice: sums.all(),
    limits: limits.sort((a, b) => a.limitAt - b.limitAt || compareCodePoints(a.orderId, b.orderId)),
    exceptions: exceptions.sort((a, b) => compareCodePoints(a.orderId, b.orderId) || a.at - b.at),
  };
}

/** The order of held.csv. */
const byPractice = (a: HeldLine, b: HeldLine): number =>
  compareCodePoints(a.practiceId, b.practiceId) ||
  compareCodePoints(a.orderId, b.orderId) ||
  a.orderLine - b.orderLine;

/** Adds up held lines by practice and currency. */
function createHeldSums(nameOf: (practiceId: string) => string) {
  const sums = new Map<string, HeldByPractice>();
  return {
    add({ practiceId, currency, status, amountMinor }: HeldLine): void {
      const key = JSON.stringify([practiceId, currency]);
      const sum = sums.get(key) ?? {
        practiceId,
        practiceName: nameOf(practiceId),
        currency,
        deferredLineCount: 0,
        slatedLineCount: 0,
        amountMinor: 0n,
      };
      const count = status === 'deferred' ? 'deferredLineCount' : 'slatedLineCount';
      sums.set(key, {
        ...sum,
        [count]: sum[count] + 1,
        amountMinor: sum.amountMinor + BigInt(amountMinor),
      });
    },
    all: () =>
      [...sums.values()].sort(
        (a, b) => compareCodePoints(a.practiceId, b.practiceId) || compareCodePoints(a.currency, b.currency),
      ),
  };
}
