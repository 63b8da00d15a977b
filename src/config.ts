/** The settings of a ledger and their defaults. What each of them means, and what it may be, is said in read-config.ts. */
import type { Policy } from './billing/policy.js';

export interface Config extends Policy {
  readonly currency: string;
  readonly timeZone: string;
  readonly cutoff: string;
  readonly paymentTermsDays: number;
  readonly invoiceNumber: string;
  readonly creditNoteNumber: string;
  readonly reviewChangePercent: number | null;
  readonly strict: boolean;
  readonly patientRef: boolean;
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf';
  readonly formulaGuard: boolean;
  readonly fileMode: 'private' | 'group';
}

/** In the order in which a config is recorded. */
export const DEFAULT_CONFIG: Config = {
  currency: 'USD',
  timeZone: 'America/New_York',
  cutoff: '24:00',
  pauseLimitDays: 45,
  afterLimit: 'slate',
  notPausable: ['aligners'],
  rounding: 'half-up',
  paymentTermsDays: 7,
  invoiceNumber: 'INV-{seq:6}',
  creditNoteNumber: 'CN-{seq:6}',
  reviewChangePercent: null,
  strict: false,
  patientRef: false,
  bom: false,
  lineEnding: 'lf',
  formulaGuard: true,
  fileMode: 'private',
};

/** What a close records and seals of a config: all but who may read the files, which changes no byte of them. */
export function recordedConfig({ fileMode: _, ...recorded }: Config): Omit<Config, 'fileMode'> {
  return recorded;
}

/** The settings that a ledger's first close fixes (docs/rules.md section 3). */
export const FIXED_SETTINGS = ['pauseLimitDays', 'afterLimit', 'notPausable', 'rounding'] as const;
