/**
 * Exports in memory, and read back as their targets would read them: with arithmetic of its own, by the words of the files alone.
 */
import { XMLParser } from 'fast-xml-parser';
import type { MonthView } from '../../src/billing/month-view.js';
import type { Seller } from '../../src/billing/seller.js';
import { type CheckedMonth, checkMonth } from '../../src/books/check-month.js';
import { booksFiles } from '../../src/books/files.js';
import { type BooksSum, createTally } from '../../src/books/tally.js';
import { type By, type TargetName, targetOf } from '../../src/books/targets.js';
import type { BooksSettings } from '../../src/config/config.js';
import { readOut } from '../../src/output/month-files.js';
import { readCsv } from '../intake/feed.js';

export const BOOKS: BooksSettings = {
  receivables: 'Accounts Receivable',
  products: [
    { product: 'CROWN', account: '4010', item: 'Crowns', taxCode: 'Tax Exempt' },
    { product: 'a*s', account: '4020', item: 'Aligners', taxCode: 'Tax Exempt' },
  ],
  default: { account: '4000', item: 'Laboratory', taxCode: 'Tax Exempt' },
  customer: 'id',
  customers: {},
  dates: 'MM/DD/YYYY',
  taxCategory: 'O',
};

export const SELLER: Seller = {
  name: 'Zahntechnik Müller & Söhne "GmbH"',
  address1: 'Hauptstraße 1',
  city: 'Köln',
  postalCode: '50667',
  country: 'DE',
  email: 'post@example.com',
  taxId: 'DE123456789',
  payment: ['IBAN DE02 1203 0000 0000 2020 51'],
};

export interface ExportedInMemory {
  readonly checked: CheckedMonth;
  readonly files: ReadonlyMap<string, string>;
  readonly sums: readonly BooksSum[];
}

export interface MemoryRequest {
  readonly target: TargetName;
  readonly by?: By;
  readonly books?: BooksSettings;
  readonly seller?: Seller | null;
  readonly formulaGuard?: boolean;
}

export function checkedInMemory(view: MonthView, { target, by, ...rest }: MemoryRequest): CheckedMonth {
  return checkMonth(view, requestOf({ target, by: by ?? targetOf(target).by[0] ?? 'line', ...rest }));
}

const requestOf = ({ target, by, books = BOOKS, seller = SELLER, formulaGuard = false }: MemoryRequest) => ({
  target,
  by: by ?? 'line',
  books,
  seller,
  formulaGuard,
});

/** @throws Error if it would be refused */
export function exportedInMemory(
  view: MonthView,
  wanted: MemoryRequest,
  checked: CheckedMonth = checkedInMemory(view, wanted),
): ExportedInMemory {
  const request = requestOf({ ...wanted, by: wanted.by ?? targetOf(wanted.target).by[0] ?? 'line' });
  if (checked.refusals.length > 0) throw new Error(checked.refusals.join('\n'));
  const tally = createTally();
  const style = { bom: false, lineEnding: 'lf', formulaGuard: request.formulaGuard } as const;
  const files = new Map<string, string>();
  for (const file of booksFiles({ ...request, view, checked, style, tally })) {
    const pieces: Buffer[] = [];
    readOut(file, (bytes) => pieces.push(Buffer.from(bytes)));
    files.set(file.path, Buffer.concat(pieces).toString('utf8'));
  }
  return { checked, files, sums: tally.against(checked.totals) };
}

/** What a target makes of a document. Amounts in units of 10^-9, credit notes below zero. */
export interface ReadDocument {
  readonly number: string;
  readonly currency: string;
  readonly isCreditNote: boolean;
  total: bigint;
  /** Revenue by account, or by item where the target knows no accounts. */
  readonly revenue: Map<string, bigint>;
  /** The amount of each row. */
  readonly rows: bigint[];
}

/** In units of 10^-9. */
export function exact(text: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`no number: ${JSON.stringify(text)}`);
  const units = BigInt(whole + fraction.padEnd(9, '0'));
  return sign === '-' ? -units : units;
}

function times(a: string, b: string): bigint {
  const product = exact(a) * exact(b);
  if (product % 10n ** 9n !== 0n) throw new Error(`${a} x ${b} has more than 9 digits after the point`);
  return product / 10n ** 9n;
}

type Row = Readonly<Record<string, string>>;

export function rowsOfCsv(text: string): Row[] {
  const { records, problems } = readCsv(text);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const [header = [], ...rows] = records;
  if (new Set(header).size !== header.length) throw new Error(`a column stands twice: ${header.join()}`);
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

/** The names of the cells that a target posts. */
interface Posted {
  readonly number: string;
  readonly quantity?: string;
  readonly unitPrice?: string;
  readonly amount?: string;
  readonly revenue: string;
  /** The document's own total, on each row. */
  readonly total?: string;
}

const POSTED: Readonly<Record<string, (isCreditNote: boolean) => Posted>> = {
  lines: () => ({
    number: 'document_number',
    quantity: 'quantity',
    unitPrice: 'unit_price',
    amount: 'amount',
    revenue: 'account',
  }),
  'quickbooks-online': (isCreditNote) => ({
    number: isCreditNote ? '*CreditMemoNo' : '*InvoiceNo',
    quantity: 'ItemQuantity',
    unitPrice: 'ItemRate',
    amount: '*ItemAmount',
    revenue: '*Item(Product/Service)',
  }),
  xero: (isCreditNote) => ({
    number: isCreditNote ? '*CreditNoteNumber' : '*InvoiceNumber',
    quantity: '*Quantity',
    unitPrice: '*UnitAmount',
    revenue: '*AccountCode',
  }),
  netsuite: () => ({
    number: 'External ID',
    quantity: 'Quantity',
    unitPrice: 'Rate',
    amount: 'Amount',
    revenue: 'Item',
  }),
  'sage-intacct': () => ({
    number: 'INVOICE_NO',
    amount: 'AMOUNT',
    revenue: 'ACCT_NO',
    total: 'TOTAL_DUE',
  }),
};

/** Reads all files of an export as its target would. @throws Error where a file contradicts itself */
export function readBack(target: TargetName, files: ReadonlyMap<string, string>): Map<string, ReadDocument> {
  const documents = new Map<string, ReadDocument>();
  for (const [name, text] of files) {
    if (target === 'journal') readJournal(text, documents);
    else if (target === 'quickbooks-desktop') readIif(text, currencyIn(name), documents);
    else if (target === 'ubl') readUbl(text, documents);
    else readRows(target, name, text, documents);
  }
  return documents;
}

const currencyIn = (name: string) => /-([A-Z]{3})-\d+\./.exec(name)?.[1] ?? '';

function documentOf(
  documents: Map<string, ReadDocument>,
  start: Omit<ReadDocument, 'total' | 'revenue' | 'rows'>,
): ReadDocument {
  const known = documents.get(start.number);
  if (known !== undefined) {
    if (known.currency !== start.currency || known.isCreditNote !== start.isCreditNote)
      throw new Error(`${start.number} stands in two files`);
    return known;
  }
  const made = { ...start, total: 0n, revenue: new Map<string, bigint>(), rows: [] };
  documents.set(start.number, made);
  return made;
}

function addRow(document: ReadDocument, revenue: string, amount: bigint): void {
  const signed = document.isCreditNote ? -amount : amount;
  document.total += signed;
  document.rows.push(signed);
  document.revenue.set(revenue, (document.revenue.get(revenue) ?? 0n) + signed);
}

function readRows(target: string, name: string, text: string, documents: Map<string, ReadDocument>): void {
  const isCreditNote = name.startsWith('credit-notes');
  const posted = POSTED[target]?.(isCreditNote);
  if (posted === undefined) throw new Error(`no reader of ${target}`);
  const closed = new Set(documents.keys());
  /** What documents say that they come to. */
  const stated = new Map<ReadDocument, bigint>();
  let last = '';
  for (const row of rowsOfCsv(text)) {
    const cell = (column: string | undefined) => (column === undefined ? undefined : row[column]);
    const number = cell(posted.number) ?? '';
    // Rows of a document stand together, in one file.
    if (number !== last && last !== '') closed.add(last);
    if (closed.has(number)) throw new Error(`${number} goes on after another document`);
    last = number;
    const currency = row.currency ?? row.Currency ?? row.CURRENCY ?? currencyIn(name);
    const document = documentOf(documents, { number, currency, isCreditNote });
    const [quantity, unitPrice, amount] = [posted.quantity, posted.unitPrice, posted.amount].map(cell);
    const product =
      quantity === undefined || unitPrice === undefined ? undefined : times(quantity, unitPrice);
    if (product !== undefined && amount !== undefined && product !== exact(amount))
      throw new Error(`${number}: ${quantity} x ${unitPrice} is not ${amount}`);
    addRow(document, cell(posted.revenue) ?? '', product ?? exact(amount ?? ''));
    const total = cell(posted.total);
    if (total !== undefined) stated.set(document, exact(total));
  }
  for (const [document, total] of stated)
    if ((isCreditNote ? -total : total) !== document.total)
      throw new Error(`${document.number}: its rows come to something else than its total`);
}

function readJournal(text: string, documents: Map<string, ReadDocument>): void {
  const balances = new Map<string, bigint>();
  for (const row of rowsOfCsv(text)) {
    const { debit = '', credit = '', currency = '', document: number = '', account = '' } = row;
    if ((debit === '') === (credit === '')) throw new Error('a row has a debit or a credit');
    const amount = debit === '' ? -exact(credit) : exact(debit);
    if (exact(debit || credit) <= 0n) throw new Error('a debit or credit is above zero');
    balances.set(currency, (balances.get(currency) ?? 0n) + amount);
    const document = documentOf(documents, { number, currency, isCreditNote: false });
    if (account === BOOKS.receivables) document.total += amount;
    else {
      document.revenue.set(account, (document.revenue.get(account) ?? 0n) - amount);
      document.rows.push(-amount);
    }
  }
  for (const [currency, balance] of balances)
    if (balance !== 0n) throw new Error(`the journal is not in balance in ${currency}`);
}

function readIif(text: string, currency: string, documents: Map<string, ReadDocument>): void {
  if (/[^\t\r\n -~]/.test(text)) throw new Error('IIF is plain ASCII');
  if (text.replaceAll('\r\n', '').match(/[\r\n]/)) throw new Error('IIF ends its rows with CRLF');
  const columns = new Map<string, string[]>();
  let document: ReadDocument | undefined;
  let open: bigint | undefined;
  let rest = 0n;
  for (const record of text.trimEnd().split('\r\n')) {
    const [keyword = '', ...cells] = record.split('\t');
    if (keyword.startsWith('!')) {
      if (columns.has(keyword.slice(1))) throw new Error(`${keyword} stands twice`);
      columns.set(keyword.slice(1), cells);
      continue;
    }
    const names = columns.get(keyword) ?? [];
    if (cells.length !== names.length) throw new Error(`${keyword} has ${cells.length} cells`);
    const row = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    if (keyword === 'TRNS') {
      const isCreditNote = row.TRNSTYPE === 'CREDIT MEMO';
      document = documentOf(documents, { number: row.DOCNUM ?? '', currency, isCreditNote });
      open = exact(row.AMOUNT ?? '');
      rest = open;
      if (open > 0n === isCreditNote) throw new Error(`${document.number}: the sign of its TRNS is wrong`);
    } else if (keyword === 'SPL' && document !== undefined) {
      const amount = exact(row.AMOUNT ?? '');
      rest += amount;
      if (times(row.QNTY ?? '', row.PRICE ?? '') !== amount) throw new Error('QNTY x PRICE is not AMOUNT');
      addRow(document, row.ACCNT ?? '', document.isCreditNote ? amount : -amount);
    } else if (keyword === 'ENDTRNS') {
      if (rest !== 0n || document?.total !== open) throw new Error('a transaction is not in balance');
    } else throw new Error(`what is ${keyword}?`);
  }
}

/** An element as it is parsed: its text, or what is in it by name; a list if it may repeat. */
export type Xml = string | { readonly [name: string]: Xml } | readonly Xml[];

export const parseXml = (text: string): Xml =>
  new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    // Everything that may repeat is a list, whether it does or not.
    isArray: (name) => /^cac:(\w+Line|BillingReference|TaxSubtotal|PartyTaxScheme)$/.test(name),
  }).parse(text);

/** Returns what is at a path of names below an element; undefined if nothing is. */
export function at(element: Xml | undefined, ...names: readonly string[]): Xml | undefined {
  let found = element;
  for (const name of names) found = typeof found === 'object' && !isList(found) ? found[name] : undefined;
  return found;
}

const isList = (element: Xml | undefined): element is readonly Xml[] => Array.isArray(element);

/** Returns the elements of one that may repeat. */
export const listOf = (element: Xml | undefined): readonly Xml[] => (isList(element) ? element : []);

/** Returns the text of an element, with or without attributes; empty if it has none. */
export function textOf(element: Xml | undefined): string {
  const text = at(element, '#text') ?? element;
  return typeof text === 'string' ? text : '';
}

function readUbl(text: string, documents: Map<string, ReadDocument>): void {
  const parsed = parseXml(text);
  const isCreditNote = at(parsed, 'CreditNote') !== undefined;
  const root = at(parsed, isCreditNote ? 'CreditNote' : 'Invoice');
  const document = documentOf(documents, {
    number: textOf(at(root, 'cbc:ID')),
    currency: textOf(at(root, 'cbc:DocumentCurrencyCode')),
    isCreditNote,
  });
  for (const line of listOf(at(root, isCreditNote ? 'cac:CreditNoteLine' : 'cac:InvoiceLine'))) {
    const quantity = textOf(at(line, isCreditNote ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity'));
    const price = textOf(at(line, 'cac:Price', 'cbc:PriceAmount'));
    const net = exact(textOf(at(line, 'cbc:LineExtensionAmount')));
    if (times(quantity, price) !== net)
      throw new Error(`${document.number}: quantity x price is not its amount`);
    addRow(document, '', net);
  }
  const due = exact(textOf(at(root, 'cac:LegalMonetaryTotal', 'cbc:PayableAmount')));
  if ((isCreditNote ? -due : due) !== document.total)
    throw new Error(`${document.number}: lines and total differ`);
}
