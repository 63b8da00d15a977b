import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Party } from '../../src/billing/party.js';
import type { BooksSettings } from '../../src/config/config.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { at, exportedInMemory, listOf, parseXml, SELLER } from '../support/books.js';
import { EXEMPT, OUTSIDE, ublOfMonth } from '../support/books-of-month.js';
import { faultsOf, RULES } from '../support/en16931.js';
import { issuedDocument, issuedLine, monthView } from '../support/facts.js';
import { scenarios } from '../support/histories.js';
import { bill, withLedger } from '../support/lab.js';
import { runs } from '../support/search.js';

test('the documents of random months hold to the schema and the rules', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), async (scenario) =>
      withLedger((ledger) =>
        bill(ledger, scenario, async (month) => {
          expect((await readMonth(ledger, month, ublOfMonth)).faults).toEqual([]);
        }),
      ),
    ),
    { numRuns: runs(25) },
  );
});

const LINES = [
  issuedLine({
    lineNumber: 1,
    quantity: '3',
    unitPrice: '33.333',
    amountMinor: 10_000,
    description: ' <b> & "x" ',
  }),
  issuedLine({
    lineNumber: 2,
    lineType: 'credit',
    reason: 'cancelled',
    corrects: 'INV-000001',
    amountMinor: -5_000,
    quantity: '1',
    unitPrice: '50',
  }),
];

const TOTALS = {
  lineCount: 2,
  chargeCount: 1,
  creditCount: 1,
  chargesMinor: 10_000,
  creditsMinor: -5_000,
  totalMinor: 5_000,
};

function xmlOf(books = EXEMPT, seller = SELLER): string {
  const view = monthView({ documents: [issuedDocument({ totals: TOTALS })], lines: LINES });
  return [...exportedInMemory(view, { target: 'ubl', books, seller }).files.values()][0] ?? '';
}

const read = (xml: string) => at(parseXml(xml), 'Invoice');

/** The XML without the first such element in the first such parent. */
const without = (xml: string, parent: string, element: string): string =>
  xml.replace(new RegExp(`(<cac:${parent}>[\\s\\S]*?)<cbc:${element}[ >].*\\n`), '$1');

const ALLOWANCE =
  '<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator></cac:AllowanceCharge>';

describe('each rule can be broken: what would break it is found', () => {
  const valid = xmlOf();
  const outside = xmlOf(OUTSIDE);
  const cases: [rule: string, xml: string][] = [
    ['BR-01', valid.replace(/<cbc:CustomizationID>.*\n/, '')],
    ['BR-02', valid.replace(/<cbc:ID>INV.*\n/, '')],
    ['BR-03', valid.replace(/<cbc:IssueDate>.*\n/, '')],
    ['BR-04', valid.replace('>380<', '>999<')],
    ['BR-05', valid.replace(/<cbc:DocumentCurrencyCode>.*\n/, '')],
    ['BR-06', valid.replace(/<cbc:RegistrationName>Zahn.*\n/, '')],
    ['BR-07', valid.replace(/<cbc:RegistrationName>(?!Zahn).*\n/, '')],
    ['BR-08', valid.replace(/<cac:PostalAddress>[\s\S]*?<\/cac:PostalAddress>/, '')],
    ['BR-09', valid.replace('<cbc:IdentificationCode>DE</cbc:IdentificationCode>', '')],
    [
      'BR-10',
      valid.replace(
        /(<cac:AccountingCustomerParty>[\s\S]*?)<cac:PostalAddress>[\s\S]*?<\/cac:PostalAddress>/,
        '$1',
      ),
    ],
    [
      'BR-11',
      valid.replace(/(<cac:AccountingCustomerParty>[\s\S]*?)<cac:Country>[\s\S]*?<\/cac:Country>/, '$1'),
    ],
    ['BR-12', without(valid, 'LegalMonetaryTotal', 'LineExtensionAmount')],
    ['BR-13', without(valid, 'LegalMonetaryTotal', 'TaxExclusiveAmount')],
    ['BR-14', without(valid, 'LegalMonetaryTotal', 'TaxInclusiveAmount')],
    ['BR-15', without(valid, 'LegalMonetaryTotal', 'PayableAmount')],
    ['BR-16', valid.replace(/<cac:InvoiceLine>[\s\S]*<\/cac:InvoiceLine>/, '')],
    ['BR-21', without(valid, 'InvoiceLine', 'ID')],
    ['BR-22', without(valid, 'InvoiceLine', 'InvoicedQuantity')],
    ['BR-23', valid.replace(' unitCode="C62"', '')],
    ['BR-24', without(valid, 'InvoiceLine', 'LineExtensionAmount')],
    ['BR-25', without(valid, 'Item', 'Name')],
    ['BR-26', without(valid, 'Price', 'PriceAmount')],
    ['BR-27', valid.replace(/(<cbc:PriceAmount.*?>)/, '$1-')],
    ['BR-29', valid.replace(/<cbc:EndDate>\d{4}/, '<cbc:EndDate>1999')],
    ['BR-45', without(valid, 'TaxSubtotal', 'TaxableAmount')],
    ['BR-46', without(valid, 'TaxSubtotal', 'TaxAmount')],
    ['BR-47', without(valid, 'TaxCategory', 'ID')],
    ['BR-48', without(valid, 'TaxCategory', 'Percent')],
    ['BR-55', without(valid, 'InvoiceDocumentReference', 'ID')],
    [
      'BR-CO-04',
      valid.replace(/<cac:ClassifiedTaxCategory>\s*<cbc:ID>E<\/cbc:ID>/, '<cac:ClassifiedTaxCategory>'),
    ],
    ['BR-CO-09', valid.replace('DE123456789', '123456789')],
    ['BR-CO-10', valid.replace(/(<cbc:LineExtensionAmount currencyID="USD">)50/, '$151')],
    ['BR-CO-11', valid.replace('<cac:TaxTotal>', `${ALLOWANCE}<cac:TaxTotal>`)],
    [
      'BR-CO-12',
      valid.replace(
        '<cbc:PayableAmount',
        '<cbc:ChargeTotalAmount currencyID="USD">1</cbc:ChargeTotalAmount>$&',
      ),
    ],
    ['BR-CO-13', valid.replace(/(<cbc:TaxExclusiveAmount currencyID="USD">)50/, '$151')],
    ['BR-CO-14', valid.replace(/(<cac:TaxTotal>\s*<cbc:TaxAmount currencyID="USD">)0/, '$11')],
    ['BR-CO-15', valid.replace(/(<cbc:TaxInclusiveAmount currencyID="USD">)50/, '$151')],
    ['BR-CO-16', valid.replace(/(<cbc:PayableAmount currencyID="USD">)50/, '$151')],
    [
      'BR-CO-17',
      valid.replace(
        /(<cbc:TaxAmount currencyID="USD">)0(?=\.00<\/cbc:TaxAmount>\s*<cac:TaxCategory>)/,
        '$11',
      ),
    ],
    ['BR-CO-18', valid.replace(/<cac:TaxSubtotal>[\s\S]*<\/cac:TaxSubtotal>/, '')],
    [
      'BR-CO-19',
      valid.replace(/<cbc:StartDate>.*\n\s*<cbc:EndDate>.*\n/, '<cbc:Description>x</cbc:Description>'),
    ],
    [
      'BR-CO-25',
      valid.replace(/<cbc:DueDate>.*\n/, '').replace(/<cac:PaymentTerms>[\s\S]*?<\/cac:PaymentTerms>/, ''),
    ],
    ['BR-CO-26', outside.replace(/<cbc:CompanyID>.*\n/, '')],
    [
      'BR-DEC-09',
      valid.replace(/(<cac:LegalMonetaryTotal>\s*<cbc:LineExtensionAmount currencyID="USD">50\.00)/, '$10'),
    ],
    ['BR-DEC-12', valid.replace(/(<cbc:TaxExclusiveAmount currencyID="USD">50\.00)/, '$10')],
    ['BR-DEC-13', valid.replace(/(<cac:TaxTotal>\s*<cbc:TaxAmount currencyID="USD">0\.00)/, '$10')],
    ['BR-DEC-14', valid.replace(/(<cbc:TaxInclusiveAmount currencyID="USD">50\.00)/, '$10')],
    ['BR-DEC-18', valid.replace(/(<cbc:PayableAmount currencyID="USD">50\.00)/, '$10')],
    ['BR-DEC-19', valid.replace(/(<cbc:TaxableAmount currencyID="USD">50\.00)/, '$10')],
    ['BR-DEC-20', valid.replace(/(<cac:TaxSubtotal>[\s\S]*?<cbc:TaxAmount currencyID="USD">0\.00)/, '$10')],
    ['BR-DEC-23', valid.replace(/(<cbc:LineExtensionAmount currencyID="USD">100\.00)/, '$10')],
    ['BR-E-01', valid.replace(/(<cac:TaxCategory>\s*<cbc:ID>)E/, '$1S')],
    ['BR-E-02', valid.replace(/<cac:PartyTaxScheme>[\s\S]*?<\/cac:PartyTaxScheme>/, '')],
    ['BR-E-05', valid.replace(/(<cac:ClassifiedTaxCategory>[\s\S]*?<cbc:Percent>)0/, '$119')],
    ['BR-E-08', valid.replace(/(<cbc:TaxableAmount currencyID="USD">)50/, '$151')],
    ['BR-E-09', valid.replace(/(<cac:TaxSubtotal>[\s\S]*?<cbc:TaxAmount currencyID="USD">)0/, '$11')],
    ['BR-E-10', valid.replace(/<cbc:TaxExemptionReasonCode>.*\n/, '')],
    ['BR-O-01', outside.replace(/(<cac:TaxCategory>\s*<cbc:ID>)O/, '$1E')],
    ['BR-O-08', outside.replace(/(<cbc:TaxableAmount currencyID="USD">)50/, '$151')],
    ['BR-O-09', outside.replace(/(<cac:TaxSubtotal>[\s\S]*?<cbc:TaxAmount currencyID="USD">)0/, '$11')],
    ['BR-O-11', outside.replace(/<cac:TaxSubtotal>[\s\S]*<\/cac:TaxSubtotal>/, '$&$&')],
    ['BR-O-12', outside.replace(/(<cac:ClassifiedTaxCategory>\s*<cbc:ID>)O/, '$1E')],
    [
      'BR-O-02',
      outside.replace(
        '<cac:PartyLegalEntity>',
        '<cac:PartyTaxScheme><cbc:CompanyID>DE1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>',
      ),
    ],
    [
      'BR-O-05',
      outside.replace(
        /(<cac:ClassifiedTaxCategory>\s*<cbc:ID>O<\/cbc:ID>)/,
        '$1<cbc:Percent>0</cbc:Percent>',
      ),
    ],
    [
      'BR-O-03',
      outside.replace(
        /(<cac:AccountingCustomerParty>[\s\S]*?)<cac:PartyLegalEntity>/,
        '$1<cac:PartyTaxScheme><cbc:CompanyID>DE1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>',
      ),
    ],
    ['BR-O-10', outside.replace(/<cbc:TaxExemptionReasonCode>.*\n/, '')],
    ['BR-CL-03', valid.replace('currencyID="USD"', 'currencyID="EUR"')],
    ['BR-CL-22', valid.replace('VATEX-EU-132-1E', 'exempt')],
    ['Invoice/ID is missing', valid.replace(/<cbc:ID>INV.*\n/, '')],
    ['TaxSubtotal/TaxCategory is missing', valid.replace(/<cac:TaxCategory>[\s\S]*?<\/cac:TaxCategory>/, '')],
    [
      'StartDate is no such value',
      valid.replace(/<cbc:StartDate>\d{4}-\d\d-\d\d/, '<cbc:StartDate>2026-02-30'),
    ],
    ['PriceAmount is no such value', valid.replace(/(<cbc:PriceAmount.*?>)\d+/, '$1,5')],
    ['PriceAmount has other attributes', valid.replace(/(<cbc:PriceAmount) currencyID="USD"/, '$1')],
    ['PostalAddress has other attributes', valid.replace('<cac:PostalAddress>', '<cac:PostalAddress x="1">')],
    ['CityName is empty', valid.replace(/<cbc:CityName>[^<]*/, '<cbc:CityName>')],
    [
      'Invoice/DueDate is out of place',
      valid.replace(/(<cbc:DueDate>.*\n)(<cbc:InvoiceTypeCode>.*\n)/, '$2$1'),
    ],
    [
      'Item/Name is out of place',
      valid.replace(
        /(<cbc:Name>.*<\/cbc:Name>\s*)(<cac:SellersItem[\s\S]*?<\/cac:SellersItemIdentification>\s*)/,
        '$2$1',
      ),
    ],
  ];

  it('none is broken before, and each has its case', () => {
    expect([faultsOf(valid), faultsOf(outside)]).toEqual([[], []]);
    const broken = cases.map(([rule]) => rule);
    expect(Object.keys(RULES).filter((rule) => !broken.includes(rule))).toEqual([]);
  });

  it.each(cases)('%s', (rule, xml) => {
    expect(faultsOf(xml)).toContain(rule);
  });
});

describe('an invoice', () => {
  it('has a credit as a negative quantity, and a rounded line as 1 times its amount', () => {
    const lines = listOf(at(read(xmlOf()), 'cac:InvoiceLine'));
    expect(
      lines.map((line) => [
        at(line, 'cbc:InvoicedQuantity', '#text'),
        at(line, 'cac:Price', 'cbc:PriceAmount', '#text'),
      ]),
    ).toEqual([
      ['1', '100.00'],
      ['-1', '50'],
    ]);
    expect(at(lines[0], 'cbc:Note')).toBe('<b> & "x" ; order A1; 3 at 33.333');
  });

  it('names the documents that its credits correct', () => {
    expect(at(read(xmlOf()), 'cac:BillingReference')).toEqual([
      { 'cac:InvoiceDocumentReference': { 'cbc:ID': 'INV-000001' } },
    ]);
  });

  it('escapes what XML gives a meaning, and replaces the two characters that it cannot hold', () => {
    const xml = xmlOf(EXEMPT, { ...SELLER, name: 'A & B <C> "D" \uFFFE' });
    expect(xml).toContain('A &amp; B &lt;C&gt;');
    expect(xml).not.toContain('\uFFFE');
    expect(at(read(xml), 'cac:AccountingSupplierParty', 'cac:Party', 'cac:PartyName')).toEqual({
      'cbc:Name': 'A & B <C> "D" \uFFFD',
    });
  });
});

describe('the tax id of the lab', () => {
  const taxOf = (books: BooksSettings, taxId: string, country = 'DE') => {
    const invoice = read(xmlOf(books, { ...SELLER, taxId, country }));
    const party = at(invoice, 'cac:AccountingSupplierParty', 'cac:Party');
    const [scheme] = listOf(at(party, 'cac:PartyTaxScheme'));
    return [at(scheme, 'cac:TaxScheme', 'cbc:ID'), at(party, 'cac:PartyLegalEntity', 'cbc:CompanyID')];
  };

  it.each<[string, BooksSettings, string, string, (string | undefined)[]]>([
    ['is a VAT id if it starts with the country', EXEMPT, 'DE1', 'DE', ['VAT', undefined]],
    ['of Greece too', EXEMPT, 'EL1', 'GR', ['VAT', undefined]],
    ['is a registration if it does not', EXEMPT, '12/345', 'DE', ['TAX', '12/345']],
    ['is the id of the company outside the scope of VAT', OUTSIDE, 'DE1', 'DE', [undefined, 'DE1']],
  ])('%s', (_, books, taxId, country, expected) => {
    expect(taxOf(books, taxId, country)).toEqual(expected);
    expect(faultsOf(xmlOf(books, { ...SELLER, taxId, country }))).toEqual([]);
  });
});

it('a document of 5,000 lines is built line by line', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => issuedLine({ lineNumber: index + 1 }));
  const totalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const totals = {
    ...TOTALS,
    lineCount: lines.length,
    chargeCount: lines.length,
    creditCount: 0,
    chargesMinor: totalMinor,
    creditsMinor: 0,
    totalMinor,
  };
  const view = monthView({ documents: [issuedDocument({ totals })], lines });
  const [xml = ''] = exportedInMemory(view, { target: 'ubl', books: EXEMPT }).files.values();
  expect(faultsOf(xml)).toEqual([]);
});

describe('the buyer', () => {
  const details = {
    legal_name: 'Cedar Group\n Holdings',
    email: 'ap@cedar.example',
    address_1: '1 Main St',
    address_2: 'Suite 2',
    city: 'Wien',
    region: 'W',
    postal_code: '1010',
    country: 'AT',
    tax_id: 'ATU12345678',
  };
  const partyOf = (books: BooksSettings, billTo: Party) => {
    const document = issuedDocument({ totals: TOTALS, billTo });
    const view = monthView({ documents: [document], lines: LINES });
    const xml = [...exportedInMemory(view, { target: 'ubl', books }).files.values()][0] ?? '';
    expect(faultsOf(xml)).toEqual([]);
    const invoice = read(xml);
    const party = at(invoice, 'cac:AccountingCustomerParty', 'cac:Party');
    return { party, delivery: at(invoice, 'cac:Delivery') };
  };

  it('is the practice that pays, with its address, e-mail and VAT id; whose work it is stands beside it', () => {
    const { party, delivery } = partyOf(EXEMPT, { practiceId: 'P9', name: 'Cedar', details });
    expect(party).toMatchObject({
      'cac:PartyIdentification': { 'cbc:ID': 'P9' },
      'cac:PartyName': { 'cbc:Name': 'Cedar' },
      'cac:PostalAddress': {
        'cbc:StreetName': '1 Main St',
        'cbc:AdditionalStreetName': 'Suite 2',
        'cbc:CityName': 'Wien',
        'cbc:PostalZone': '1010',
        'cbc:CountrySubentity': 'W',
        'cac:Country': { 'cbc:IdentificationCode': 'AT' },
      },
      'cac:PartyTaxScheme': [{ 'cbc:CompanyID': 'ATU12345678' }],
      'cac:PartyLegalEntity': { 'cbc:RegistrationName': 'Cedar Group Holdings' },
      'cac:Contact': { 'cbc:ElectronicMail': 'ap@cedar.example' },
    });
    expect(delivery).toEqual({ 'cac:DeliveryParty': { 'cac:PartyName': { 'cbc:Name': 'P1 Dental' } } });
  });

  it('outside the scope of VAT has its tax id as that of its company', () => {
    const { party, delivery } = partyOf(OUTSIDE, { practiceId: 'P1', name: 'P1 Dental', details });
    expect(at(party, 'cac:PartyTaxScheme')).toBeUndefined();
    expect(at(party, 'cac:PartyLegalEntity', 'cbc:CompanyID')).toBe('ATU12345678');
    expect(delivery).toBeUndefined();
  });

  it('of whom no country is known is taken to be in the lab’s', () => {
    const { party } = partyOf(EXEMPT, { practiceId: 'P1', name: 'P1 Dental', details: { city: 'Bonn' } });
    expect(at(party, 'cac:PostalAddress')).toEqual({
      'cbc:CityName': 'Bonn',
      'cac:Country': { 'cbc:IdentificationCode': 'DE' },
    });
  });
});
