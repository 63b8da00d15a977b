/**
 * Money: line amounts, totals and their text. The only door to decimal.js.
 *
 * Amounts are integers of the currency's minor unit (cents), at most 2^53 − 1, so that adding them is exact;
 * quantities and unit prices stay decimal text and meet only here.
 */
import { Decimal } from 'decimal.js';
import { minorDigits } from './currency.js';

export type Rounding = 'half-up' | 'half-even';

/** Wide enough that no product of two accepted fields is rounded before we round it. */
const Exact = Decimal.clone({ precision: 1000 });

/** `007.50` -> `7.5`: the one text of a decimal's value. `text` must be plain digits with at most one point. */
export function canonicalDecimal(text: string): string {
  return new Exact(text).toFixed();
}

/**
 * Quantity × unit price, rounded once to the currency's minor unit (docs/rules.md section 6).
 * @returns minor units; undefined if that is beyond 2^53 − 1
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
  // A zero has no minus.
  return Number.isSafeInteger(amount) ? amount + 0 : undefined;
}

interface PricedLine {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly currency: string;
}

/** The product of 11 digits, with the 4 more of the longest minor unit, is below 10^15 and so below 2^53. */
const MOST_CHARACTERS = 11;

/** The line amount where integers hold it exactly, as on most lines: 3 × 74.50 is 3 × 7450 cents. Spares the making of decimals. */
function amountOfFewDigits(line: PricedLine, rounding: Rounding): number {
  const { quantity, unitPrice, currency } = line;
  // Both roundings are alike on either side of zero. 0 - 0 is a zero without a minus.
  if (unitPrice.startsWith('-'))
    return 0 - amountOfFewDigits({ ...line, unitPrice: unitPrice.slice(1) }, rounding);
  const product = withoutPoint(quantity) * withoutPoint(unitPrice);
  const excess = fractionDigits(quantity) + fractionDigits(unitPrice) - digitsOf(currency);
  if (excess <= 0) return product * 10 ** -excess;
  const perMinorUnit = 10 ** excess;
  const rest = product % perMinorUnit;
  const whole = (product - rest) / perMinorUnit;
  const isHalf = rest * 2 === perMinorUnit;
  const isRoundedUp = isHalf ? rounding === 'half-up' || whole % 2 === 1 : rest * 2 > perMinorUnit;
  return isRoundedUp ? whole + 1 : whole;
}

const withoutPoint = (decimal: string) => Number(decimal.replace('.', ''));

function digitsOf(currency: string): number {
  const digits = minorDigits(currency);
  if (digits === undefined) throw new Error(`no currency of ISO 4217: ${currency}`);
  return digits;
}

/** A total grew past 2^53 − 1 minor units. */
export class AmountTooLarge extends Error {
  /** @param at the line whose amount made it too large, if the total is a document's */
  constructor(
    message: string,
    readonly at?: { readonly practiceId: string; readonly currency: string; readonly orderId: string },
  ) {
    super(message);
  }
}

/** Whether quantity × unit price is that amount as it stands, without rounding. Texts without a sign, amount of zero or more. */
export function isExactProduct(line: PricedLine, amountMinor: number): boolean {
  return new Exact(line.quantity)
    .times(line.unitPrice)
    .times(10 ** digitsOf(line.currency))
    .equals(amountMinor);
}

/** `-12.5`, USD -> -1250: an amount as a file has it. @throws Error if it is no amount of that currency */
export function amountMinorOf(text: string, currency: string): bigint {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = digitsOf(currency);
  const rest = fraction.slice(digits);
  if (whole === '' || /[^0]/.test(rest)) throw new Error(`no amount in ${currency}: ${JSON.stringify(text)}`);
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return sign === '-' ? -minor : minor;
}

/** How many digits of its currency's minor unit an amount needs: 12.50 USD needs 1, 12.00 USD none. */
export function fractionDigitsOf(amountMinor: number, currency: string): number {
  return fractionDigits(formatAmount(amountMinor, currency).replace(/0+$/, ''));
}

/** The number of digits after the point of a plain decimal. */
export function fractionDigits(decimal: string): number {
  const point = decimal.indexOf('.');
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** Adds minor units. @throws AmountTooLarge beyond 2^53 − 1, where sums would stop being exact */
export function add(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) throw new AmountTooLarge('a total is beyond 2^53 − 1 minor units');
  return sum;
}

/** `-1250`, USD -> `-12.50`; JPY -> `-1250`. Zero has no minus. */
export function formatAmount(amountMinor: number | bigint, currency: string): string {
  const digits = digitsOf(currency);
  const sign = amountMinor < 0 ? '-' : '';
  const text = String(amountMinor < 0 ? -amountMinor : amountMinor).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A unit price without needless zeros, but with at least the currency's digits: `0.125`, `100.00`. */
export function formatUnitPrice(unitPrice: string, currency: string): string {
  const [whole, fraction = ''] = unitPrice.split('.');
  const padded = fraction.padEnd(digitsOf(currency), '0');
  return padded === '' ? unitPrice : `${whole}.${padded}`;
}
