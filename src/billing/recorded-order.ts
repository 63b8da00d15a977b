/**
 * All that the ledger knows of one order: every version of its facts, and what each month made of it. What an explanation
 * and a comparison of two states of knowledge are told from.
 */
import type { BillingMonth, Calendar } from './billing-month.js';
import type { ExceptionCode } from './exception.js';
import type { ImportedFile, IssuedLine } from './month-view.js';
import type { FactKind, HistoryEvent, OrderLine, Retraction } from './order.js';
import type { Policy } from './policy.js';

/** One version of a fact: known from one import until another superseded it. */
export interface Version<F> {
  readonly fact: F;
  readonly importId: number;
  /** Infinity while it is current. */
  readonly supersededBy: number;
}

export interface OrderFacts {
  /** In order of line, then of import. */
  readonly lines: readonly Version<OrderLine>[];
  /** In order of import. */
  readonly events: readonly Version<HistoryEvent | Retraction>[];
  /** The files of the imports that brought them. */
  readonly files: readonly ImportedFile[];
}

/** A line of the order on a document: `DRAFT` is the number in an open month. */
export interface RecordedLine extends IssuedLine {
  readonly documentNumber: string;
}

export interface RecordedException {
  readonly code: ExceptionCode;
  readonly event: HistoryEvent;
}

/** What a month made of the order: a closed one by what it recorded, an open one by what a close would record. */
export interface RecordedMonth {
  readonly month: BillingMonth;
  readonly isClosed: boolean;
  /** The last import that it knew, or knows. */
  readonly lastImport: number;
  /** By order line, credit before charge. */
  readonly lines: readonly RecordedLine[];
  readonly exceptions: readonly RecordedException[];
  /** The order lines of which this month decided that the lab's earlier system charged them. */
  readonly beforeLedger: readonly number[];
}

/** A line of the order on a document that is void. */
export interface VoidLine {
  readonly month: BillingMonth;
  readonly voidReason: string;
  readonly line: RecordedLine;
}

export interface OrderRecord extends OrderFacts {
  readonly orderId: string;
  /** Of the ledger; a line that belongs to an earlier one was charged by the lab's earlier system. */
  readonly firstMonth: BillingMonth;
  readonly policy: Policy;
  /** The practice of an order of which no line is known is empty: the config's calendar. */
  calendarOf(practiceId: string): Calendar;
  /** In order of time, without gaps. */
  readonly months: readonly RecordedMonth[];
  /** In order of void. */
  readonly voided: readonly VoidLine[];
}

/** The versions that were current when `lastImport` was the last import. */
export function knownAt<F>(versions: readonly Version<F>[], lastImport: number): Version<F>[] {
  return versions.filter(({ importId, supersededBy }) => importId <= lastImport && supersededBy > lastImport);
}

/** The events that count when `lastImport` was the last import: a retracted one never happened. */
export function eventsKnownAt({ events }: OrderFacts, lastImport: number): HistoryEvent[] {
  return knownAt(events, lastImport)
    .map(({ fact }) => fact)
    .filter((event): event is HistoryEvent => event.event !== 'retracted');
}

/** The files of an import that hold facts of that kind, as one text: `late.csv`. */
export function filesOf({ files }: OrderFacts, importId: number, kind: FactKind): string {
  return files
    .filter((file) => file.importId === importId && file.kind === kind)
    .map(({ name }) => name)
    .join(', ');
}
