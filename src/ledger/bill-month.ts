/**
 * Bills one month: plans every order that it touches, and writes the plan as documents, held lines and exceptions. Runs in the caller's
 * transaction, on the ledger's own tables (a close) or on those of a draft (a preview).
 */

import type { Calendar } from '../billing/billing-month.js';
import { listedEvent } from '../billing/exception.js';
import { AmountTooLarge, formatAmount } from '../billing/money.js';
import { isOpenAfter } from '../billing/open-order.js';
import type { Instant } from '../billing/order.js';
import { type OrderAccount, type OrderPlan, planOrder } from '../billing/plan.js';
import { reckonOrder } from '../billing/reckon-order.js';
import { Failure } from '../errors/failure.js';
import { excerpt } from '../words/excerpt.js';
import { type Basis, createAccounts } from './accounts.js';
import { countWritten, openBalance, settleBalance } from './balance.js';
import { createPlainBiller } from './bill-plain-orders.js';
import type { Connection } from './connect.js';
import { createDocumentWriter } from './document-writer.js';
import { createBulkInsert } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import type { Numbering } from './number-documents.js';
import { createOpenOrdersWriter } from './open-orders.js';
import { readMovedEvents } from './order-facts.js';
import type { PreflightWatch } from './preflight-facts.js';
import { type TouchedOrder, touchedOrders } from './touched-orders.js';

export interface BillingOptions {
  readonly numbering: Numbering;
  /** Only for a draft. */
  readonly basis?: Basis;
  /** The orders to bill; if absent, all that the month can change. */
  readonly orders?: Iterable<TouchedOrder>;
  /** Orders to bill by all their facts too, in order; of an audit. */
  readonly also?: readonly string[] | undefined;
  readonly progress?: (done: number, of: number) => void;
  /** Notes facts of each order for the preflight. */
  readonly watch?: PreflightWatch | undefined;
}

export function billMonth(db: Connection, frame: MonthFrame, options: BillingOptions): void {
  const { numbering, basis, progress, watch, also = [] } = options;
  const { due, written } = openBalance(db, frame);
  const documents = createDocumentWriter(db, frame, { numbering, note: countWritten(written) });
  const recorder = createRecorder(db, frame);
  const open = createOpenOrdersWriter(db, frame.month);
  const moved = readMovedEvents(db, frame.lastImport);
  const accountOf = createAccounts(db, frame, basis, moved);
  const plain = createPlainBiller(frame, documents, due, watch);
  const shortcut = moved.some ? undefined : plain.shortcut;
  const { orders = touchedOrders(db, frame, { also, shortcut, progress }) } = options;
  try {
    for (const order of orders) {
      const account = accountOf(order);
      const calendar = calendarOfAccount(account, frame);
      const plan = planOrder(account, calendar, frame);
      documents.add(plan.documentLines);
      recorder.add(plan);
      watch?.add(account, plan, calendar);
      if (hasVersionAt(order, calendar.cutOff(frame.month)) || isOpenAfter(account, plan, calendar, frame))
        open.add(order.orderId, order);
      reckonOrder(due, account, calendar, frame);
    }
    plain.finish();
    documents.finish();
    recorder.finish();
    open.finish();
  } catch (error) {
    if (!(error instanceof AmountTooLarge)) throw error;
    throw new Failure('refused', `${frame.month} cannot be billed: ${whatIsTooLarge(error)}`);
  }
  settleBalance(db, frame, { due, written });
}

function whatIsTooLarge({ message, at }: AmountTooLarge): string {
  if (at === undefined) return message;
  const most = formatAmount(Number.MAX_SAFE_INTEGER, at.currency);
  return (
    `the document of practice ${excerpt(at.practiceId)} in ${at.currency} passes the largest amount, ${most}, ` +
    `with order ${excerpt(at.orderId)}; check the quantities and prices of its orders`
  );
}

/**
 * Tells whether any version of a fact lies at or after a cut-off. The segments that hold a replaced version do not tell that a fact of
 * another month replaced it, so the order must stay open.
 */
function hasVersionAt({ lines, events }: TouchedOrder, cutOff: Instant): boolean {
  return lines.some(({ row }) => row[9] >= cutOff) || events.some(({ row }) => row[1] >= cutOff);
}

/** Returns the month's plan for an order. */
export function planAccount(account: OrderAccount, frame: MonthFrame): OrderPlan {
  return planOrder(account, calendarOfAccount(account, frame), frame);
}

/** Returns the calendar of the order's practice; that of the config if no line is known. */
function calendarOfAccount(account: OrderAccount, frame: MonthFrame): Calendar {
  const practiceId = account.lines[0]?.line.practiceId;
  return practiceId === undefined ? frame.configCalendar : frame.calendarOf(practiceId);
}

interface Recorder {
  add(plan: OrderPlan): void;
  finish(): void;
}

/** Records what is not on a document: held lines, exceptions, and lines that the earlier system charged. */
function createRecorder(db: Connection, { month }: MonthFrame): Recorder {
  const held = createBulkInsert(db, 'held_lines');
  const exceptions = createBulkInsert(db, 'listed_exceptions');
  const beforeLedger = createBulkInsert(db, 'before_ledger_lines');
  let exceptionNumber = 0;

  return {
    add(plan) {
      for (const line of plan.held) {
        held.add(
          month,
          line.practiceId,
          line.orderId,
          line.orderLine,
          line.product,
          line.amountMinor,
          line.currency,
          line.placedOn,
          line.pausedOn,
          line.pauseReason,
          line.daysPaused,
          line.limitAt,
          line.status,
        );
      }
      for (const { code, event } of plan.exceptions) {
        exceptionNumber++;
        const { orderId, eventId, at, sequence, reason } = event;
        exceptions.add(
          ...[month, exceptionNumber, code, orderId, listedEvent(event), eventId, at, sequence, reason],
        );
      }
      for (const line of plan.beforeLedger) beforeLedger.add(line.orderId, line.line, month);
    },
    finish() {
      for (const table of [held, exceptions, beforeLedger]) table.finish();
    },
  };
}
