/** Annotations under GitHub Actions: the file, the line, what is wrong; characters that would end them are escaped. */
import { expect, test } from 'vitest';
import { annotations } from '../../src/cli/github.js';

test.each([
  ['a line that differs', 'a\nb\nc\n', 'a\nB\nc\n', 2, 'differs from what is billed'],
  ['a line too few', 'a\nb\n', 'a\n', 2, 'differs from what is billed'],
  ['line endings', 'a\r\n', 'a\n', 1, 'only line endings differ: expected are CR LF, billed were LF'],
  ['a file that is not written', 'a\n', undefined, 1, 'expected, but not written'],
  ['a file that is not expected', undefined, 'a\n', 1, 'written, but not expected'],
])('%s', (_, expected, actual, line, message) => {
  const difference = { path: '2026-10/expected/P,1.csv', expected, actual };
  expect(
    annotations({ folder: 'cases/a:b', differences: [difference], nothingExpected: [], failure: '' }),
  ).toEqual([
    `::error file=cases/a%3Ab/2026-10/expected/P%2C1.csv,line=${line},title=monthend check::${message}`,
  ]);
});

test('a case that cannot be billed', () => {
  expect(
    annotations({ folder: 'cases/a', differences: [], nothingExpected: [], failure: '100%\nof it' }),
  ).toEqual(['::error file=cases/a/case.md,line=1,title=monthend check::cannot be billed: 100%25%0Aof it']);
});

test('a month of which nothing is expected is told once', () => {
  const differences = ['summary.csv', 'held.csv'].map((name) => ({
    path: `2026-10/expected/${name}`,
    expected: undefined,
    actual: 'a\n',
  }));
  expect(annotations({ folder: 'cases/a', differences, nothingExpected: ['2026-10'], failure: '' })).toEqual([
    '::error file=cases/a/2026-10/expected,line=1,title=monthend check::2026-10: nothing is expected: ' +
      'run "monthend check cases/a --update" to write what it comes to into 2026-10/expected, then read it',
  ]);
});
