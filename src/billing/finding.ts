/** What the preflight finds before a month is closed, as plain data. docs/preflight.md has the table. */
import type { BillingMonth } from './billing-month.js';

export type FindingLevel = 'stop' | 'tell';

/** Every code, in the order in which findings are told, with the level that it has unless the config says otherwise. */
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
  'not-pausable-unused': 'tell',
  exceptions: 'tell',
} as const satisfies Readonly<Record<string, FindingLevel>>;

export type FindingCode = keyof typeof FINDING_LEVELS;

export const FINDING_CODES = Object.keys(FINDING_LEVELS) as readonly FindingCode[];

export type FindingLevels = { readonly [Code in FindingCode]?: FindingLevel | undefined };

/** Order lines and what they come to, in one currency. */
export interface MoneySum {
  readonly currency: string;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface MonthSum extends MoneySum {
  readonly month: BillingMonth;
}

/** The first and the last number of a series that a month gave. */
export interface NumberRange {
  readonly first: string;
  readonly last: string;
}

/** A folder with an issued month that this ledger does not know. */
export interface UnknownFolder {
  readonly folder: string;
  readonly month: BillingMonth;
  /** By its identity this ledger wrote it, in a state that this copy of it has not seen. */
  readonly isThisLedger: boolean;
  readonly ranges: readonly NumberRange[];
}

export interface PreflightFinding {
  readonly code: FindingCode;
  readonly level: FindingLevel;
  /** What it concerns, in order lines and money; none if it concerns no line. */
  readonly sums: readonly MoneySum[];
  /** What was found. */
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
}

/** What a close kept of a finding that was accepted. */
export type AcceptedFinding = Pick<PreflightFinding, 'code' | 'sums' | 'message'>;
