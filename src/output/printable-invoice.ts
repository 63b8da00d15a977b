/**
 * A document for printing: the words and figures that its HTML and PDF show, from the same data as its CSV. Totals are summed from the
 * lines and must equal those of the document.
 */
import { add, formatAmount, formatUnitPrice } from '../billing/money.js';
import type { IssuedDocument, IssuedLine } from '../billing/month-view.js';
import { addressLines } from '../billing/party.js';
import { lineInWords, type PauseReader } from '../billing/printable-line.js';
import type { Seller } from '../billing/seller.js';
import type { LocalDate } from '../billing/time-zone.js';
import { counted, dateInWords, grouped, monthInWords } from '../words/words.js';
import type { Logo } from './logo.js';

export interface PrintableLine {
  readonly number: string;
  readonly order: string;
  readonly description: string;
  /** Explains the line in words. */
  readonly remark: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

type Named = readonly (readonly [name: string, value: string])[];

export interface PrintableInvoice {
  /** `Invoice` or `Credit note`. */
  readonly title: string;
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly practiceName: string;
  readonly currency: string;
  /** The lab's name, then its address and contact; empty if the config names no seller. */
  readonly from: readonly string[];
  readonly logo: Logo | undefined;
  /** The payer's name, then its address. */
  readonly to: readonly string[];
  /** The practice for which the work was done: its id, with its name if another practice pays. */
  readonly practice: string;
  /** Names and values at the head of the document. */
  readonly facts: Named;
  readonly lines: readonly PrintableLine[];
  /** The last one is the document's total. */
  readonly totals: Named;
  /** One line each; empty if nothing is due. */
  readonly payment: readonly string[];
  readonly footer: string;
}

export interface PrintableSources {
  readonly patientRef: boolean;
  readonly seller: Seller | undefined;
  readonly logo?: Logo | undefined;
  readonly pausesOf: PauseReader;
}

export function printableInvoice(
  document: IssuedDocument,
  lines: Iterable<IssuedLine>,
  { patientRef, seller, logo, pausesOf }: PrintableSources,
): PrintableInvoice {
  const { currency, totals, billingMonth } = document;
  const money = (minor: number) => grouped(formatAmount(minor, currency));
  const sums = { charge: 0, credit: 0 };
  const credits = new Map<string, number>();
  const printable = Array.from(lines, (line): PrintableLine => {
    sums[line.lineType] = add(sums[line.lineType], line.amountMinor);
    if (line.lineType === 'credit')
      credits.set(line.corrects, add(credits.get(line.corrects) ?? 0, line.amountMinor));
    const remarks = [
      ...(line.description === '' ? [] : [line.product]),
      lineInWords(line, pausesOf(line), billingMonth),
      ...(patientRef && line.patientRef !== '' ? [`patient ${line.patientRef}`] : []),
    ];
    return {
      number: String(line.lineNumber),
      order: line.orderLine === 1 ? line.orderId : `${line.orderId} / ${line.orderLine}`,
      description: line.description === '' ? line.product : line.description,
      remark: remarks.join('; '),
      quantity: line.quantity,
      unitPrice: grouped(formatUnitPrice(line.unitPrice, currency)),
      amount: money(line.amountMinor),
    };
  });
  refuseOtherTotals(document, sums, printable.length);
  const isInvoice = document.documentType === 'invoice';
  return {
    title: isInvoice ? 'Invoice' : 'Credit note',
    number: document.documentNumber,
    issuedOn: document.issueDate,
    practiceName: document.practiceName,
    currency,
    from: fromLines(seller, document),
    logo,
    ...addressee(document, seller),
    facts: factsOf(document, [...credits.keys()]),
    lines: printable,
    totals: [
      ...(credits.size === 0
        ? []
        : [
            ...(totals.chargeCount === 0 ? [] : [['Charges', money(totals.chargesMinor)] as const]),
            ...creditRows(credits).map(([name, minor]) => [name, money(minor)] as const),
          ]),
      [`${isInvoice ? 'Amount due' : 'Amount credited'} ${currency}`, money(totals.totalMinor)],
    ],
    payment: isInvoice && totals.totalMinor > 0 ? (seller?.payment ?? []) : [],
    footer: seller?.footer ?? '',
  };
}

/** Returns the lab's lines. An address shows its country only if lab and payer are in different ones. */
function fromLines(seller: Seller | undefined, { billTo }: IssuedDocument): string[] {
  if (seller === undefined) return [];
  const { name, address1, address2, city, region, postalCode, phone, email, taxId } = seller;
  const country = seller.country === billTo.details.country ? undefined : seller.country;
  const address = {
    address_1: address1,
    address_2: address2,
    city,
    region,
    postal_code: postalCode,
    country,
  };
  const known = Object.fromEntries(Object.entries(address).filter(([, text]) => text !== undefined));
  return [
    name,
    ...addressLines(known),
    ...[phone, email].filter((each) => each !== undefined),
    ...(taxId === undefined ? [] : [`Tax id ${taxId}`]),
  ];
}

function addressee(
  { practiceId, practiceName, billTo }: IssuedDocument,
  seller: Seller | undefined,
): Pick<PrintableInvoice, 'to' | 'practice'> {
  const { name, details } = billTo;
  const { country, ...domestic } = details;
  const { legal_name: legalName = name, tax_id: taxId } = details;
  return {
    to: [
      legalName,
      ...(legalName === name ? [] : [name]),
      ...addressLines(country === seller?.country ? domestic : details),
      ...(taxId === undefined ? [] : [`Tax id ${taxId}`]),
    ],
    practice:
      billTo.practiceId !== practiceId
        ? `for ${practiceName === practiceId ? practiceId : `${practiceName} (${practiceId})`}`
        : practiceName === practiceId
          ? ''
          : practiceId,
  };
}

const DAY = 86_400_000;
/** The most corrected documents to name. */
const MOST_CORRECTED = 3;

/** Returns the facts of the head. A credit note has no due date; it names the documents that it corrects. */
function factsOf(
  { documentType, billingMonth, issueDate, dueDate, totals, billTo }: IssuedDocument,
  corrected: readonly string[],
): Named {
  const terms = (Date.parse(dueDate) - Date.parse(issueDate)) / DAY;
  const code = billTo.details.customer_code;
  const isDue = documentType === 'invoice' && totals.totalMinor > 0;
  return [
    ['Billing month', monthInWords(billingMonth)],
    ['Issued on', dateInWords(issueDate)],
    ...(isDue
      ? ([
          ['Terms', terms === 0 ? 'due on receipt' : counted(terms, 'day')],
          ['Due on', dateInWords(dueDate)],
        ] as const)
      : []),
    ...(documentType === 'credit_note' ? [['Corrects', named(corrected)] as const] : []),
    ...(code === undefined ? [] : [['Customer', code] as const]),
  ];
}

function named(numbers: readonly string[]): string {
  const more = numbers.length - MOST_CORRECTED;
  return `${numbers.slice(0, MOST_CORRECTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The most rows of credits on a document. The rest is one sum. */
const MOST_CREDIT_ROWS = 8;

/** Returns the credits by the document that they correct, in the order of first appearance. */
function creditRows(credits: ReadonlyMap<string, number>): (readonly [name: string, minor: number])[] {
  const all = [...credits].map(([number, minor]) => [`Credit of ${number}`, minor] as const);
  if (all.length <= MOST_CREDIT_ROWS) return all;
  const rest = all.slice(MOST_CREDIT_ROWS - 1);
  const sum = rest.reduce((total, [, minor]) => add(total, minor), 0);
  return [...all.slice(0, MOST_CREDIT_ROWS - 1), [`Credits of ${rest.length} more documents`, sum]];
}

/** Compares the lines with the document's totals. A difference would be a fault of the program. @throws Error */
function refuseOtherTotals(
  { documentNumber, totals }: IssuedDocument,
  sums: { readonly charge: number; readonly credit: number },
  lineCount: number,
): void {
  const isEqual =
    sums.charge === totals.chargesMinor &&
    sums.credit === totals.creditsMinor &&
    sums.charge + sums.credit === totals.totalMinor &&
    lineCount === totals.lineCount;
  if (!isEqual) throw new Error(`${documentNumber}: its lines do not add up to its totals`);
}
