/**
 * The lines of a document as rows of the books: with signs such that quantity times unit price is the amount, exactly. An invoice
 * CSV has a credit with a positive quantity and price beside a negative amount; whoever multiplies would post it as a charge.
 */
import { formatAmount, fractionDigits, isExactProduct } from '../billing/money.js';
import type { IssuedLine } from '../billing/month-view.js';
import { counted } from '../words/words.js';
import type { MappedProduct } from './mapping.js';
import type { By } from './targets.js';

export interface Entry {
  /** On its document, from 1. */
  readonly number: number;
  /** Below zero on a credit, and on a charge of a credit note whose signs are turned. */
  readonly quantity: string;
  /** Zero or more. */
  readonly unitPrice: string;
  readonly amountMinor: number;
  readonly product: MappedProduct;
  /** What it is for, in one line of text. */
  readonly remark: string;
  /** The day of placement; empty on a row that stands for several lines. */
  readonly serviceDate: string;
}

export interface EntryOptions {
  readonly by: By;
  /** −1 turns all signs: a document below zero as a credit note. */
  readonly sign: 1 | -1;
  readonly currency: string;
  /** A unit price with more digits is told as 1 times the amount. */
  readonly priceDigits: number | undefined;
  readonly productOf: (product: string) => MappedProduct;
}

/** In the order of the lines; by document, in that of their first line. */
export function entriesOf(lines: Iterable<IssuedLine>, options: EntryOptions): Iterable<Entry> {
  return options.by === 'line' ? lineEntries(lines, options) : sumEntries(lines, options);
}

function* lineEntries(lines: Iterable<IssuedLine>, options: EntryOptions): Generator<Entry> {
  for (const line of lines) yield entryOf(line, options);
}

export function entryOf(
  line: IssuedLine,
  { sign, currency, priceDigits, productOf }: Omit<EntryOptions, 'by'>,
): Entry {
  const { quantity, unitPrice, amountMinor } = line;
  // The sign stands before the quantity, whatever it comes from: a credit, or a price below zero.
  const price = unitPrice.replace(/^-/, '');
  const isKept =
    isExactProduct({ quantity, unitPrice: price, currency }, Math.abs(amountMinor)) &&
    (priceDigits === undefined || fractionDigits(price) <= priceDigits);
  const isNegative = amountMinor === 0 ? line.lineType === 'credit' : amountMinor < 0;
  const minus = isNegative === (sign === 1) ? '-' : '';
  return {
    number: line.lineNumber,
    quantity: minus + (isKept ? quantity : '1'),
    unitPrice: isKept ? price : formatAmount(Math.abs(amountMinor), currency),
    amountMinor: sign * amountMinor,
    product: productOf(line.product),
    remark: remarkOf(line, isKept),
    serviceDate: line.placedOn,
  };
}

/** `Zirconia crown; order 25001/2; credit of INV-000012`; a rounded line says what it was made of. */
function remarkOf(line: IssuedLine, isKept: boolean): string {
  const order = line.orderLine === 1 ? line.orderId : `${line.orderId}/${line.orderLine}`;
  const parts = [
    line.description.trim() === '' ? line.product : line.description,
    `order ${order}`,
    ...(line.lineType === 'credit' ? [`credit of ${line.corrects}`] : []),
    ...(isKept ? [] : [`${line.quantity} at ${line.unitPrice}`]),
  ];
  return oneLine(parts.join('; '));
}

/** No line feeds and tabs: many an import takes them for the end of a row or of a cell. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** The lines of an account, item and tax code added up; those that come to nothing are left out, but for one if all do. */
function sumEntries(lines: Iterable<IssuedLine>, options: EntryOptions): Entry[] {
  const { sign, currency, productOf } = options;
  const sums = new Map<string, { product: MappedProduct; lineCount: number; amountMinor: number }>();
  for (const line of lines) {
    const product = productOf(line.product);
    const key = JSON.stringify([product.account, product.item, product.taxCode]);
    const sum = sums.get(key) ?? { product, lineCount: 0, amountMinor: 0 };
    sum.lineCount++;
    sum.amountMinor += sign * line.amountMinor;
    sums.set(key, sum);
  }
  const all = [...sums.values()];
  const kept = all.filter(({ amountMinor }) => amountMinor !== 0);
  return (kept.length > 0 ? kept : all.slice(0, 1)).map(({ product, lineCount, amountMinor }, index) => ({
    number: index + 1,
    quantity: amountMinor < 0 ? '-1' : '1',
    unitPrice: formatAmount(Math.abs(amountMinor), currency),
    amountMinor,
    product,
    remark: `${counted(lineCount, 'line')}${product.item === undefined ? '' : ` of ${product.item}`}`,
    serviceDate: '',
  }));
}
