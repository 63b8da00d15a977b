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
    ['placed Oct 5', issuedLine({ deferredFrom: '2026-10', serviceMonth: '2026-11' }), []],
    ['placed Oct 5, a charge of 2026-10, known late', issuedLine({ reason: 'late' }), []],
    ['placed Oct 5, corrected', issuedLine({ reason: 'amended' }), []],
  ])('%s', (words, line, pauses) => {
    expect(lineInWords(line, pauses, '2026-11')).toBe(words);
  });

  it.each([
    ['amended', 'corrected'],
    ['cancelled', 'order cancelled'],
    ['deleted', 'order deleted'],
    ['late', 'corrected'],
    ['paused', 'order paused'],
    ['placed', 'corrected'],
    ['resumed', 'corrected'],
  ] as const)('a credit whose reason is %s: %s', (reason, words) => {
    const credit = issuedLine({ lineType: 'credit', reason, corrects: 'INV-000003' });
    expect(lineInWords(credit, [], '2026-11')).toBe(`credit of INV-000003: ${words}`);
  });

  it('names the months in short', () => {
    const months = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}`);
    expect(months.map((month) => dayInWords(`${month}-05`, month)).join(', ')).toBe(
      'Jan 5, Feb 5, Mar 5, Apr 5, May 5, Jun 5, Jul 5, Aug 5, Sep 5, Oct 5, Nov 5, Dec 5',
    );
  });

  it('names the year of a day of another year', () => {
    expect(dayInWords('2025-12-31', '2026-01')).toBe('Dec 31, 2025');
    expect(dayInWords('2026-01-01', '2026-01')).toBe('Jan 1');
  });
});
