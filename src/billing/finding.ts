/** The findings of the preflight, as plain data: what a person should check before a month is closed. docs/preflight.md has the table. */
import type { BillingMonth } from './billing-month.js';

export type FindingLevel = 'stop' | 'tell';

/** Every code in the order in which findings are shown, with its level unless the config sets another. */
export const FINDING_LEVELS = {
  'used-numbers': 'stop',
  'first-month': 'stop',
  'empty-month': 'stop',
  'nothing-new': 'stop',
  'no-history': 'stop',
  'unknown-practice': 'stop',
  'looks-issued': 'stop',
  'set-aside': 'stop',
  'far-future': 'stop',
  review: 'stop',
  late: 'tell',
  'config-changed': 'tell',
  'zone-changed': 'tell',
  'not-pausable-unused': 'tell',
  exceptions: 'tell',
} as const satisfies Readonly<Record<string, FindingLevel>>;

export type FindingCode = keyof typeof FINDING_LEVELS;

export const FINDING_CODES = Object.keys(FINDING_LEVELS) as readonly FindingCode[];

export type FindingLevels = { readonly [Code in FindingCode]?: FindingLevel | undefined };

/** A number of order lines and their total, in one currency. */
export interface MoneySum {
  readonly currency: string;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface MonthSum extends MoneySum {
  readonly month: BillingMonth;
}

/** The first and last number of a series that a month used. */
export interface NumberRange {
  readonly first: string;
  readonly last: string;
}

/** A folder that holds an issued month which this ledger does not know. */
export interface UnknownFolder {
  readonly folder: string;
  readonly month: BillingMonth;
  /** The folder names this ledger's id: a newer state of the ledger wrote it, and this file is an older copy. */
  readonly isThisLedger: boolean;
  readonly ranges: readonly NumberRange[];
}

export interface PreflightFinding {
  readonly code: FindingCode;
  readonly level: FindingLevel;
  /** The order lines and the money concerned; empty if the finding concerns no order line. */
  readonly sums: readonly MoneySum[];
  /** What was found. */
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
}

/** The part of an accepted finding that the close stores. */
export type AcceptedFinding = Pick<PreflightFinding, 'code' | 'sums' | 'message'>;
