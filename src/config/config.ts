/** The settings of a ledger and their defaults. What each of them means, and what it may be, is said in read-config.ts. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { FindingLevels } from '../billing/finding.js';
import type { Policy } from '../billing/policy.js';
import type { Seller } from '../billing/seller.js';
import type { InputSettings } from '../intake/input-profile.js';

/** What a product is in the books. A target that needs one of these refuses a product without it. */
export interface ProductInBooks {
  readonly account?: string | undefined;
  readonly item?: string | undefined;
  readonly taxCode?: string | undefined;
}

/** How documents are told to the accounting system: used by exports alone, and in no seal. */
export interface BooksSettings {
  readonly receivables?: string | undefined;
  /** The first whose pattern fits a product counts. */
  readonly products: readonly (ProductInBooks & { readonly product: string })[];
  /** For products that none of them fits; without it they are refused. */
  readonly default?: ProductInBooks | undefined;
  readonly customer: 'id' | 'customer_code' | 'name';
  /** By practice id, for practices that the books know otherwise. */
  readonly customers: Readonly<Record<string, string>>;
  readonly dates: 'MM/DD/YYYY' | 'DD/MM/YYYY' | 'YYYY-MM-DD';
  readonly taxCategory: 'E' | 'O';
  readonly exemptionCode?: string | undefined;
  readonly exemptionReason?: string | undefined;
}

export interface Config extends Policy {
  readonly currency: string;
  readonly timeZone: string;
  readonly cutoff: string;
  readonly paymentTermsDays: number;
  readonly invoiceNumber: string;
  readonly creditNoteNumber: string;
  readonly reviewChangePercent: number | null;
  readonly negativePrices: boolean;
  readonly strict: boolean;
  readonly patientRef: boolean;
  readonly bom: boolean;
  readonly lineEnding: 'lf' | 'crlf';
  readonly formulaGuard: boolean;
  readonly fileMode: 'private' | 'group';
  readonly seller: Seller | null;
  readonly books: BooksSettings | null;
  /** The input profiles, by name. */
  readonly inputs: Readonly<Record<string, InputSettings>>;
  readonly firstMonth: BillingMonth | null;
  readonly preflight: FindingLevels;
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
  creditAfterShipment: false,
  paymentTermsDays: 7,
  invoiceNumber: 'INV-{seq:6}',
  creditNoteNumber: 'CN-{seq:6}',
  reviewChangePercent: null,
  negativePrices: false,
  strict: false,
  patientRef: false,
  bom: false,
  lineEnding: 'lf',
  formulaGuard: true,
  fileMode: 'private',
  seller: null,
  books: null,
  inputs: {},
  firstMonth: null,
  preflight: {},
};

/**
 * What a close records and seals: all that its documents show. Neither who may read the files, nor how the books call things, nor the
 * forms of files that were imported before and what an import took, nor what stops a close.
 */
export function recordedConfig({
  fileMode: _,
  books: __,
  inputs: ___,
  firstMonth: ____,
  preflight: _____,
  negativePrices: ______,
  seller,
  creditAfterShipment,
  ...recorded
}: Config): RecordedConfig {
  // Left out where there is none: months of labs without it keep the bytes that they had. A month that is billed again by its own
  // config may have no such key.
  return {
    ...recorded,
    ...(seller == null ? {} : { seller: recordedSellerOf(seller) }),
    ...(creditAfterShipment ? { creditAfterShipment } : {}),
  };
}

/** Its logo is the picture, not the name of a file. */
function recordedSellerOf({ logo: _, ...seller }: Seller): Seller {
  return seller;
}

export type RecordedConfig = Omit<
  Config,
  | 'fileMode'
  | 'books'
  | 'inputs'
  | 'firstMonth'
  | 'preflight'
  | 'negativePrices'
  | 'seller'
  | 'creditAfterShipment'
> & {
  readonly seller?: Seller;
  readonly creditAfterShipment?: true;
};

/** The settings that a ledger's first close fixes (docs/rules.md section 3). */
export const FIXED_SETTINGS = [
  'pauseLimitDays',
  'afterLimit',
  'notPausable',
  'rounding',
  'creditAfterShipment',
] as const;
