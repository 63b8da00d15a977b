/** The columns in which a document line keeps its charge, and the charge they make. */
import type { Charge } from '../billing/document.js';

export interface ChargeRow {
  readonly order_id: string;
  readonly order_line: number;
  readonly product: string;
  readonly description: string;
  readonly patient_ref: string;
  readonly quantity: string;
  readonly unit_price: string;
  readonly amount_minor: number;
  readonly placed_on: string;
  readonly deferred_from: string;
  readonly resumed_on: string;
  readonly service_month: string;
}

/** @param document whose practice and currency hold for all its lines */
export function toCharge(row: ChargeRow, document: { practiceId: string; currency: string }): Charge {
  return {
    practiceId: document.practiceId,
    currency: document.currency,
    orderId: row.order_id,
    orderLine: row.order_line,
    product: row.product,
    description: row.description,
    patientRef: row.patient_ref,
    quantity: row.quantity,
    unitPrice: row.unit_price,
    amountMinor: row.amount_minor,
    placedOn: row.placed_on,
    deferredFrom: row.deferred_from,
    resumedOn: row.resumed_on,
    serviceMonth: row.service_month,
  };
}
