/** Where the records of an import stand: an order is told from another by its id, not by the key that finds it. */
import { expect, it } from 'vitest';
import { createPlaces, createRowsOfFile } from '../../src/ledger/record-places.js';

it('two orders with one key are two, whether their rows brought facts or not', () => {
  const places = createPlaces();
  const rows = createRowsOfFile(places.of);
  const row = (orderId: string, line: number, fact?: number) => {
    const where = { file: 'a.csv', line };
    if (fact !== undefined) places.set(fact, where);
    return { orderId, key: 7, where, fact };
  };
  const first = (orderId: string, line: number, fact?: number) => {
    expect(rows.others(row(orderId, line))).toBeUndefined();
    rows.add(row(orderId, line, fact));
  };
  first('A1', 2);
  first('B1', 3);
  expect(rows.others(row('A1', 4))).toEqual([2, 4]);
  expect(rows.others(row('B1', 5))).toEqual([3, 5]);
  first('C1', 6, 0);
  expect(rows.others({ ...row('C1', 7), fact: 0 })).toEqual([6, 7]);
  expect(rows.others(row('A1', 8))).toEqual([2, 4, 8]);
  expect(rows.others({ ...row('A1', 2), where: { file: 'b.csv', line: 2 } })).toBeUndefined();
});
