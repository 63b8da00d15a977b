/** Facts that a reader has packed are taken like the same facts unpacked: with the same outcomes, similar ids and rows in the ledger. */
import { expect, it } from 'vitest';
import { createCsvFacts } from '../../src/intake/csv-facts.js';
import type { FactSink } from '../../src/intake/fact-reader.js';
import { withImport } from '../../src/ledger/import.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import { allRows } from '../support/facts.js';
import { randomFrom } from '../support/random.js';
import { runs, SEED } from '../support/search.js';

const IMPORTS = 3;

/** Few values, so that much is repeated, contradicted, spread over months or similar. */
const ORDER_IDS = ['A1', 'A2', 'a1', 'A01', 'A 1', 'B-7', 'B-07', 'B-007', 'C\\1', '"D"'];
const DAYS = ['2026-09-30', '2026-10-01', '2026-10-31', '2026-11-02'];
const LINES = ['', '', '', '1', '2', '3'];
const PRACTICES = ['P1', 'P1', 'P1', 'p1', 'P01'];
const CURRENCIES = ['', '', 'USD', 'EUR'];
const EVENT_IDS = ['', '', 'E1', 'E2', 'E3'];
const EVENTS = ['shipped', 'resumed', 'paused', 'cancelled', 'retracted'];

it(`packed facts are taken like unpacked ones (MONTHEND_SEED=${SEED})`, async () => {
  const told = { packed: 0, imported: 0, duplicate: 0, refused: 0, late: 0, alike: 0 };
  const random = randomFrom(SEED);
  for (let count = 0; count < runs(80); count++) {
    const before: string[] = [];
    const imports = Array.from({ length: IMPORTS }, () => anyImport(random, before));
    const [packed, unpacked] = [await take(imports, true), await take(imports, false)];
    expect(packed.of, JSON.stringify(imports)).toEqual(unpacked.of);
    told.packed += packed.count;
    for (const { outcomes, likeIds } of packed.of.imports) {
      for (const outcome of outcomes) told[outcome in told ? (outcome as 'imported') : 'refused']++;
      told.alike += likeIds.count;
    }
    told.late += packed.of.rows.late_facts?.length ?? 0;
  }
  // The comparison is worth little if one of these is rare.
  for (const [what, number] of Object.entries(told)) expect(number, what).toBeGreaterThan(runs(80) / 10);
});

interface Import {
  readonly files: readonly string[];
  readonly amend: boolean;
}

/** @param before takes the rows; some of them come again */
function anyImport(random: () => number, before: string[]): Import {
  const of = (values: readonly string[]) => values[Math.floor(random() * values.length)] as string;
  const most = 1 + Math.floor(random() * 8);
  const rows = (width: number, row: () => readonly string[]) =>
    Array.from({ length: Math.floor(random() * most) }, () => {
      const again = random() < 0.3 ? before.filter((each) => each.split(',').length === width) : [];
      const cells = row().map((cell) => (cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell));
      before.push(again.length > 0 ? of(again) : cells.join(','));
      return before.at(-1);
    });
  const at = () => `${of(DAYS)}T12:00:00Z`;
  const orders = rows(7, () => [
    of(ORDER_IDS),
    of(LINES),
    of(PRACTICES),
    'crown',
    '100',
    of(CURRENCIES),
    at(),
  ]);
  const events = rows(5, () => [of(EVENT_IDS), of(ORDER_IDS), of(EVENTS), at(), 'late "scan" \\']);
  const files = [
    ['order_id,line,practice_id,product,unit_price,currency,placed_at', ...orders, ''].join('\n'),
    ['event_id,order_id,event,at,reason', ...events, ''].join('\n'),
  ];
  return { files: random() < 0.5 ? files : files.toReversed(), amend: random() < 0.7 };
}

/** @returns what came of the imports, and how many facts were taken packed */
async function take(imports: readonly Import[], arePacked: boolean) {
  const ledger = temporaryLedger();
  const told = [];
  let count = 0;
  for (const each of imports) {
    const { packed, ...one } = await takeOne(ledger, each, arePacked);
    told.push(one);
    count += packed;
  }
  return { count, of: { imports: told, rows: allRows(ledger) } };
}

/** Takes one import. What it refuses is only left out, so that the next import meets more. */
async function takeOne(ledger: Ledger, { files, amend }: Import, arePacked: boolean) {
  const outcomes: string[] = [];
  let packed = 0;
  let likeIds = { count: 0, first: [] as readonly unknown[] };
  const note = (outcome: unknown) =>
    outcomes.push(typeof outcome === 'string' ? outcome : JSON.stringify(outcome));
  const options = { amend, now: 0, defaultCurrency: 'USD' };
  await withImport(ledger, options, async ({ taker }) => {
    for (const [index, content] of files.entries()) {
      const file = `${index}.csv`;
      const sink: FactSink = {
        take: (fact, place) => note(taker.take({ ...fact, place }, file)),
        takeNew(facts) {
          const count = arePacked ? taker.takeNew(facts, file) : 0;
          for (let taken = 0; taken < count; taken++) note('imported');
          packed += count;
          return count;
        },
        problem: (place, field, { text }) => note([place, field, text]),
      };
      const reader = createCsvFacts(options, sink);
      reader.push(Buffer.from(content));
      reader.end();
    }
    taker.problemsAtEnd().map(note);
    likeIds = taker.likeIds();
  });
  return { outcomes, likeIds, packed };
}
