import { expect, it } from 'vitest';
import { readMonth } from '../../src/ledger/read-month.js';
import { close, closed, event, ledgerWith, order } from '../support/facts.js';

it('what goes wrong while a month is read is told as it is, however much of it was read', async () => {
  const ledger = await ledgerWith([
    order('A1', '2026-10-05'),
    order('A2', '2026-10-05'),
    order('A3', '2026-10-05'),
    event('A1', 'paused', '2026-10-06'),
    event('A2', 'paused', '2026-10-06'),
    event('A3', 'resumed', '2026-10-06'),
  ]);
  await close(ledger, '2026-10');
  const full = new Error('the disk is full');
  const reading = readMonth(ledger, '2026-10', (view) => {
    // Asked for and not read; read in part.
    view.exceptions();
    for (const _ of view.heldLines()) throw full;
  });
  await expect(reading).rejects.toBe(full);
  expect(await closed(ledger, '2026-10')).toContain('INV-000001 P1 A3/1 placed 100.00');
});
