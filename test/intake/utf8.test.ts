import { isUtf8 } from 'node:buffer';
import { expect, it } from 'vitest';
import { countCharacters, firstInvalidUtf8 } from '../../src/intake/utf8.js';

it.each([
  ['61', undefined],
  ['c2 80', undefined],
  ['e0 a0 80', undefined],
  ['ed 9f bf', undefined],
  ['ee 80 80', undefined],
  ['f0 90 80 80', undefined],
  ['f4 8f bf bf', undefined],
  ['80', 0],
  ['61 bf', 1],
  ['c0 80', 0],
  ['c1 bf', 0],
  ['e0 9f bf', 0],
  ['ed a0 80', 0],
  ['f0 8f bf bf', 0],
  ['f4 90 80 80', 0],
  ['f5 80 80 80', 0],
  ['fe', 0],
  ['c3 a9 c3', 2],
  ['e2 82 61', 0],
  ['f0 9f 98 61', 0],
])('%s is wrong at %s', (hex, offset) => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  expect(firstInvalidUtf8(bytes, 0, bytes.length)).toBe(offset);
});

it('agrees with the decoder of the platform on all of two bytes and what may follow', () => {
  const differing: string[] = [];
  for (let pair = 0; pair < 0x10000; pair++) {
    for (const tail of [[], [0x80], [0x80, 0x80]]) {
      const bytes = Uint8Array.from([pair >> 8, pair & 0xff, ...tail]);
      if ((firstInvalidUtf8(bytes, 0, bytes.length) === undefined) !== isUtf8(bytes))
        differing.push(String(bytes));
    }
  }
  expect(differing).toEqual([]);
});

it('counts characters', () => {
  const bytes = Buffer.from('aé€😀');
  expect(countCharacters(bytes, 0, bytes.length)).toBe(4);
});
