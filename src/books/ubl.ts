/**
 * UBL 2.1 by EN 16931: one XML file for each document, of type 380, or 381 for a document below zero with all signs turned. The only file
 * that uses fast-xml-builder, which escapes what it writes. Long documents are built in batches of lines.
 */
import XMLBuilder from 'fast-xml-builder';
import { minorDigits } from '../billing/currency.js';
import { formatAmount, fractionDigits } from '../billing/money.js';
import type { IssuedLine } from '../billing/month-view.js';
import type { Seller } from '../billing/seller.js';
import type { BooksSettings } from '../config/config.js';
import type { BooksDocument } from './check-month.js';
import { entryOf, oneLine } from './entry.js';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd';
/** The specification that the documents follow, without extensions. */
const CUSTOMIZATION = 'urn:cen.eu:en16931:2017';
/** The unit "piece" of UN/ECE Recommendation 20. */
const UNIT = 'C62';
/** Lines in one piece of text; limits memory. */
const BATCH = 200;

/**
 * An XML element: its text, or its children in order, with several of one name as a list. `@_` starts an attribute; `#text` is its text.
 */
type Element = { readonly [name: string]: string | Element | readonly Element[] | undefined };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  format: true,
  indentBy: '  ',
  // Replaces two characters that a text may hold and XML may not. The builder escapes all others afterwards.
  tagValueProcessor: (_, value) => String(value).replace(/[\uFFFE\uFFFF]/g, '\uFFFD'),
});

export interface UblContext {
  readonly books: BooksSettings;
  readonly seller: Seller;
  readonly linesOf: () => Iterable<IssuedLine>;
}

/** Yields the text of a document's file. @returns the amount due as written */
export function* ublDocument(
  document: BooksDocument,
  { books, seller, linesOf }: UblContext,
): Generator<string, string> {
  const { isCreditNote, issued } = document;
  const root = isCreditNote ? 'CreditNote' : 'Invoice';
  const due = money(document.totalMinor, issued.currency);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${UBL}:${root}-2" xmlns:cac="${UBL}:CommonAggregateComponents-2" xmlns:cbc="${UBL}:CommonBasicComponents-2">\n`;
  yield builder.build(headOf(document, { books, seller, linesOf }));
  let batch: Element[] = [];
  for (const line of linesOf()) {
    batch.push(lineOf(line, document, books));
    if (batch.length < BATCH) continue;
    yield linesText(batch);
    batch = [];
  }
  if (batch.length > 0) yield linesText(batch);
  yield `</${root}>\n`;
  return due['#text'] as string;

  function linesText(lines: readonly Element[]): string {
    return builder.build({ [`cac:${root}Line`]: lines });
  }
}

/** Returns everything before the lines, in the order of the schema. */
function headOf(document: BooksDocument, { books, seller, linesOf }: UblContext): Element {
  const { isCreditNote, issued } = document;
  const total = money(document.totalMinor, issued.currency);
  const [year = '', month = ''] = issued.billingMonth.split('-');
  return {
    'cbc:CustomizationID': CUSTOMIZATION,
    'cbc:ID': issued.documentNumber,
    'cbc:IssueDate': issued.issueDate,
    ...(isCreditNote
      ? { 'cbc:CreditNoteTypeCode': '381' }
      : { 'cbc:DueDate': issued.dueDate, 'cbc:InvoiceTypeCode': '380' }),
    'cbc:DocumentCurrencyCode': issued.currency,
    'cac:InvoicePeriod': {
      'cbc:StartDate': `${issued.billingMonth}-01`,
      'cbc:EndDate': `${issued.billingMonth}-${daysIn(Number(year), Number(month))}`,
    },
    'cac:BillingReference': correctedBy(document, linesOf).map((number) => ({
      'cac:InvoiceDocumentReference': { 'cbc:ID': number },
    })),
    'cac:AccountingSupplierParty': { 'cac:Party': sellerParty(seller, books) },
    'cac:AccountingCustomerParty': { 'cac:Party': buyerParty(document, seller, books) },
    'cac:Delivery': deliveredTo(document),
    'cac:PaymentTerms': isCreditNote ? undefined : paymentTerms(document, seller),
    'cac:TaxTotal': {
      'cbc:TaxAmount': money(0, issued.currency),
      'cac:TaxSubtotal': {
        'cbc:TaxableAmount': total,
        'cbc:TaxAmount': money(0, issued.currency),
        'cac:TaxCategory': {
          ...taxCategory(books),
          'cbc:TaxExemptionReasonCode':
            books.exemptionCode ?? (books.taxCategory === 'O' ? 'VATEX-EU-O' : undefined),
          'cbc:TaxExemptionReason': books.exemptionReason,
          ...VAT,
        },
      },
    },
    'cac:LegalMonetaryTotal': {
      'cbc:LineExtensionAmount': total,
      'cbc:TaxExclusiveAmount': total,
      'cbc:TaxInclusiveAmount': total,
      'cbc:PayableAmount': total,
    },
  };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Returns the numbers of the documents that its credits correct, each once. */
function correctedBy({ issued }: BooksDocument, linesOf: UblContext['linesOf']): string[] {
  if (issued.totals.creditCount === 0) return [];
  const numbers = new Set<string>();
  for (const { corrects } of linesOf()) if (corrects !== '') numbers.add(corrects);
  return [...numbers];
}

const VAT = { 'cac:TaxScheme': { 'cbc:ID': 'VAT' } };

/** Outside the scope of VAT there is no rate (BR-O-05); an exempt line has rate 0 (BR-E-05). */
function taxCategory({ taxCategory }: BooksSettings): Element {
  return { 'cbc:ID': taxCategory, 'cbc:Percent': taxCategory === 'E' ? '0' : undefined };
}

/**
 * Returns the seller. A tax id that starts with the seller's country is a VAT id (BR-CO-09), which a seller outside the scope of VAT must
 * not show (BR-O-02). There, and for other tax ids, it is the company's id (BT-30).
 */
function sellerParty(seller: Seller, { taxCategory }: BooksSettings): Element {
  const { name, taxId = '', country = '', email, phone } = seller;
  const isVat = taxCategory === 'E' && isVatId(taxId, country);
  const taxScheme = (scheme: string) => ({
    'cac:PartyTaxScheme': { 'cbc:CompanyID': taxId, 'cac:TaxScheme': { 'cbc:ID': scheme } },
  });
  return {
    'cac:PartyName': { 'cbc:Name': name },
    'cac:PostalAddress': address(seller),
    ...(isVat ? taxScheme('VAT') : taxCategory === 'E' ? taxScheme('TAX') : {}),
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': name,
      'cbc:CompanyID': isVat ? undefined : taxId,
    },
    'cac:Contact':
      email === undefined && phone === undefined
        ? undefined
        : { 'cbc:Telephone': phone, 'cbc:ElectronicMail': email },
  };
}

/** VAT ids of Greece start with EL. */
const isVatId = (taxId: string, country: string): boolean =>
  (country === 'GR' ? ['GR', 'EL'] : [country]).some((prefix) => taxId.startsWith(prefix));

/**
 * Returns the practice that pays. Without a country it gets the lab's, since EN 16931 requires one. Its tax id follows the rules for the
 * seller's (BR-CO-09, BR-O-03).
 */
function buyerParty({ issued }: BooksDocument, seller: Seller, { taxCategory }: BooksSettings): Element {
  const { practiceId, name: givenName, details } = issued.billTo;
  const name = oneLine(givenName) || practiceId;
  const country = details.country ?? seller.country ?? '';
  const taxId = details.tax_id;
  const isVat = taxCategory === 'E' && taxId !== undefined && isVatId(taxId, country);
  return {
    'cac:PartyIdentification': { 'cbc:ID': oneLine(practiceId) },
    'cac:PartyName': { 'cbc:Name': name },
    'cac:PostalAddress': address({
      address1: lineOrNone(details.address_1),
      address2: lineOrNone(details.address_2),
      city: lineOrNone(details.city),
      region: lineOrNone(details.region),
      postalCode: lineOrNone(details.postal_code),
      country,
    }),
    'cac:PartyTaxScheme': isVat
      ? { 'cbc:CompanyID': taxId, 'cac:TaxScheme': { 'cbc:ID': 'VAT' } }
      : undefined,
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': lineOrNone(details.legal_name) ?? name,
      'cbc:CompanyID': isVat ? undefined : taxId,
    },
    'cac:Contact': details.email === undefined ? undefined : { 'cbc:ElectronicMail': details.email },
  };
}

/** Returns the practice for which the work was done, if another one pays; otherwise undefined. */
function deliveredTo({ issued }: BooksDocument): Element | undefined {
  const { practiceId, practiceName, billTo } = issued;
  if (billTo.practiceId === practiceId) return undefined;
  return { 'cac:DeliveryParty': { 'cac:PartyName': { 'cbc:Name': oneLine(practiceName) || practiceId } } };
}

const lineOrNone = (text: string | undefined): string | undefined => oneLine(text ?? '') || undefined;

function address(party: Omit<Partial<Seller>, 'name' | 'payment'>): Element {
  return {
    'cbc:StreetName': party.address1,
    'cbc:AdditionalStreetName': party.address2,
    'cbc:CityName': party.city,
    'cbc:PostalZone': party.postalCode,
    'cbc:CountrySubentity': party.region,
    'cac:Country': { 'cbc:IdentificationCode': party.country },
  };
}

function paymentTerms({ issued }: BooksDocument, { payment }: Seller): Element {
  return { 'cbc:Note': oneLine([`Due ${issued.dueDate}`, ...payment].join('; ')) };
}

function lineOf(
  line: IssuedLine,
  { isCreditNote, sign, issued }: BooksDocument,
  books: BooksSettings,
): Element {
  const { currency } = issued;
  const entry = entryOf(line, {
    sign,
    currency,
    priceDigits: undefined,
    productOf: () => ({ rule: '' }),
  });
  return {
    'cbc:ID': String(line.lineNumber),
    'cbc:Note': entry.remark,
    [isCreditNote ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity']: {
      '@_unitCode': UNIT,
      '#text': entry.quantity,
    },
    'cbc:LineExtensionAmount': money(entry.amountMinor, currency),
    'cac:Item': {
      'cbc:Name': oneLine(line.description) || line.product,
      'cac:SellersItemIdentification': { 'cbc:ID': line.product },
      'cac:ClassifiedTaxCategory': { ...taxCategory(books), ...VAT },
    },
    'cac:Price': { 'cbc:PriceAmount': { '@_currencyID': currency, '#text': entry.unitPrice } },
  };
}

/** At most two digits after the point (BR-DEC). Amounts that need more were refused before. */
function money(amountMinor: number, currency: string): Element {
  const text = formatAmount(amountMinor, currency);
  const excess = fractionDigits(text) - Math.min(2, minorDigits(currency) ?? 2);
  return { '@_currencyID': currency, '#text': excess > 0 ? text.slice(0, -excess) : text };
}
