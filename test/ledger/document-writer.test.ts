/** A month of so many lines that they are written several times before it ends: each document gets several blocks. */
import { expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import type * as unwrittenLines from '../../src/ledger/unwritten-lines.js';
import { billedMonth, close, importFacts, withLedger } from '../support/lab.js';
import { severalMonths } from '../support/several-months.js';

/** How much larger than it is each line seems to be. */
let factor = 1;

vi.mock('../../src/ledger/unwritten-lines.js', async (importOriginal) => {
  const original = await importOriginal<typeof unwrittenLines>();
  const createUnwrittenLines = () => {
    const lines = original.createUnwrittenLines();
    return { ...lines, size: () => factor * lines.size() };
  };
  return { ...original, createUnwrittenLines };
});

async function closed(largeness: number) {
  factor = largeness;
  return withLedger(async (ledger) => {
    const months = [];
    for (const { month, facts, amend } of severalMonths()) {
      await importFacts(ledger, facts, amend);
      await close(ledger, month, DEFAULT_CONFIG);
      months.push(await billedMonth(ledger, month));
      expect(await auditBalance(ledger, month)).toEqual([]);
    }
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    const blocks = ledger.db
      .prepare<[], number>('SELECT count(*) FROM document_blocks GROUP BY document_key')
      .pluck()
      .all();
    return { months, most: Math.max(...blocks) };
  });
}

it('is billed as if each document had one block', async () => {
  const [small, large] = [await closed(1), await closed(100_000)];
  expect(small.most).toBe(1);
  expect(large.most).toBeGreaterThan(10);
  expect(large.months).toEqual(small.months);
});
