import { describe, expect, it } from 'vitest';
import { lookAlike } from '../../src/billing/look-alike.js';

describe('an id that a person takes for a known one', () => {
  it.each([
    ['P-1OO', 'P-100'],
    ['P-100 ', 'P-100'],
    ['P-100\u00a0', 'P-100'],
    ['P-100\u200b', 'P-100'],
    ['p_100', 'P-100'],
    ['Ｐ－100', 'P-100'],
    ['P-0100', 'P-100'],
    ['P-l00', 'P-100'],
    ['LAKSIDE', 'LAKESIDE'],
    ['LAEKSIDE', 'LAKESIDE'],
    ['LAKESIDES', 'LAKESIDE'],
  ])('%j: %s', (given, meant) => {
    expect(lookAlike(given, ['Q-1', meant, 'Z-77'])).toBe(meant);
  });

  it.each(['P-101', 'P-110', 'P-1000', 'Q-100', 'LAKE', 'SEASIDE', ''])('%j is like none', (given) => {
    expect(lookAlike(given, ['P-100', 'LAKESIDE'])).toBeUndefined();
  });
});
