/**
 * Decides what is issued: target less issued, as lines on a practice's document (docs/rules.md sections 5 and 7).
 */

import type { BillingMonth } from './billing-month.js';
import type { Standing } from './charge.js';
import type { LocalDate } from './time-zone.js';
import type { Change } from './timeline.js';

export type Reason = 'placed' | 'resumed' | 'late' | 'amended' | 'cancelled' | 'deleted' | 'paused';

/** What a charge records of its order line. The credit of that charge repeats it as issued, even if the facts have changed since. */
export interface Charge {
  readonly practiceId: string;
  readonly currency: string;
  readonly orderId: string;
  readonly orderLine: number;
  readonly product: string;
  readonly description: string;
  readonly patientRef: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amountMinor: number;
  readonly placedOn: LocalDate;
  /** The month of placement if the service month is later; otherwise empty. */
  readonly deferredFrom: BillingMonth | '';
  /** The date of the resume that ended the deferral; empty if the charge was not deferred. */
  readonly resumedOn: LocalDate | '';
  readonly serviceMonth: BillingMonth;
}

export interface DocumentLine extends Charge {
  readonly lineType: 'charge' | 'credit';
  readonly reason: Reason;
  /** The document that a credit corrects; undefined on a charge. */
  readonly corrects: DocumentReference | undefined;
}

export interface DocumentReference {
  /** The document's key in the ledger. */
  readonly key: number;
  readonly number: string;
}

/** A charge in force: made by a closed month and not credited since. */
export interface IssuedCharge {
  readonly practiceId: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly document: DocumentReference;
  /** Reads the whole charge. Called only when it must be credited. */
  readonly asIssued: () => Charge;
}

/**
 * Returns the lines that bring an order line from what closed months issued to its target: none, a charge, a credit, or a credit
 * and a charge (the table of docs/rules.md section 5).
 */
export function linesToIssue(options: {
  readonly month: BillingMonth;
  readonly standing: Standing;
  /** The charge that should be in force after this month; undefined if there should be none. */
  readonly target: Charge | undefined;
  readonly issued: IssuedCharge | undefined;
}): DocumentLine[] {
  const { month, standing, target, issued } = options;
  if (issued !== undefined && target !== undefined && sameDebt(issued, target)) return [];
  const lines: DocumentLine[] = [];
  if (issued !== undefined) lines.push(creditOf(issued, creditReason(standing)));
  if (target !== undefined) {
    const reason = issued !== undefined ? 'amended' : chargeReason(month, target);
    lines.push(documentLine(target, 'charge', reason, target.amountMinor, undefined));
  }
  return lines;
}

function sameDebt(a: IssuedCharge, b: Charge): boolean {
  return a.amountMinor === b.amountMinor && a.currency === b.currency && a.practiceId === b.practiceId;
}

function creditOf({ document, asIssued }: IssuedCharge, reason: Reason): DocumentLine {
  const charge = asIssued();
  // `0 - 0` is 0, whereas `-0` would be written with a minus sign.
  return documentLine(charge, 'credit', reason, 0 - charge.amountMinor, document);
}

/** Builds a document line field by field: spreading the charge would cost more time than all other decisions about the line. */
export function documentLine(
  charge: Charge,
  lineType: 'charge' | 'credit',
  reason: Reason,
  amountMinor: number,
  corrects: DocumentReference | undefined,
): DocumentLine {
  return {
    practiceId: charge.practiceId,
    currency: charge.currency,
    orderId: charge.orderId,
    orderLine: charge.orderLine,
    product: charge.product,
    description: charge.description,
    patientRef: charge.patientRef,
    quantity: charge.quantity,
    unitPrice: charge.unitPrice,
    amountMinor,
    placedOn: charge.placedOn,
    deferredFrom: charge.deferredFrom,
    resumedOn: charge.resumedOn,
    serviceMonth: charge.serviceMonth,
    lineType,
    reason,
    corrects,
  };
}

function creditReason(standing: Standing): Reason {
  switch (standing.kind) {
    case 'ended':
    case 'unplaced':
      return standing.end === undefined ? 'amended' : endReason(standing.end);
    case 'held':
      return 'paused';
    case 'charged':
      return 'amended';
  }
}

function endReason(end: Change): Reason {
  return end.byLimit || end.event.event === 'deleted' ? 'deleted' : 'cancelled';
}

function chargeReason(month: BillingMonth, charge: Charge): Reason {
  if (charge.serviceMonth < month) return 'late';
  return charge.deferredFrom === '' ? 'placed' : 'resumed';
}

export type DocumentType = 'invoice' | 'credit_note';

export function documentType({ totalMinor }: { readonly totalMinor: number }): DocumentType {
  return totalMinor >= 0 ? 'invoice' : 'credit_note';
}

/**
 * Fills in a number pattern: `INV-{seq:6}` -> `INV-000042`. `{YYYY}` and `{MM}` are those of the billing month. A number longer than
 * the padding is written in full.
 * @param sequence counts this type of document over the whole ledger, from 1
 */
export function documentNumber(pattern: string, sequence: number, month: BillingMonth): string {
  return pattern
    .replaceAll('{YYYY}', month.slice(0, 4))
    .replaceAll('{MM}', month.slice(5))
    .replace(SEQUENCE, (_, width) => String(sequence).padStart(Number(width ?? 1), '0'));
}

/** The part of a number pattern that holds the running number. */
export const SEQUENCE = /\{seq(?::([1-9]|1\d|20))?\}/;
