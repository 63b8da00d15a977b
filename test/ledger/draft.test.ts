import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { draftMonth } from '../../src/ledger/draft-month.js';
import { createLedger, type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { readMonth, sealOfMonth } from '../../src/ledger/read-month.js';
import { renderMonth } from '../../src/output/render-month.js';
import {
  allRows,
  close,
  closed,
  drafted,
  event,
  importFacts,
  ledgerWith,
  ONE_OF_EACH,
  order,
  practice,
  temporaryFolder,
} from '../support/facts.js';

const OCTOBER: readonly Fact[] = [
  practice('P1'),
  order('A1', '2026-10-05'),
  order('A2', '2026-10-05'),
  event('A2', 'paused', '2026-10-10'),
];

/** A pause that was known too late, a cancellation, a resume, a price, an order that moves, a new zone, exceptions. */
const NOVEMBER: readonly Fact[] = [
  ...['B1', 'B2', 'B3'].map((id) => order(id, '2026-11-05')),
  order('C1', '2026-11-06', { practiceId: 'P2', currency: 'EUR', unitPrice: '0.125', quantity: '2.5' }),
  practice('P3', { timeZone: 'Asia/Tokyo' }),
  order('D1', '2026-10-07', { practiceId: 'P3' }),
  event('A1', 'paused', '2026-10-10'),
  event('A2', 'resumed', '2026-11-03'),
  event('B1', 'cancelled', '2026-11-10'),
  event('B2', 'resumed', '2026-11-10'),
  event('unknown', 'shipped', '2026-11-10'),
];

describe('a preview of an open month', () => {
  it('shows what a close would issue, with DRAFT for numbers', async () => {
    const ledger = await ledgerWith(OCTOBER);
    expect(await drafted(ledger, '2026-10')).toEqual([
      'DRAFT P1 A1/1 placed 100.00',
      'held A2/1 deferred 100.00',
    ]);
  });

  it('uses up no number', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await drafted(ledger, '2026-10');
    await close(ledger, '2026-10');
    expect(await closed(ledger, '2026-10')).toContain('INV-000001 P1 A1/1 placed 100.00');
  });

  it.each([
    ['the next month', '2026-11'],
    ['the month after the next, billed in a row with it', '2026-12'],
  ])('equals its close but for numbers: %s', async (_, month) => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await importFacts(ledger, [...NOVEMBER, event('B3', 'cancelled', '2026-12-05')]);
    await importFacts(ledger, [order('A1', '2026-10-05', { unitPrice: '120', practiceId: 'P2' })], {
      amend: true,
    });

    const draft = await draftMonth(ledger, month, DEFAULT_CONFIG, csvFiles);
    await close(ledger, month, { catchUp: true });
    const numbers = numbersAfter(ledger, '2026-10');
    const issued = await readMonth(ledger, month, csvFiles);
    expect([...issued.keys()].length).toBeGreaterThan(3);
    for (const [name, text] of issued)
      expect(draft.get(name), name).toBe(
        text.replace(/(INV|CN)-\d{6}/g, (number) => (numbers.has(number) ? 'DRAFT' : number)),
      );
    expect([...draft.keys()]).toEqual([...issued.keys()]);
  });

  function csvFiles(view: Parameters<typeof renderMonth>[0]): Map<string, string> {
    const files = renderMonth(view, '0.0.0');
    files.delete('manifest.json');
    return files;
  }

  function numbersAfter({ db }: Ledger, month: string): Set<unknown> {
    return new Set(db.prepare('SELECT document_number FROM documents WHERE month > ?').pluck().all(month));
  }

  it('says which seal it builds on: none in an empty ledger, else the last before it', async () => {
    const ledger = await ledgerWith(OCTOBER);
    const sealOfDraft = (month: string) =>
      draftMonth(ledger, month, DEFAULT_CONFIG, ({ seal, isDraft }) => [isDraft, seal]);
    expect(await sealOfDraft('2026-10')).toEqual([true, '']);
    await close(ledger, '2026-10');
    for (const month of ['2026-11', '2026-12'])
      expect(await sealOfDraft(month)).toEqual([true, sealOfMonth(ledger, '2026-10')]);
    expect(await sealOfDraft('2026-10')).toEqual([true, '']);
  });
});

describe('a preview of a closed month', () => {
  const ledgerWithThreeMonths = async () => {
    const ledger = await ledgerWith(OCTOBER);
    for (const month of ['2026-10', '2026-11', '2026-12']) await close(ledger, month);
    return ledger;
  };

  it('is empty but for what is held, if nothing came later', async () => {
    const ledger = await ledgerWithThreeMonths();
    expect(await drafted(ledger, '2026-10')).toEqual(['held A2/1 deferred 100.00']);
    expect(await drafted(ledger, '2026-11')).toEqual(['held A2/1 slated 100.00']);
  });

  it.each<[what: string, facts: readonly Fact[], october: readonly string[], november: readonly string[]]>([
    [
      'a late pause is credited',
      [event('A1', 'paused', '2026-10-10')],
      ['DRAFT P1 A1/1 paused -100.00', 'held A1/1 deferred 100.00', 'held A2/1 deferred 100.00'],
      ['DRAFT P1 A1/1 paused -100.00', 'held A1/1 slated 100.00', 'held A2/1 slated 100.00'],
    ],
    [
      'a late order is charged: in its own month placed, in the next one late',
      [order('A3', '2026-10-06')],
      ['DRAFT P1 A3/1 placed 100.00', 'held A2/1 deferred 100.00'],
      ['DRAFT P1 A3/1 late 100.00', 'held A2/1 slated 100.00'],
    ],
    [
      'a resume of November concerns November only',
      [event('A2', 'resumed', '2026-11-03')],
      ['held A2/1 deferred 100.00'],
      ['DRAFT P1 A2/1 resumed 100.00'],
    ],
    [
      'an amended price is credited and charged',
      [order('A1', '2026-10-05', { unitPrice: '120' })],
      ['DRAFT P1 A1/1 amended -100.00', 'DRAFT P1 A1/1 amended 120.00', 'held A2/1 deferred 100.00'],
      ['DRAFT P1 A1/1 amended -100.00', 'DRAFT P1 A1/1 amended 120.00', 'held A2/1 slated 100.00'],
    ],
  ])('shows what later facts would correct: %s', async (_, facts, october, november) => {
    const ledger = await ledgerWithThreeMonths();
    await importFacts(ledger, facts, { amend: true });
    expect(await drafted(ledger, '2026-10')).toEqual(october);
    expect(await drafted(ledger, '2026-11')).toEqual(november);
  });

  it('counts only what closed months up to it issued', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await importFacts(ledger, [order('A3', '2026-10-06')]);
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toContain('INV-000002 P1 A3/1 late 100.00');
    expect(await drafted(ledger, '2026-10')).toContain('DRAFT P1 A3/1 placed 100.00');
    expect(await drafted(ledger, '2026-11')).not.toContain('DRAFT P1 A3/1 late 100.00');
  });
});

describe('a preview leaves the ledger as it is', () => {
  it('to the byte, also while it is read-only', async () => {
    const file = path.join(temporaryFolder(), 'monthend.db');
    createLedger(file);
    const writer = openLedger(file, { readonly: false });
    await importFacts(writer, ONE_OF_EACH);
    await close(writer, '2026-10');
    await importFacts(writer, NOVEMBER);
    writer.close();
    const bytes = readFileSync(file);

    for (const readonly of [false, true]) {
      if (readonly) chmodSync(file, 0o400);
      const ledger = openLedger(file, { readonly });
      onTestFinished(() => ledger.close());
      for (const month of ['2026-10', '2026-11', '2027-01'])
        expect(await drafted(ledger, month)).not.toEqual([]);
      expect(readFileSync(file)).toEqual(bytes);
    }
  });

  it('also when what uses it throws, and the next preview is a fresh one', async () => {
    const ledger = await ledgerWith(OCTOBER);
    const before = allRows(ledger);
    const boom = new Error('boom');
    const failing = draftMonth(ledger, '2026-10', DEFAULT_CONFIG, () => Promise.reject(boom));
    await expect(failing).rejects.toBe(boom);
    expect(allRows(ledger)).toEqual(before);
    const first = await drafted(ledger, '2026-10');
    expect(await drafted(ledger, '2026-10')).toEqual(first);
  });
});
