import { describe, expect, it } from 'vitest';
import { createProductMap, customerOf, NO_BOOKS } from '../../src/books/mapping.js';
import { issuedDocument } from '../support/facts.js';

describe('a pattern', () => {
  it.each([
    ['crown', 'crown', true],
    ['crown', 'crowns', false],
    ['crown', 'Crown', false],
    ['crown-*', 'crown-zirconia', true],
    ['crown-*', 'crown-', true],
    ['crown-*', 'crown', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['*-pfm', 'bridge-pfm', true],
    ['*-pfm', 'pfm', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a-c-b', false],
    // The end may not be counted twice.
    ['ab*b', 'ab', false],
    ['ab*b', 'abb', true],
    ['*ab*ab', 'ab', false],
    // No other character means anything.
    ['a.c', 'abc', false],
    ['(x)+*', '(x)+y', true],
    ['[a-z]?', 'q', false],
  ])('%s fits %j: %s', (product, code, fits) => {
    const find = createProductMap({ ...NO_BOOKS, products: [{ product, account: '1' }] });
    expect(find(code)).toEqual(fits ? { product, account: '1', rule: product } : { rule: '' });
  });

  it('of many stars is found out in no time', () => {
    const product = `${'a*'.repeat(60)}b`;
    const find = createProductMap({ ...NO_BOOKS, products: [{ product, account: '1' }] });
    const start = performance.now();
    expect(find('a'.repeat(128)).rule).toBe('');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('the mapping of a product', () => {
  const find = createProductMap({
    ...NO_BOOKS,
    products: [
      { product: 'crown-gold', account: '4100' },
      { product: 'crown-*', account: '4000', item: 'Crowns' },
    ],
    default: { account: '4900' },
  });

  it('is the first that fits, and that one whole', () => {
    expect(find('crown-gold')).toEqual({ product: 'crown-gold', account: '4100', rule: 'crown-gold' });
    expect(find('crown-emax')).toMatchObject({ account: '4000', item: 'Crowns', rule: 'crown-*' });
  });

  it('is the default where none fits', () => {
    expect(find('veneer')).toEqual({ account: '4900', rule: 'default' });
  });

  it('is the same when asked again, also for names that objects have', () => {
    for (const name of ['veneer', 'constructor', '__proto__'])
      expect([find(name), find(name)].map(({ rule }) => rule)).toEqual(['default', 'default']);
  });
});

describe('the customer of a document', () => {
  const document = issuedDocument({ practiceId: 'P-1', practiceName: 'Lakeside' });

  it.each([
    ['by id', {}, 'P-1', false],
    ['by name', { customer: 'name' as const }, 'Lakeside', false],
    [
      'as the config calls it',
      { customer: 'name' as const, customers: { 'P-1': 'Group:Lakeside' } },
      'Group:Lakeside',
      true,
    ],
  ])('%s', (_, books, customer, isNamed) => {
    expect(customerOf(document, { ...NO_BOOKS, ...books })).toEqual({ customer, isNamed });
  });

  it.each([
    [{ customer_code: 'C-7' }, 'C-7'],
    [{}, ''],
  ])('by its code %j', (details, customer) => {
    const coded = { billTo: { ...document.billTo, details } };
    expect(customerOf(coded, { ...NO_BOOKS, customer: 'customer_code' })).toEqual({
      customer,
      isNamed: false,
    });
  });

  it.each(['id', 'name', 'customer_code'] as const)(
    'that another practice pays: that one, by its %s',
    (customer) => {
      const billed = {
        ...document,
        billTo: { practiceId: 'P-9', name: 'Group', details: { customer_code: 'C-9' } },
      };
      const books = { ...NO_BOOKS, customer };
      const expected = { id: 'P-9', name: 'Group', customer_code: 'C-9' }[customer];
      expect(customerOf(billed, books).customer).toBe(expected);
      expect(customerOf(billed, { ...books, customers: { 'P-1': 'no', 'P-9': 'yes' } }).customer).toBe('yes');
    },
  );

  it('is not what every object has', () => {
    const called = issuedDocument({ practiceId: 'constructor', practiceName: '' });
    expect(customerOf(called, NO_BOOKS)).toEqual({ customer: 'constructor', isNamed: false });
  });
});
