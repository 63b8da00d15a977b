/**
 * Order lines and events as the ledger's log stores them: each a JSON array on a line. A reader packs most records so at once, without a
 * text for each field.
 */
import type { EventKind, HistoryEvent, Instant, OrderLine, Retraction } from './order.js';
import { sharedBytes, sharedNumbers } from './shared-memory.js';

/** An order line as a segment stores it. */
export type LineRow = readonly [
  orderId: string,
  orderLine: number,
  practiceId: string,
  product: string,
  description: string,
  patientRef: string,
  quantity: string,
  unitPrice: string,
  currency: string,
  placedAt: Instant,
];

/** An event as a segment stores it. */
export type EventRow = readonly [
  orderId: string,
  at: Instant,
  sequence: number,
  event: EventKind | 'retracted',
  reason: string,
  eventId: string,
  /** The order line, if the event concerns one alone. In a retraction without an id, also the kind of event that it takes back. */
  ...extra: (number | EventKind)[],
];

/** Separates two rows of a segment. */
export const ROW_END = ',\n';

/**
 * Rows of one kind, one after the other, in memory that threads share, with what is needed to tell whether they are new. The ids of an order and a practice are
 * printable ASCII that JSON writes unescaped.
 */
export interface PackedFacts {
  readonly kind: 'orders' | 'history';
  count: number;
  /** The rows, each with ROW_END. */
  bytes: Uint8Array;
  /** Where each row ends in the bytes. */
  readonly ends: Uint32Array;
  /** The keys of the orders (id-key.ts). */
  readonly keys: Float64Array;
  /** The keys of the order lines, or of the events by id or content. */
  readonly identities: Float64Array;
  /** The key of the form of an order's id, or of an event's id; 0 for none. */
  readonly otherKeys: Float64Array;
  /** When the order was placed, or the event happened. */
  readonly instants: Float64Array;
  /** Where the practice's id lies in the bytes, of an order line. */
  readonly practiceStarts: Uint32Array;
  readonly practiceEnds: Uint32Array;
  readonly flags: Uint8Array;
  /** Where each record begins and ends in its file, or in a part of it. */
  readonly recordStarts: Uint32Array;
  readonly recordEnds: Uint32Array;
}

/** Some of them, whose records follow each other in the file, each on one line. */
export interface PackedPart {
  readonly of: PackedFacts;
  /** The place of the first one, and the place after the last one. */
  readonly from: number;
  readonly to: number;
  /** The line of the first record in its file. */
  readonly line: number;
}

/** An order line whose record has no line number. */
export const IS_UNNUMBERED = 1;
/** An order line whose record has no currency. The row has the default. */
export const HAS_NO_CURRENCY = 2;
/** A word of the record skips it. Its row is empty. */
export const IS_PASSED_OVER = 4;

export function createPackedFacts(kind: PackedFacts['kind'], records: number, bytes: number): PackedFacts {
  return {
    kind,
    count: 0,
    bytes: sharedBytes(bytes),
    ends: sharedNumbers(Uint32Array, records),
    keys: sharedNumbers(Float64Array, records),
    identities: sharedNumbers(Float64Array, records),
    otherKeys: sharedNumbers(Float64Array, records),
    instants: sharedNumbers(Float64Array, records),
    practiceStarts: sharedNumbers(Uint32Array, kind === 'orders' ? records : 0),
    practiceEnds: sharedNumbers(Uint32Array, kind === 'orders' ? records : 0),
    flags: sharedBytes(records),
    recordStarts: sharedNumbers(Uint32Array, records),
    recordEnds: sharedNumbers(Uint32Array, records),
  };
}

export const lineRow = (line: OrderLine): LineRow => [
  line.orderId,
  line.line,
  line.practiceId,
  line.product,
  line.description,
  line.patientRef,
  line.quantity,
  line.unitPrice,
  line.currency,
  line.placedAt,
];

export function eventRow(event: HistoryEvent | Retraction): EventRow {
  const { orderId, at, sequence, event: kind, reason, eventId, line } = event;
  const takesBack = event.event === 'retracted' ? event.takesBack : undefined;
  if (line === undefined && takesBack === undefined) return [orderId, at, sequence, kind, reason, eventId];
  const extra = [line, takesBack].filter((each) => each !== undefined);
  return [orderId, at, sequence, kind, reason, eventId, ...extra];
}

export function toOrderLine(row: LineRow): OrderLine {
  return {
    orderId: row[0],
    line: row[1],
    practiceId: row[2],
    product: row[3],
    description: row[4],
    patientRef: row[5],
    quantity: row[6],
    unitPrice: row[7],
    currency: row[8],
    placedAt: row[9],
  };
}

export function toEvent(row: EventRow): HistoryEvent | Retraction {
  const [orderId, at, sequence, event, reason, eventId] = row;
  const fact = { eventId, orderId, event, at, sequence, reason } as HistoryEvent | Retraction;
  if (row.length === 6) return fact;
  const [line, takesBack] = [lineOfEvent(row), takenBackBy(row)];
  return {
    ...fact,
    ...(line === undefined ? {} : { line }),
    ...(takesBack === undefined ? {} : { takesBack }),
  } as HistoryEvent | Retraction;
}

export const lineOfEvent = (row: EventRow): number | undefined =>
  row.slice(6).find((each): each is number => typeof each === 'number');

export const takenBackBy = (row: EventRow): EventKind | undefined =>
  row.slice(6).find((each): each is EventKind => typeof each === 'string');
