import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonCells, findJsonCells, rangeOf, wholeNumberIn } from '../../src/billing/json-cells.js';

const cell = fc.oneof(
  fc.maxSafeInteger(),
  fc.string({ unit: 'binary' }),
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
