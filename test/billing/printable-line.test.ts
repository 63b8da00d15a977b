/** What a printable invoice says of a line, in words. */
import { describe, expect, it } from 'vitest';
import { dayInWords, lineInWords } from '../../src/billing/printable-line.js';
import { issuedLine } from '../support/facts.js';

const deferred = { deferredFrom: '2026-10', resumedOn: '2026-11-03', serviceMonth: '2026-11' } as const;
const pause = (from: string, to: string) => ({ from, to });

describe('a line in words', () => {
  it.each([
    ['placed Oct 5', issuedLine(), []],
    [
      'placed Oct 5, paused Oct 10 to Nov 3',
      issuedLine({ ...deferred, reason: 'resumed' }),
      [pause('2026-10-10', '2026-11-03')],
    ],
    [
      'placed Oct 5, paused Oct 10 to Nov 3 and Nov 20 to Dec 2',
      issuedLine({ ...deferred, reason: 'resumed', resumedOn: '2026-12-02' }),
      [pause('2026-10-10', '2026-11-03'), pause('2026-11-20', '2026-12-02')],
    ],
    ['placed Oct 5, resumed Nov 3', issuedLine({ ...deferred, reason: 'resumed' }), []],
    ['placed Oct 5, a charge of 2026-10, known late', issuedLine({ reason: 'late' }), []],
    ['placed Oct 5, corrected', issuedLine({ reason: 'amended' }), []],
    [
      'credit of INV-000003: order cancelled',
      issuedLine({ lineType: 'credit', reason: 'cancelled', corrects: 'INV-000003' }),
      [],
    ],
    [
      'credit of INV-000003: order paused',
      issuedLine({ lineType: 'credit', reason: 'paused', corrects: 'INV-000003' }),
      [],
    ],
  ])('%s', (words, line, pauses) => {
    expect(lineInWords(line, pauses, '2026-11')).toBe(words);
  });

  it('names the year of a day of another year', () => {
    expect(dayInWords('2025-12-31', '2026-01')).toBe('Dec 31, 2025');
    expect(dayInWords('2026-01-01', '2026-01')).toBe('Jan 1');
  });
});
