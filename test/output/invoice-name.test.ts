import { createHash } from 'node:crypto';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentOwner } from '../../src/billing/per-document.js';
import { attachmentNames, invoiceNames } from '../../src/output/invoice-name.js';

const name = (practiceId: string) => invoiceNames([{ practiceId, currency: 'USD' }])[0];
const tag = (practiceId: string) => `~${createHash('sha256').update(practiceId).digest('hex').slice(0, 8)}`;

/** `Acme` or, of a practice with several currencies, `Acme EUR`. */
function names(...documents: readonly string[]): string[] {
  return invoiceNames(
    documents.map((document) => {
      const [practiceId = '', currency = 'USD'] = document.split(' ');
      return { practiceId, currency };
    }),
  );
}

describe("a practice's file name is its id", () => {
  it.each([
    ['P1', 'P1.csv'],
    ['acme_dental-2.b', 'acme_dental-2.b.csv'],
    ['a/b', 'a%2Fb.csv'],
    ['a\\b', 'a%5Cb.csv'],
    ['a b', 'a%20b.csv'],
    ['%41', '%2541.csv'],
    ['a~b', 'a%7Eb.csv'],
    ['a:b*?"<>|', 'a%3Ab%2A%3F%22%3C%3E%7C.csv'],
    ['\u00e9', '%C3%A9.csv'],
    ['e\u0301', 'e%CC%81.csv'],
    ['🦷', '%F0%9F%A6%B7.csv'],
    ['CONSOLE', 'CONSOLE.csv'],
    ['a.con', 'a.con.csv'],
    ['COM10', 'COM10.csv'],
    ['x'.repeat(100), `${'x'.repeat(100)}.csv`],
  ])('%j: %s', (practiceId, expected) => {
    expect(name(practiceId)).toBe(expected);
  });
});

describe('a name that a file system would not take as it is gets a tag', () => {
  it.each([
    ['it starts with a dot', '.x', '_.x'],
    ['it climbs out of the folder', '../../etc', '_..%2F..%2Fetc'],
    ['it is the folder itself', '.', '_.'],
    ['it is the folder above', '..', '_..'],
    ['it starts as an option does', '-rf', '_-rf'],
    ['it ends with a dot', 'x.', 'x.'],
    ['it is a device of Windows', 'CON', 'CON'],
    ['in any case', 'nul', 'nul'],
    ['with any ending', 'con.txt', '_con.txt'],
    ['with the ending of our files', 'con.csv', '_con.csv'],
    ['with a number', 'COM1', 'COM1'],
    ['another with a number', 'lpt9', 'lpt9'],
    ['it starts with a dot and is long', `.${'x'.repeat(100)}`, `_.${'x'.repeat(89)}`],
    ['it is longer than 100 bytes', 'x'.repeat(101), 'x'.repeat(91)],
    ['it is much longer', 'x'.repeat(200), 'x'.repeat(91)],
    ['it gets longer than 100 bytes by its encoding', 'é'.repeat(17), '%C3%A9'.repeat(16).slice(0, 91)],
  ])('%s: %j', (_, practiceId, kept) => {
    expect(name(practiceId)).toBe(`${kept}${tag(practiceId)}.csv`);
  });
});

describe('no two names are alike', () => {
  it.each<[what: string, documents: readonly string[], expected: readonly string[]]>([
    ['one currency each', ['A', 'B'], ['A.csv', 'B.csv']],
    ['several currencies', ['A EUR', 'A USD', 'B'], ['A.EUR.csv', 'A.USD.csv', 'B.csv']],
    [
      'ids that differ in case only',
      ['ACME', 'Acme', 'B'],
      [`ACME${tag('ACME')}.csv`, `Acme${tag('Acme')}.csv`, 'B.csv'],
    ],
    [
      'an id that looks like another with its currency',
      ['A EUR', 'A USD', 'A.USD'],
      ['A.EUR.csv', `A${tag('A')}.USD.csv`, `A.USD${tag('A.USD')}.csv`],
    ],
    ['an id that looks like another encoded', ['%41', 'A'], ['%2541.csv', 'A.csv']],
    [
      'an id that looks like another with its tag',
      ['CON', `CON${tag('CON')}`],
      [`CON${tag('CON')}.csv`, `CON%7E${tag('CON').slice(1)}.csv`],
    ],
  ])('%s', (_, documents, expected) => {
    expect(names(...documents)).toEqual(expected);
  });

  const nasty = fc.constantFrom(
    'A',
    'a',
    'A.USD',
    'a.usd',
    '.',
    '..',
    '%41',
    '~',
    'CON',
    'con',
    'con.csv',
    '-',
    'é',
    'e\u0301',
    'x'.repeat(101),
  );
  const id = fc.oneof(
    nasty,
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }),
    fc.array(nasty, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  );
  const document = fc.record({ practiceId: id, currency: fc.constantFrom('USD', 'EUR') });
  const documents = fc.uniqueArray(document, {
    selector: ({ practiceId, currency }: DocumentOwner) => `${currency} ${practiceId}`,
    maxLength: 30,
  });

  it('and none leaves its folder, whatever the ids', () => {
    fc.assert(
      fc.property(documents, (list) => {
        const result = invoiceNames(list);
        expect(new Set(result.map((each) => each.toLowerCase())).size).toBe(list.length);
        for (const each of result) {
          expect(each).toMatch(/^[A-Za-z0-9_%][A-Za-z0-9._%~-]{0,99}(\.[A-Z]{3})?\.csv$/);
          expect(each).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
          expect(path.posix.resolve('/out', each)).toBe(`/out/${each}`);
          expect(path.win32.basename(each)).toBe(each);
        }
      }),
    );
  });

  it('and the order of the documents does not matter', () => {
    fc.assert(
      fc.property(documents, (list) => {
        expect([...invoiceNames([...list].reverse())].reverse()).toEqual(invoiceNames(list));
      }),
    );
  });
});

describe('the name of an attachment', () => {
  const names = (...documents: readonly (readonly [number: string, practice: string])[]) =>
    attachmentNames(
      documents.map(([documentNumber, practiceName]) => ({
        documentNumber,
        practiceName,
        billingMonth: '2025-11',
      })),
    );

  it.each([
    ['INV-000004', 'Lakeside Dental', 'INV-000004 Lakeside Dental 2025-11'],
    ['2025-11/0004', 'Ortiz & Daughters, DDS', '2025-11 0004 Ortiz & Daughters, DDS 2025-11'],
    ['INV-1', 'a\\b:c*d?e"f<g>h|i\tj\u202ek', 'INV-1 a b c d e f g h i j k 2025-11'],
    ['INV-1', 'Zahna\u0308rzte Größe 東京', 'INV-1 Zahnärzte Größe 東京 2025-11'],
    ['INV-1', '🦷🦷', 'INV-1 2025-11'],
    ['INV-1', 'x'.repeat(500), `INV-1 ${'x'.repeat(100)} 2025-11`],
    ['INV-1', '東'.repeat(100), `INV-1 ${'東'.repeat(33)} 2025-11`],
    ['.1', 'Ash', '_.1 Ash 2025-11'],
    ['-1', 'Ash', '_-1 Ash 2025-11'],
    ['con.1', 'Ash', '_con.1 Ash 2025-11'],
  ])('of %j to %j: %s', (number, practice, expected) => {
    expect(names([number, practice])).toEqual([expected]);
  });

  it('is never that of another, in any case', () => {
    const found = names(['a/1', 'Ash'], ['A 1', 'ash'], ['b', 'Ash']);
    expect(found[2]).toBe('b Ash 2025-11');
    expect(new Set(found.map((each) => each.toLowerCase())).size).toBe(3);
  });
});
