/**
 * The facts that come in: orders line by line, the events of their histories, practices. Plain readonly data, as parsed and
 * checked at intake. What follows from them is decided elsewhere.
 */

import type { PracticeDetails } from './party.js';

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number;

/** What is charged (docs/rules.md section 1). An order is all lines of one `orderId`. */
export interface OrderLine {
  readonly orderId: string;
  /** 1 or more; unique in the order. */
  readonly line: number;
  /** The same on every line of an order. */
  readonly practiceId: string;
  readonly product: string;
  /** Empty if absent. */
  readonly description: string;
  /** Empty if absent. Never shown in a message. */
  readonly patientRef: string;
  /** A positive decimal in canonical form (`2.5`, never `2.50`). */
  readonly quantity: string;
  /** A decimal of at most 6 fraction digits in canonical form; below zero only where the config's `negativePrices` lets it. */
  readonly unitPrice: string;
  /** ISO 4217. Empty in a record that names none: a known line keeps its own then, a new one gets the config's. */
  readonly currency: string;
  readonly placedAt: Instant;
}

export const EVENT_KINDS = ['paused', 'resumed', 'shipped', 'cancelled', 'deleted'] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** What happened to an order (docs/rules.md section 3). */
export interface HistoryEvent {
  /** Empty if absent: the content is then the event's identity. */
  readonly eventId: string;
  readonly orderId: string;
  readonly event: EventKind;
  readonly at: Instant;
  /** 0 or more; orders events of the same instant. */
  readonly sequence: number;
  /** As the practice selected it; empty if absent. */
  readonly reason: string;
  /** Of a `cancelled` or `deleted` that concerns one order line alone; absent if the event is of the whole order. */
  readonly line?: number;
}

/**
 * The event with this id and order never happened (docs/files.md section 1). Its content is kept as it was sent. Without an id it is
 * the event with this content, but for its kind, which the ledger adds.
 */
export type Retraction = Omit<HistoryEvent, 'event'> & {
  readonly event: 'retracted';
  readonly takesBack?: EventKind;
};

/** What tells one event from another, and what a retraction takes back: the id, or the content where there is none. */
export function eventIdentity(event: HistoryEvent | Retraction): string {
  if (event.eventId !== '') return JSON.stringify([event.eventId]);
  const kind = event.event === 'retracted' ? (event.takesBack ?? '') : event.event;
  const line = event.line === undefined ? [] : [event.line];
  return JSON.stringify([event.orderId, kind, event.at, event.sequence, event.reason, ...line]);
}

export interface Practice {
  readonly practiceId: string;
  readonly name: string;
  /** IANA name; empty means the config's. */
  readonly timeZone: string;
  /** With nothing in it, it says nothing against what is known. */
  readonly details: PracticeDetails;
}

export type FactKind = 'orders' | 'history' | 'practices';

/** Facts of which kinds an import may replace. */
export type Amend = boolean | readonly FactKind[];

export const amends = (amend: Amend, kind: FactKind): boolean =>
  typeof amend === 'boolean' ? amend : amend.includes(kind);

export type Fact =
  | {
      readonly kind: 'orders';
      readonly fact: OrderLine;
      /** Whether the record names no order line, so that its number is the default. */
      readonly isUnnumbered?: boolean;
    }
  | { readonly kind: 'history'; readonly fact: HistoryEvent | Retraction }
  | { readonly kind: 'practices'; readonly fact: Practice };

/** Orders two strings by code point, as UTF-8 bytes sort; `<` would sort by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates (D800–DFFF) stand for code points above all other UTF-16 units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The first of them, however many: a call takes some 120,000 arguments. Infinity if there are none. */
export const earliest = (instants: readonly Instant[]): Instant =>
  instants.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** The last of them. Minus infinity if there are none. */
export const latest = (instants: readonly Instant[]): Instant =>
  instants.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
