import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNameTable } from '../../src/ledger/name-table.js';

/** Many pairs of few letters, so that most occur again, and pairs differ only in where the first text ends. */
const pair = fc.tuple(fc.stringMatching(/^[aä]{0,9}$/), fc.stringMatching(/^[aä]{0,3}$/));

it('gives each pair of texts its own number, in order of their first call', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 300 }), (pairs) => {
      const table = createNameTable();
      const numbers = new Map<string, number>();
      for (const [first, second] of pairs) {
        const bytes = Buffer.from(`"${first}","${second}"`);
        const start = Buffer.byteLength(first) + 4;
        const number = table.numberOf(
          bytes,
          { start: 1, end: start - 3 },
          { start, end: start + Buffer.byteLength(second) },
        );
        const name = JSON.stringify([first, second]);
        if (!numbers.has(name)) numbers.set(name, numbers.size);
        expect(number).toBe(numbers.get(name));
        expect(table.at(number)).toEqual([first, second]);
      }
      expect(table.count).toBe(numbers.size);
    }),
  );
});

it('keeps its numbers as it grows', () => {
  const table = createNameTable();
  const numberOf = (text: string) => {
    const bytes = Buffer.from(text);
    return table.numberOf(bytes, { start: 0, end: bytes.length }, { start: 0, end: 0 });
  };
  for (let number = 0; number < 5000; number++) expect(numberOf(`P-${number}`)).toBe(number);
  for (let number = 0; number < 5000; number++) expect(numberOf(`P-${number}`)).toBe(number);
});
