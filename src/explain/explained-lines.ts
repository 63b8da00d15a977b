/** The lines of documents, and held lines, each with its reason in a sentence: what an accountant asks of a number or of a practice. */

import type { BillingMonth } from '../billing/billing-month.js';
import type { Clock } from '../billing/clock.js';
import type { IssuedDocument, IssuedLine, ListedHeldLine } from '../billing/month-view.js';
import type { OrderRecord } from '../billing/recorded-order.js';
import { remembered } from '../billing/remembered.js';
import { explainOrder } from './explanation.js';

export interface ExplainedDocument extends IssuedDocument {
  /** Why it is void; undefined if it stands. */
  readonly voidReason: string | undefined;
  readonly lines: readonly (IssuedLine & Explained)[];
}

export interface Explained {
  /** Without a full stop. */
  readonly sentence: string;
}

export interface ExplainedLines {
  /** The practice that was asked for; undefined if it was a document. */
  readonly practice:
    | { readonly practiceId: string; readonly practiceName: string; readonly clock: Clock }
    | undefined;
  /** In order of month, then of currency. */
  readonly documents: readonly ExplainedDocument[];
  /** The last month that is told; its held lines of the practice follow. Undefined if no month is closed. */
  readonly heldIn: BillingMonth | undefined;
  readonly held: readonly (ListedHeldLine & Explained)[];
}

/** Why an order line stands where it does in a month. */
export type LineExplainer = (
  month: BillingMonth,
  line: { readonly orderId: string; readonly orderLine: number },
) => string;

/** Explains each order once, however many of its lines are asked for. */
export function createLineExplainer(recordOf: (orderId: string) => OrderRecord): LineExplainer {
  const keyOf = (month: BillingMonth, orderLine: number) => `${month} ${orderLine}`;
  const sentencesOf = remembered((orderId: string): ReadonlyMap<string, string> => {
    const { months } = explainOrder(recordOf(orderId));
    return new Map(
      months.flatMap((each) =>
        each.lines.map((line) => [keyOf(each.month, line.orderLine), line.sentence] as const),
      ),
    );
  });
  return (month, { orderId, orderLine }) => {
    const sentence = sentencesOf(orderId).get(keyOf(month, orderLine));
    if (sentence === undefined) throw new Error(`order ${orderId} line ${orderLine} is in no month ${month}`);
    return sentence;
  };
}

/** A line of a void document: the month may be closed anew by other facts, so only its own word is left. */
export function voidedLineSentence({ reason }: Pick<IssuedLine, 'reason'>, voidReason: string): string {
  return `issued for the reason “${reason}”; the document is void: ${voidReason}`;
}
