/** The settings of a ledger and their defaults. read-config.ts says what each setting means and which values it allows. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { FindingLevels } from '../billing/finding.js';
import type { Policy } from '../billing/policy.js';
import type { Seller } from '../billing/seller.js';
import type { InputSettings } from '../intake/input-profile.js';

/** How the books name a product. A target that needs one of these fields refuses a product without it. */
export interface ProductInBooks {
  readonly account?: string | undefined;
  readonly item?: string | undefined;
  readonly taxCode?: string | undefined;
}

/** How documents appear in the accounting system. Only exports use this, and no seal covers it. */
export interface BooksSettings {
  readonly receivables?: string | undefined;
  /** The first entry whose pattern matches a product applies. */
  readonly products: readonly (ProductInBooks & { readonly product: string })[];
  /** For products that match no entry. Without it they are refused. */
  readonly default?: ProductInBooks | undefined;
  readonly customer: 'id' | 'customer_code' | 'name';
  /** By practice id, for practices that have another name in the books. */
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
  /** The input profiles by name. */
  readonly inputs: Readonly<Record<string, InputSettings>>;
  readonly firstMonth: BillingMonth | null;
  readonly preflight: FindingLevels;
}

/** In the order in which a close records the settings. */
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
 * Returns the settings that a close records and seals: everything that its documents show. Left out are who may read the files, the
 * names in the books, how imported files were read, what an import accepted, and what stops a close.
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
