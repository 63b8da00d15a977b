import { expect, it } from 'vitest';
import { orderAmounts } from '../../src/billing/order-amount.js';

const line = (quantity: string, unitPrice: string, currency: string) => ({ quantity, unitPrice, currency });

it('adds up the lines of an order by currency, in order of currency', () => {
  const lines = [line('2', '10.00', 'USD'), line('1', '100', 'JPY'), line('1', '0.125', 'USD')];
  expect(orderAmounts(lines, 'half-up')).toEqual([
    { currency: 'JPY', amountMinor: 100n },
    { currency: 'USD', amountMinor: 2013n },
  ]);
  expect(orderAmounts([...lines].reverse(), 'half-even')).toEqual([
    { currency: 'JPY', amountMinor: 100n },
    { currency: 'USD', amountMinor: 2012n },
  ]);
});

it('adds up beyond 2^53, and has nothing of an order without lines', () => {
  const largest = line('1', '90071992547409.91', 'USD');
  expect(orderAmounts([largest, largest], 'half-up')).toEqual([
    { currency: 'USD', amountMinor: 18_014_398_509_481_982n },
  ]);
  expect(orderAmounts([], 'half-up')).toEqual([]);
});
