/**
 * A billed month as plain data, read from a closed month or a draft. A month's files, printed summaries and comparisons are made
 * from it. Rows are iterables in the order in which they are written, so that a month need not fit in memory.
 */

import type { TermSum } from './balance-terms.js';
import type { BillingMonth } from './billing-month.js';
import type { Clock } from './clock.js';
import type { Charge, DocumentType, Reason } from './document.js';
import type { DocumentTotals } from './document-totals.js';
import type { ExceptionCode } from './exception.js';
import type { AcceptedFinding } from './finding.js';
import type { EventKind, FactKind, Instant } from './order.js';
import type { ListedOrder } from './order-amount.js';
import type { Party } from './party.js';
import type { HeldLine } from './plan.js';
import type { PracticeTotals } from './practice-change.js';
import type { LocalDate } from './time-zone.js';

export interface IssuedDocument {
  readonly key: number;
  readonly documentNumber: string;
  readonly documentType: DocumentType;
  readonly practiceId: string;
  /** The name known at the close; the practice id if there was none. */
  readonly practiceName: string;
  /** The party known at the close. */
  readonly billTo: Party;
  readonly billingMonth: BillingMonth;
  readonly issueDate: LocalDate;
  readonly dueDate: LocalDate;
  readonly currency: string;
  readonly totals: DocumentTotals;
}

/** A document of a month that was closed and then voided. */
export interface VoidedDocument extends IssuedDocument {
  /** Counts the voids of this month, from 1. */
  readonly voidNumber: number;
  readonly voidReason: string;
}

export interface IssuedLine extends Charge {
  readonly lineNumber: number;
  readonly lineType: 'charge' | 'credit';
  readonly reason: Reason;
  /** The number of the document that a credit corrects; empty on a charge. */
  readonly corrects: string;
}

export interface HeldSum {
  readonly currency: string;
  readonly status: HeldLine['status'];
  readonly lines: number;
  readonly amountMinor: bigint;
}

/** Some of a document's lines, packed as billing/line-block.ts says. */
export interface LineBlock {
  readonly firstLine: number;
  readonly bytes: Uint8Array;
}

export interface ListedException {
  readonly code: ExceptionCode;
  readonly orderId: string;
  readonly event: EventKind;
  /** The order line, if the event concerns one alone. */
  readonly line?: number;
  readonly eventId: string;
  readonly at: Instant;
}

/** A held line with the name of its practice and the date of its limit, as lists show it. */
export interface ListedHeldLine extends HeldLine {
  readonly practiceName: string;
  readonly limitOn: LocalDate;
}

export interface ImportedFile {
  readonly importId: number;
  readonly name: string;
  readonly kind: FactKind;
  readonly sha256: string;
  readonly read: number;
  readonly imported: number;
  readonly amended: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface MonthView {
  /** The id of the ledger that holds the month: 32 hexadecimal digits. */
  readonly ledgerId: string;
  readonly month: BillingMonth;
  readonly isDraft: boolean;
  /** The complete config with which the month was billed. */
  readonly config: Readonly<Record<string, unknown>>;
  /** One for each time zone. */
  readonly cutOffs: readonly { readonly timeZone: string; readonly at: Instant }[];
  /** The imports that this month was the first to know. */
  readonly imports: readonly ImportedFile[];
  /** The last import that the month knew; 0 if there was none. */
  readonly lastImport: number;
  /** The seal of a closed month. For a draft, the last seal that it builds on; empty if there is none. */
  readonly seal: string;
  /** In order of practice id, then currency. */
  documents(): Iterable<IssuedDocument>;
  /** In the order of documents, then practices of the last closed month that have no document now. */
  practiceTotals(): Iterable<PracticeTotals>;
  /** In order of line number. */
  linesOf(document: IssuedDocument): Iterable<IssuedLine>;
  /** The same, packed. */
  blocksOf(document: IssuedDocument): Iterable<LineBlock>;
  /** Returns the name of a practice as the month knew it; its id if no name is known. */
  nameOf(practiceId: string): string;
  /** Returns a practice's clock as the month knew it. A later month may have given it another zone. */
  clockOf(practiceId: string): Clock;
  /** Returns the order of an exception as the month knew it. */
  orderOf(exception: Pick<ListedException, 'orderId' | 'line'>): ListedOrder;
  /** In order of practice, order, line. */
  heldLines(): Iterable<HeldLine>;
  /** The held lines added up, by currency, then status. */
  heldSums(): readonly HeldSum[];
  /** In order of order, instant, sequence, event id, code. */
  exceptions(): Iterable<ListedException>;
  /** Counts the order lines that this month took as charged by the lab's earlier system (docs/rules.md section 5, cut-over). */
  linesBeforeLedger(): number;
  /** In order of currency, then of the terms in docs/rules.md section 8. */
  reconciliation(): Iterable<TermSum>;
  /** The month's void documents, in order of void, practice id, currency. */
  voided(): readonly VoidedDocument[];
  /** Findings that stopped the close until somebody accepted them. */
  accepted(): readonly AcceptedFinding[];
}

/** The part of a month that is known before it is sealed. */
export type BilledMonthView = Pick<MonthView, 'month' | 'config' | 'documents'>;

/** Receives the blocks of a month's documents, in order of document key, then line. */
export type BlockTaker = (documentKey: number, firstLine: number, lines: string) => void;
