/** Annotations under GitHub Actions: the file, the line, what is wrong; characters that would end them are escaped. */
import { expect, test } from 'vitest';
import { annotations } from '../../src/cli/github.js';

test.each([
  ['a line that differs', 'a\nb\nc\n', 'a\nB\nc\n', 2, 'differs from what is billed'],
  ['a line too few', 'a\nb\n', 'a\n', 2, 'differs from what is billed'],
  ['a file that is not written', 'a\n', undefined, 1, 'expected, but not written'],
  ['a file that is not expected', undefined, 'a\n', 1, 'written, but not expected'],
])('%s', (_, expected, actual, line, message) => {
  const difference = { path: '2026-10/expected/P,1.csv', expected, actual };
  expect(annotations({ folder: 'cases/a:b', differences: [difference], failure: '' })).toEqual([
    `::error file=cases/a%3Ab/2026-10/expected/P%2C1.csv,line=${line},title=monthend check::${message}`,
  ]);
});

test('a case that cannot be billed', () => {
  expect(annotations({ folder: 'cases/a', differences: [], failure: '100%\nof it' })).toEqual([
    '::error file=cases/a/case.md,line=1,title=monthend check::cannot be billed: 100%25%0Aof it',
  ]);
});
