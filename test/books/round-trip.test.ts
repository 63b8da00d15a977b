/**
 * Every export read back as its target would read it, against the month's own summary.csv: over random months, and over months
 * with what no lab has. `every-fixture.test.ts` does so over every fixture case.
 */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import type { Fact } from '../../src/billing/order.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { readConfig } from '../../src/config/read-config.js';
import { importFiles } from '../../src/import-files.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { readOut } from '../../src/output/month-files.js';
import { printableFiles } from '../../src/output/printable-files.js';
import { BOOKS, exact, exportedInMemory, rowsOfCsv } from '../support/books.js';
import { digitsOf, holdToSummary } from '../support/books-of-month.js';
import { faultsOf } from '../support/en16931.js';
import { event, order, practice } from '../support/facts.js';
import { scenarios } from '../support/histories.js';
import { bill, close, importFacts, withLedger } from '../support/lab.js';
import { REPOSITORY } from '../support/monthend.js';
import { runs } from '../support/search.js';

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
    expect(exported).toBeGreaterThan(0.8 * runs(60));
  });
});

/** The documents of a month printed: each once, and the list of them adds up to its summary. */
function holdPrinted(view: MonthView): void {
  const documents = [...view.documents()];
  const options = { view, pausesOf: () => [], logo: undefined, noteUnprintable: () => {} };
  const texts = new Map<string, string>();
  for (const file of printableFiles(documents, options)) {
    const pieces: Buffer[] = [];
    readOut(file, (bytes) => pieces.push(Buffer.from(bytes)));
    texts.set(file.path, Buffer.concat(pieces).toString('utf8'));
  }
  const index = rowsOfCsv(texts.get('index.csv') ?? '');
  const rowOf = (...cells: readonly unknown[]) => cells.join(' ');
  expect(
    index.map((row) => rowOf(row.document_number, row.bill_to, row.currency, exact(row.total ?? ''))),
  ).toEqual(
    documents.map(({ documentNumber, billTo, currency, totals }) =>
      rowOf(
        documentNumber,
        billTo.practiceId,
        currency,
        BigInt(totals.totalMinor) * 10n ** BigInt(9 - digitsOf(currency)),
      ),
    ),
  );
  expect([...texts.keys()].sort()).toEqual(['index.csv', ...index.map(({ file = '' }) => file)].sort());
}

/** Every document as UBL, exempt from VAT. */
function holdUbl(view: MonthView): void {
  const books = { ...BOOKS, taxCategory: 'E', exemptionCode: 'VATEX-EU-132-1E' } as const;
  for (const [name, xml] of exportedInMemory(view, { target: 'ubl', books }).files)
    expect(faultsOf(xml), name).toEqual([]);
}

test('three months of a lab’s exports as they are, with discounts below zero and credits', async () => {
  const read = { instant: 'MM/dd/yyyy h:mm a', timeZone: 'America/New_York' };
  const config = readConfig(
    JSON.stringify({
      negativePrices: true,
      inputs: {
        'us-practices': {
          kind: 'practices',
          columns: {
            practice_id: 'Practice ID',
            name: 'Practice Name',
            time_zone: 'Time Zone',
            email: 'Email',
            address_1: 'Address',
            city: 'City',
            region: 'State',
            postal_code: 'Zip',
          },
        },
        'us-history': {
          kind: 'history',
          columns: {
            event_id: 'Event ID',
            order_id: 'Order ID',
            event: 'Event',
            at: 'Event Date',
            reason: 'Reason',
          },
          ignore: ['User'],
          values: {
            Event: { Paused: 'paused', Resumed: 'resumed', Shipped: 'shipped', Cancelled: 'cancelled' },
          },
          ...read,
        },
        'us-orders': {
          kind: 'orders',
          columns: {
            order_id: 'Order ID',
            line: 'Line',
            practice_id: 'Practice ID',
            product: 'Product Code',
            description: 'Description',
            patient_ref: 'Patient',
            quantity: 'Qty',
            unit_price: 'Unit Price',
            placed_at: 'Order Date',
          },
          ignore: ['Practice Name', 'Doctor Name', 'List Price', 'Discount %', 'Status', 'Shipped Date'],
          constants: { currency: 'USD' },
          groupMark: ',',
          currencySign: '$',
          negatives: '(1)',
          ...read,
        },
      },
    }),
  );
  const file = (name: string) => path.join(REPOSITORY, 'fixtures/exports/us', `${name}.csv`);
  await withLedger(async (ledger) => {
    await importFiles(ledger, [file('practices')], { amend: false, config, now: 0 });
    let belowZero = 0;
    let credits = 0;
    for (const month of ['2025-10', '2025-11', '2025-12']) {
      const names = [`orders_${month}`, `history_${month}`].map(file);
      await importFiles(ledger, names, { amend: false, config, now: 0 });
      await close(ledger, month, config);
      await readMonth(ledger, month, (view) => {
        expect(holdToSummary(view)).toEqual([]);
        holdPrinted(view);
        holdUbl(view);
        for (const document of view.documents()) {
          credits += document.totals.creditCount;
          for (const { unitPrice } of view.linesOf(document)) if (unitPrice.startsWith('-')) belowZero++;
        }
      });
    }
    expect({ belowZero: belowZero > 0, credits: credits > 0 }).toEqual({ belowZero: true, credits: true });
  });
});

test('a month of many documents: three kinds of currencies, documents of zero, credit notes, names of several scripts, one that pays for others', async () => {
  const count = runs(120);
  const NAMES = ['Żółć', '東京みなと歯科医院', 'Жемчуг & Söhne', 'مركز', 'O’Brien "Kids", DDS'];
  const CURRENCIES = ['USD', 'EUR', 'JPY', 'KWD'];
  const ids = Array.from({ length: count }, (_, index) => `P-${index}`);
  const practices = ids.map((id, index) =>
    practice(id, {
      name: `${NAMES[index % NAMES.length]} ${index}`,
      details: index % 10 === 3 ? { bill_to: 'P-0' } : { country: 'US', email: `a${index}@x.example` },
    }),
  );
  const orders = ids.map((practiceId, index) =>
    order(`O-${index}`, '2026-10-05', {
      practiceId,
      currency: CURRENCIES[index % CURRENCIES.length] ?? '',
      // Whole: what has three digits after the point is refused by most targets.
      unitPrice: index % 25 === 0 ? '0' : String(100 + index),
      product: index % 3 === 0 ? 'aligners' : 'CROWN',
    }),
  );
  const cancelled = ids.flatMap((_, index) =>
    index % 20 === 1 ? [event(`O-${index}`, 'cancelled', '2026-11-05')] : [],
  );
  await withLedger(async (ledger) => {
    await importFacts(ledger, [...practices, ...orders], false);
    await close(ledger, '2026-10', DEFAULT_CONFIG);
    await importFacts(ledger, cancelled, false);
    await close(ledger, '2026-11', DEFAULT_CONFIG);
    for (const [month, documents] of [
      ['2026-10', count],
      ['2026-11', cancelled.length],
    ] as const)
      await readMonth(ledger, month, (view) => {
        expect([...view.documents()]).toHaveLength(documents);
        expect(holdToSummary(view)).toEqual([]);
        holdPrinted(view);
        holdUbl(view);
      });
  });
});
