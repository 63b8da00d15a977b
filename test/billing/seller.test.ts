import { expect, it } from 'vitest';
import { recordedSeller } from '../../src/billing/seller.js';

it('the seller is the one that a month recorded, if it did', () => {
  const seller = { name: 'Lake Lab', payment: [] };
  expect(recordedSeller({ seller })).toEqual(seller);
  expect(recordedSeller({ seller: null })).toBeUndefined();
  expect(recordedSeller({})).toBeUndefined();
});
