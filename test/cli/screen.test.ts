/** The room that text takes on a screen. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { AT_COMMAS, filled, widthOf, wrapped } from '../../src/cli/screen.js';
import { table } from '../../src/cli/table.js';

describe('the width of a text', () => {
  it.each([
    ['Ash Dental', 10],
    ['', 0],
    ['Żółć', 4],
    ['“Zoë” – µ…', 10],
    // A soft hyphen, which is not seen.
    ['Za\u00adhn', 4],
    ['東京みなと', 10],
    ['🦷', 2],
    ['👩‍⚕️', 2],
    // An accent of its own.
    ['e\u0301', 1],
    ['ＡＢ', 4],
  ])('%j: %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
    expect(filled(text, 12)).toBe(text + ' '.repeat(12 - width));
    expect(filled(text, 12, 'before')).toBe(' '.repeat(12 - width) + text);
  });
});

it('the short way for Latin letters and their marks comes to what string-width says, alone and in pairs', () => {
  const characters = Array.from({ length: 0x2030 }, (_, code) => String.fromCodePoint(code)).filter(
    (each) => each >= ' ' && !(each >= '\u0300' && each < '\u2010'),
  );
  for (const one of characters)
    for (const text of [one, `a${one}`, `${one}–`]) expect(widthOf(text), text).toBe(stringWidth(text));
});

it('a table has its columns below each other, whatever stands in them', () => {
  expect(
    table(
      ['practice', 'total'],
      [
        ['東京', '1.00'],
        ['Ash', '20.00'],
      ],
    ).split('\n'),
  ).toEqual(['practice  total', '東京       1.00', 'Ash       20.00']);
});

describe('a text that is wider than the screen', () => {
  it('breaks at blanks, and goes on further in', () => {
    const words = Array(30).fill('word').join(' ');
    expect(wrapped(words, { indent: '  ', hanging: 2 })).toEqual([
      `  ${Array(15).fill('word').join(' ')}`,
      `    ${Array(15).fill('word').join(' ')}`,
    ]);
    expect(wrapped('short')).toEqual(['short']);
  });

  it('breaks by the room that it takes', () => {
    expect(wrapped(Array(20).fill('東京').join(' '))).toHaveLength(2);
    expect(wrapped(Array(20).fill('abcd').join(' '))).toHaveLength(2);
    expect(wrapped(Array(16).fill('東京').join(' '))).toEqual([Array(16).fill('東京').join(' ')]);
  });

  it('breaks after commas where figures stay with their words', () => {
    const part = 'charges 12345678.00 USD, ';
    expect(wrapped(part.repeat(5).trim(), AT_COMMAS)).toEqual([
      part.repeat(3).trim(),
      `    ${part.repeat(2).trim()}`,
    ]);
  });

  it('stays whole where it cannot break, with no empty line before it', () => {
    expect(wrapped('x'.repeat(100))).toEqual(['x'.repeat(100)]);
    expect(wrapped(`a ${'x'.repeat(100)} b`)).toEqual(['a', `    ${'x'.repeat(100)}`, '    b']);
  });
});
