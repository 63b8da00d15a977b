import { expect, it } from 'vitest';
import { readMonth } from '../../src/ledger/read-month.js';
import { listedExceptions } from '../../src/output/exceptions-csv.js';
import { listedHeldLines } from '../../src/output/held-csv.js';
import { close, closed, event, importFacts, ledgerWith, order, practice } from '../support/facts.js';

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

it('held lines and exceptions are told with the names, zones and amounts that the close knew', async () => {
  const ledger = await ledgerWith([
    practice('P1', { name: 'Lakeside', timeZone: 'Asia/Tokyo' }),
    order('A1', '2026-10-05'),
    // On the clock of Tokyo, its limit is a day later.
    event('A1', 'paused', '2026-10-06T20:00:00Z'),
    order('A2', '2026-10-05'),
    order('A2', '2026-10-05', { line: 2, unitPrice: '40' }),
    event('A2', 'cancelled', '2026-10-04', { line: 2 }),
    event('A2', 'cancelled', '2026-10-04', { line: 3 }),
    event('A2', 'resumed', '2026-10-07'),
    event('A9', 'resumed', '2026-10-07'),
  ]);
  await close(ledger, '2026-10');
  const told = () =>
    readMonth(ledger, '2026-10', (view) => [
      ...[...listedHeldLines(view)].map(({ practiceName, orderId, limitOn }) => [
        practiceName,
        orderId,
        limitOn,
      ]),
      ...[...listedExceptions(view)].map(({ practiceId, orderId, code, lineAmount }) => [
        practiceId,
        orderId,
        code,
        lineAmount?.amountMinor,
      ]),
    ]);
  const expected = [
    ['Lakeside', 'A1', '2026-11-21'],
    ['P1', 'A2', 'before-placement', 4000n],
    ['P1', 'A2', 'unknown-line', undefined],
    ['P1', 'A2', 'not-paused', undefined],
    ['', 'A9', 'unknown-order', undefined],
  ];
  expect(await told()).toEqual(expected);
  const later = [
    practice('P1', { name: 'Seaside', timeZone: 'Asia/Tokyo' }),
    order('A2', '2026-10-05', { practiceId: 'P2' }),
    order('A2', '2026-10-05', { practiceId: 'P2', line: 2, unitPrice: '50' }),
    order('A9', '2026-10-05'),
  ];
  const outcomes = await importFacts(ledger, later, { amend: true });
  expect(outcomes).toEqual(['amended', 'amended', 'amended', 'imported']);
  expect(await told()).toEqual(expected);
});
