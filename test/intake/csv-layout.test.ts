/** CSV that is not as RFC 4180 has it, by a layout that says how. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import type { CsvLayout } from '../../src/intake/csv-layout.js';
import { runs } from '../support/search.js';
import { CHUNK_SIZES, readCsv } from './feed.js';

describe.each(CHUNK_SIZES)('in chunks of %i', (chunkSize) => {
  const read = (text: string, layout: CsvLayout) => readCsv(text, chunkSize, layout);

  it.each([
    [
      ';',
      'a;b\n1,5;"x;y"\n',
      [
        ['a', 'b'],
        ['1,5', 'x;y'],
      ],
    ],
    [
      '\t',
      'a\tb\n1;5\t"x\ty"\n',
      [
        ['a', 'b'],
        ['1;5', 'x\ty'],
      ],
    ],
    [
      '|',
      'a|b\n|"x|""y"\n',
      [
        ['a', 'b'],
        ['', 'x|"y'],
      ],
    ],
  ])('cells stand between %j', (separator, text, records) => {
    expect(read(text, { separator })).toMatchObject({ records, problems: [], count: 1 });
  });

  it('the header is where it is said to be, whatever stands above it', () => {
    const text = '\ufeffa "report\r\n\r\n;;\r\na,b\r\n1,2\r\n';
    expect(read(text, { headerLine: 4 })).toMatchObject({
      records: [
        ['a', 'b'],
        ['1', '2'],
      ],
      places: ['4:1 4:3', '5:1 5:3'],
      problems: [],
    });
    expect(read('a\nb', { headerLine: 3 }).records).toEqual([]);
  });

  it.each(['Total,2,"', '"Total: 2', 'Total'])('the line after the data ends it: %s', (line) => {
    const found = read(`a,b\n1,Total\n${line}\n"never\rclosed`, { footer: 'Total' });
    expect(found).toMatchObject({
      records: [
        ['a', 'b'],
        ['1', 'Total'],
      ],
      problems: [],
      count: 1,
      footerSeen: true,
    });
  });

  it('without such a line all is data, also what starts like it', () => {
    expect(read('a,b\n1,2\nTota,l', { footer: 'Total' })).toMatchObject({
      count: 2,
      footerSeen: false,
      problems: [],
    });
    expect(read('Total,b\n1,2\n', { footer: 'Total' })).toMatchObject({ count: 1, footerSeen: false });
  });

  it('rows without a value are passed over and counted', () => {
    const text = 'a,b\n,\n1,2\n\n" ", \n"",""\n3,\n,,,\n';
    const found = read(text, { blankRows: 'skip' });
    expect(found).toMatchObject({ count: 2, blankRows: 5, problems: [] });
    expect(found.records).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', ''],
    ]);
    expect(read(text, { blankRows: 'refuse' })).toMatchObject({
      count: 6,
      blankRows: 1,
      problems: [2, 4, 5, 6].map((line) => `${line}:1: ${say.blankRow()}`),
    });
  });

  it('rows without a value at the end are counted, whatever follows the data', () => {
    const found = read('a,b\n1,2\n,\n\n" ",""\n', { blankRows: 'refuse' });
    expect(found).toMatchObject({ count: 1, blankRows: 3, problems: [] });
    const one = { blankRows: 1, problems: [] };
    expect(read('a,b\n1,2\n,\nTotal,,,\n', { footer: 'Total', blankRows: 'refuse' })).toMatchObject(one);
    expect(read('a,b\n,\n', { blankRows: 'refuse' })).toMatchObject({ count: 0, ...one });
  });

  it('a row without a value is told before what is wrong with the record after it', () => {
    expect(read('a,b\n,\n3\n', { blankRows: 'refuse' }).problems).toEqual([
      `2:1: ${say.blankRow()}`,
      `3:1: ${say.wrongFieldCount(1, 2)}`,
    ]);
  });

  it('the separator is named in what is wrong', () => {
    expect(read('a;b\n1;2;3\n"x"y;2\n', { separator: ';' }).problems).toEqual([
      '2:1: 3 fields, 2 expected as in the header; a field with a semicolon in it needs quotes',
      `3:4: 0: ${say.textAfterClosingQuote(';')}`,
    ]);
  });
});

it('is read alike however it is cut', () => {
  const piece = fc.constantFrom('a', ';', '"', '\n', '\r\n', '\r', 'To', 'Total', ' ', 'é', '|', ',');
  const layout = fc.record({
    separator: fc.constantFrom(';', ',', '|'),
    headerLine: fc.integer({ min: 1, max: 3 }),
    footer: fc.constantFrom(undefined, 'Total', 'é'),
    blankRows: fc.constantFrom(undefined, 'refuse' as const, 'skip' as const),
  });
  fc.assert(
    fc.property(fc.array(piece), layout, fc.integer({ min: 1, max: 9 }), (pieces, given, chunkSize) => {
      const text = pieces.join('');
      expect(readCsv(text, chunkSize, given)).toEqual(readCsv(text, 1_000_000, given));
    }),
    { numRuns: runs(2000) },
  );
});
