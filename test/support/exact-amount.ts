/** Line amounts by whole-number arithmetic: what src/billing/money.ts is compared with. */

/** Quantity × unit price in minor units, rounded once, half away from zero or half to even. */
export function exactAmount(
  quantity: string,
  unitPrice: string,
  digits: number,
  rounding: 'half-up' | 'half-even',
): bigint {
  if (unitPrice.startsWith('-')) return -exactAmount(quantity, unitPrice.slice(1), digits, rounding);
  // A quantity in thousandths times a price in millionths is in billionths.
  const billionths = inUnitsOf(quantity, 3) * inUnitsOf(unitPrice, 6) * 10n ** BigInt(digits);
  const [whole, rest] = [billionths / 10n ** 9n, billionths % 10n ** 9n];
  const half = 5n * 10n ** 8n;
  if (rest > half) return whole + 1n;
  if (rest < half) return whole;
  return rounding === 'half-up' || whole % 2n === 1n ? whole + 1n : whole;
}

/** `2.5` in units of 10^-3 is 2500. */
function inUnitsOf(decimal: string, fractionDigits: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(fractionDigits, '0'));
}
