/** Amounts as a profile says they are written. */
import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { createDecimalReader } from '../../src/intake/decimal-format.js';
import { unitPrice } from '../../src/intake/fields.js';
import type { InputSettings } from '../../src/intake/input-profile.js';

type Marks = Partial<InputSettings>;
const US: Marks = { groupMark: ',', currencySign: '$' };
const GERMAN: Marks = { decimalMark: ',', groupMark: '.', currencySign: '€' };
const SWISS: Marks = { groupMark: "'", currencySign: 'CHF' };
const FRENCH: Marks = { decimalMark: ',', groupMark: ' ', currencySign: '€' };

/** The plain decimal, or what is wrong. */
function read(text: string, marks: Marks): string {
  let told = '';
  const value = createDecimalReader(marks, unitPrice)(text, (message) => {
    told = message.text;
    return undefined;
  });
  return value ?? told;
}

describe('what is written so is taken', () => {
  it.each<[string, Marks, string]>([
    ['12.50', {}, '12.5'],
    ['$1,180.00', US, '1180'],
    ['$ 1,180.00', US, '1180'],
    ['1,180.00 $', US, '1180'],
    ['1180.00', US, '1180'],
    ['1,234,567.891', US, '1234567.891'],
    ['0.10', US, '0.1'],
    ['1.180,00 €', GERMAN, '1180'],
    ['1180,5', GERMAN, '1180.5'],
    ["1'180.00", SWISS, '1180'],
    ['CHF 1’180.00', SWISS, '1180'],
    ['1\u202f180,00\u00a0€', FRENCH, '1180'],
    ['1 180,00', FRENCH, '1180'],
  ])('%s', (text, marks, expected) => {
    expect(read(text, marks)).toBe(expected);
  });
});

describe('what is not is refused, with how it would be', () => {
  it.each<[string, Marks, string]>([
    ['1,180.00', {}, '1180.00'],
    ['$12.50', {}, '1180.00'],
    ['12,50', US, '$1,180.00'],
    ['1,18.00', US, '$1,180.00'],
    ['1180,000.00', US, '$1,180.00'],
    ['1.180,00', US, '$1,180.00'],
    ['1,180.00', GERMAN, '€1.180,00'],
    ['.50', US, '$1,180.00'],
    ['5.', US, '$1,180.00'],
    ['$', US, '$1,180.00'],
    ['1.2E+3', US, '$1,180.00'],
    [' 5', US, '$1,180.00'],
    ['--5', US, '$1,180.00'],
    ['-$-5', US, '$1,180.00'],
    ['5-', US, '$1,180.00'],
    ['(5)', US, '$1,180.00'],
    ['(5', { ...US, negatives: '(1)' }, '$1,180.00'],
    ['5)', { ...US, negatives: '(1)' }, '$1,180.00'],
    ['-5', { ...US, negatives: '(1)' }, '$1,180.00'],
  ])('%s', (text, marks, example) => {
    expect(read(text, marks)).toBe(say.notInNumberFormat(text, example));
  });
});

describe('what is below zero is told as such, in each way to write it', () => {
  it.each<[string, Marks]>([
    ['-5.00', US],
    ['-$5.00', US],
    ['$-5.00', US],
    ['−5.00', US],
    ['5.00-', { ...US, negatives: '1-' }],
    ['5.00- $', { ...US, negatives: '1-' }],
    ['5.00 $-', { ...US, negatives: '1-' }],
    ['($1,180.00)', { ...US, negatives: '(1)' }],
    ['(25,00 €)', { ...GERMAN, negatives: '(1)' }],
  ])('%s', (text, marks) => {
    expect(read(text, marks)).toBe(say.belowZero(text));
  });
});
