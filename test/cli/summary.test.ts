/** The printed summary: at most 80 columns, and no colour but on a terminal. */
import { expect, test } from 'vitest';
import { reportMonth } from '../../src/cli/close.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { ShownFinding } from '../../src/month/export-month.js';

const FINDING: ShownFinding = {
  code: 'late',
  level: 'stop',
  isAccepted: false,
  sums: [],
  message: 'charged late, for they belong to earlier months: 2026-09: 1 order line (100.00 USD)',
  next: 'nothing, if you expected them',
};

function printed(total: string): string[] {
  const lines: string[] = [];
  const terminal = {
    result: (text: string) => lines.push(...text.split('\n')),
    command: () => {},
  } as unknown as Terminal;
  const sums = { charges: total, credits: `-${total}`, total, heldAmount: total };
  reportMonth(terminal, '2026-10 closed', {
    month: '2026-10',
    isDraft: false,
    invoiceCount: 10_000,
    creditNoteCount: 1,
    deferredLineCount: 80_000,
    slatedLineCount: 1_000,
    exceptionCount: 12,
    findings: [FINDING],
    beforeLedgerLineCount: 0,
    comparison: { comparedCount: 0, firstTimeCount: 0, reviewChangePercent: null, changes: [] },
    totals: ['EUR', 'JPY', 'USD'].map((currency) => ({
      currency,
      documentCount: 10_001,
      lineCount: 1_000_000,
      heldLineCount: 81_000,
      ...sums,
    })),
  });
  return lines;
}

test.each(['1.00', '123456789.00', '90071992547409.91'])('a month of %s fits 80 columns', (total) => {
  const lines = printed(total);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(
    `charges ${total}, credits -${total}, documents ${total}`,
  );
});

test('a line is broken only where it must be', () => {
  expect(printed('1.00')[1]).toBe('  EUR: 1,000,000 lines, charges 1.00, credits -1.00, documents 1.00');
});

test('a finding is broken at blanks, and says what it does and what to do', () => {
  expect(printed('1.00').slice(-2)).toEqual([
    '  late, which stops the close: charged late, for they belong to earlier months:',
    '    2026-09: 1 order line (100.00 USD); nothing, if you expected them',
  ]);
});
