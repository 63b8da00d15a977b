/**
 * Writes an import's facts to the log: collects them into runs, and writes the segments and keys of each run once it is sorted. Memory is
 * limited by the runs, plus some bytes for each fact of the import by which repeats are found.
 */
import { startIn } from '../billing/ends.js';
import type { Instant } from '../billing/order.js';
import type { PackedFacts } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import {
  type Bucket,
  createBuckets,
  type EventRow,
  type FactKindOfLog,
  type KeyedNumbers,
  type KeyKind,
  type LineRow,
  mergeKeys,
  ORDER_FORMS,
  packKeys,
  sha256,
} from './fact-log.js';
import { type OpenRun, openRun } from './fact-run.js';
import type { OwnFacts } from './late-orders.js';
import { createNumbers } from './numbers.js';
import type { RunQueue } from './run-queue.js';
import { HASH_BYTES, type SortedRun } from './sort-run.js';

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
  const insertSegment = db.prepare(
    `INSERT INTO fact_segments (import_id, kind, run, bucket, first_order, last_order, facts, sha256, data)
     VALUES (:importId, :kind, :run, :bucket, :firstOrder, :lastOrder, :facts, :sha256, CAST(:data AS TEXT))`,
  );
  const insertKeys = db.prepare(
    'INSERT INTO fact_keys (import_id, kind, run, key_kind, sha256, keys) VALUES (:importId, :kind, :run, :keyKind, :sha256, :keys)',
  );
  const bucketAt = createBuckets();
  // For all facts of the import.
  const buckets = createNumbers(Uint32Array);
  const segments = createNumbers(Uint32Array);
  let ordersOfRuns: KeyedNumbers[] = [];
  let runs = 0;
  // The facts up to `written` are in segments, those up to `given` in a run that is being sorted.
  let written = 0;
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
    runs++;
    const [segmentCount = 0, orders = 0, others = 0] = sorted.counts;
    const ids = Uint32Array.from({ length: segmentCount }, (_, segment) => writeSegment(sorted, segment));
    for (let fact = 0; fact < count; fact++)
      segments.set(written + fact, ids[sorted.segmentOf[fact] as number] as number);
    const numbered = (facts: Uint32Array) => facts.map((fact) => written + fact);
    const ofOrders = {
      keys: sorted.orderKeys.slice(0, orders),
      numbers: numbered(sorted.orderFacts.subarray(0, orders)),
    };
    ordersOfRuns.push(ofOrders);
    writeKeys(kind === 'orders' ? 'order_lines' : 'order_events', ofOrders);
    if (others > 0)
      writeKeys(kind === 'orders' ? ORDER_FORMS : 'event_ids', {
        keys: sorted.otherKeys.subarray(0, others),
        numbers: numbered(sorted.otherFacts.subarray(0, others)),
      });
    written += count;
    sorting = undefined;
  }

  function writeSegment({ bytes, ends, buckets, facts, hashes }: SortedRun, segment: number): number {
    const start = startIn(ends, segment);
    const data = Buffer.from(bytes.buffer, start, (ends[segment] as number) - start);
    const [lineEnd, lineStart] = [data.indexOf(LF), data.lastIndexOf(LF) + 1];
    const { lastInsertRowid } = insertSegment.run({
      importId,
      kind,
      run: runs,
      bucket: buckets[segment],
      firstOrder: orderIdOf(data.subarray(1, lineEnd < 0 ? -1 : lineEnd - 1)),
      lastOrder: orderIdOf(data.subarray(Math.max(lineStart, 1), -1)),
      facts: facts[segment],
      sha256: Buffer.from(hashes.buffer, segment * HASH_BYTES, HASH_BYTES).toString('hex'),
      data,
    });
    return Number(lastInsertRowid);
  }

  function writeKeys(keyKind: KeyKind | typeof ORDER_FORMS, { keys, numbers: facts }: KeyedNumbers): void {
    const packed = packKeys({ keys, segments: facts.map(segments.get) });
    insertKeys.run({ importId, kind, run: runs, keyKind, sha256: sha256(packed), keys: packed });
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
      if (fact < written) return { segment: segments.get(fact) };
      const run = fact < given ? sorting : current;
      return JSON.parse(run?.textAt(fact < given ? fact - written : fact - given) ?? '[]');
    },
    bucketOf: (fact) => buckets.get(fact),
    end() {
      flush();
      current = openRun();
    },
    orders() {
      const facts = mergeKeys(ordersOfRuns);
      ordersOfRuns = [facts];
      // At once, since they lie at random: the processor then waits for many of them together.
      return { facts, buckets: facts.numbers.map(buckets.get) };
    },
  };
}

const LF = 0x0a;

const orderIdOf = (row: Buffer): string => (JSON.parse(row.toString()) as LineRow | EventRow)[0];
