/**
 * What holds for any history: random orders, billed by the real pipeline on a ledger in memory. A failure prints the seed and
 * the smallest history that shows it; `fc.assert(..., { seed, path })` runs it again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, OrderLine } from '../src/billing/order.js';
import { importFiles } from '../src/import-files.js';
import { draftMonth } from '../src/ledger/draft-month.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { monthsToClose } from '../src/ledger/months-to-close.js';
import { readMonth } from '../src/ledger/read-month.js';
import { MANIFEST } from '../src/output/manifest.js';
import { renderMonth } from '../src/output/render-month.js';
import {
  allAtStart,
  amends,
  factsAfter,
  MONTHS,
  ndjson,
  rulesOf,
  type Scenario,
  scenarios,
} from './support/histories.js';
import {
  type Billed,
  bill,
  billedMonth,
  close,
  configOf,
  importFacts,
  rowsOf,
  withLedger,
} from './support/lab.js';
import { createModel, type Row } from './support/model.js';
import { runs } from './support/search.js';
import type { Facts } from './support/story.js';

const FIRST = MONTHS[0] ?? '';
const LAST = MONTHS.at(-1) ?? '';

/** Holds the property for so many random scenarios. */
function always(few: number, property: (scenario: Scenario) => Promise<void>, inTime = false): Promise<void> {
  return fc.assert(fc.asyncProperty(scenarios({ inTime }), property), { numRuns: runs(few) });
}

async function billed(scenario: Scenario): Promise<Billed[]> {
  return withLedger(async (ledger) => {
    const months: Billed[] = [];
    await bill(ledger, scenario, async (month) => void months.push(await billedMonth(ledger, month)));
    return months;
  });
}

const lineOf = (row: Row) => `${row.orderId}/${row.orderLine}`;

/** Rows as texts in one order, keys sorted: to be compared as multisets. */
const multiset = (rows: readonly Row[]) =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

/** Without the numbers of documents, which a draft has not. */
const unnumbered = ({ documents, lines, held, exceptions }: Billed) => ({
  documents: documents.map(({ documentNumber: _, ...row }) => row),
  lines: lines.map(({ documentNumber: _, corrects, ...row }) => ({ ...row, corrects: corrects !== '' })),
  held,
  exceptions,
});

/** Applies lines to the charges that stand: a charge needs none, a credit takes back exactly the one that does. */
function applyLines(standing: Map<string, Row>, lines: readonly Row[]): void {
  for (const line of lines) {
    const stands = standing.get(lineOf(line));
    if (line.lineType === 'charge') {
      expect(stands).toBeUndefined();
      standing.set(lineOf(line), line);
      continue;
    }
    const { documentNumber, lineNumber: _, reason: __, lineType: ___, amountMinor, corrects, ...rest } = line;
    expect(stands).toMatchObject(rest);
    expect(0 - Number(amountMinor)).toBe(stands?.amountMinor);
    expect(corrects).toBe(stands?.documentNumber);
    expect(documentNumber).not.toBe(corrects);
    standing.delete(lineOf(line));
  }
}

describe('money', () => {
  it('is never charged twice, and nets to the charge that stands', () =>
    always(60, async (scenario) => {
      const standing = new Map<string, Row>();
      const net = new Map<string, number>();
      for (const { lines } of await billed(scenario)) {
        // Lines stand by order line, credit before charge; of one that moved, the credit may be on a later document.
        applyLines(
          standing,
          lines.filter(({ lineType }) => lineType === 'credit'),
        );
        applyLines(
          standing,
          lines.filter(({ lineType }) => lineType === 'charge'),
        );
        for (const line of lines) {
          const key = `${lineOf(line)} ${line.practiceId} ${line.currency}`;
          net.set(key, (net.get(key) ?? 0) + Number(line.amountMinor));
        }
        const expected = [...standing.values()].map(
          (line) => [`${lineOf(line)} ${line.practiceId} ${line.currency}`, line.amountMinor] as const,
        );
        expect(new Map([...net].filter(([, amount]) => amount !== 0))).toEqual(
          new Map(expected.filter(([, amount]) => amount !== 0)),
        );
      }
    }));

  it('is charged for the first month at whose cut-off the order is neither paused nor ended', () =>
    always(60, async (scenario) => {
      const rules = rulesOf(scenario);
      const { serviceMonth, cutOff, storyAt } = createModel(rules);
      for (const [index, { lines }] of (await billed(scenario)).entries()) {
        const month = MONTHS[index] ?? '';
        const facts = factsAfter(scenario, index + 1);
        for (const charge of lines.filter(({ lineType }) => lineType === 'charge')) {
          const order = ofOrder(facts, String(charge.orderId));
          const line = order.lines.find(({ line: number }) => number === charge.orderLine) as OrderLine;
          const zones = rules.zonesOf(line.practiceId);
          const stateAt = (each: string) => storyAt(cutOff(each, zones), order, zones).state;
          expect(charge.serviceMonth).toBe(serviceMonth(line, order, zones, month));
          expect(['active', 'shipped']).toContain(stateAt(String(charge.serviceMonth)));
          expect(stateAt(month)).not.toBe('ended');
          expect(line.placedAt).toBeLessThan(cutOff(month, zones));
        }
      }
    }));

  it('charged + held + ended uncharged + before the ledger = placed, at every cut-off', () =>
    always(60, (scenario) =>
      withLedger(async (ledger) => {
        const rules = rulesOf(scenario);
        const { cutOff, storyAt } = createModel(rules);
        const standing = new Map<string, Row>();
        await bill(ledger, scenario, async (month, index) => {
          const { lines, held } = await billedMonth(ledger, month);
          for (const type of ['credit', 'charge'])
            applyLines(
              standing,
              lines.filter(({ lineType }) => lineType === type),
            );
          const heldLines = new Set(held.map(lineOf));
          const before = beforeLedger(ledger);
          const facts = factsAfter(scenario, index + 1);
          const counts = { charged: 0, held: 0, ended: 0, before: 0, placed: 0 };
          for (const line of facts.lines) {
            const name = `${line.orderId}/${line.line}`;
            const zones = rules.zonesOf(line.practiceId);
            const end = cutOff(month, zones);
            if (line.placedAt >= end) {
              expect([name, standing.has(name), heldLines.has(name)]).toEqual([name, false, false]);
              continue;
            }
            counts.placed++;
            if (standing.has(name)) counts.charged++;
            if (heldLines.has(name)) counts.held++;
            if (before.has(name)) counts.before++;
            const { state, lineEnds } = storyAt(end, ofOrder(facts, line.orderId), zones);
            const isEnded = state === 'ended' || lineEnds.has(line.line);
            if (isEnded && !before.has(name)) counts.ended++;
          }
          expect(counts.charged + counts.held + counts.ended + counts.before).toBe(counts.placed);
        });
      }),
    ));
});

describe('documents', () => {
  it('come to the sums of their lines, in the summary and on the invoices; their series have no gaps', () =>
    always(50, (scenario) =>
      withLedger(async (ledger) => {
        const numbers: Record<string, string[]> = { invoice: [], credit_note: [] };
        await bill(ledger, scenario, async (month) => {
          const { documents, lines } = await billedMonth(ledger, month);
          const files = await filesOf(ledger, month);
          const summary = readCsv(files.get('summary.csv') ?? '');
          const invoices = [...files].filter(([name]) => name.startsWith('invoices/'));
          expect(invoices).toHaveLength(documents.length);
          expect(summary).toHaveLength(documents.length);
          expect(lines).toHaveLength(sum(documents, 'lineCount'));
          for (const [index, document] of documents.entries()) {
            const own = lines.filter(({ documentNumber }) => documentNumber === document.documentNumber);
            const charges = own.filter(({ lineType }) => lineType === 'charge');
            const credits = own.filter(({ lineType }) => lineType === 'credit');
            expect(document).toMatchObject({
              documentType: sum(own, 'amountMinor') >= 0 ? 'invoice' : 'credit_note',
              lineCount: own.length,
              chargeCount: charges.length,
              creditCount: credits.length,
              chargesMinor: sum(charges, 'amountMinor'),
              creditsMinor: sum(credits, 'amountMinor'),
              totalMinor: sum(own, 'amountMinor'),
            });
            expect(own.map(({ lineNumber }) => lineNumber)).toEqual(own.map((_, i) => i + 1));
            numbers[String(document.documentType)]?.push(String(document.documentNumber));

            const invoice = invoices
              .map(([, text]) => readCsv(text))
              .find(([first]) => first?.document_number === document.documentNumber);
            const amounts = (invoice ?? []).map((row) => minor(row.amount));
            expect(minor(summary[index]?.total)).toBe(amounts.reduce((a, b) => a + b, 0n));
            expect(minor(summary[index]?.charges) + minor(summary[index]?.credits)).toBe(
              minor(summary[index]?.total),
            );
            expect(Number(summary[index]?.line_count)).toBe(amounts.length);
          }
        });
        for (const [type, prefix] of [
          ['invoice', 'INV'],
          ['credit_note', 'CN'],
        ] as const) {
          const given = numbers[type] ?? [];
          expect(given).toEqual(given.map((_, i) => `${prefix}-${String(i + 1).padStart(6, '0')}`));
        }
      }),
    ));
});

describe('the same facts give the same files', () => {
  it('in any order of rows and files, in one import or several', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'monthend-properties-'));
    const mixed = scenarios().chain((scenario) =>
      fc.record({
        scenario: fc.constant(scenario),
        shuffled: fc.tuple(
          ...scenario.batches.map((facts) =>
            fc.shuffledSubarray([...facts], { minLength: facts.length, maxLength: facts.length }),
          ),
        ),
        // The import of each order's lines, which stay together (the order may move to another practice), and of each event.
        importOf: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
      }),
    );
    try {
      await fc.assert(
        fc.asyncProperty(mixed, async ({ scenario, shuffled, importOf }) => {
          const asOne = await withLedger(async (ledger) => {
            const months: Map<string, string>[] = [];
            await bill(ledger, scenario, async (month) => void months.push(await filesOf(ledger, month)));
            return months;
          });
          const asMany = await withLedger(async (ledger) => {
            const months: Map<string, string>[] = [];
            for (const [index, month] of MONTHS.entries()) {
              const config = configOf(scenario, index);
              for (const part of [0, 1, 2]) {
                const facts = (shuffled[index] ?? []).filter(
                  (fact, i) =>
                    part ===
                    (importOf[fact.kind === 'orders' ? Number(fact.fact.orderId.slice(4)) : i % 8] ?? 0),
                );
                const files = writeFiles(folder, facts);
                if (files.length > 0)
                  await importFiles(ledger, files, { amend: amends(scenario, index), config, now: part });
              }
              await close(ledger, month, config);
              months.push(await filesOf(ledger, month));
            }
            return months;
          });
          expect(asMany).toEqual(asOne);
        }),
        { numRuns: runs(60) },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('with a pause and resume of no length added', () =>
    fc.assert(
      fc.asyncProperty(
        scenarios(),
        fc.nat(MONTHS.length - 1),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (scenario, batch, order, pick) => {
          const instants = scenario.batches.flat().flatMap((fact) => {
            if (fact.kind === 'practices') return [];
            return [fact.kind === 'orders' ? fact.fact.placedAt : fact.fact.at];
          });
          // A sequence of its own: at one that others share it might take another event's partner.
          const shared = {
            eventId: '',
            orderId: `ORD-${order}`,
            at: instants[pick % instants.length] ?? 0,
            sequence: 7,
          };
          const pair: Fact[] = [
            { kind: 'history', fact: { ...shared, event: 'resumed', reason: '' } },
            { kind: 'history', fact: { ...shared, event: 'paused', reason: 'scan' } },
          ];
          const batches = scenario.batches.map((facts, i) => (i === batch ? [...facts, ...pair] : facts));
          expect(await billed({ ...scenario, batches })).toEqual(await billed(scenario));
        },
      ),
      { numRuns: runs(60) },
    ));

  it('month by month, caught up, or previewed from the start, when all was known then', () =>
    always(
      50,
      async (scenario) => {
        const known = allAtStart(scenario);
        const config = configOf(scenario, 0);
        const [byMonth, files] = await withLedger(async (ledger) => {
          const written: Map<string, string>[] = [];
          const months: Billed[] = [];
          await bill(ledger, known, async (month) => {
            written.push(await filesOf(ledger, month, true));
            months.push(await billedMonth(ledger, month));
          });
          return [months, written];
        });
        await withLedger(async (ledger) => {
          await importFacts(ledger, known.batches[0] ?? [], false);
          await close(ledger, FIRST, config);
          const preview = await draftMonth(ledger, LAST, config, rowsOf);
          for (const month of monthsToClose(ledger, LAST, { config, catchUp: true }))
            await close(ledger, month, config, LAST);
          for (const [index, month] of MONTHS.entries())
            expect(await filesOf(ledger, month, true)).toEqual(files[index]);
          expect(unnumbered(preview)).toEqual(unnumbered(byMonth.at(-1) as Billed));
        });
        // Facts that come only in their month, but in time, make no difference to what is charged and held.
        const inTime = await billed(scenario);
        expect(inTime.map(({ lines, held }) => ({ lines, held }))).toEqual(
          byMonth.map(({ lines, held }) => ({ lines, held })),
        );
      },
      true,
    ));
});

describe('a month that is closed', () => {
  it('stays as it is when it is closed again', () =>
    always(50, (scenario) =>
      withLedger((ledger) =>
        bill(ledger, scenario, async (month, _, config) => {
          const before = ledger.db.serialize();
          expect(monthsToClose(ledger, month, { config, catchUp: true })).toEqual([]);
          await close(ledger, month, config);
          expect(before.equals(ledger.db.serialize())).toBe(true);
        }),
      ),
    ));

  it('issues what its preview showed, and its preview then shows nothing more', () =>
    always(50, (scenario) =>
      withLedger(async (ledger) => {
        for (const [index, month] of MONTHS.entries()) {
          const config = configOf(scenario, index);
          await importFacts(ledger, scenario.batches[index] ?? [], amends(scenario, index));
          const before = ledger.db.serialize();
          const preview = await draftMonth(ledger, month, config, rowsOf);
          expect(before.equals(ledger.db.serialize())).toBe(true);
          await close(ledger, month, config);
          const issued = await billedMonth(ledger, month);
          expect(unnumbered(preview)).toEqual(unnumbered(issued));
          expect(await draftMonth(ledger, month, config, rowsOf)).toEqual({
            documents: [],
            lines: [],
            held: issued.held,
            exceptions: [],
          });
        }
      }),
    ));
});

describe('the rules by brute force', () => {
  it('give the same documents, held lines and exceptions, month by month', () =>
    always(120, async (scenario) => {
      const model = createModel(rulesOf(scenario));
      for (const [index, actual] of (await billed(scenario)).entries()) {
        const expected = model.close(MONTHS[index] ?? '', factsAfter(scenario, index + 1));
        expect(multiset(actual.lines)).toEqual(multiset(expected.lines));
        expect(multiset(actual.held)).toEqual(multiset(expected.held));
        expect(multiset(actual.exceptions)).toEqual(multiset(expected.exceptions));
      }
    }));
});

function ofOrder(facts: Facts, orderId: string): Facts {
  return {
    lines: facts.lines.filter((line) => line.orderId === orderId),
    events: facts.events.filter((event) => event.orderId === orderId),
  };
}

function beforeLedger(ledger: Ledger): Set<string> {
  const rows = ledger.db
    .prepare<[], string>("SELECT order_id || '/' || order_line FROM before_ledger_lines")
    .pluck()
    .all();
  return new Set(rows);
}

/** A month's files by name; unless `whole`, without what the manifest says of the imports. */
async function filesOf(ledger: Ledger, month: string, whole = false): Promise<Map<string, string>> {
  const files = await readMonth(ledger, month, (view) => renderMonth(view, '0.0.0'));
  if (whole) return files;
  const { imports: _, seal: __, ...manifest } = JSON.parse(files.get(MANIFEST) ?? '{}');
  return files.set(MANIFEST, JSON.stringify(manifest));
}

/** Facts in the order given, in a file of each kind for the first half and for the rest; the files in order of their first fact. */
function writeFiles(folder: string, facts: readonly Fact[]): string[] {
  const texts = new Map<string, string>();
  for (const [index, fact] of facts.entries()) {
    const name = `${fact.kind}-${index < facts.length / 2 ? 1 : 2}.ndjson`;
    texts.set(name, (texts.get(name) ?? '') + ndjson(fact));
  }
  return [...texts].map(([name, text]) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  });
}

/** Rows by column; no cell of these histories needs quotes. */
function readCsv(text: string): Record<string, string>[] {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, i) => [header.split(',')[i] ?? '', cell])),
  );
}

/** `-12.50` in minor units, whatever the currency's digits. */
const minor = (amount = '') => BigInt(amount.replace('.', ''));
const sum = (rows: readonly Row[], key: string) => rows.reduce((total, row) => total + Number(row[key]), 0);
