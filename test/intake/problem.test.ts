import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { formatProblem } from '../../src/errors/problem.js';
import { excerpt } from '../../src/words/excerpt.js';

describe('an excerpt', () => {
  it.each([
    ['2026-10-05', '2026-10-05'],
    ['America/New_York', 'America/New_York'],
    ['', '""'],
    ['two words', '"two words"'],
    ['say "ah"', '"say \\"ah\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['a\tb\r\n', '"a\\tb\\r\\n"'],
    ['\x1b[31mred', '"\\u{001B}[31mred"'],
    ['\x7f\x9b', '"\\u{007F}\\u{009B}"'],
    ['gpj.\u202eexe', '"gpj.\\u{202E}exe"'],
    ['\ufeff\u2028\ud800', '"\\u{FEFF}\\u{2028}\\u{D800}"'],
    ['é😀', '"é😀"'],
    ['-5', '"-5"'],
    ['=1+1', '"=1+1"'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), `"${'x'.repeat(40)}…"`],
    ['😀'.repeat(41), `"${'😀'.repeat(40)}…"`],
  ])('%j', (text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });
});

describe('words in a column that holds none', () => {
  const MESSAGES: readonly ((text: string) => string)[] = [
    say.notADecimal,
    (text) => say.notAnInteger(text, 1),
    say.notAnInstant,
    say.unknownCurrency,
    (text) => say.notInNumberFormat(text, '1,234.50'),
    (text) => say.notInFormat(text, ['MM/dd/yyyy']),
  ];
  const said = (text: string) => MESSAGES.map((message) => message(text));

  it.each(['Jane Doe, born 1970-01-02', 'müller 1970', 'LEE ANN 4711', 'allergic to latex'])(
    'may be a patient’s: of %j the beginning is shown',
    (text) => {
      for (const message of said(text)) {
        expect(message).toContain(`"${text.slice(0, 3)}…" (${text.length} characters)`);
        for (const word of text.split(' ')) if (word.length > 3) expect(message).not.toContain(word);
      }
    },
  );

  it.each([
    '10/31/2025 9:25 AM EST',
    'October 31, 2025',
    'Fri 31-Oct-25',
    '1.180,00 EUR',
    '$1,180.00',
    '1O0',
    'n/a',
  ])('are shown where they belong to a date or an amount, or are short: %j', (text) => {
    for (const message of said(text)) expect(message).toContain(excerpt(text));
  });
});

describe('a problem', () => {
  it.each([
    [{ file: 'a.csv', line: 2, column: 3, field: 'line', message: 'is wrong' }, 'a.csv:2:3: line: is wrong'],
    [{ file: '-', line: 1, column: 1, field: '', message: 'is empty' }, '-:1:1: is empty'],
    [
      { file: 'é\x1b[31m\n\u202e.csv', line: 1, column: 1, field: '', message: 'is empty' },
      'é\\u{001B}[31m\\n\\u{202E}.csv:1:1: is empty',
    ],
  ])('%j', (problem, line) => {
    expect(formatProblem(problem)).toBe(line);
  });
});

describe('conflicts', () => {
  it.each([
    [
      say.differsFromKnown([['unit_price', '100', '120']], 1),
      'was 100 at import 1, is 120 here; if that is a correction, import this file with --amend',
    ],
    [
      say.differsFromKnown([['reason', '', 'late scan']], 2),
      'was "" at import 2, is "late scan" here; if that is a correction, import this file with --amend',
    ],
    [
      say.differsFromKnown([['patient_ref', 'Ada', 'Eve']], 1),
      'is not what it was at import 1; if that is a correction, import this file with --amend',
    ],
    [
      say.differsFromKnown(
        [
          ['unit_price', '100', '120'],
          ['patient_ref', 'Ada', 'Eve'],
          ['quantity', '1', '2'],
        ],
        1,
      ),
      'was 100 at import 1, is 120 here; also patient_ref changed, quantity 1 → 2; ' +
        'if that is a correction, import this file with --amend',
    ],
    [
      say.correctedSince('import 3, price.csv', [
        ['unit_price', '640', '600'],
        ['product', 'a', 'b'],
      ]),
      '640 was corrected by import 3, price.csv: it is 600 now; also product a → b; ' +
        'keep the correction with --keep, or go back to this with --amend',
    ],
    [
      say.correctedSince('import 3', [['patient_ref', 'Ada', 'Eve']]),
      'this was corrected by import 3; keep the correction with --keep, or go back to this with --amend',
    ],
    [
      say.differsWithinImport('order line 1 of A1', 'a.csv:2', [['unit_price', '100', '120']]),
      'another record of order line 1 of A1 contradicts this one: 100 there (a.csv:2), 120 here; ' +
        'find out which is right, and remove the other',
    ],
    [
      say.differsWithinImport('order line 1 of A1', 'a.csv:2', [['patient_ref', 'Ada', 'Eve']]),
      'another record of order line 1 of A1 contradicts this one (a.csv:2); find out which is right, and remove the other',
    ],
    [
      say.otherPractice('A1', 'P1', 'P2'),
      'an order has one practice on all its lines: order A1 is of P1, here of P2; correct one, or move all its lines with --amend',
    ],
    [
      say.retractsNothing('E9', 'A1'),
      'no event E9 of order A1 is known that could be taken back; check both ids',
    ],
  ])('%s', (message, words) => {
    expect(message).toBe(words);
  });
});
