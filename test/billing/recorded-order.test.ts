import { describe, expect, it } from 'vitest';
import type { ImportedFile } from '../../src/billing/month-view.js';
import type { HistoryEvent } from '../../src/billing/order.js';
import { eventsKnownAt, filesOf, knownAt, type OrderFacts } from '../../src/billing/recorded-order.js';

const file = (importId: number, kind: 'orders' | 'history', name: string) =>
  ({ importId, kind, name }) as ImportedFile;

const version = (event: string, importId: number, supersededBy = Number.POSITIVE_INFINITY) => ({
  fact: { event } as HistoryEvent,
  importId,
  supersededBy,
});

const FACTS: OrderFacts = {
  lines: [],
  // The pause was corrected by import 4, and its second version taken back by import 6.
  events: [version('paused', 2, 4), version('paused', 4, 6), version('resumed', 5), version('retracted', 6)],
  files: [
    file(2, 'history', 'early.csv'),
    file(2, 'history', 'more.csv'),
    file(2, 'orders', 'orders.csv'),
    file(4, 'history', 'late.csv'),
  ],
};

describe('what was known of an order', () => {
  it.each([
    [1, []],
    [2, [2]],
    [3, [2]],
    [4, [4]],
    [5, [4, 5]],
    [6, [5, 6]],
    [9, [5, 6]],
  ])('after import %i', (lastImport, importIds) => {
    expect(knownAt(FACTS.events, lastImport).map(({ importId }) => importId)).toEqual(importIds);
  });

  it('does not count what was taken back', () => {
    expect(eventsKnownAt(FACTS, 5).map(({ event }) => event)).toEqual(['paused', 'resumed']);
    expect(eventsKnownAt(FACTS, 6).map(({ event }) => event)).toEqual(['resumed']);
  });

  it.each([
    [2, 'history', 'early.csv, more.csv'],
    [2, 'orders', 'orders.csv'],
    [4, 'orders', ''],
  ] as const)('by import %i of %s came from: %s', (importId, kind, names) => {
    expect(filesOf(FACTS, importId, kind)).toBe(names);
  });
});
