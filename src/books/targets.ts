/**
 * The formats to which a month can be exported, and what each can hold. docs/accounting.md says where the limits come from; the file of
 * each format beside this one makes its content.
 */

/** One row for each line of a document, or for each account, item and tax code on it. */
export type By = 'line' | 'document';

/** What a target needs to know about a product. */
export type ProductKey = 'account' | 'item' | 'taxCode';

export interface Target {
  /** The first is the default. */
  readonly by: readonly By[];
  readonly needs: readonly ProductKey[];
  readonly needsReceivables?: true;
  readonly needsSeller?: true;
  /** Documents below zero become credit notes with all signs turned. Otherwise they stay as they are. */
  readonly turnsCreditNotes: boolean;
  /** The target does not accept a document of zero. */
  readonly refusesZero?: true;
  /** The target accepts only printable ASCII without quotes. */
  readonly ascii?: true;
  /** The most characters of a document's number. */
  readonly numberLength?: number;
  /** The most characters of a customer's name. */
  readonly customerLength?: number;
  readonly documentsPerFile?: number;
  readonly rowsPerFile?: number;
  readonly rowsPerDocument?: number;
  /** The most digits after the point of an amount; undefined for those of the currency. */
  readonly amountDigits?: number;
  /** The most digits after the point of a unit price. One with more is written as 1 times the amount. */
  readonly priceDigits?: number;
}

const BOTH: readonly By[] = ['line', 'document'];

export const TARGETS = {
  lines: { by: ['line'], needs: [], turnsCreditNotes: false },
  journal: {
    by: ['document', 'line'],
    needs: ['account'],
    needsReceivables: true,
    turnsCreditNotes: false,
  },
  'quickbooks-online': {
    by: BOTH,
    needs: ['item'],
    turnsCreditNotes: true,
    numberLength: 21,
    customerLength: 100,
    documentsPerFile: 100,
    rowsPerFile: 1000,
    rowsPerDocument: 1000,
    amountDigits: 2,
    priceDigits: 2,
  },
  'quickbooks-desktop': {
    by: BOTH,
    needs: ['account'],
    needsReceivables: true,
    turnsCreditNotes: true,
    refusesZero: true,
    ascii: true,
    numberLength: 12,
    customerLength: 41,
    amountDigits: 2,
    priceDigits: 2,
  },
  xero: {
    by: BOTH,
    needs: ['account', 'taxCode'],
    turnsCreditNotes: true,
    numberLength: 255,
    customerLength: 255,
    documentsPerFile: 500,
    amountDigits: 2,
    priceDigits: 2,
  },
  netsuite: {
    by: BOTH,
    needs: ['item'],
    turnsCreditNotes: true,
    rowsPerDocument: 5000,
    amountDigits: 2,
    priceDigits: 2,
  },
  'sage-intacct': {
    by: BOTH,
    needs: ['account'],
    turnsCreditNotes: true,
    numberLength: 45,
    customerLength: 21,
    amountDigits: 2,
  },
  ubl: { by: ['line'], needs: [], needsSeller: true, turnsCreditNotes: true, amountDigits: 2 },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];

export const targetOf = (name: TargetName): Target => TARGETS[name];
