/** What is refused before anything is written, by name. */
import { describe, expect, it } from 'vitest';
import type { IssuedDocument } from '../../src/billing/month-view.js';
import type { Seller } from '../../src/billing/seller.js';
import { NO_BOOKS } from '../../src/books/mapping.js';
import type { TargetName } from '../../src/books/targets.js';
import type { BooksSettings } from '../../src/config/config.js';
import { BOOKS, checkedInMemory, SELLER } from '../support/books.js';
import { issuedDocument, issuedLine, monthView } from '../support/facts.js';

interface Situation {
  readonly books?: BooksSettings;
  readonly seller?: Seller | null;
  readonly document?: Partial<IssuedDocument>;
  readonly line?: Parameters<typeof issuedLine>[0];
  readonly formulaGuard?: boolean;
}

function check(
  target: TargetName,
  { books = BOOKS, seller = SELLER, document = {}, line = {}, formulaGuard = true }: Situation,
) {
  const documents = [issuedDocument(document)];
  const lines = [issuedLine({ currency: document.currency ?? 'USD', ...line })];
  return checkedInMemory(monthView({ documents, lines }), { target, books, seller, formulaGuard });
}

const lineCount = (count: number) => ({ ...issuedDocument().totals, lineCount: count });
const WHOSE = 'INV-000001 of "P1": ';
const MEND = '; name its customer in "books", under "customers"';

describe('refused is', () => {
  it.each<[string, TargetName, Situation, string]>([
    [
      'a product that nothing maps',
      'journal',
      { books: { ...NO_BOOKS, receivables: '1200' } },
      'product "crown" (1 line, 100.00 USD) has no account: no rule in "books" matches it',
    ],
    [
      'a mapping without what the target needs',
      'xero',
      { books: { ...BOOKS, default: { account: '1' } } },
      'product "crown" (1 line, 100.00 USD) has no tax code: "default" has none',
    ],
    [
      'several at once',
      'xero',
      { books: { ...NO_BOOKS, products: [{ product: 'c*' }] } },
      'product "crown" (1 line, 100.00 USD) has no account and no tax code: "c*" has none',
    ],
    [
      'no account of receivables',
      'journal',
      { books: { ...BOOKS, receivables: undefined } },
      'the account of receivables is missing: set "receivables" in "books"',
    ],
    [
      'a number too long',
      'quickbooks-online',
      { document: { documentNumber: 'X'.repeat(22) } },
      `${'X'.repeat(22)} of "P1": its number has 22 characters, and at most 21 fit`,
    ],
    [
      'a number too long for IIF',
      'quickbooks-desktop',
      { document: { documentNumber: '2026-10/00001' } },
      '2026-10/00001 of "P1": its number has 13 characters, and at most 12 fit',
    ],
    [
      'a number beyond ASCII',
      'quickbooks-desktop',
      { document: { documentNumber: 'Né-1' } },
      'Né-1 of "P1": its number has characters other than plain ASCII, or a quotation mark',
    ],
    [
      'three digits of a currency',
      'ubl',
      { document: { currency: 'KWD' }, line: { amountMinor: 10_001 } },
      `${WHOSE}an amount in KWD has 3 digits after the point, at most 2 fit`,
    ],
    [
      'a document of too many lines',
      'netsuite',
      { document: { totals: lineCount(5001) } },
      `${WHOSE}it has 5001 rows, and at most 5000 fit in a document; --by document adds its lines up`,
    ],
    [
      'a customer too long',
      'sage-intacct',
      { document: { practiceId: 'P'.repeat(22) } },
      `INV-000001 of "${'P'.repeat(22)}": the customer "${'P'.repeat(22)}" has 22 characters, and at most 21 fit${MEND}`,
    ],
    [
      'a customer beyond ASCII',
      'quickbooks-desktop',
      { document: { practiceId: 'Zoë' } },
      `INV-000001 of "Zoë": the customer "Zoë" has characters other than plain ASCII, or a quotation mark${MEND}`,
    ],
    [
      'a customer with a quote',
      'quickbooks-desktop',
      { books: { ...BOOKS, customer: 'name' }, document: { practiceName: 'The "Kids"' } },
      `${WHOSE}the customer "The \\"Kids\\"" has characters other than plain ASCII, or a quotation mark${MEND}`,
    ],
    [
      'a colon, which QuickBooks reads',
      'quickbooks-online',
      { document: { practiceId: 'a:b' } },
      `INV-000001 of "a:b": the customer "a:b" has a colon, which would make it a sub-customer${MEND}`,
    ],
    [
      'a blank customer',
      'xero',
      { books: { ...BOOKS, customer: 'name' }, document: { practiceName: ' ' } },
      `${WHOSE}the customer is blank${MEND}`,
    ],
    [
      'a practice without the code that the books know it by',
      'xero',
      { books: { ...BOOKS, customer: 'customer_code' } },
      `${WHOSE}"P1" has no customer_code; import its practices row with one, or name its customer in "books", under "customers"`,
    ],
    [
      'a tab in a customer',
      'xero',
      { books: { ...BOOKS, customer: 'name' }, document: { practiceName: 'a\tb' } },
      `${WHOSE}the customer "a\\tb" has a control character${MEND}`,
    ],
    [
      'a customer that looks like a formula',
      'xero',
      { document: { practiceId: '=1' } },
      `INV-000001 of "=1": the customer "=1" starts like a formula in a spreadsheet${MEND}`,
    ],
    [
      'an account beyond ASCII',
      'quickbooks-desktop',
      { books: { ...BOOKS, receivables: 'Forderungen für' } },
      '"books": receivables "Forderungen für" has characters other than plain ASCII, or a quotation mark',
    ],
    ['no seller', 'ubl', { seller: null }, 'the config does not name the lab: set "seller"'],
    [
      'a seller without a country',
      'ubl',
      { seller: { ...SELLER, country: undefined } },
      'the country of the lab is missing: set it in "seller"',
    ],
    [
      'a seller without an id',
      'ubl',
      { seller: { ...SELLER, taxId: undefined } },
      'the tax id of the lab is missing: set "taxId" in "seller"',
    ],
    [
      'an exemption without a reason',
      'ubl',
      { books: { ...BOOKS, taxCategory: 'E' } },
      'tax category E needs "exemptionCode" or "exemptionReason" in "books"',
    ],
  ])('%s', (_, target, situation, refusal) => {
    expect(check(target, situation).refusals).toEqual([refusal]);
  });
});

describe('not refused is', () => {
  it.each<[string, TargetName, Situation]>([
    [
      'what the config calls a practice, colon and all',
      'quickbooks-online',
      { books: { ...BOOKS, customers: { 'a:b': 'Group:Lakeside' } }, document: { practiceId: 'a:b' } },
    ],
    ['a number as long as fits', 'quickbooks-online', { document: { documentNumber: 'X'.repeat(21) } }],
    ['lines without any mapping', 'lines', { books: NO_BOOKS }],
    ['UBL without accounts', 'ubl', { books: NO_BOOKS }],
    [
      'dinars with two digits',
      'ubl',
      { document: { currency: 'KWD' }, line: { amountMinor: 10_010, unitPrice: '10.01' } },
    ],
    [
      'dinars with three digits in a file of our own',
      'lines',
      { document: { currency: 'KWD' }, line: { amountMinor: 10_001 } },
    ],
    [
      'what looks like a formula, if nobody guards',
      'xero',
      { document: { practiceId: '=1' }, formulaGuard: false },
    ],
    ['a remark beyond ASCII', 'quickbooks-desktop', { line: { description: 'Zähne "6"' } }],
  ])('%s', (_, target, situation) => {
    expect(check(target, situation).refusals).toEqual([]);
  });
});

it('a document of zero is left out, and told, where the target takes none', () => {
  const totals = { ...issuedDocument().totals, chargesMinor: 0, totalMinor: 0 };
  const situation = { document: { totals }, line: { unitPrice: '0', amountMinor: 0 } };
  expect(check('quickbooks-desktop', situation)).toMatchObject({ leftOut: ['INV-000001'], documents: [] });
  expect(check('xero', situation)).toMatchObject({ leftOut: [], documents: [{ rowCount: 1 }] });
});

it('the use of products is by product, then currency', () => {
  const documents = [
    issuedDocument(),
    issuedDocument({ documentNumber: 'INV-2', currency: 'EUR' }),
    issuedDocument({ documentNumber: 'INV-3' }),
  ];
  const view = monthView(
    { documents },
    {
      linesOf: ({ currency, documentNumber }) => [
        issuedLine({ currency, product: documentNumber === 'INV-3' ? 'CROWN' : 'crown' }),
        issuedLine({ currency }),
      ],
    },
  );
  expect(checkedInMemory(view, { target: 'lines' }).products).toMatchObject([
    { product: 'CROWN', currency: 'USD', lineCount: 1, amount: '100.00', mapped: { rule: 'CROWN' } },
    { product: 'crown', currency: 'EUR', lineCount: 2, amount: '200.00', mapped: { rule: 'default' } },
    { product: 'crown', currency: 'USD', lineCount: 3, amount: '300.00' },
  ]);
});
