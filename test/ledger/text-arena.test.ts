import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyTable } from '../../src/ledger/key-table.js';
import { createTextArena } from '../../src/ledger/text-arena.js';
import { CODE_POINT } from '../support/code-point.js';

const texts = fc.array(fc.string({ unit: CODE_POINT, maxLength: 40 }), { maxLength: 60 });

it('an arena gives back each text, also after it was cleared', () => {
  fc.assert(
    fc.property(texts, texts, (first, second) => {
      const arena = createTextArena();
      for (const each of [first, second]) {
        const places = each.map((text) => arena.add(text));
        expect(arena.count).toBe(each.length);
        expect(places.map((place) => arena.textAt(place))).toEqual(each);
        arena.clear();
      }
    }),
  );
});

it('an arena grows with what it holds', () => {
  const arena = createTextArena();
  const long = 'é'.repeat(100_000);
  const places = [arena.add('a'), arena.add(long), arena.add('b')];
  expect(places.map((place) => arena.textAt(place))).toEqual(['a', long, 'b']);
  expect(arena.size).toBe(200_002);
});

it('a key table gives the values of a key in the order in which they came, however it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3000, maxLength: 6000 }), (keys) => {
      const table = createKeyTable();
      for (const [value, key] of keys.entries()) table.add(key * 2 ** 40, value);
      for (let key = 1; key <= 10; key++)
        expect(table.at(key * 2 ** 40)).toEqual([...keys.keys()].filter((value) => keys[value] === key));
    }),
    { numRuns: 10 },
  );
});
