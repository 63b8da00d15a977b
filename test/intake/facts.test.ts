import { describe, expect, it } from 'vitest';
import type { FactKind } from '../../src/billing/order.js';
import { createRefuser, parseFact } from '../../src/intake/facts.js';

const LINE = {
  order_id: 'A1',
  practice_id: 'P1',
  product: 'crown',
  unit_price: '1',
  placed_at: '2026-10-05T09:00:00Z',
};
const EVENT = { order_id: 'A1', event: 'shipped', at: '2026-10-05T09:00:00Z' };
const PRACTICE = { practice_id: 'P1', name: 'Elm' };
const DETAILS = {
  legal_name: 'Elm Dental LLC',
  email: 'billing@elm.example',
  address_1: '1 Elm Street',
  address_2: 'Floor 2',
  city: 'Springfield',
  region: 'IL',
  postal_code: '62701',
  country: 'US',
  tax_id: '12-3456789',
  customer_code: 'C-1',
  terms_days: '030',
  bill_to: 'P2',
};

/** The fields refused, in the order of the refusals, or `taken`. */
function outcome(kind: FactKind, values: Readonly<Record<string, string>>, amend = false): string {
  const refused: string[] = [];
  const refuse = (field: string) => {
    refused.push(field);
  };
  const texts = { text: (field: string) => values[field] ?? '', refuse, refuser: createRefuser(refuse) };
  const fact = parseFact(kind, texts, { amend, defaultCurrency: 'JPY' });
  expect(fact === undefined).toBe(refused.length > 0);
  return fact === undefined ? refused.join(' ') : 'taken';
}

describe('what a record needs', () => {
  it.each([
    ['orders', LINE, 'taken'],
    ['orders', {}, 'order_id practice_id product unit_price placed_at'],
    ['orders', { ...LINE, line: '0', quantity: '0', currency: 'X' }, 'line quantity currency'],
    ['history', EVENT, 'taken'],
    ['history', {}, 'order_id event at'],
    ['history', { ...EVENT, event: 'paused' }, 'reason'],
    ['history', { ...EVENT, event: 'paused', reason: 'late' }, 'taken'],
    ['history', { ...EVENT, event: 'retracted' }, 'event'],
    ['history', { ...EVENT, event: 'retracted', event_id: 'E1' }, 'event'],
    ['practices', PRACTICE, 'taken'],
    ['practices', {}, 'practice_id name'],
    ['practices', { ...PRACTICE, time_zone: 'Nowhere' }, 'time_zone'],
    ['practices', { ...PRACTICE, ...DETAILS }, 'taken'],
    [
      'practices',
      { ...PRACTICE, email: 'a@b, c@d', country: 'UK', terms_days: '-1' },
      'email country terms_days',
    ],
    [
      'practices',
      { ...PRACTICE, address_1: 'a\u0000', tax_id: 'a\nb', customer_code: '\u2028' },
      'address_1 tax_id customer_code',
    ],
    ['practices', { ...PRACTICE, bill_to: 'P1' }, 'bill_to'],
  ] as const)('%s %j: %s', (kind, values, result) => {
    expect(outcome(kind, values)).toBe(result);
  });

  it.each([
    [{ ...EVENT, event: 'retracted', event_id: 'E1' }, 'taken'],
    [{ ...EVENT, event: 'retracted' }, 'taken'],
  ])('with --amend %j: %s', (values, result) => {
    expect(outcome('history', values, true)).toBe(result);
  });
});

describe('the largest amount is 2^53 − 1 minor units', () => {
  it.each([
    ['90071992547409.91', '1', 'USD', 'taken'],
    ['90071992547409.92', '1', 'USD', 'unit_price'],
    ['90071992547409.914', '1', 'USD', 'taken'],
    ['90071992547409.915', '1', 'USD', 'unit_price'],
    ['9007199254740991', '1', '', 'taken'],
    ['9007199254740992', '1', '', 'unit_price'],
    ['9007199254740.991', '1', 'KWD', 'taken'],
    ['9007199254740.992', '1', 'KWD', 'unit_price'],
    ['0', '9'.repeat(100), 'USD', 'taken'],
    ['99999', '999999', 'CLF', 'taken'],
  ])('%s × %s %s: %s', (unit_price, quantity, currency, result) => {
    expect(outcome('orders', { ...LINE, unit_price, quantity, currency })).toBe(result);
  });
});

it('of a practice only what is given is kept, days in plain digits', () => {
  const parse = (values: Readonly<Record<string, string>>) =>
    parseFact(
      'practices',
      { text: (field) => values[field] ?? '', refuse() {}, refuser: createRefuser(() => {}) },
      { amend: false, defaultCurrency: 'USD' },
    );
  expect(parse({ ...PRACTICE, ...DETAILS })?.fact).toMatchObject({
    details: { ...DETAILS, terms_days: '30' },
  });
  expect(parse({ ...PRACTICE, city: 'Springfield' })?.fact).toMatchObject({
    details: { city: 'Springfield' },
  });
  expect(parse(PRACTICE)?.fact).toMatchObject({ details: {} });
});
