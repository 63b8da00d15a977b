/**
 * Checks a month before it is exported: finds and names everything that its target cannot hold before anything is written. Writing then
 * follows the plan that this check returns.
 */
import { formatAmount, fractionDigitsOf } from '../billing/money.js';
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import type { Seller } from '../billing/seller.js';
import type { BooksSettings } from '../config/config.js';
import { counted } from '../words/words.js';
import { entriesOf } from './entry.js';
import { createProductMap, customerOf, type MappedProduct } from './mapping.js';
import { type By, type Target, type TargetName, targetOf } from './targets.js';

/** A document in the form that its target takes. */
export interface BooksDocument {
  readonly issued: IssuedDocument;
  readonly customer: string;
  /** True for a document below zero if its target has credit notes: its signs are turned. */
  readonly isCreditNote: boolean;
  readonly sign: 1 | -1;
  /** In the target's sign. */
  readonly totalMinor: number;
  readonly rowCount: number;
}

/** How many lines of a product the month has, and how they are mapped. */
export interface ProductUse {
  readonly product: string;
  readonly currency: string;
  readonly mapped: MappedProduct;
  readonly lineCount: number;
  readonly amount: string;
}

export interface BooksRequest {
  readonly target: TargetName;
  readonly by: By;
  readonly books: BooksSettings;
  /** The seller that the month recorded; the current one if it recorded none. */
  readonly seller: Seller | null;
  readonly formulaGuard: boolean;
}

export interface CheckedMonth {
  /** In the order of the month, without the documents that the target does not accept. */
  readonly documents: readonly BooksDocument[];
  /** Numbers of zero documents that were left out because the target accepts none. */
  readonly leftOut: readonly string[];
  /** By product, then currency. */
  readonly products: readonly ProductUse[];
  /** The month's total in minor units, by currency. */
  readonly totals: ReadonlyMap<string, bigint>;
  /** Why the month cannot be exported, with place and amount; empty if it can. */
  readonly refusals: readonly string[];
}

export function checkMonth(view: MonthView, request: BooksRequest): CheckedMonth {
  const target = targetOf(request.target);
  const { books, by } = request;
  const productOf = createProductMap(books);
  const uses = new Map<string, Sum>();
  const totals = new Map<string, bigint>();
  const documents: BooksDocument[] = [];
  const leftOut: string[] = [];
  const refusals: string[] = settingsRefused(request, target);

  for (const issued of view.documents()) {
    const { currency, documentNumber } = issued;
    const { totalMinor, lineCount } = issued.totals;
    totals.set(currency, (totals.get(currency) ?? 0n) + BigInt(totalMinor));
    let widest = 0;
    for (const line of view.linesOf(issued)) {
      addUse(uses, line.product, currency, line.amountMinor);
      widest = Math.max(widest, fractionDigitsOf(line.amountMinor, currency));
    }
    if (target.refusesZero && totalMinor === 0) {
      leftOut.push(documentNumber);
      continue;
    }
    const isCreditNote = target.turnsCreditNotes && totalMinor < 0;
    const sign = isCreditNote ? -1 : 1;
    const options = { by, sign, currency, priceDigits: target.priceDigits, productOf } as const;
    const rowCount = by === 'line' ? lineCount : [...entriesOf(view.linesOf(issued), options)].length;
    const { customer, isNamed } = customerOf(issued, books);
    documents.push({ issued, customer, isCreditNote, sign, totalMinor: sign * totalMinor, rowCount });
    const whose = `${documentNumber} of ${quoted(issued.practiceId)}`;
    refusals.push(
      ...documentRefused(target, { issued, widest, rowCount, by }).map((why) => `${whose}: ${why}`),
      ...(isNamed ? [] : nameRefused(target, { customer, payer: issued.billTo.practiceId }, request)).map(
        (why) => `${whose}: ${why}`,
      ),
    );
  }
  const products = [...uses.values()]
    .map(({ amountMinor, product, ...use }) => ({
      ...use,
      product,
      mapped: productOf(product),
      amount: formatAmount(amountMinor, use.currency),
    }))
    .sort((a, b) => compareCodePoints(a.product, b.product) || compareCodePoints(a.currency, b.currency));
  return {
    documents,
    leftOut,
    products,
    totals: new Map([...totals].sort(([a], [b]) => compareCodePoints(a, b))),
    refusals: [...productsRefused(target, products), ...refusals],
  };
}

interface Sum {
  readonly product: string;
  readonly currency: string;
  lineCount: number;
  amountMinor: bigint;
}

function addUse(uses: Map<string, Sum>, product: string, currency: string, amountMinor: number): void {
  const key = `${currency} ${product}`;
  let use = uses.get(key);
  if (use === undefined) {
    use = { product, currency, lineCount: 0, amountMinor: 0n };
    uses.set(key, use);
  }
  use.lineCount++;
  use.amountMinor += BigInt(amountMinor);
}

const KEY_WORDS = { account: 'account', item: 'item', taxCode: 'tax code' } as const;

function productsRefused({ needs }: Target, products: readonly ProductUse[]): string[] {
  return products.flatMap((use) => {
    const missing = needs.filter((key) => use.mapped[key] === undefined).map((key) => KEY_WORDS[key]);
    if (missing.length === 0) return [];
    const why = use.mapped.rule === '' ? UNMAPPED : `${quoted(use.mapped.rule)} has none`;
    return [`${productInWords(use)} has no ${missing.join(' and no ')}: ${why}`];
  });
}

const UNMAPPED = 'no rule in "books" matches it';

/** Returns the products that match no pattern, if there is no default. */
export function unmapped(products: readonly ProductUse[]): string[] {
  const found = products.filter(({ mapped }) => mapped.rule === '');
  return found.map((use) => `${productInWords(use)}: ${UNMAPPED}`);
}

const productInWords = ({ product, lineCount, amount, currency }: ProductUse): string =>
  `product ${quoted(product)} (${counted(lineCount, 'line')}, ${amount} ${currency})`;

function settingsRefused({ books, seller }: BooksRequest, target: Target): string[] {
  const refusals: string[] = [];
  if (target.needsReceivables && books.receivables === undefined)
    refusals.push('the account of receivables is missing: set "receivables" in "books"');
  if (target.ascii)
    for (const [key, text] of namesInBooks(books))
      if (!ASCII.test(text)) refusals.push(`"books": ${key} ${quoted(text)} ${NOT_ASCII}`);
  if (target.needsSeller) refusals.push(...sellerRefused(seller, books));
  return refusals;
}

function namesInBooks({ receivables, products, customers, default: other }: BooksSettings) {
  const rules = [...products, ...(other === undefined ? [] : [other])];
  return [
    ['receivables', receivables],
    ...rules.flatMap(({ account, item }) => [
      ['account', account],
      ['item', item],
    ]),
    ...Object.values(customers).map((customer) => ['customer', customer]),
  ].filter((each): each is [string, string] => each[1] !== undefined);
}

/** Returns what EN 16931 requires of the seller and is missing. */
function sellerRefused(seller: Seller | null, books: BooksSettings): string[] {
  if (seller === null) return ['the config does not name the lab: set "seller"'];
  const refusals: string[] = [];
  if (seller.country === undefined) refusals.push('the country of the lab is missing: set it in "seller"');
  if (seller.taxId === undefined) refusals.push('the tax id of the lab is missing: set "taxId" in "seller"');
  if (books.taxCategory === 'E' && books.exemptionCode === undefined && books.exemptionReason === undefined)
    refusals.push('tax category E needs "exemptionCode" or "exemptionReason" in "books"');
  return refusals;
}

/** Printable ASCII without the quote, which has a meaning in IIF. */
const ASCII = /^[ !#-~]*$/;
const NOT_ASCII = 'has characters other than plain ASCII, or a quotation mark';

function documentRefused(
  target: Target,
  document: {
    readonly issued: IssuedDocument;
    readonly widest: number;
    readonly rowCount: number;
    readonly by: By;
  },
): string[] {
  const { issued, widest, rowCount, by } = document;
  const { numberLength = Infinity, amountDigits = Infinity, rowsPerDocument = Infinity } = target;
  const refusals: string[] = [];
  const length = [...issued.documentNumber].length;
  if (length > numberLength)
    refusals.push(`its number has ${length} characters, and at most ${numberLength} fit`);
  if (target.ascii && !ASCII.test(issued.documentNumber)) refusals.push(`its number ${NOT_ASCII}`);
  if (widest > amountDigits)
    refusals.push(
      `an amount in ${issued.currency} has ${widest} digits after the point, at most ${amountDigits} fit`,
    );
  if (rowCount > rowsPerDocument)
    refusals.push(
      `it has ${rowCount} rows, and at most ${rowsPerDocument} fit in a document` +
        `${by === 'line' ? '; --by document adds its lines up' : ''}`,
    );
  return refusals;
}

/** Matches the start of a formula. A customer's name must equal the name in the books, so it cannot be guarded. */
const FORMULA = /^[=+\-@]/;

/** Checks a customer taken from a practice's id, code or name. A customer named in the config is not checked. */
function nameRefused(
  { customerLength = Infinity, ascii }: Target,
  { customer, payer }: { readonly customer: string; readonly payer: string },
  { formulaGuard, target, books }: BooksRequest,
): string[] {
  const mend = 'name its customer in "books", under "customers"';
  const shown = `the customer ${quoted(customer)}`;
  const length = [...customer].length;
  if (customer === '' && books.customer === 'customer_code')
    return [`${quoted(payer)} has no customer_code; import its practices row with one, or ${mend}`];
  if (customer.trim() === '') return [`the customer is blank; ${mend}`];
  if (/[\p{Cc}\uFFFE\uFFFF]/u.test(customer)) return [`${shown} has a control character; ${mend}`];
  if (ascii && !ASCII.test(customer)) return [`${shown} ${NOT_ASCII}; ${mend}`];
  if (length > customerLength)
    return [`${shown} has ${length} characters, and at most ${customerLength} fit; ${mend}`];
  if (target.startsWith('quickbooks') && customer.includes(':'))
    return [`${shown} has a colon, which would make it a sub-customer; ${mend}`];
  if (formulaGuard && target !== 'lines' && target !== 'ubl' && FORMULA.test(customer))
    return [`${shown} starts like a formula in a spreadsheet; ${mend}`];
  return [];
}

const quoted = (text: string): string => JSON.stringify(text);
