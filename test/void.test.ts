/** Properties of the void: closing, voiding and closing again is closing once, but for numbers. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditLedger } from '../src/ledger/audit.js';
import { auditBalance } from '../src/ledger/audit-balance.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { readMonth } from '../src/ledger/read-month.js';
import { voidedDocuments, voidMonth } from '../src/ledger/void.js';
import { amends, MONTHS, type Scenario, scenarios } from './support/histories.js';
import { type Billed, billedMonth, close, configOf, importFacts, withLedger } from './support/lab.js';
import { runs } from './support/search.js';

/** Where a history is voided: after the close of which month, how many months, and whether more facts come before they are closed again. */
interface Place {
  readonly after: number;
  readonly count: number;
  readonly hasNews: boolean;
}

const places: fc.Arbitrary<Place> = fc
  .record({ after: fc.nat(MONTHS.length - 1), back: fc.nat(), hasNews: fc.boolean() })
  .map(({ after, back, hasNews }) => ({ after, count: 1 + (back % (after + 1)), hasNews }));

/** The months that are voided, the last one first. */
const voidedAt = ({ after, count }: Place): string[] => MONTHS.slice(after + 1 - count, after + 1).reverse();

/**
 * Imports each month's facts and closes it. The months of the place are closed by all facts that are known when the last of them is; with
 * news, by those of the month after it too.
 * @param isVoided they are closed in turn before, and voided
 */
async function bill(ledger: Ledger, scenario: Scenario, place: Place, isVoided: boolean): Promise<void> {
  const { after, hasNews } = place;
  const late = voidedAt(place).reverse();
  const closeIn = (month: string) => close(ledger, month, configOf(scenario, MONTHS.indexOf(month)));
  const bring = async (index: number) => {
    const facts = scenario.batches[index] ?? [];
    if (facts.length > 0) await importFacts(ledger, facts, amends(scenario, index));
  };
  for (const [index, month] of MONTHS.entries()) {
    if (index !== after + 1 || !hasNews) await bring(index);
    if (!late.includes(month) || isVoided) await closeIn(month);
    if (index !== after) continue;
    if (isVoided) await voidThem(ledger, place);
    if (hasNews && after + 1 < MONTHS.length) await bring(after + 1);
    for (const each of late) await closeIn(each);
  }
}

async function voidThem(ledger: Ledger, place: Place): Promise<void> {
  for (const month of voidedAt(place)) {
    const before = await billedMonth(ledger, month);
    const { documents, wasVoid } = await voidMonth(ledger, month, { reason: 'a test', now: 0 });
    expect(wasVoid).toBe(false);
    expect(documents.map(({ documentNumber }) => documentNumber)).toEqual(
      before.documents.map(({ documentNumber }) => documentNumber),
    );
    expect(await auditLedger(ledger, undefined)).toEqual([]);
  }
}

const unnumbered = ({ documents, lines, held, exceptions }: Billed) => ({
  documents: documents.map(({ documentNumber: _, ...row }) => row),
  lines: lines.map(({ documentNumber: _, corrects, ...row }) => ({ ...row, corrects: corrects !== '' })),
  held,
  exceptions,
});

async function monthsOf(ledger: Ledger) {
  const months = [];
  for (const month of MONTHS) {
    const { lastImport, terms } = await readMonth(ledger, month, (view) => ({
      lastImport: view.lastImport,
      terms: [...view.reconciliation()],
    }));
    months.push({ month, lastImport, terms, ...unnumbered(await billedMonth(ledger, month)) });
  }
  return months;
}

async function numbersOf(ledger: Ledger): Promise<string[]> {
  const issued = [];
  for (const month of MONTHS)
    issued.push(
      ...(await billedMonth(ledger, month)).documents.map(({ documentNumber }) => String(documentNumber)),
    );
  return issued;
}

it('a history with voids at any place comes to the same, with numbers without gaps once void ones are counted', () =>
  fc.assert(
    fc.asyncProperty(scenarios(), places, async (scenario, place) => {
      const once = await withLedger(async (ledger) => {
        await bill(ledger, scenario, place, false);
        return monthsOf(ledger);
      });
      await withLedger(async (ledger) => {
        await bill(ledger, scenario, place, true);
        expect(await monthsOf(ledger)).toEqual(once);
        expect(await auditLedger(ledger, undefined)).toEqual([]);
        for (const month of MONTHS) expect(await auditBalance(ledger, month)).toEqual([]);
        const numbers = [
          ...(await numbersOf(ledger)),
          ...voidedDocuments(ledger.db).map(({ documentNumber }) => documentNumber),
        ];
        for (const series of ['INV', 'CN']) {
          const own = numbers.filter((number) => number.startsWith(series)).sort();
          expect(own).toEqual(own.map((_, index) => `${series}-${String(index + 1).padStart(6, '0')}`));
        }
      });
    }),
    { numRuns: runs(12, 1000) },
  ));
