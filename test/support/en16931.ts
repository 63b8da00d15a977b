/**
 * What UBL 2.1 and EN 16931 demand of a document, as far as ours have it: the schema's order of elements, what it requires and what
 * values and attributes it takes; and the rules by their names. Written from the standard's own words, apart from what writes the documents.
 */
import { XMLParser } from 'fast-xml-parser';
import { at, exact, listOf, parseXml, textOf, type Xml } from './books.js';

/** The children of an element in the order of the schema of UBL 2.1, those that no document of ours has left out. */
const PARTY =
  'EndpointID PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact';
const HEAD =
  'DocumentCurrencyCode TaxCurrencyCode AccountingCost BuyerReference InvoicePeriod OrderReference BillingReference ' +
  'AccountingSupplierParty AccountingCustomerParty PayeeParty TaxRepresentativeParty Delivery PaymentMeans PaymentTerms ' +
  'AllowanceCharge TaxTotal LegalMonetaryTotal';
const ORDER: Readonly<Record<string, string>> = {
  Invoice: `CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode Note TaxPointDate ${HEAD} InvoiceLine`,
  CreditNote: `CustomizationID ProfileID ID IssueDate TaxPointDate CreditNoteTypeCode Note ${HEAD} CreditNoteLine`,
  InvoicePeriod: 'StartDate StartTime EndDate EndTime DurationMeasure DescriptionCode Description',
  BillingReference: 'InvoiceDocumentReference',
  InvoiceDocumentReference: 'ID IssueDate',
  AccountingSupplierParty: 'Party',
  AccountingCustomerParty: 'Party',
  Party: PARTY,
  PartyIdentification: 'ID',
  PartyName: 'Name',
  PostalAddress: 'StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country',
  Country: 'IdentificationCode Name',
  PartyTaxScheme: 'RegistrationName CompanyID TaxScheme',
  TaxScheme: 'ID Name',
  PartyLegalEntity: 'RegistrationName CompanyID CompanyLegalForm',
  Delivery: 'ActualDeliveryDate DeliveryLocation DeliveryParty',
  DeliveryParty: PARTY,
  Contact: 'ID Name Telephone Telefax ElectronicMail',
  PaymentTerms: 'ID Note',
  TaxTotal: 'TaxAmount TaxSubtotal',
  TaxSubtotal: 'TaxableAmount TaxAmount TaxCategory',
  TaxCategory: 'ID Name Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme',
  ClassifiedTaxCategory: 'ID Name Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme',
  LegalMonetaryTotal:
    'LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount AllowanceTotalAmount ChargeTotalAmount PrepaidAmount ' +
    'PayableRoundingAmount PayableAmount',
  InvoiceLine: 'ID Note InvoicedQuantity LineExtensionAmount AccountingCost InvoicePeriod Item Price',
  CreditNoteLine: 'ID Note CreditedQuantity LineExtensionAmount AccountingCost InvoicePeriod Item Price',
  Item: 'Description Name SellersItemIdentification StandardItemIdentification ClassifiedTaxCategory',
  SellersItemIdentification: 'ID',
  Price: 'PriceAmount BaseQuantity',
};
/** What the schema, or the core of EN 16931, wants in an element: its parent is not valid without it. */
const REQUIRED: Readonly<Record<string, string>> = {
  Invoice:
    'CustomizationID ID IssueDate InvoiceTypeCode DocumentCurrencyCode AccountingSupplierParty AccountingCustomerParty TaxTotal ' +
    'LegalMonetaryTotal InvoiceLine',
  CreditNote:
    'CustomizationID ID IssueDate CreditNoteTypeCode DocumentCurrencyCode AccountingSupplierParty AccountingCustomerParty TaxTotal ' +
    'LegalMonetaryTotal CreditNoteLine',
  BillingReference: 'InvoiceDocumentReference',
  InvoiceDocumentReference: 'ID',
  AccountingSupplierParty: 'Party',
  AccountingCustomerParty: 'Party',
  PartyIdentification: 'ID',
  PartyName: 'Name',
  PostalAddress: 'Country',
  Country: 'IdentificationCode',
  PartyTaxScheme: 'CompanyID TaxScheme',
  TaxScheme: 'ID',
  PartyLegalEntity: 'RegistrationName',
  TaxTotal: 'TaxAmount TaxSubtotal',
  TaxSubtotal: 'TaxableAmount TaxAmount TaxCategory',
  TaxCategory: 'ID TaxScheme',
  ClassifiedTaxCategory: 'ID TaxScheme',
  LegalMonetaryTotal: 'LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PayableAmount',
  InvoiceLine: 'ID InvoicedQuantity LineExtensionAmount Item Price',
  CreditNoteLine: 'ID CreditedQuantity LineExtensionAmount Item Price',
  Item: 'Name ClassifiedTaxCategory',
  SellersItemIdentification: 'ID',
  Price: 'PriceAmount',
};

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** What the schema lets stand in an element without children, by its name: its text, and its attributes. */
const LEAVES: readonly (readonly [name: RegExp, text: (text: string) => boolean, attribute?: string])[] = [
  [/Amount$/, (text) => DECIMAL.test(text), 'currencyID'],
  [/Quantity$/, (text) => DECIMAL.test(text), 'unitCode'],
  [/Percent$/, (text) => DECIMAL.test(text)],
  [/Date$/, (text) => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text) && text.length === 10],
  [/./, () => true],
];

/** May stand more than once in its parent. */
const REPEATS = /^(BillingReference|InvoiceLine|CreditNoteLine|TaxSubtotal|PartyTaxScheme)$/;

/** What is wrong with a document: each rule by its name, and each element that is out of place. */
export function faultsOf(xml: string): string[] {
  const root = parseXml(xml);
  const document = at(root, 'CreditNote') ?? at(root, 'Invoice');
  if (document === undefined) return ['no Invoice and no CreditNote'];
  const broken = Object.entries(RULES).filter(([, holds]) => !holds(factsOf(document)));
  return [...misplaced(xml), ...broken.map(([name]) => name)];
}

function misplaced(xml: string): string[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
  });
  const faults: string[] = [];
  const visit = (parent: string, children: readonly Record<string, unknown>[], attributes: object = {}) => {
    const names = children.map((child) => Object.keys(child)[0] ?? '').filter((name) => name !== '#text');
    if (names.length === 0) {
      const text = children.map((child) => String(child['#text'] ?? '')).join('');
      // PEPPOL-EN16931-R008, and the sense of it all.
      if (text.trim() === '') faults.push(`${parent} is empty`);
      const [, isValid, attribute] = LEAVES.find(([name]) => name.test(parent)) ?? [];
      if (isValid?.(text) === false) faults.push(`${parent} is no such value`);
      if (Object.keys(attributes).join() !== (attribute ?? '')) faults.push(`${parent} has other attributes`);
      return;
    }
    const order = ORDER[parent]?.split(' ');
    for (const name of REQUIRED[parent]?.split(' ') ?? [])
      if (!names.some((each) => each.endsWith(`:${name}`))) faults.push(`${parent}/${name} is missing`);
    if (Object.keys(attributes).some((name) => !name.startsWith('xmlns')))
      faults.push(`${parent} has other attributes`);
    if (order === undefined) faults.push(`${parent} has no elements in this table`);
    const places = names.map((name) => order?.indexOf(name.replace(/^c[ab]c:/, '')) ?? -1);
    for (const [index, place] of places.entries()) {
      const name = names[index]?.replace(/^c[ab]c:/, '') ?? '';
      const before = places[index - 1] ?? -1;
      const isAgain = place === before && REPEATS.test(name);
      if (place < 0 || (place <= before && !isAgain)) faults.push(`${parent}/${name} is out of place`);
      const isLeaf = ORDER[name] === undefined;
      if (names[index]?.startsWith(isLeaf ? 'cbc:' : 'cac:') !== true) faults.push(`${name}: its prefix`);
    }
    for (const child of children) {
      const [name = '', inner] = Object.entries(child)[0] ?? [];
      if (name !== '#text')
        visit(name.replace(/^c[ab]c:/, ''), inner as Record<string, unknown>[], child[':@'] as object);
    }
  };
  for (const child of parser.parse(xml) as Record<string, unknown>[]) {
    const [name = '', inner] = Object.entries(child)[0] ?? [];
    if (!name.startsWith('?')) visit(name, inner as Record<string, unknown>[]);
  }
  return faults;
}

interface Facts {
  readonly document: Xml;
  readonly isCreditNote: boolean;
  readonly lines: readonly Xml[];
  readonly seller: Xml | undefined;
  readonly buyer: Xml | undefined;
  readonly breakdown: readonly Xml[];
  readonly totals: Xml | undefined;
  /** BT-31 */
  readonly vatId: string | undefined;
  /** BT-48 */
  readonly buyerVatId: string | undefined;
  /** BT-32 */
  readonly taxRegistration: string | undefined;
}

function factsOf(document: Xml): Facts {
  const seller = at(document, 'cac:AccountingSupplierParty', 'cac:Party');
  const buyer = at(document, 'cac:AccountingCustomerParty', 'cac:Party');
  const schemesOf = (party: Xml | undefined) =>
    listOf(at(party, 'cac:PartyTaxScheme')).map((each) => [
      textOf(at(each, 'cac:TaxScheme', 'cbc:ID')),
      textOf(at(each, 'cbc:CompanyID')),
    ]);
  const schemes = schemesOf(seller);
  return {
    document,
    isCreditNote: at(document, 'cbc:CreditNoteTypeCode') !== undefined,
    lines: listOf(at(document, 'cac:InvoiceLine') ?? at(document, 'cac:CreditNoteLine')),
    seller,
    buyer,
    breakdown: listOf(at(document, 'cac:TaxTotal', 'cac:TaxSubtotal')),
    totals: at(document, 'cac:LegalMonetaryTotal'),
    vatId: schemes.find(([scheme]) => scheme === 'VAT')?.[1],
    buyerVatId: schemesOf(buyer).find(([scheme]) => scheme === 'VAT')?.[1],
    taxRegistration: schemes.find(([scheme]) => scheme !== 'VAT')?.[1],
  };
}

type Rule = (facts: Facts) => boolean;

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const isAmount = (element: Xml | undefined): boolean => DECIMAL.test(textOf(element));
/** Equal to no amount where there is none. */
const NO_AMOUNT = -(10n ** 40n);
const amountOf = (element: Xml | undefined): bigint =>
  isAmount(element) ? exact(textOf(element)) : NO_AMOUNT;
const digits = (element: Xml | undefined): number => textOf(element).split('.')[1]?.length ?? 0;
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, each) => total + each, 0n);
const nameOf = (party: Xml | undefined) => at(party, 'cac:PartyLegalEntity', 'cbc:RegistrationName');
const countryOf = (party: Xml | undefined) =>
  at(party, 'cac:PostalAddress', 'cac:Country', 'cbc:IdentificationCode');
const lineCategory = (line: Xml) => at(line, 'cac:Item', 'cac:ClassifiedTaxCategory');
const net = (line: Xml) => at(line, 'cbc:LineExtensionAmount');
const categoryOf = (tax: Xml) => at(tax, 'cac:TaxCategory');
const quantityOf = (line: Xml) => at(line, 'cbc:InvoicedQuantity') ?? at(line, 'cbc:CreditedQuantity');
const hasCategory = ({ lines }: Facts, id: string) =>
  lines.some((line) => at(lineCategory(line), 'cbc:ID') === id);
const breakdownOf = ({ breakdown }: Facts, id: string) =>
  breakdown.filter((each) => at(categoryOf(each), 'cbc:ID') === id);
const total = (facts: Facts, name: string) => at(facts.totals, `cbc:${name}`);

/** The lines of a category and its one breakdown agree, and nothing is taxed. */
const agrees = (facts: Facts, id: string): boolean => {
  const lines = facts.lines.filter((line) => at(lineCategory(line), 'cbc:ID') === id);
  const [tax] = breakdownOf(facts, id);
  return (
    lines.length === 0 ||
    (tax !== undefined &&
      sum(lines.map((line) => amountOf(net(line)))) === amountOf(at(tax, 'cbc:TaxableAmount')))
  );
};

/** Each rule of EN 16931 that a document of ours could break. */
export const RULES: Readonly<Record<string, Rule>> = {
  'BR-01': ({ document }) => isText(at(document, 'cbc:CustomizationID')),
  'BR-02': ({ document }) => isText(at(document, 'cbc:ID')),
  'BR-03': ({ document }) => /^\d{4}-\d{2}-\d{2}$/.test(textOf(at(document, 'cbc:IssueDate'))),
  'BR-04': ({ document, isCreditNote }) =>
    isCreditNote
      ? at(document, 'cbc:CreditNoteTypeCode') === '381'
      : at(document, 'cbc:InvoiceTypeCode') === '380',
  'BR-05': ({ document }) => /^[A-Z]{3}$/.test(textOf(at(document, 'cbc:DocumentCurrencyCode'))),
  'BR-06': ({ seller }) => isText(nameOf(seller)),
  'BR-07': ({ buyer }) => isText(nameOf(buyer)),
  'BR-08': ({ seller }) => at(seller, 'cac:PostalAddress') !== undefined,
  'BR-09': ({ seller }) => /^[A-Z]{2}$/.test(textOf(countryOf(seller))),
  'BR-10': ({ buyer }) => at(buyer, 'cac:PostalAddress') !== undefined,
  'BR-11': ({ buyer }) => /^[A-Z]{2}$/.test(textOf(countryOf(buyer))),
  'BR-12': (facts) => isAmount(total(facts, 'LineExtensionAmount')),
  'BR-13': (facts) => isAmount(total(facts, 'TaxExclusiveAmount')),
  'BR-14': (facts) => isAmount(total(facts, 'TaxInclusiveAmount')),
  'BR-15': (facts) => isAmount(total(facts, 'PayableAmount')),
  'BR-16': ({ lines }) => lines.length > 0,
  'BR-21': ({ lines }) => lines.every((line) => isText(at(line, 'cbc:ID'))),
  'BR-22': ({ lines }) => lines.every((line) => isAmount(quantityOf(line))),
  'BR-23': ({ lines }) => lines.every((line) => at(quantityOf(line), '@_unitCode') === 'C62'),
  'BR-24': ({ lines }) => lines.every((line) => isAmount(net(line))),
  'BR-25': ({ lines }) => lines.every((line) => isText(at(line, 'cac:Item', 'cbc:Name'))),
  'BR-26': ({ lines }) => lines.every((line) => isAmount(at(line, 'cac:Price', 'cbc:PriceAmount'))),
  'BR-27': ({ lines }) =>
    lines.every((line) => !textOf(at(line, 'cac:Price', 'cbc:PriceAmount')).startsWith('-')),
  'BR-29': ({ document }) => {
    const period = at(document, 'cac:InvoicePeriod');
    return period === undefined || textOf(at(period, 'cbc:EndDate')) >= textOf(at(period, 'cbc:StartDate'));
  },
  'BR-45': ({ breakdown }) => breakdown.every((tax) => isAmount(at(tax, 'cbc:TaxableAmount'))),
  'BR-46': ({ breakdown }) => breakdown.every((tax) => isAmount(at(tax, 'cbc:TaxAmount'))),
  'BR-47': ({ breakdown }) => breakdown.every((tax) => isText(at(categoryOf(tax), 'cbc:ID'))),
  'BR-48': ({ breakdown }) =>
    breakdown.every(
      (tax) => at(categoryOf(tax), 'cbc:ID') === 'O' || isText(at(categoryOf(tax), 'cbc:Percent')),
    ),
  'BR-55': ({ document }) =>
    listOf(at(document, 'cac:BillingReference')).every((each) =>
      isText(at(each, 'cac:InvoiceDocumentReference', 'cbc:ID')),
    ),
  'BR-CO-04': ({ lines }) => lines.every((line) => isText(at(lineCategory(line), 'cbc:ID'))),
  'BR-CO-09': ({ vatId, buyerVatId }) =>
    [vatId, buyerVatId].every((id) => id === undefined || /^[A-Z]{2}/.test(id)),
  'BR-CO-10': (facts) =>
    sum(facts.lines.map((line) => amountOf(net(line)))) === amountOf(total(facts, 'LineExtensionAmount')),
  'BR-CO-13': (facts) =>
    amountOf(total(facts, 'TaxExclusiveAmount')) === amountOf(total(facts, 'LineExtensionAmount')),
  'BR-CO-14': ({ document, breakdown }) =>
    amountOf(at(document, 'cac:TaxTotal', 'cbc:TaxAmount')) ===
    sum(breakdown.map((tax) => amountOf(at(tax, 'cbc:TaxAmount')))),
  'BR-CO-15': (facts) =>
    amountOf(total(facts, 'TaxInclusiveAmount')) ===
    amountOf(total(facts, 'TaxExclusiveAmount')) +
      amountOf(at(facts.document, 'cac:TaxTotal', 'cbc:TaxAmount')),
  'BR-CO-16': (facts) =>
    amountOf(total(facts, 'PayableAmount')) === amountOf(total(facts, 'TaxInclusiveAmount')),
  // Nothing is allowed or charged beside the lines: so BR-CO-11 and -12 and all rules of allowances and charges hold.
  'BR-CO-11': (facts) => total(facts, 'AllowanceTotalAmount') === undefined && hasNoAllowance(facts),
  'BR-CO-12': (facts) => total(facts, 'ChargeTotalAmount') === undefined && hasNoAllowance(facts),
  'BR-CO-19': ({ document }) => {
    const period = at(document, 'cac:InvoicePeriod');
    return period === undefined || isText(at(period, 'cbc:StartDate')) || isText(at(period, 'cbc:EndDate'));
  },
  // The rate is 0 or none, so the tax is nothing.
  'BR-CO-17': ({ breakdown }) => breakdown.every((tax) => amountOf(at(tax, 'cbc:TaxAmount')) === 0n),
  'BR-CO-18': ({ breakdown }) => breakdown.length > 0,
  'BR-CO-25': (facts) =>
    facts.isCreditNote ||
    amountOf(total(facts, 'PayableAmount')) <= 0n ||
    isText(at(facts.document, 'cbc:DueDate')) ||
    isText(at(facts.document, 'cac:PaymentTerms', 'cbc:Note')),
  'BR-CO-26': ({ seller, vatId }) =>
    isText(vatId) ||
    isText(at(seller, 'cac:PartyLegalEntity', 'cbc:CompanyID')) ||
    isText(at(seller, 'cac:PartyIdentification', 'cbc:ID')),
  'BR-DEC-09': (facts) => digits(total(facts, 'LineExtensionAmount')) <= 2,
  'BR-DEC-12': (facts) => digits(total(facts, 'TaxExclusiveAmount')) <= 2,
  'BR-DEC-13': ({ document }) => digits(at(document, 'cac:TaxTotal', 'cbc:TaxAmount')) <= 2,
  'BR-DEC-14': (facts) => digits(total(facts, 'TaxInclusiveAmount')) <= 2,
  'BR-DEC-18': (facts) => digits(total(facts, 'PayableAmount')) <= 2,
  'BR-DEC-19': ({ breakdown }) => breakdown.every((tax) => digits(at(tax, 'cbc:TaxableAmount')) <= 2),
  'BR-DEC-20': ({ breakdown }) => breakdown.every((tax) => digits(at(tax, 'cbc:TaxAmount')) <= 2),
  'BR-DEC-23': ({ lines }) => lines.every((line) => digits(net(line)) <= 2),
  'BR-E-01': (facts) => !hasCategory(facts, 'E') || breakdownOf(facts, 'E').length === 1,
  'BR-E-02': (facts) => !hasCategory(facts, 'E') || isText(facts.vatId) || isText(facts.taxRegistration),
  'BR-E-05': ({ lines }) =>
    lines.every(
      (line) =>
        at(lineCategory(line), 'cbc:ID') !== 'E' || amountOf(at(lineCategory(line), 'cbc:Percent')) === 0n,
    ),
  'BR-E-08': (facts) => agrees(facts, 'E'),
  'BR-E-09': (facts) => breakdownOf(facts, 'E').every((tax) => amountOf(at(tax, 'cbc:TaxAmount')) === 0n),
  'BR-E-10': (facts) => breakdownOf(facts, 'E').every(hasReason),
  'BR-O-01': (facts) => !hasCategory(facts, 'O') || breakdownOf(facts, 'O').length === 1,
  'BR-O-02': (facts) => !hasCategory(facts, 'O') || facts.vatId === undefined,
  'BR-O-03': (facts) => !hasCategory(facts, 'O') || facts.buyerVatId === undefined,
  'BR-O-05': ({ lines }) =>
    lines.every(
      (line) =>
        at(lineCategory(line), 'cbc:ID') !== 'O' || at(lineCategory(line), 'cbc:Percent') === undefined,
    ),
  'BR-O-08': (facts) => agrees(facts, 'O'),
  'BR-O-09': (facts) => breakdownOf(facts, 'O').every((tax) => amountOf(at(tax, 'cbc:TaxAmount')) === 0n),
  'BR-O-10': (facts) => breakdownOf(facts, 'O').every(hasReason),
  'BR-O-11': (facts) => breakdownOf(facts, 'O').length === 0 || facts.breakdown.length === 1,
  'BR-O-12': (facts) =>
    breakdownOf(facts, 'O').length === 0 ||
    facts.lines.every((line) => at(lineCategory(line), 'cbc:ID') === 'O'),
  // Every amount is in the document's currency.
  'BR-CL-03': ({ document }) => {
    const currencies = JSON.stringify(document).match(/"@_currencyID":"[A-Z]{3}"/g) ?? [];
    return currencies.every((each) => each.includes(textOf(at(document, 'cbc:DocumentCurrencyCode'))));
  },
  'BR-CL-22': ({ breakdown }) =>
    breakdown.every((tax) => {
      const code = at(categoryOf(tax), 'cbc:TaxExemptionReasonCode');
      return code === undefined || /^VATEX-EU-[A-Z0-9-]+$/.test(textOf(code));
    }),
};

const hasNoAllowance = ({ document }: Facts): boolean =>
  !JSON.stringify(document).includes('"cac:AllowanceCharge"');

const hasReason = (tax: Xml): boolean =>
  isText(at(categoryOf(tax), 'cbc:TaxExemptionReason')) ||
  isText(at(categoryOf(tax), 'cbc:TaxExemptionReasonCode'));
