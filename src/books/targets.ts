/**
 * The formats that a month can be exported to, and what each of them can hold. Where a limit comes from is said in
 * docs/accounting.md; what stands in the files, in the file of each format beside this one.
 */

/** A row for each line of a document, or for each account, item and tax code on it. */
export type By = 'line' | 'document';

/** What a target needs to know of a product. */
export type ProductKey = 'account' | 'item' | 'taxCode';

export interface Target {
  /** The first is what it takes if nothing is said. */
  readonly by: readonly By[];
  readonly needs: readonly ProductKey[];
  readonly needsReceivables?: true;
  readonly needsSeller?: true;
  /** Documents below zero are credit notes of their own, with all signs turned; else they stay as they are. */
  readonly turnsCreditNotes: boolean;
  /** A document that comes to nothing cannot be told to it. */
  readonly refusesZero?: true;
  /** Characters beyond printable ASCII, and quotes, cannot be told to it. */
  readonly ascii?: true;
  /** Characters of a document's number. */
  readonly numberLength?: number;
  /** Characters of a customer. */
  readonly customerLength?: number;
  readonly documentsPerFile?: number;
  readonly rowsPerFile?: number;
  readonly rowsPerDocument?: number;
  /** Digits after the point of an amount; as many as the currency has, if undefined. */
  readonly amountDigits?: number;
  /** Digits after the point of a unit price: one with more is told as 1 times the amount. */
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
