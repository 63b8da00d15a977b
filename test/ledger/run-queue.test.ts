/** Runs are written with the same bytes whoever sorts them, and wherever a thread that sorts them dies. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doUnlessClaimed } from '../../src/billing/claim.js';
import { type EventRow, keyOf, type LineRow } from '../../src/ledger/fact-log.js';
import { createRunWriter } from '../../src/ledger/fact-writer.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';
import { createRunQueue, type RunTask, type RunThread, sortGiven } from '../../src/ledger/run-queue.js';
import { allRows } from '../support/facts.js';
import { runs } from '../support/search.js';

/** So small that few facts fill it. */
const RUN_BYTES = 400;

const fact = fc.record({
  isLine: fc.boolean(),
  id: fc.string({ unit: fc.constantFrom('A', 'B', '0', 'é'), minLength: 1, maxLength: 4 }),
  month: fc.integer({ min: 0, max: 2 }),
  text: fc.string({ unit: fc.constantFrom('x', '"'), maxLength: 60 }),
});
type Fact = typeof fact extends fc.Arbitrary<infer T> ? T : never;

/** Writes facts of both kinds as they come. @returns the rows of the ledger */
function written(facts: readonly Fact[], thread?: RunThread) {
  const ledger = temporaryLedger();
  const queue = createRunQueue(thread, RUN_BYTES);
  const lines = createRunWriter<LineRow>(ledger.db, queue, {
    importId: 1,
    kind: 'orders',
    atOf: (row) => row[9],
  });
  const events = createRunWriter<EventRow>(ledger.db, queue, {
    importId: 1,
    kind: 'history',
    atOf: (row) => row[1],
  });
  const rows: LineRow[] = [];
  for (const { isLine, id, month, text } of facts) {
    const at = Date.UTC(2026, 9 + month, 10);
    if (isLine) {
      const row: LineRow = [id, 1, 'P1', text, '', '', '1', '100', 'USD', at];
      expect(lines.add(row, keyOf(id))).toBe(rows.length);
      rows.push(row);
    } else events.add([id, at, 0, 'shipped', text, 'E1'], keyOf(id), { otherKey: keyOf('E1') });
    // Each is found wherever it is: coming in, being sorted, or written.
    for (const [number, row] of rows.entries()) {
      const found = lines.find(number);
      if (!('segment' in found)) expect(found).toEqual(row);
    }
  }
  lines.end();
  events.end();
  queue.finish();
  for (const number of rows.keys()) expect(lines.find(number)).toHaveProperty('segment');
  return allRows(ledger);
}

/** A thread that sorts what it is given at once, up to the run at which something happens to it. */
function threadUntil(death: number, dies: (task: RunTask) => void): RunThread {
  let given = 0;
  return {
    patience: 1,
    sort(task) {
      if (given < death) sortGiven(task);
      else if (given === death) dies(task);
      given++;
    },
  };
}

const DEATHS: Readonly<Record<string, (task: RunTask) => void>> = {
  'before it begins a run': () => {},
  'while it sorts a run': ({ claim }) => Atomics.store(claim, 0, 1),
  'because it fails': ({ claim }) => {
    try {
      doUnlessClaimed(claim, () => {
        throw new Error('no memory');
      });
    } catch {}
  },
};

it.each(Object.entries(DEATHS))('a thread that dies %s is not missed', (_, dies) => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 60 }), fc.nat({ max: 12 }), (facts, death) => {
      expect(written(facts, threadUntil(death, dies))).toEqual(written(facts));
    }),
    { numRuns: runs(100) },
  );
});

it('a run may come while the thread still sorts the one before', () => {
  fc.assert(
    fc.property(fc.array(fact, { minLength: 20, maxLength: 60 }), (facts) => {
      let last: RunTask | undefined;
      const thread: RunThread = {
        get patience() {
          // Called when the main thread cannot but wait: now the run is sorted.
          if (last !== undefined && Atomics.compareExchange(last.claim, 0, 1, 0) === 1) sortGiven(last);
          return 1;
        },
        sort(task) {
          if (Atomics.compareExchange(task.claim, 0, 0, 1) === 0) last = task;
        },
      };
      expect(written(facts, thread)).toEqual(written(facts));
    }),
    { numRuns: runs(100) },
  );
});

it('the memory of a run is used again, also if the main thread sorts some of them', () => {
  const given = new Set<ArrayBufferLike>();
  const results = new Set<ArrayBufferLike>();
  let count = 0;
  const thread: RunThread = {
    patience: 1,
    sort(task) {
      given.add(task.run.bytes.buffer);
      results.add(task.sorted.bytes.buffer);
      if (count++ % 3 > 0) sortGiven(task);
    },
  };
  const facts = Array.from({ length: 1000 }, (_, number) => ({
    isLine: number % 3 > 0,
    id: `A${number % 7}`,
    month: 0,
    text: 'x'.repeat(30),
  }));
  written(facts, thread);
  expect(count).toBeGreaterThan(100);
  // A run of each kind comes in while a third one is sorted.
  expect(given.size).toBeLessThanOrEqual(3);
  expect(results.size).toBe(1);
});
