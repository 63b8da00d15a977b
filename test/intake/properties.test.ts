/** What holds for any input of the two readers, well-formed or not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../support/search.js';
import { type Read, readCsv, readNdjson } from './feed.js';

/** Bytes of which broken CSV and JSON are made. */
const csvBytes = bytesOf([
  'a',
  ',',
  ',',
  '"',
  '"',
  '\n',
  '\r\n',
  '\r',
  '\0',
  '\t',
  'é',
  '😀',
  Buffer.from([0xe2, 0x82]),
]);
const jsonBytes = bytesOf([
  '{"a":"b"}',
  '{',
  '}',
  '"',
  '"a"',
  ':',
  ',',
  '1',
  'null',
  '\\',
  'u0041',
  '\n',
  '\n',
  '\r',
  'é',
  ' ',
  Buffer.from([0xc3]),
]);

describe.each([
  ['CSV', csvBytes, readCsv],
  ['NDJSON', jsonBytes, readNdjson],
] as const)('%s', (_, anyBytes, read: (bytes: Uint8Array, chunkSize?: number) => Read) => {
  it('is read alike however it is cut', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 1, max: 9 }), (bytes, chunkSize) => {
        expect(read(bytes, chunkSize)).toEqual(read(bytes));
      }),
      { numRuns: runs(2000) },
    );
  });

  it('has its problems in the order of the file', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const places = read(bytes).problems.map((problem) => problem.split(':').slice(0, 2).map(Number));
        const sorted = places.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
        expect(places).toEqual(sorted);
      }),
      { numRuns: runs(2000) },
    );
  });
});

it('what is written by RFC 4180 is read back, with each cell where it was put', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', 'é', '😀') }),
    fc.constant(''),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), fc.boolean(), (records, crlf) => {
      const ending = crlf ? '\r\n' : '\n';
      const text = records.map((cells) => cells.map(quoted).join(',') + ending).join('');
      const read = readCsv(text, 7);
      expect(read.problems).toEqual([]);
      expect(read.records).toEqual(records);
      const lines = text.split('\n').map((line) => [...line]);
      for (const place of read.places.join(' ').split(' ')) {
        const [line = 0, column = 0] = place.split(':').map(Number);
        expect(column === 1 ? ',' : lines[line - 1]?.[column - 2]).toBe(',');
      }
    }),
  );
});

it('what JSON.stringify writes is read back', () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null));
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), value)), (objects) => {
      const read = readNdjson(objects.map((each) => `${JSON.stringify(each)}\n`).join(''), 7);
      expect(read.problems).toEqual([]);
      expect(read.records).toEqual(
        objects.map((each) => Object.entries(each).map(([key, text]) => `${key}=${text}`)),
      );
    }),
  );
});

function bytesOf(parts: readonly (string | Buffer)[]): fc.Arbitrary<Buffer> {
  return fc
    .array(fc.constantFrom(...parts), { maxLength: 30 })
    .map((chosen) => Buffer.concat(chosen.map((part) => Buffer.from(part as string))));
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
