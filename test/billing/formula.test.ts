import { describe, expect, it } from 'vitest';
import { looksLikeFormula } from '../../src/billing/formula.js';

describe('a text that a spreadsheet may run', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '\tA',
    '\rA',
    '  =1',
    '\u00a0=1',
    '\u3000=1',
    '\u200b\ufeff=1',
    "'=1",
    "'' =1",
    "'\tA",
  ])('%j', (text) => {
    expect(looksLikeFormula(text)).toBe(true);
  });

  it.each(['', '1', 'A', 'A=1', '1-1', ' A', "'A", '\nA', 'A\tB', '(=1)'])('is not %j', (text) => {
    expect(looksLikeFormula(text)).toBe(false);
  });
});
