/**
 * A document as it is printed: the words and figures that its HTML and its PDF show, from the same data as its CSV. The totals are
 * added up from the lines and must be those of the document.
 */
import { add, formatAmount, formatUnitPrice } from '../billing/money.js';
import type { IssuedDocument, IssuedLine } from '../billing/month-view.js';
import { lineInWords, type PauseReader } from '../billing/printable-line.js';
import { grouped } from './html.js';

export interface PrintableLine {
  readonly number: string;
  readonly order: string;
  readonly description: string;
  /** What explains the line, in words. */
  readonly remark: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

export interface PrintableInvoice {
  /** `Invoice` or `Credit note`. */
  readonly title: string;
  readonly number: string;
  readonly practiceName: string;
  readonly practiceId: string;
  readonly currency: string;
  /** Names and values of the head. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly lines: readonly PrintableLine[];
  readonly totals: readonly (readonly [name: string, value: string])[];
}

export function printableInvoice(
  document: IssuedDocument,
  lines: Iterable<IssuedLine>,
  { patientRef, pausesOf }: { readonly patientRef: boolean; readonly pausesOf: PauseReader },
): PrintableInvoice {
  const { currency, totals, billingMonth } = document;
  const money = (minor: number) => grouped(formatAmount(minor, currency));
  const sums = { charge: 0, credit: 0 };
  const printable = Array.from(lines, (line): PrintableLine => {
    sums[line.lineType] = add(sums[line.lineType], line.amountMinor);
    const patient = patientRef && line.patientRef !== '' ? `; patient ${line.patientRef}` : '';
    return {
      number: String(line.lineNumber),
      order: line.orderLine === 1 ? line.orderId : `${line.orderId} / ${line.orderLine}`,
      description: line.description === '' ? line.product : line.description,
      remark: lineInWords(line, pausesOf(line), billingMonth) + patient,
      quantity: line.quantity,
      unitPrice: grouped(formatUnitPrice(line.unitPrice, currency)),
      amount: money(line.amountMinor),
    };
  });
  refuseOtherTotals(document, sums, printable.length);
  return {
    title: document.documentType === 'invoice' ? 'Invoice' : 'Credit note',
    number: document.documentNumber,
    practiceName: document.practiceName,
    practiceId: document.practiceId,
    currency,
    facts: [
      ['Billing month', billingMonth],
      ['Issued on', document.issueDate],
      ['Due on', document.dueDate],
    ],
    lines: printable,
    totals: [
      ...(totals.creditCount === 0
        ? []
        : ([
            ['Charges', money(totals.chargesMinor)],
            ['Credits', money(totals.creditsMinor)],
          ] as const)),
      [`Total ${currency}`, money(totals.totalMinor)],
    ],
  };
}

/** The lines and the summary must say the same; that they do not would be a fault of ours. */
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
