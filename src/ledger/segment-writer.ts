/** Writes the sorted runs of an import, of one kind of facts: their segments, and the keys that find them. */
import { startIn } from '../billing/ends.js';
import type { Connection } from './connect.js';
import {
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
import { createNumbers } from './numbers.js';
import { HASH_BYTES, type SortedRun } from './sort-run.js';

export interface SegmentWriter {
  /** Writes a run. Its facts come after those that are written already. @param count of its facts */
  write(sorted: SortedRun, count: number): void;
  /** How many facts are written. */
  readonly count: number;
  /** Returns the segment of a fact that is written, by its number. */
  segmentOf(fact: number): number;
  /** Returns the first fact of each order in each month, with the order's key, sorted by it. */
  orders(): KeyedNumbers;
}

export function createSegmentWriter(
  db: Connection,
  { importId, kind }: { readonly importId: number; readonly kind: FactKindOfLog },
): SegmentWriter {
  const insertSegment = db.prepare(
    `INSERT INTO fact_segments (import_id, kind, run, bucket, first_order, last_order, facts, sha256, data)
     VALUES (:importId, :kind, :run, :bucket, :firstOrder, :lastOrder, :facts, :sha256, CAST(:data AS TEXT))`,
  );
  const insertKeys = db.prepare(
    'INSERT INTO fact_keys (import_id, kind, run, key_kind, sha256, keys) VALUES (:importId, :kind, :run, :keyKind, :sha256, :keys)',
  );
  const segments = createNumbers(Uint32Array);
  let ordersOfRuns: KeyedNumbers[] = [];
  let runs = 0;
  let written = 0;

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
    write,
    get count() {
      return written;
    },
    segmentOf: segments.get,
    orders() {
      const facts = mergeKeys(ordersOfRuns);
      ordersOfRuns = [facts];
      return facts;
    },
  };
}

const LF = 0x0a;

const orderIdOf = (row: Buffer): string => (JSON.parse(row.toString()) as LineRow | EventRow)[0];
