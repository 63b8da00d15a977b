import { describe, expect, it } from 'vitest';
import { createFoundOrder, createSegmentStream, parsedFact } from '../../src/ledger/fact-streams.js';

/** Reads a run of segments. @returns the facts of each order, in turn */
function read(...segments: readonly { readonly facts: number; readonly data: string }[]): unknown[] {
  const heads = segments.map(({ facts }, id) => ({
    id,
    importId: 1,
    kind: 'orders',
    run: 1,
    bucket: 0,
    facts,
  }));
  const stream = createSegmentStream(heads as Parameters<typeof createSegmentStream>[0], (id) =>
    Buffer.from(segments[id]?.data ?? ''),
  );
  const found = createFoundOrder();
  const orders: unknown[] = [];
  while (stream.advance()) {
    found.begin(stream.id);
    stream.take(found);
    orders.push([found.orderId(), ...found.lines.map((line) => parsedFact(line).row)]);
  }
  return orders;
}

const segment = (...rows: readonly unknown[]) => ({
  facts: rows.length,
  data: `[${rows.map((row) => JSON.stringify(row)).join(',\n')}]`,
});

it('the facts of an order lie together, also where ids begin alike, have escapes or several bytes', () => {
  const ids = ['A', 'A', 'A"', 'A1', 'A\\', 'Ä', 'Ä', '東', '\u{1f9b7}'];
  const rows = ids.map((id, index) => [id, index]);
  expect(read(segment(...rows))).toEqual(
    [...new Set(ids)].map((id) => [id, ...rows.filter(([own]) => own === id)]),
  );
});

it('a segment follows the one before', () => {
  expect(read(segment(['A', 1], ['B', 1]), segment(['B', 2]), segment(['C', 1]))).toEqual([
    ['A', ['A', 1]],
    ['B', ['B', 1]],
    ['B', ['B', 2]],
    ['C', ['C', 1]],
  ]);
});

describe('a segment is damaged', () => {
  const { data } = segment(['A', 1], ['A', 2], ['B', 1]);

  it.each<[what: string, data: string]>([
    ['it is empty', ''],
    ['it has no facts', '[]'],
    ['it ends after a fact', data.slice(0, data.indexOf('["B"'))],
    ['it ends after the comma of a fact', data.slice(0, data.indexOf('\n["B"'))],
    ['it ends within an id', data.slice(0, data.indexOf('["B"') + 3)],
    ['it ends within a fact', data.slice(0, -2)],
    ['it lacks a fact', data.replace('["A",2],\n', '')],
    ['it has one more', data.replace(']]', '],\n["C",1]]')],
    ['a fact has no order id', data.replace('["A",2]', '[1,2]')],
  ])('if %s', (_, damaged) => {
    expect(() => read({ facts: 3, data: damaged })).toThrow(SyntaxError);
  });
});
