import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/billing/order.js';
import { eventIdentity } from '../../src/billing/order.js';

const event: HistoryEvent = {
  eventId: '',
  orderId: 'A',
  event: 'paused',
  at: 1,
  sequence: 0,
  reason: 'scan',
};

describe('the identity of an event', () => {
  it('is its id, whatever else it says', () => {
    const identified = { ...event, eventId: 'e1' };
    expect(eventIdentity({ ...identified, at: 2, event: 'resumed', reason: '' })).toBe(
      eventIdentity(identified),
    );
    expect(eventIdentity({ ...identified, eventId: 'e2' })).not.toBe(eventIdentity(identified));
  });

  it.each([
    ['order', { orderId: 'B' }],
    ['kind', { event: 'resumed' }],
    ['instant', { at: 2 }],
    ['sequence', { sequence: 1 }],
    ['reason', { reason: 'other' }],
  ] as const)('without an id is its content: the %s tells', (_, other) => {
    expect(eventIdentity({ ...event, ...other })).not.toBe(eventIdentity(event));
    expect(eventIdentity({ ...event })).toBe(eventIdentity(event));
  });

  it('of an id is not that of a content which reads the same', () => {
    expect(eventIdentity({ ...event, eventId: 'A' })).not.toBe(eventIdentity(event));
  });
});
