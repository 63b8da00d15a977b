/**
 * Every export read back as its target would read it, against the month's own summary.csv: over every fixture case, over random
 * months, and over months with what no lab has.
 */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import type { Fact } from '../../src/billing/order.js';
import { type By, TARGET_NAMES, type TargetName, targetOf } from '../../src/books/targets.js';
import { findCases } from '../../src/cases/case-folder.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { toCsv } from '../../src/output/csv.js';
import { SUMMARY_COLUMNS } from '../../src/output/summary-csv.js';
import { BOOKS, checkedInMemory, exact, exportedInMemory, readBack, rowsOfCsv } from '../support/books.js';
import { event, order } from '../support/facts.js';
import { billedCase, CASES } from '../support/fixture-ledger.js';
import { scenarios } from '../support/histories.js';
import { bill, close, importFacts, withLedger } from '../support/lab.js';
import { runs } from '../support/search.js';

const WAYS = TARGET_NAMES.flatMap((target) =>
  targetOf(target).by.map((by): [TargetName, By] => [target, by]),
);

/** @returns the ways that were refused, and what for */
function holdToSummary(view: MonthView): string[] {
  const style = { bom: false, lineEnding: 'lf', formulaGuard: false } as const;
  const summary = rowsOfCsv([...toCsv(SUMMARY_COLUMNS, view.documents(), style)].join(''));
  const refused: string[] = [];
  for (const [target, by] of WAYS) {
    const where = `${view.month} to ${target} by ${by}`;
    const { refusals } = checkedInMemory(view, { target, by });
    if (refusals.length > 0) {
      refused.push(...refusals.map((why) => `${target}: ${why}`));
      continue;
    }
    const { files, checked, sums } = exportedInMemory(view, { target, by });
    const read = readBack(target, files);
    const expected = summary.filter(
      ({ document_number = '', total = '' }) =>
        !checked.leftOut.includes(document_number) &&
        // A journal has no rows of nothing; what it has of a document of zero is in balance.
        !(target === 'journal' && exact(total) === 0n),
    );
    const totals = (rows: readonly (readonly [string, string, bigint])[]) => rows.map(String).sort();
    expect(
      totals(
        [...read.values()]
          .filter((each) => target !== 'journal' || each.total !== 0n)
          .map((each) => [each.number, each.currency, each.total]),
      ),
      where,
    ).toEqual(
      totals(expected.map((row) => [row.document_number ?? '', row.currency ?? '', exact(row.total ?? '')])),
    );
    for (const { currency, files: stated, month } of sums) {
      expect(stated, where).toBe(month);
      const sum = [...read.values()]
        .filter((each) => each.currency === currency)
        .reduce((total, each) => total + each.total, 0n);
      expect(sum, where).toBe(exact(month));
    }
    for (const number of checked.leftOut)
      expect(exact(summary.find((row) => row.document_number === number)?.total ?? ''), where).toBe(0n);
    holdRows(view, { target, by, read, where });
  }
  return refused;
}

/** Line for line, and account for account. */
function holdRows(
  view: MonthView,
  {
    target,
    by,
    read,
    where,
  }: { target: TargetName; by: By; read: ReturnType<typeof readBack>; where: string },
): void {
  const byItem = target === 'quickbooks-online' || target === 'netsuite';
  for (const document of view.documents()) {
    const found = read.get(document.documentNumber);
    if (found === undefined) continue;
    const lines = [...view.linesOf(document)];
    const scale = 10n ** BigInt(9 - digitsOf(document.currency));
    const amounts = lines.map(({ amountMinor }) => BigInt(amountMinor) * scale);
    if (by === 'line')
      expect(found.rows, where).toEqual(
        target === 'journal' ? amounts.filter((each) => each !== 0n) : amounts,
      );
    if (target === 'ubl') continue;
    const revenue = new Map<string, bigint>();
    for (const [index, { product }] of lines.entries()) {
      const mapped = product === 'CROWN' ? 0 : /^a.*s$/.test(product) ? 1 : undefined;
      const rule = mapped === undefined ? BOOKS.default : BOOKS.products[mapped];
      const key = (byItem ? rule?.item : rule?.account) ?? '';
      revenue.set(key, (revenue.get(key) ?? 0n) + (amounts[index] ?? 0n));
    }
    const nonZero = (sums: ReadonlyMap<string, bigint>) =>
      [...sums]
        .filter(([, amount]) => amount !== 0n)
        .map(String)
        .sort();
    expect(nonZero(found.revenue), where).toEqual(nonZero(revenue));
  }
}

const digitsOf = (currency: string) => (currency === 'JPY' ? 0 : currency === 'KWD' ? 3 : 2);

const cases = findCases(CASES).map((folder) => path.relative(CASES, folder));

test.each(cases)('%s', async (name) => {
  const { ledger, months } = await billedCase(path.join(CASES, name));
  for (const month of months) {
    const refused = await readMonth(ledger, month, holdToSummary);
    // Of all fixtures only these have what a target cannot hold.
    for (const why of refused)
      expect(why).toMatch(
        /KWD has 3 digits after the point, at most 2 fit|its number has \d+ characters|other than plain ASCII, or a quote|characters, and at most|holds a colon/,
      );
  }
  ledger.close();
});

test('random months', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), async (scenario) =>
      withLedger((ledger) =>
        bill(ledger, scenario, async (month) => {
          expect(await readMonth(ledger, month, holdToSummary)).toEqual([]);
        }),
      ),
    ),
    { numRuns: runs(25) },
  );
});

describe('months of what no lab has', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((each) => each.replace(/\p{C}/gu, '\t\n'));
  const digits = (most: number) =>
    fc.tuple(fc.nat(9_999), fc.nat(10 ** most - 1)).map(([whole, fraction]) => {
      const decimal = `${whole}.${String(fraction).padStart(most, '0')}`.replace(/\.?0+$/, '');
      return decimal === '' ? '0' : decimal;
    });
  const line = fc.record({
    practiceId: fc.constantFrom('P-1', 'P-2', 'P-3'),
    product: fc.constantFrom('CROWN', 'aligners', 'x', '🦷'),
    description: text,
    quantity: digits(3).map((each) => (each === '0' ? '0.001' : each)),
    unitPrice: digits(6),
    currency: fc.constantFrom('USD', 'USD', 'JPY', 'KWD'),
    isCancelled: fc.boolean(),
  });

  test('long decimals, any text, three kinds of currencies, credits and credit notes', async () => {
    let exported = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('half-up' as const, 'half-even' as const),
        async (lines, rounding) =>
          withLedger(async (ledger) => {
            const config = { ...DEFAULT_CONFIG, rounding, notPausable: [] };
            const orders = lines.map(({ isCancelled: _, ...fact }, index) =>
              order(`O-${index}`, '2026-10-05', fact),
            );
            const cancelled = lines.flatMap(({ isCancelled }, index): Fact[] =>
              isCancelled ? [event(`O-${index}`, 'cancelled', '2026-11-05')] : [],
            );
            await importFacts(ledger, orders, false);
            await close(ledger, '2026-10', config);
            if (cancelled.length > 0) await importFacts(ledger, cancelled, false);
            await close(ledger, '2026-11', config);
            for (const month of ['2026-10', '2026-11'])
              for (const why of await readMonth(ledger, month, holdToSummary))
                expect(why).toMatch(/an amount in KWD has 3 digits after the point, at most 2 fit/);
            exported++;
          }),
      ),
      { numRuns: runs(60) },
    );
    expect(exported).toBeGreaterThan(50);
  });
});
