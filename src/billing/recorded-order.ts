/**
 * Everything that the ledger knows about one order: every version of its facts, and what each month made of it. Explanations and
 * comparisons of two states of knowledge are made from it.
 */
import type { BillingMonth, Calendar } from './billing-month.js';
import type { ExceptionCode } from './exception.js';
import type { ImportedFile, IssuedLine } from './month-view.js';
import type { FactKind, HistoryEvent, OrderLine, Retraction } from './order.js';
import type { Policy } from './policy.js';

/** One version of a fact: known from import `importId` until import `supersededBy`. */
export interface Version<F> {
  readonly fact: F;
  readonly importId: number;
  /** Infinity while this version is current. */
  readonly supersededBy: number;
}

export interface OrderFacts {
  /** In order of line, then of import. */
  readonly lines: readonly Version<OrderLine>[];
  /** In order of import. */
  readonly events: readonly Version<HistoryEvent | Retraction>[];
  /** The files of the imports that brought these facts. */
  readonly files: readonly ImportedFile[];
}

/** A line of the order on a document. In an open month the number is `DRAFT`. */
export interface RecordedLine extends IssuedLine {
  readonly documentNumber: string;
}

export interface RecordedException {
  readonly code: ExceptionCode;
  readonly event: HistoryEvent;
}

/** What a month made of the order: recorded by a closed month, or what a close would record of an open one. */
export interface RecordedMonth {
  readonly month: BillingMonth;
  readonly isClosed: boolean;
  /** The last import that the month knew; in an open month, the last one now. */
  readonly lastImport: number;
  /** By order line, credit before charge. */
  readonly lines: readonly RecordedLine[];
  readonly exceptions: readonly RecordedException[];
  /** The order lines for which this month decided that the lab's earlier system charged them. */
  readonly beforeLedger: readonly number[];
}

/** A line of the order on a void document. */
export interface VoidLine {
  readonly month: BillingMonth;
  readonly voidReason: string;
  readonly line: RecordedLine;
}

export interface OrderRecord extends OrderFacts {
  readonly orderId: string;
  /** The first month of the ledger. The lab's earlier system charged lines that belong to an earlier month. */
  readonly firstMonth: BillingMonth;
  readonly policy: Policy;
  /** Returns the calendar of a practice. An empty id, for an order without a known line, gives the config's calendar. */
  calendarOf(practiceId: string): Calendar;
  /** In order of time, without gaps. */
  readonly months: readonly RecordedMonth[];
  /** In order of void. */
  readonly voided: readonly VoidLine[];
}

/** Returns the versions that were current after import `lastImport`. */
export function knownAt<F>(versions: readonly Version<F>[], lastImport: number): Version<F>[] {
  return versions.filter(({ importId, supersededBy }) => importId <= lastImport && supersededBy > lastImport);
}

/** Returns the events that counted after import `lastImport`. A retracted event never happened. */
export function eventsKnownAt({ events }: OrderFacts, lastImport: number): HistoryEvent[] {
  return knownAt(events, lastImport)
    .map(({ fact }) => fact)
    .filter((event): event is HistoryEvent => event.event !== 'retracted');
}

/** Returns the names of an import's files with facts of that kind, as one text: `late.csv`. */
export function filesOf({ files }: OrderFacts, importId: number, kind: FactKind): string {
  return files
    .filter((file) => file.importId === importId && file.kind === kind)
    .map(({ name }) => name)
    .join(', ');
}
