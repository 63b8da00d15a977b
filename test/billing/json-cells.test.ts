import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areBytes,
  createJsonCells,
  findJsonCells,
  putAscii,
  putBytes,
  putNumber,
  rangeOf,
  wholeNumberIn,
} from '../../src/billing/json-cells.js';
import { CODE_POINT } from '../support/code-point.js';

const cell = fc.oneof(
  fc.maxSafeInteger(),
  fc.string({ unit: CODE_POINT }),
  fc.constantFrom('', '[', ']', ',', 'a"b', 'a\\b'),
);

describe('the cells of a JSON array', () => {
  it('are where the array says, unless a text has an escape', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 12 }), (values) => {
        const text = JSON.stringify(values);
        const bytes = Buffer.from(`x${text}\n`);
        const cells = createJsonCells(values.length);
        const end = findJsonCells(bytes, 1, cells);
        expect(end).toBe(text.includes('\\') ? 0 : bytes.length - 1);
        if (end === 0) return;
        values.forEach((value, index) => {
          const range = rangeOf(cells, index);
          expect(bytes.toString('utf8', range.start, range.end)).toBe(String(value));
          if (typeof value === 'number') expect(wholeNumberIn(bytes, range)).toBe(value);
        });
        expect(findJsonCells(bytes, 1, createJsonCells(values.length + 1))).toBe(0);
        if (values.length > 1) expect(findJsonCells(bytes, 1, createJsonCells(values.length - 1))).toBe(0);
        for (let cut = 2; cut < bytes.length - 1; cut++)
          expect(findJsonCells(bytes.subarray(0, cut), 1, cells)).toBe(0);
      }),
    );
  });

  it.each(['', '-', '1.5', '1e3', ' 1', '"1"', 'null'])('do not hold a whole number in %j', (text) => {
    expect(wholeNumberIn(Buffer.from(text), { start: 0, end: text.length })).toBe(Number.NaN);
  });
});

it.each([0, 9, 10, -12, Number.MAX_SAFE_INTEGER])('the whole number %i is read from its bytes', (number) => {
  const bytes = Buffer.from(`[${number}]`);
  expect(wholeNumberIn(bytes, { start: 1, end: bytes.length - 1 })).toBe(number);
});

it('whole numbers are written as JavaScript writes them', () => {
  const expectSame = (number: number) => {
    const out = Buffer.alloc(20, '.');
    expect(out.toString('latin1', 0, putNumber(out, 0, number))).toBe(String(number));
  };
  for (let power = 1; power < Number.MAX_SAFE_INTEGER; power *= 10)
    for (const number of [power - 1, power, 1 - power, -power]) expectSame(number);
  fc.assert(fc.property(fc.maxSafeInteger(), expectSame));
});

it('several cells in a row are one range', () => {
  const bytes = Buffer.from('["A1",2,"P1"]');
  const cells = createJsonCells(3);
  findJsonCells(bytes, 0, cells);
  const { start, end } = rangeOf(cells, 1, 2);
  expect(bytes.toString('latin1', start, end)).toBe('2,"P1');
});

it('texts, numbers and bytes are written one after the other', () => {
  const out = Buffer.alloc(12, '.');
  let end = putAscii(out, 1, 'ab');
  end = putNumber(out, end, -12);
  end = putBytes(out, end, Buffer.from('wxyz'), { start: 1, end: 3 });
  expect(end).toBe(8);
  expect(out.toString('latin1')).toBe('.ab-12xy....');
});

it.each([
  ['P1', true],
  ['P2', false],
  ['Q1', false],
  ['P', false],
  ['P1,', false],
  ['', false],
])('bytes that say "P1" are %j: %s', (text, areSame) => {
  expect(areBytes(Buffer.from('["P1",2]'), { start: 2, end: 4 }, Buffer.from(text))).toBe(areSame);
});

it.each([
  ['{"a",1]', 'it does not begin with a bracket'],
  ['["a", 1]', 'a blank is before a number'],
  ['["a",1 ]', 'a blank is after a number'],
  ['["a",1"]', 'a quote is in a number'],
  ['["a"1]', 'there is no comma'],
  ['["a\tb",1]', 'a text has a control character'],
])('an array is left to be parsed: %j, since %s', (text) => {
  expect(findJsonCells(Buffer.from(text), 0, createJsonCells(2))).toBe(0);
});

it('a blank may be in a text', () => {
  expect(findJsonCells(Buffer.from('["a b",1]'), 0, createJsonCells(2))).toBe(9);
});

it('a text is written, and nothing after it', () => {
  const out = new Uint8Array(6).fill(7);
  expect(putAscii(out, 1, 'abc')).toBe(4);
  expect([...out]).toEqual([7, 97, 98, 99, 7, 7]);
});
