import { describe, expect, it } from 'vitest';
import { likeness } from '../../src/billing/like-id.js';

describe('the likeness of an id', () => {
  it.each([
    ['ORD-7', 'ORD-7'],
    ['ord-7', 'ORD-7'],
    ['ord', 'ORD'],
    ['ORD-007', 'ORD-7'],
    ['007', '7'],
    ['000', '0'],
    ['0', '0'],
    ['A00B00', 'A0B0'],
    ['１００', '100'],
    ['ＯＲＤ-7', 'ORD-7'],
    ['O\u200bRD-\u20607', 'ORD-7'],
    ['E\u0301-1', 'É-1'],
  ])('%j is %j', (id, like) => {
    expect(likeness(id)).toBe(like);
  });

  it.each(['100', '1001', 'A-0', '10-10', 'ORD 7', 'A_7', 'A.7', '{A}~'])('%j is itself', (id) => {
    expect(likeness(id)).toBe(id);
  });
});
