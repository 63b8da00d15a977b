/** The work of a close follows its month: nothing that grows with the ledger is read from end to end. */
import { expect, it, vi } from 'vitest';
import { close, event, importFacts, ledgerWith, ONE_OF_EACH, order } from '../support/facts.js';

/** Tables that grow with every month; the rest grow with practices, zones, imports and months. */
const GROWING =
  /^SCAN (order_lines|events?|fact_segments USING INTEGER|document_index|document_blocks|block|documents|held_lines|listed_exceptions|late_facts)\b/;

it('no statement of a close scans a table that grows with the history', async () => {
  const ledger = await ledgerWith(ONE_OF_EACH);
  await close(ledger, '2026-10');
  await importFacts(ledger, [order('later', '2026-11-05'), event('held', 'resumed', '2026-11-03')]);
  const prepare = vi.spyOn(ledger.db, 'prepare');
  await close(ledger, '2026-11');
  const statements = new Set(prepare.mock.calls.map(([sql]) => sql));
  prepare.mockRestore();

  const scans: string[] = [];
  for (const sql of statements) {
    if (/^\s*(INSERT INTO \S+ VALUES|PRAGMA)/.test(sql)) continue;
    const plan = ledger.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/:\w+|\?/g, 'NULL')}`)
      .all();
    for (const { detail } of plan) if (GROWING.test(detail)) scans.push(`${detail}: ${sql}`);
  }
  expect(statements.size).toBeGreaterThan(30);
  expect(scans).toEqual([]);
});
