/**
 * The lines of a document as entries for the books, signed so that quantity times unit price is exactly the amount. An invoice CSV shows
 * a credit with positive quantity and price and a negative amount; a system that multiplies would post it as a charge.
 */
import { formatAmount, fractionDigits, isExactProduct } from '../billing/money.js';
import type { IssuedLine } from '../billing/month-view.js';
import { counted } from '../words/words.js';
import type { MappedProduct } from './mapping.js';
import type { By } from './targets.js';

export interface Entry {
  /** Its number on the document, from 1. */
  readonly number: number;
  /** Negative on a credit, and on a charge of a credit note whose signs are turned. */
  readonly quantity: string;
  /** Zero or more. */
  readonly unitPrice: string;
  readonly amountMinor: number;
  readonly product: MappedProduct;
  /** One line of text that says what the entry is for. */
  readonly remark: string;
  /** The day of placement; empty if the entry sums several lines. */
  readonly serviceDate: string;
}

export interface EntryOptions {
  readonly by: By;
  /** −1 turns all signs, for a document below zero that becomes a credit note. */
  readonly sign: 1 | -1;
  readonly currency: string;
  /** A unit price with more digits is written as 1 times the amount. Undefined for no limit. */
  readonly priceDigits: number | undefined;
  readonly productOf: (product: string) => MappedProduct;
}

/** Returns the entries in the order of the lines; by document, in the order of each sum's first line. */
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
  // The quantity carries the sign, both for a credit and for a negative price.
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

/** `Zirconia crown; order 25001/2; credit of INV-000012`. A rounded line also gives its quantity and unit price. */
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

/** Replaces line feeds and tabs by spaces: many imports take them for the end of a row or cell. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Sums the lines by account, item and tax code. Sums of zero are left out; if all are zero, the first stays. */
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
