import { expect, it } from 'vitest';
import { columnNames } from '../../src/intake/kinds.js';
import { nearMiss } from '../../src/words/near-miss.js';

it.each([
  ['unitprice', 'unit_price'],
  ['Unit Price', 'unit_price'],
  ['unit-price', 'unit_price'],
  ['unit_pirce', 'unit_price'],
  ['UNIT_PRICE', 'unit_price'],
  [' line', 'line'],
  ['lines', 'line'],
  ['orderid', 'order_id'],
  ['placed', 'placed_at'],
  ['placing', undefined],
  ['colour', undefined],
  ['id', undefined],
  ['', undefined],
  ['unit_price'.repeat(1000), undefined],
])('%j -> %s', (given, meant) => {
  expect(nearMiss(given, columnNames('orders'))).toBe(meant);
});

it('two letters say too little', () => {
  expect(nearMiss('it', columnNames('history'))).toBeUndefined();
  expect(nearMiss('At', columnNames('history'))).toBe('at');
});
