/**
 * Faults planted in the steps that bill plain orders from their bytes: the balance finds each before the month is closed. It compares sums of
 * documents; that each line is on its own document, `verify` finds out (test/ledger/audit-balance.test.ts).
 */
import { afterEach, expect, it, vi } from 'vitest';
import type * as lineBlock from '../src/billing/line-block.js';
import type * as plainOrders from '../src/billing/plain-order.js';
import { DEFAULT_CONFIG } from '../src/config/config.js';
import type * as unwrittenLines from '../src/ledger/unwritten-lines.js';
import { order } from './support/facts.js';
import { close, importFacts, withLedger } from './support/lab.js';

type PlacedLine = lineBlock.PlacedLine;
type Place = (document: number) => number;
type Reckoned = (amountMinor: number) => number | undefined;

interface Steps {
  /** Returns the lines that are written for a line. */
  readonly written: (line: PlacedLine) => readonly PlacedLine[];
  /** Returns the document to which a line goes. */
  readonly place: Place;
  /** Returns the amount that is due for a charge; undefined if it is not counted. */
  readonly reckoned: Reckoned;
}

const SOUND: Steps = {
  written: (line) => [line],
  place: (document) => document,
  reckoned: (amount) => amount,
};
let steps = SOUND;
afterEach(() => {
  steps = SOUND;
});

vi.mock('../src/billing/line-block.js', async (importOriginal) => {
  const original = await importOriginal<typeof lineBlock>();
  const createPlacedLines: typeof original.createPlacedLines = (month) => {
    const put = original.createPlacedLines(month);
    return (out, start, line) => steps.written(line).reduce((at, each) => put(out, at, each), start);
  };
  return { ...original, createPlacedLines, MOST_ADDED_TO_ROW: 1000 };
});

vi.mock('../src/ledger/unwritten-lines.js', async (importOriginal) => {
  const original = await importOriginal<typeof unwrittenLines>();
  const createUnwrittenLines = () => {
    const lines = original.createUnwrittenLines();
    return { ...lines, begin: (document: number, most: number) => lines.begin(steps.place(document), most) };
  };
  return { ...original, createUnwrittenLines };
});

vi.mock('../src/billing/plain-order.js', async (importOriginal) => {
  const original = await importOriginal<typeof plainOrders>();
  const createPlainReckoning: typeof original.createPlainReckoning = (...options) => {
    const sums = original.createPlainReckoning(...options);
    return {
      ...sums,
      add(owner, amountMinor) {
        const amount = steps.reckoned(amountMinor);
        if (amount !== undefined) sums.add(owner, amount);
      },
    };
  };
  return { ...original, createPlainReckoning };
});

const FACTS = ['P1', 'P2', 'P3'].flatMap((practiceId, index) =>
  [1, 2].map((number) =>
    order(`A${number}-${practiceId}`, '2026-10-05', { practiceId, unitPrice: String(100 + index) }),
  ),
);

const closed = () =>
  withLedger(async (ledger) => {
    await importFacts(ledger, FACTS, false);
    await close(ledger, '2026-10', DEFAULT_CONFIG);
  });

it('finds nothing where nothing is wrong', async () => {
  await closed();
});

it.each<[what: string, fault: Partial<Steps>]>([
  ['charges are forgotten', { written: () => [] }],
  ['charges are written twice', { written: (line) => [line, line] }],
  ['charges are a cent too much', { written: (line) => [{ ...line, amountMinor: line.amountMinor + 1 }] }],
  ['charges go to the next document', { place: (document) => (document + 1) % 3 }],
  ['charges are not due', { reckoned: () => undefined }],
  ['charges are due at a cent less', { reckoned: (amount) => amount - 1 }],
])('%s', async (_, fault) => {
  steps = { ...SOUND, ...fault };
  await expect(closed()).rejects.toThrow('2026-10 does not balance');
});
