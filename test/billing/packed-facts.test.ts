/** Facts as rows of a segment: what is packed is read again. */
import { describe, expect, it } from 'vitest';
import type { HistoryEvent, OrderLine, Retraction } from '../../src/billing/order.js';
import {
  createPackedFacts,
  eventRow,
  lineOfEvent,
  lineRow,
  ROW_END,
  takenBackBy,
  toEvent,
  toOrderLine,
} from '../../src/billing/packed-facts.js';

const AT = Date.UTC(2026, 9, 10, 12);

const LINE: OrderLine = {
  orderId: 'A1',
  line: 2,
  practiceId: 'P1',
  product: 'crown',
  description: 'zirconia',
  patientRef: 'J. D.',
  quantity: '2',
  unitPrice: '94.50',
  currency: 'USD',
  placedAt: AT,
};

const PAUSE: HistoryEvent = {
  orderId: 'A1',
  event: 'paused',
  at: AT,
  sequence: 3,
  reason: 'late scan',
  eventId: 'E1',
};

it('an order line is a row of its values', () => {
  expect(lineRow(LINE)).toEqual(['A1', 2, 'P1', 'crown', 'zirconia', 'J. D.', '2', '94.50', 'USD', AT]);
  expect(toOrderLine(lineRow(LINE))).toEqual(LINE);
});

describe('an event is a row of its values', () => {
  const row = ['A1', AT, 3, 'paused', 'late scan', 'E1'];
  const retraction = { ...PAUSE, event: 'retracted' } as Retraction;
  const retracted = ['A1', AT, 3, 'retracted', 'late scan', 'E1'];

  it.each([
    ['of an order', PAUSE, row],
    ['of a line', { ...PAUSE, line: 2 }, [...row, 2]],
    ['taken back by its id', retraction, retracted],
    ['taken back by its kind', { ...retraction, takesBack: 'paused' }, [...retracted, 'paused']],
    ['of a line, taken back', { ...retraction, line: 2, takesBack: 'paused' }, [...retracted, 2, 'paused']],
  ] as [string, HistoryEvent | Retraction, unknown[]][])('%s', (_, event, expected) => {
    expect(eventRow(event)).toEqual(expected);
    expect(toEvent(eventRow(event))).toEqual(event);
    expect(lineOfEvent(eventRow(event))).toBe(event.line);
    expect(takenBackBy(eventRow(event))).toBe('takesBack' in event ? event.takesBack : undefined);
  });

  it('without what does not concern it', () => {
    expect(Object.keys(toEvent(eventRow({ ...PAUSE, line: 2 })))).not.toContain('takesBack');
    expect(Object.keys(toEvent(eventRow({ ...retraction, takesBack: 'paused' })))).not.toContain('line');
  });
});

it('the rows of a segment are those of a JSON array, with a line for each', () => {
  const rows = [lineRow(LINE), lineRow({ ...LINE, line: 3 })];
  const text = rows.map((row) => `${JSON.stringify(row)}${ROW_END}`).join('');
  expect(text.trimEnd().split('\n')).toHaveLength(2);
  expect(JSON.parse(`[${text.slice(0, text.length - ROW_END.length)}]`)).toEqual(rows);
});

it.each([
  ['orders', 5],
  ['history', 0],
] as const)('packed %s have room for each record, and for %i practices', (kind, practices) => {
  const packed = createPackedFacts(kind, 5, 300);
  expect(packed).toMatchObject({ kind, count: 0 });
  expect(packed.bytes).toHaveLength(300);
  for (const name of ['ends', 'keys', 'identities', 'otherKeys', 'instants', 'flags'] as const)
    expect(packed[name], name).toHaveLength(5);
  for (const name of ['recordStarts', 'recordEnds'] as const) expect(packed[name], name).toHaveLength(5);
  for (const name of ['practiceStarts', 'practiceEnds'] as const)
    expect(packed[name], name).toHaveLength(practices);
  // Otherwise they would be copied between threads.
  for (const each of Object.values(packed))
    if (ArrayBuffer.isView(each)) expect(each.buffer).toBeInstanceOf(SharedArrayBuffer);
});
