/** What is proposed in place of a value that was refused; the wall times are New York's, worked out by hand. */
import { expect, it } from 'vitest';
import { tooManyFractionDigits } from '../../src/errors/messages.js';
import { mendOf } from '../../src/intake/mend.js';

const mend = (kind: string, value: string, message = '') =>
  mendOf({ file: 'a.csv', line: 2, column: 1, field: 'x', kind, message, value }, 'America/New_York');

it.each([
  ['10/31/2025 9:25 AM', '2025-10-31T09:25:00-04:00'],
  ['10/5/2026 9:00', '2026-10-05T09:00:00-04:00 or 2026-05-10T09:00:00-04:00, whichever is meant'],
  ['05.10.2026 09:00', '2026-10-05T09:00:00-04:00'],
  ['12/15/2026 18:00', '2026-12-15T18:00:00-05:00'],
  ['2026-10-05 09:00:00', '2026-10-05T09:00:00-04:00'],
  ['2026-10-05T09:00', '2026-10-05T09:00:00-04:00'],
  ['2026-10-05', '2026-10-05T00:00:00-04:00'],
  ['2026-10-05 09:00:00+00', '2026-10-05T09:00:00+00:00'],
  ['2026-10-05T09:00:00+0530', '2026-10-05T09:00:00+05:30'],
  ['2026-10-05T09:00Z', '2026-10-05T09:00:00Z'],
  ['2026-10-05T09:00:00-04:00[America/New_York]', '2026-10-05T09:00:00-04:00'],
  ['46300.375', '2026-10-05T09:00:00-04:00'],
  ['1759654800', '2025-10-05T09:00:00Z'],
  ['03/14/2027 02:30', undefined],
  ['########', undefined],
  ['00:00.0', undefined],
  ['soon', undefined],
])('a time: %s', (text, expected) => {
  expect(mend('not-an-instant', text)).toBe(expected);
});

it.each([
  ['$100', '100'],
  ['$1,189.00', '1189.00'],
  ['1.189,50', '1189.50'],
  ['189,50', '189.50'],
  ['1,189', '1189, or 1.189, whichever is meant'],
  ['1,250,000', '1250000'],
  ['1 189.50', '1189.50'],
  ['1\u00a0189,50 €', '1189.50'],
  ["1'189.50", '1189.50'],
  ['US$ 189.50', '189.50'],
  ['189.50 USD', '189.50'],
  [' 189.50 ', '189.50'],
  ['1.2E+3', '1200'],
  ['1.25e1', '12.5'],
  ['.50', '0.50'],
  ['189.', '189'],
  ['-5', undefined],
  ['(25.00)', undefined],
  ['1,18.00', undefined],
  ['N/A', undefined],
])('an amount: %s', (text, expected) => {
  expect(mend('not-a-decimal', text)).toBe(expected);
});

it.each([
  ['too-precise-instant', '2026-10-05T09:00:00.123456Z', '2026-10-05T09:00:00.123Z'],
  ['too-precise-instant', '2026-10-05T09:00:00.0000000Z', '2026-10-05T09:00:00Z'],
  ['no-such-month', '2026-31-10T09:00:00Z', '2026-10-31T09:00:00Z'],
  ['no-such-month', '2026-31-13T09:00:00Z', undefined],
  ['no-such-time', '2026-10-31T24:00:00-04:00', '2026-11-01T00:00:00-04:00'],
  ['leap-second', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
  ['too-many-fraction-digits', '189.0000000', '189'],
  ['too-many-fraction-digits', '0.1234567', undefined],
  ['not-an-integer', '1.0', '1'],
  ['not-an-integer', '1.5', undefined],
  ['invisible-at-id-end', 'A1\u00a0', 'A1'],
  ['unknown-currency', 'usd', 'USD'],
  ['unknown-currency', '$', undefined],
  ['unknown-event', 'Paused', 'paused'],
  ['unknown-event', 'On hold', undefined],
  ['not-in-format', '2025-10-31 09:25', 'add "yyyy-MM-dd HH:mm" to "instant"'],
  ['id-too-long', 'x', undefined],
])('%s: %s', (kind, text, expected) => {
  expect(mend(kind, text)).toBe(expected);
});

it.each([
  ['2.50000', 3, '2.5'],
  ['2.05030', 3, undefined],
  ['2.0503000', 6, '2.0503'],
  ['2.00000010', 6, undefined],
] as const)('the last zeros of %s, of which %i digits are allowed', (text, most, expected) => {
  expect(mend('too-many-fraction-digits', text, tooManyFractionDigits(text, most))).toBe(expected);
});
