import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createUnwrittenLines } from '../../src/ledger/unwritten-lines.js';

const line = fc.record({
  document: fc.nat(20),
  text: fc.string({ maxLength: 40 }),
  /** A line may ask for more room than it takes. */
  spare: fc.nat(2000),
});

it('gives back the lines of each document, in the order in which they came', () => {
  const unwritten = createUnwrittenLines();
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      const expected: [document: number, text: string, count: number][] = [];
      for (const { document, text, spare } of lines) {
        const { bytes, start } = unwritten.begin(document, Buffer.byteLength(text) + spare);
        unwritten.end(start + bytes.write(text, start));
        const own = expected.find(([known]) => known === document);
        if (own === undefined) expected.push([document, text, 1]);
        else [own[1], own[2]] = [own[1] + text, own[2] + 1];
      }
      expect(unwritten.size()).toBe(lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
      const taken: typeof expected = [];
      unwritten.takeAll((document, bytes, count) => taken.push([document, bytes.toString(), count]));
      expect(taken).toEqual(expected.sort(([a], [b]) => a - b));
      expect(unwritten.size()).toBe(0);
    }),
  );
});
