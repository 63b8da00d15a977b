/**
 * The facts that come in: order lines, events and practices. Plain readonly data, parsed and checked by intake. Other files decide
 * what follows from them.
 */

import type { PracticeDetails } from './party.js';

/** Milliseconds since 1970-01-01T00:00:00Z, as an integer. */
export type Instant = number;

/** The unit that is charged (docs/rules.md section 1). An order is all lines with one `orderId`. */
export interface OrderLine {
  readonly orderId: string;
  /** 1 or more, unique within the order. */
  readonly line: number;
  /** The same on every line of an order. */
  readonly practiceId: string;
  readonly product: string;
  /** Empty if absent. */
  readonly description: string;
  /** Empty if absent. No message ever shows it. */
  readonly patientRef: string;
  /** A positive decimal in canonical form (`2.5`, never `2.50`). */
  readonly quantity: string;
  /** A decimal in canonical form with at most 6 fraction digits. Negative only if the config sets `negativePrices`. */
  readonly unitPrice: string;
  /** ISO 4217. Empty in a record without a currency: a known line keeps its own, a new line gets the config's. */
  readonly currency: string;
  readonly placedAt: Instant;
}

export const EVENT_KINDS = ['paused', 'resumed', 'shipped', 'cancelled', 'deleted'] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** What happened to an order (docs/rules.md section 3). */
export interface HistoryEvent {
  /** Empty if absent; the content then identifies the event. */
  readonly eventId: string;
  readonly orderId: string;
  readonly event: EventKind;
  readonly at: Instant;
  /** 0 or more. Orders events at the same instant. */
  readonly sequence: number;
  /** The reason that the practice selected; empty if absent. */
  readonly reason: string;
  /** The order line, if a `cancelled` or `deleted` concerns one alone; absent if the event concerns the whole order. */
  readonly line?: number;
}

/**
 * States that an event never happened (docs/files.md section 1): the one with this id and order, or without an id the one with this
 * content. Its content is kept as sent. The ledger adds `takesBack`, the kind of an event without an id.
 */
export type Retraction = Omit<HistoryEvent, 'event'> & {
  readonly event: 'retracted';
  readonly takesBack?: EventKind;
};

/** Returns the identity of an event, by which a retraction finds it: the id, or the content if there is no id. */
export function eventIdentity(event: HistoryEvent | Retraction): string {
  if (event.eventId !== '') return JSON.stringify([event.eventId]);
  const kind = event.event === 'retracted' ? (event.takesBack ?? '') : event.event;
  const line = event.line === undefined ? [] : [event.line];
  return JSON.stringify([event.orderId, kind, event.at, event.sequence, event.reason, ...line]);
}

export interface Practice {
  readonly practiceId: string;
  readonly name: string;
  /** IANA name; empty for the config's zone. */
  readonly timeZone: string;
  /** Empty details leave what is known unchanged. */
  readonly details: PracticeDetails;
}

export const FACT_KINDS = ['orders', 'history', 'practices'] as const;

export type FactKind = (typeof FACT_KINDS)[number];

export const isFactKind = (word: string): word is FactKind =>
  (FACT_KINDS as readonly string[]).includes(word);

/** The kinds of facts that an import may replace; `true` stands for all. */
export type Amend = boolean | readonly FactKind[];

export const amends = (amend: Amend, kind: FactKind): boolean =>
  typeof amend === 'boolean' ? amend : amend.includes(kind);

export type Fact =
  | {
      readonly kind: 'orders';
      readonly fact: OrderLine;
      /** True if the record has no line number, so that the number is the default. */
      readonly isUnnumbered?: boolean;
    }
  | { readonly kind: 'history'; readonly fact: HistoryEvent | Retraction }
  | { readonly kind: 'practices'; readonly fact: Practice };

/** Compares two strings by code point, the order of UTF-8 bytes. `<` would compare UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates (D800–DFFF) encode code points above all other UTF-16 units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Returns the earliest instant; Infinity if there are none. Not `Math.min(...)`: a call takes only some 120,000 arguments. */
export const earliest = (instants: readonly Instant[]): Instant =>
  instants.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** Returns the latest instant; minus infinity if there are none. */
export const latest = (instants: readonly Instant[]): Instant =>
  instants.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
