import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, type CsvStyle, toCsv } from '../../src/output/csv.js';
import { runs } from '../support/search.js';

interface Row {
  readonly text: string;
  readonly number: string | number;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'text', type: 'string', isText: true, cell: ({ text }) => text },
  { name: 'number', type: 'number', cell: ({ number }) => number },
];

const PLAIN: CsvStyle = { bom: false, lineEnding: 'lf', formulaGuard: true };

/** The rows as CSV, without the header. */
function written(rows: readonly Row[], style: Partial<CsvStyle> = {}): string {
  const text = [...toCsv(COLUMNS, rows, { ...PLAIN, ...style })].join('');
  return text.replace(/^\uFEFF?text,number\r?\n/, '');
}

describe('a cell', () => {
  it.each<[what: string, cell: string, as: string]>([
    ['plain', 'crown', 'crown'],
    ['empty', '', ''],
    ['with a comma', 'full, zirconia', '"full, zirconia"'],
    ['with a quote', '12" arch', '"12"" arch"'],
    ['with a line feed', 'two\nlines', '"two\nlines"'],
    ['with a carriage return', 'two\rlines', '"two\rlines"'],
    ['with a tab inside', 'a\tb', 'a\tb'],
    ['with a semicolon', 'a;b', 'a;b'],
    ['beyond ASCII', 'Zoë 🦷', 'Zoë 🦷'],
    ['with spaces around it', ' a ', ' a '],
    ['with an apostrophe before it', "'a=1", "'a=1"],
  ])('%s', (_, cell, as) => {
    for (const lineEnding of ['lf', 'crlf'] as const) {
      const end = lineEnding === 'lf' ? '\n' : '\r\n';
      expect(written([{ text: cell, number: 1 }], { lineEnding })).toBe(`${as},1${end}`);
    }
  });
});

describe('the formula guard', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-5.00', "'-5.00"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=a,b', '"\'=a,b"'],
    ['="a"', '"\'=""a"""'],
    [' =1', "' =1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['\u3000=1', "'\u3000=1"],
    ['\u200b\u2060=1', "'\u200b\u2060=1"],
    ['\ufeff=1', "'\ufeff=1"],
    ['\n=1', '"\'\n=1"'],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠A', "'＠A"],
    ["'=1", "''=1"],
    ["''-1", "'''-1"],
    ["'\t", "''\t"],
  ])('puts an apostrophe before the text %j', (text, as) => {
    expect(written([{ text, number: 1 }])).toBe(`${as},1\n`);
  });

  it.each(['a=1', ' a', "'a", '1-2', '\na', 'a;=1+1', "' '=1", "'", '\u00a0'])(
    'leaves the text %j',
    (text) => {
      expect(written([{ text, number: 1 }])).toBe(written([{ text, number: 1 }], { formulaGuard: false }));
    },
  );

  it('makes no two texts the same, and its apostrophe can be taken away again', () => {
    const pieces = fc.constantFrom(
      "'",
      '=',
      '-',
      '＝',
      '\t',
      ' ',
      '\u00a0',
      '\u200b',
      '\ufeff',
      'a',
      ';',
      '1',
    );
    const text = fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        const cell = written([{ text: given, number: 1 }]).slice(0, -3);
        // As docs/files.md section 2 says it.
        const isGuarded = /^'+(?:[\t\r]|[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠])/u.test(cell);
        expect(isGuarded ? cell.slice(1) : cell).toBe(given);
        expect(cell).not.toMatch(/^[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠]/u);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('leaves numbers and dates: -5.00 stays -5.00', () => {
    expect(written([{ text: 'x', number: '-5.00' }])).toBe('x,-5.00\n');
    expect(written([{ text: 'x', number: -5 }])).toBe('x,-5\n');
  });

  it('can be turned off', () => {
    expect(written([{ text: '=1+1', number: 1 }], { formulaGuard: false })).toBe('=1+1,1\n');
  });
});

describe('a file', () => {
  const file = (rows: readonly Row[], style: Partial<CsvStyle> = {}) =>
    [...toCsv(COLUMNS, rows, { ...PLAIN, ...style })].join('');

  it('without rows has its header', () => {
    expect(file([])).toBe('text,number\n');
  });

  it.each<[what: string, style: Partial<CsvStyle>, text: string]>([
    ['LF and no BOM by default', {}, 'text,number\na,1\n'],
    ['CRLF', { lineEnding: 'crlf' }, 'text,number\r\na,1\r\n'],
    ['a BOM, once', { bom: true }, '\uFEFFtext,number\na,1\n'],
    ['both', { bom: true, lineEnding: 'crlf' }, '\uFEFFtext,number\r\na,1\r\n'],
  ])('%s', (_, style, text) => {
    expect(file([{ text: 'a', number: 1 }], style)).toBe(text);
  });

  it('has every row once and in order, however many there are', () => {
    for (const count of [999, 1000, 1001, 2500]) {
      const rows = Array.from({ length: count }, (_, number) => ({ text: 'a', number }));
      expect(written(rows)).toBe(rows.map(({ number }) => `a,${number}\n`).join(''));
    }
  });
});
