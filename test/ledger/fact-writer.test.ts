/** The log's segments: in order of month and order id, whatever ids there are, and found by their keys. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCodePoints } from '../../src/billing/order.js';
import {
  createSegmentReader,
  type EventRow,
  keyOf,
  segmentsAt,
  unpackKeys,
} from '../../src/ledger/fact-log.js';
import { createRunWriter } from '../../src/ledger/fact-writer.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';
import { createRunQueue } from '../../src/ledger/run-queue.js';

/** Short ids of few characters: many share a beginning, end where others go on, or need an escape in JSON. */
const plainId = fc.string({
  unit: fc.constantFrom('A', 'B', '0', '!', '~', 'é'),
  minLength: 1,
  maxLength: 9,
});
const anyId = fc.string({ unit: fc.constantFrom('A', '"', '\\', '\n', 'é', '𝄞', '\ufb00'), minLength: 1 });
const ids = fc.oneof(fc.array(plainId, { maxLength: 40 }), fc.array(anyId, { maxLength: 40 }));
const [OCTOBER, NOVEMBER] = [Date.UTC(2026, 9, 10), Date.UTC(2026, 10, 10)];

it('are sorted by month and order id, those of one order as they came, and each order is found', () => {
  fc.assert(
    fc.property(ids, (drawn) => {
      const { db } = temporaryLedger();
      const rows = drawn.map((id, index): EventRow => {
        const at = index % 3 === 0 ? NOVEMBER : OCTOBER;
        return [id, at, index, 'shipped', `,"${id}"]`, `E${index}`];
      });
      const queue = createRunQueue();
      const writer = createRunWriter<EventRow>(db, queue, {
        importId: 1,
        kind: 'history',
        atOf: (row) => row[1],
      });
      for (const row of rows) {
        const fact = writer.add(row, keyOf(row[0]), { otherKey: keyOf(row[5]) });
        expect(writer.find(fact)).toEqual(row);
      }
      writer.end();
      queue.finish();

      const segments = db
        .prepare<
          [],
          { segment_id: number; sha256: string; data: string; first_order: string; last_order: string }
        >('SELECT * FROM fact_segments ORDER BY segment_id')
        .all();
      const written = segments.flatMap(({ data }): EventRow[] => JSON.parse(data));
      const sorted = rows.toSorted((a, b) => a[1] - b[1] || compareCodePoints(a[0], b[0]) || a[2] - b[2]);
      expect(written).toEqual(sorted);
      for (const { data, sha256, first_order, last_order } of segments) {
        const own: EventRow[] = JSON.parse(data);
        expect([first_order, last_order]).toEqual([own[0]?.[0], own.at(-1)?.[0]]);
        expect(sha256).toBe(createHash('sha256').update(data).digest('hex'));
      }

      const keys = (kind: string) =>
        unpackKeys(
          db.prepare<[string], Buffer>('SELECT keys FROM fact_keys WHERE key_kind = ?').pluck().get(kind) ??
            Buffer.alloc(0),
        );
      const [byOrder, byId] = [keys('order_events'), keys('event_ids')];
      const reader = createSegmentReader(db);
      for (const [id, , , , , eventId] of rows) {
        const found = segmentsAt(byOrder, keyOf(id)).flatMap((each) =>
          reader.rowsOfOrder<EventRow>(each, id),
        );
        expect(found.map(({ row }) => row)).toEqual(sorted.filter((row) => row[0] === id));
        const one = segmentsAt(byId, keyOf(eventId)).flatMap((each) => reader.rowsOfEvent(each, eventId));
        expect(one.map(({ row }) => row[5])).toEqual([eventId]);
      }
    }),
    { numRuns: 60 },
  );
});
