/**
 * Writes an import's facts to the log: collects them into runs, and has each run written once it is sorted (segment-writer.ts). Memory is
 * limited by the runs, plus some bytes for each fact of the import by which repeats are found.
 */
import { startIn } from '../billing/ends.js';
import type { Instant } from '../billing/order.js';
import type { PackedFacts } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import { type Bucket, createBuckets, type EventRow, type FactKindOfLog, type LineRow } from './fact-log.js';
import { type OpenRun, openRun } from './fact-run.js';
import type { OwnFacts } from './late-orders.js';
import { createNumbers } from './numbers.js';
import type { RunQueue } from './run-queue.js';
import { createSegmentWriter } from './segment-writer.js';
import type { SortedRun } from './sort-run.js';

export interface AboutFact {
  /** The row as JSON, if the caller has it. */
  readonly text?: string;
  /** Another key that finds the fact: that of the event's id, or that of the form of the order's id if that differs. 0 for none. */
  readonly otherKey?: number;
}

export interface RunWriter<Row extends LineRow | EventRow> {
  /**
   * @param key of its order
   * @returns the number of the fact among those of this import and kind, from 0
   */
  add(row: Row, key: number, about?: AboutFact): number;
  /** Adds packed facts. @param from the place of the first one. @param to the place after the last one */
  addPacked(facts: PackedFacts, from: number, to: number): void;
  /** The number of the next fact. */
  readonly count: number;
  /** Returns a fact that was added: its row while its run is being collected, afterwards its segment. */
  find(fact: number): Row | { readonly segment: number };
  bucketOf(fact: number): Bucket;
  /** Gives what is left to the queue, as the import's last run of this kind. The queue's `finish` writes it. */
  end(): void;
  /** Returns the first fact of each order in each month, with the order's key, sorted by it. Complete once all is written. */
  orders(): OwnFacts;
}

/** @param atOf returns the instant that decides the fact's month */
export function createRunWriter<Row extends LineRow | EventRow>(
  db: Connection,
  queue: RunQueue,
  { importId, kind, atOf }: { importId: number; kind: FactKindOfLog; atOf: (row: Row) => Instant },
): RunWriter<Row> {
  const bucketAt = createBuckets();
  /** The months of all facts of the import. */
  const buckets = createNumbers(Uint32Array);
  const written = createSegmentWriter(db, { importId, kind });
  // The facts after the written ones, up to `given`, are in a run that is being sorted.
  let given = 0;
  let sorting: OpenRun | undefined;
  let current = queue.open();

  function flush(): void {
    if (current.count === 0) return;
    queue.add(current, write);
    sorting = current;
    given += current.count;
    current = queue.open();
  }

  function write(sorted: SortedRun, count: number): void {
    written.write(sorted, count);
    sorting = undefined;
  }

  return {
    add(row, key, { text = JSON.stringify(row), otherKey = 0 } = {}) {
      const number = given + current.count;
      const bucket = bucketAt(atOf(row));
      buckets.set(number, bucket);
      current.add({ orderId: row[0], text, key, otherKey, bucket });
      if (current.size >= queue.runBytes) flush();
      return number;
    },
    addPacked(facts, from, to) {
      for (let first = from, next = from; first < to; first = next) {
        const start = startIn(facts.ends, first);
        // Up to the fact that fills the run.
        const full = start + queue.runBytes - current.size;
        while (next < to && (facts.ends[next++] as number) < full);
        const { count } = current;
        current.addPacked(facts, first, next, bucketAt);
        buckets.setAll(given + count, current.facts().buckets, count, current.count);
        if (current.size >= queue.runBytes) flush();
      }
    },
    get count() {
      return given + current.count;
    },
    find(fact) {
      if (fact < written.count) return { segment: written.segmentOf(fact) };
      const run = fact < given ? sorting : current;
      return JSON.parse(run?.textAt(fact < given ? fact - written.count : fact - given) ?? '[]');
    },
    bucketOf: (fact) => buckets.get(fact),
    end() {
      flush();
      current = openRun();
    },
    orders() {
      const facts = written.orders();
      // At once, since they lie at random: the processor then waits for many of them together.
      return { facts, buckets: facts.numbers.map(buckets.get) };
    },
  };
}
