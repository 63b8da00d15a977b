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
    ['P-00100', 'P-100'],
    ['P-l00', 'P-100'],
    ['LAKSIDE', 'LAKESIDE'],
    ['LAEKSIDE', 'LAKESIDE'],
    ['LAKESIDES', 'LAKESIDE'],
    ['LAKESIDEE', 'LAKESIDE'],
    ['LAKEIDE', 'LAKESIDE'],
    ['LAME', 'LAKE'],
    ['LAKE5IDE', 'LAKESIDE'],
  ])('%j: %s', (given, meant) => {
    expect(lookAlike(given, ['Q-1', meant, 'Z-77'])).toBe(meant);
  });

  it.each(['P-101', 'P-110', 'P-1000', 'Q-100', 'LAKE', 'SEASIDE', ''])('%j is like none', (given) => {
    expect(lookAlike(given, ['P-100', 'LAKESIDE'])).toBeUndefined();
  });

  it.each([
    // Too short to be a slip.
    ['LAM', 'LAK'],
    // Digits are near each other by chance.
    ['P-100', 'P-1000'],
    ['LAKESIDE1', 'LAKESIDE2'],
    ['LAKESIDE', 'LAKESIDE2'],
    // More than one slip.
    ['LAKE', 'LAKESIDE'],
    ['LAKESIDE', 'LXYESIDE'],
    ['LABESIDE', 'LCAESIDE'],
    ['LABESIDE', 'LBCESIDE'],
    ['LABCESIDE', 'LBAESIDE'],
  ])('%s and %s are two', (one, other) => {
    expect(lookAlike(one, [other])).toBeUndefined();
    expect(lookAlike(other, [one])).toBeUndefined();
  });

  it('is the one that looks the same, or else the first with a slip', () => {
    expect(lookAlike('lakeside', ['LAKESIDA', 'LAKESIDE', 'LAKESIDO'])).toBe('LAKESIDE');
    expect(lookAlike('LAKESIDE', ['SEASIDE', 'LAKESIDA', 'LAKESIDO'])).toBe('LAKESIDA');
  });
});
