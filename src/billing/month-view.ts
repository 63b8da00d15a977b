/**
 * A billed month as it is shown: what the files of a month, a printed summary and a comparison are made from. Plain data, read
 * from a closed month or from a draft of one. Rows come as iterables, in the order in which they are written, so that a
 * month need not fit in memory.
 */

import type { BillingMonth } from './billing-month.js';
import type { Charge, DocumentTotals, DocumentType, Reason } from './document.js';
import type { ExceptionCode } from './exception.js';
import type { AcceptedFinding } from './finding.js';
import type { EventKind, FactKind, Instant } from './order.js';
import type { OrderAmount } from './order-amount.js';
import type { Party } from './party.js';
import type { HeldLine } from './plan.js';
import type { PracticeTotals } from './practice-change.js';
import type { TermSum } from './reconciliation.js';
import type { LocalDate } from './time-zone.js';

export interface IssuedDocument {
  readonly key: number;
  readonly documentNumber: string;
  readonly documentType: DocumentType;
  readonly practiceId: string;
  /** As known at the close, or the practice id. */
  readonly practiceName: string;
  /** As known at the close. */
  readonly billTo: Party;
  readonly billingMonth: BillingMonth;
  readonly issueDate: LocalDate;
  readonly dueDate: LocalDate;
  readonly currency: string;
  readonly totals: DocumentTotals;
}

/** A document of a month that was closed and taken back. */
export interface VoidedDocument extends IssuedDocument {
  /** Of the voids of its month, from 1. */
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

/** Some of a document's lines, packed as billing/line-block.ts says. */
export interface LineBlock {
  readonly firstLine: number;
  readonly bytes: Uint8Array;
}

export interface ListedException {
  readonly code: ExceptionCode;
  readonly orderId: string;
  readonly event: EventKind;
  /** Of an event that concerns one order line alone. */
  readonly line?: number;
  readonly eventId: string;
  readonly at: Instant;
}

/** Whose an order is, and what its lines come to. */
export interface ListedOrder {
  /** Empty if no line of the order is known. */
  readonly practiceId: string;
  readonly amounts: readonly OrderAmount[];
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
  /** Of the ledger that it is read from: 32 hexadecimal digits. */
  readonly ledgerId: string;
  readonly month: BillingMonth;
  readonly isDraft: boolean;
  /** The whole config that the month was billed with. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By time zone. */
  readonly cutOffs: readonly { readonly timeZone: string; readonly at: Instant }[];
  /** The imports that the month was the first to know. */
  readonly imports: readonly ImportedFile[];
  /** The last import that it knew, 0 if there was none. */
  readonly lastImport: number;
  /** The seal of the month; of a draft, the last seal that it builds on, empty if there is none. */
  readonly seal: string;
  /** In order of practice id, then currency. */
  documents(): Iterable<IssuedDocument>;
  /** In the order of documents; then those practices of the last closed month that have none now. */
  practiceTotals(): Iterable<PracticeTotals>;
  /** In order of line number. */
  linesOf(document: IssuedDocument): Iterable<IssuedLine>;
  /** The same, packed. */
  blocksOf(document: IssuedDocument): Iterable<LineBlock>;
  /** In order of practice, order, line. */
  heldLines(): Iterable<HeldLine>;
  /** In order of order, instant, sequence, event id, code. */
  exceptions(): Iterable<ListedException>;
  /** The order lines that the month took as charged by the lab's earlier system (docs/rules.md section 5, cut-over). */
  linesBeforeLedger(): number;
  /** In order of currency, then of the terms of docs/rules.md section 8. */
  reconciliation(): Iterable<TermSum>;
  /** Those of the month that are void: in order of void, then of practice id, then currency. */
  voided(): readonly VoidedDocument[];
  /** Findings of the preflight that stopped the close until they were accepted. */
  accepted(): readonly AcceptedFinding[];
}
