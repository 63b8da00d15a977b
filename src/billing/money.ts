/**
 * Money: line amounts, totals and their text. The only file that uses decimal.js.
 *
 * Amounts are integers in the currency's minor unit (cents), at most 2^53 − 1, so adding them is exact. Quantities and unit prices
 * stay decimal text; only this file computes with them.
 */
import { Decimal } from 'decimal.js';
import { minorDigits } from './currency.js';
import type { ByteRange } from './json-cells.js';

export type Rounding = 'half-up' | 'half-even';

/** Precise enough that no product of two accepted fields is rounded before `lineAmount` rounds it. */
const Exact = Decimal.clone({ precision: 1000 });

/** Returns the canonical text of a decimal: `007.50` -> `7.5`. `text` must be plain digits with at most one point. */
export function canonicalDecimal(text: string): string {
  return new Exact(text).toFixed();
}

/**
 * Multiplies quantity by unit price and rounds once to the currency's minor unit (docs/rules.md section 6).
 * @returns minor units; undefined beyond 2^53 − 1
 */
export function lineAmount(line: PricedLine, rounding: Rounding): number | undefined {
  if (line.quantity.length + line.unitPrice.length <= MOST_CHARACTERS)
    return amountOfFewDigits(line, rounding);
  const mode = rounding === 'half-even' ? Decimal.ROUND_HALF_EVEN : Decimal.ROUND_HALF_UP;
  const amount = new Exact(line.quantity)
    .times(line.unitPrice)
    .times(10 ** digitsOf(line.currency))
    .toDecimalPlaces(0, mode)
    .toNumber();
  // Adding 0 turns −0 into 0.
  return Number.isSafeInteger(amount) ? amount + 0 : undefined;
}

interface PricedLine {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly currency: string;
}

/** A product of 11 digits, scaled by at most 4 more for the minor unit, is below 10^15 and so below 2^53. */
const MOST_CHARACTERS = 11;

/** Computes the amount in integers where they hold it exactly: 3 × 74.50 is 3 × 7450 cents. Most lines qualify; it avoids decimals. */
function amountOfFewDigits(line: PricedLine, rounding: Rounding): number {
  const { quantity, unitPrice, currency } = line;
  // Both roundings are symmetric around zero. `0 - 0` is 0 without a minus sign.
  if (unitPrice.startsWith('-'))
    return 0 - amountOfFewDigits({ ...line, unitPrice: unitPrice.slice(1) }, rounding);
  const product = withoutPoint(quantity) * withoutPoint(unitPrice);
  return toMinorUnits(product, fractionDigits(quantity) + fractionDigits(unitPrice), { currency, rounding });
}

/** @param fraction the digits of the product that are after its point */
function toMinorUnits(
  product: number,
  fraction: number,
  { currency, rounding }: { readonly currency: string; readonly rounding: Rounding },
): number {
  const excess = fraction - digitsOf(currency);
  if (excess <= 0) return product * 10 ** -excess;
  const perMinorUnit = 10 ** excess;
  const rest = product % perMinorUnit;
  const whole = (product - rest) / perMinorUnit;
  const isHalfUp = rest * 2 === perMinorUnit && (rounding === 'half-up' || whole % 2 === 1);
  return isHalfUp || rest * 2 > perMinorUnit ? whole + 1 : whole;
}

/**
 * Returns the amount of a line whose quantity and unit price are given as ASCII bytes.
 * @returns minor units; undefined for numbers that `lineAmount` must multiply: of many digits, negative, or not plain
 */
export function amountInBytes(
  bytes: Uint8Array,
  quantity: ByteRange,
  unitPrice: ByteRange,
  rule: { readonly currency: string; readonly rounding: Rounding },
): number | undefined {
  const length = quantity.end - quantity.start + unitPrice.end - unitPrice.start;
  if (length > MOST_CHARACTERS) return undefined;
  const product = digitsIn(bytes, quantity) * digitsIn(bytes, unitPrice);
  if (Number.isNaN(product)) return undefined;
  return toMinorUnits(product, fractionIn(bytes, quantity) + fractionIn(bytes, unitPrice), rule);
}

const [POINT, ZERO, NINE] = [46, 48, 57];

/** Returns the digits of a decimal as one whole number; NaN if there is anything else than digits and a point. */
function digitsIn(bytes: Uint8Array, { start, end }: ByteRange): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === POINT) continue;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    number = number * 10 + (byte - ZERO);
  }
  return number;
}

function fractionIn(bytes: Uint8Array, { start, end }: ByteRange): number {
  for (let at = start; at < end; at++) if (bytes[at] === POINT) return end - at - 1;
  return 0;
}

const withoutPoint = (decimal: string) => Number(decimal.replace('.', ''));

function digitsOf(currency: string): number {
  const digits = minorDigits(currency);
  if (digits === undefined) throw new Error(`no currency of ISO 4217: ${currency}`);
  return digits;
}

/** A total exceeds 2^53 − 1 minor units. */
export class AmountTooLarge extends Error {
  /** @param at the line at which the total became too large, if it is the total of a document */
  constructor(
    message: string,
    readonly at?: { readonly practiceId: string; readonly currency: string; readonly orderId: string },
  ) {
    super(message);
  }
}

/** Tells whether quantity × unit price is exactly this amount, without rounding. Both texts are unsigned and the amount is not negative. */
export function isExactProduct(line: PricedLine, amountMinor: number): boolean {
  return new Exact(line.quantity)
    .times(line.unitPrice)
    .times(10 ** digitsOf(line.currency))
    .equals(amountMinor);
}

/** Reads an amount as a file writes it: `-12.5`, USD -> -1250. @throws Error if it is not an amount of that currency */
export function amountMinorOf(text: string, currency: string): bigint {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = digitsOf(currency);
  const rest = fraction.slice(digits);
  if (whole === '' || /[^0]/.test(rest)) throw new Error(`no amount in ${currency}: ${JSON.stringify(text)}`);
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return sign === '-' ? -minor : minor;
}

/** Returns how many fraction digits an amount needs: 1 for 12.50 USD, 0 for 12.00 USD. */
export function fractionDigitsOf(amountMinor: number, currency: string): number {
  return fractionDigits(formatAmount(amountMinor, currency).replace(/0+$/, ''));
}

/** Returns the number of digits after the point of a plain decimal. */
export function fractionDigits(decimal: string): number {
  const point = decimal.indexOf('.');
  return point === -1 ? 0 : decimal.length - point - 1;
}

/** Adds minor units. @throws AmountTooLarge beyond 2^53 − 1, where sums would stop being exact */
export function add(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) throw new AmountTooLarge('a total is beyond 2^53 − 1 minor units');
  return sum;
}

/** Writes minor units as an amount: -1250, USD -> `-12.50`; -1250, JPY -> `-1250`. Zero has no minus sign. */
export function formatAmount(amountMinor: number | bigint, currency: string): string {
  const digits = digitsOf(currency);
  const sign = amountMinor < 0 ? '-' : '';
  const text = String(amountMinor)
    .replace('-', '')
    .padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Writes a unit price without needless zeros, but with at least the currency's digits: `0.125`, `100.00`. */
export function formatUnitPrice(unitPrice: string, currency: string): string {
  const [whole, fraction = ''] = unitPrice.split('.');
  const padded = fraction.padEnd(digitsOf(currency), '0');
  return padded === '' ? unitPrice : `${whole}.${padded}`;
}
