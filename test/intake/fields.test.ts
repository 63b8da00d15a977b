import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import * as fields from '../../src/intake/fields.js';
import { parsed } from './parsed.js';

describe('id', () => {
  it.each([
    'A',
    'a b',
    '=1',
    '1E5',
    '1e+5',
    '12E+05',
    'A1E+05',
    '👩‍🔧',
    'é',
    'e\u0301',
    '😀',
    '订单-7',
    'x'.repeat(128),
    '😀'.repeat(128),
  ])('%j', (text) => {
    expect(parsed(fields.id, text)).toBe(text);
  });

  it.each<[string, string, number, 'start' | 'end']>([
    ['A ', 'A', 0x20, 'end'],
    [' A', 'A', 0x20, 'start'],
    ['A B\u00a0', 'A B', 0xa0, 'end'],
    ['\u200bA', 'A', 0x200b, 'start'],
    ['\u3000A\u2060', 'A', 0x3000, 'start'],
    ['A\u00ad', 'A', 0xad, 'end'],
    ['é\u200d ', 'é', 0x200d, 'end'],
  ])('%j has at an end what nobody sees', (text, visible, code, end) => {
    expect(parsed(fields.id, text)).toBe(say.invisibleAtIdEnd(visible, code, end));
  });

  it('of blanks alone is missing', () => {
    expect(parsed(fields.id, '\u00a0 ')).toBe(say.missingValue());
  });

  it.each(['2.02610E+11', '2,0261E+11', '1E+05', '9.9e+100'])('%j is shortened by a spreadsheet', (text) => {
    expect(parsed(fields.id, text)).toBe(say.shortenedId(text));
  });

  it.each([
    ['129 characters', 'x'.repeat(129), say.idTooLong(129)],
    ['129 of two units', '😀'.repeat(129), say.idTooLong(129)],
    ['a tab', 'a\tb', say.unprintableInId(0x09)],
    ['a line feed', 'a\n', say.unprintableInId(0x0a)],
    ['DEL', 'a\x7f', say.unprintableInId(0x7f)],
    ['C1', 'a\x85', say.unprintableInId(0x85)],
    ['a lone surrogate', 'a\ud800', say.unprintableInId(0xd800)],
    ['a line separator', 'a\u2028', say.unprintableInId(0x2028)],
    ['a byte order mark', '\ufeffa', say.unprintableInId(0xfeff)],
    ['an override of direction', 'a\u202eb', say.unprintableInId(0x202e)],
    ['an isolate', 'a\u2066b', say.unprintableInId(0x2066)],
    ['a mark of direction', 'a\u200fb', say.unprintableInId(0x200f)],
  ])('%s', (_, text, message) => {
    expect(parsed(fields.id, text)).toBe(message);
  });
});

describe('text', () => {
  it.each(['a', 'tab\tand\nline feed', 'é'.repeat(1000), '😀'.repeat(1000), '\u202e'])('%j', (text) => {
    expect(parsed(fields.text, text)).toBe(text);
  });

  it.each([
    ['1,001 characters', '😀'.repeat(1001), say.textTooLong(1001)],
    ['a carriage return', 'a\r\nb', say.controlCharacterInText(0x0d)],
    ['escape', '\x1b[31mred', say.controlCharacterInText(0x1b)],
    ['C1', '\x9b31m', say.controlCharacterInText(0x9b)],
  ])('%s', (_, text, message) => {
    expect(parsed(fields.text, text)).toBe(message);
  });
});

describe('decimals', () => {
  it.each([
    ['0', '0'],
    ['0.00', '0'],
    ['100.00', '100'],
    ['007.50', '7.5'],
    ['0.123456', '0.123456'],
    ['9'.repeat(100), '9'.repeat(100)],
  ])('unit price %s is %s', (text, value) => {
    expect(parsed(fields.unitPrice, text)).toBe(value);
  });

  it('a unit price below zero is taken only where it may be', () => {
    expect(parsed(fields.unitPrice, '-50.00')).toBe(say.belowZero('-50.00'));
    expect(parsed(fields.signedUnitPrice, '-50.00')).toBe('-50');
    expect(parsed(fields.signedUnitPrice, '-0.00')).toBe('0');
    expect(parsed(fields.signedUnitPrice, '7.50')).toBe('7.5');
    for (const text of ['--5', '- 5', '-', '-.5', '5-'])
      expect(parsed(fields.signedUnitPrice, text)).toBe(say.notADecimal(text.replace(/^-(?=\d)/, '')));
    expect(parsed(fields.quantity, '-1')).toBe(say.quantityBelowZero('-1'));
  });

  it.each([
    '+1',
    '1e5',
    '1E400',
    '1,000.00',
    '12,50',
    '$5',
    '5 USD',
    ' 5',
    '.5',
    '5.',
    '1.2.3',
    '٣',
    'NaN',
    '0x10',
    '1_000',
  ])('unit price %s is none', (text) => {
    expect(parsed(fields.unitPrice, text)).toBe(say.notADecimal(text));
  });

  it.each([
    ['1.1234567', fields.unitPrice, say.tooManyFractionDigits('1.1234567', 6)],
    ['1.0000000', fields.unitPrice, say.tooManyFractionDigits('1.0000000', 6)],
    ['1.1234', fields.quantity, say.tooManyFractionDigits('1.1234', 3)],
    ['0', fields.quantity, say.notPositive('0')],
    ['0.000', fields.quantity, say.notPositive('0.000')],
    ['1'.repeat(101), fields.unitPrice, say.decimalTooLong(101)],
  ])('%s', (text, parse, message) => {
    expect(parsed(parse, text)).toBe(message);
  });

  it('quantity 2.500 is 2.5', () => {
    expect(parsed(fields.quantity, '2.500')).toBe('2.5');
  });
});

describe('integers', () => {
  it.each([
    ['1', fields.lineNumber, 1],
    ['007', fields.lineNumber, 7],
    ['9007199254740991', fields.lineNumber, 9007199254740991],
    ['0', fields.sequence, 0],
    ['0', fields.lineNumber, say.integerTooSmall('0', 1)],
    ['9007199254740992', fields.lineNumber, say.integerTooLarge('9007199254740992')],
    ['9'.repeat(400), fields.lineNumber, say.integerTooLarge('9'.repeat(400))],
    ['-1', fields.sequence, say.notAnInteger('-1', 0)],
    ['1.0', fields.sequence, say.notAnInteger('1.0', 0)],
    ['1e3', fields.lineNumber, say.notAnInteger('1e3', 1)],
  ])('%s', (text, parse, result) => {
    expect(parsed(parse, text)).toBe(result);
  });
});

describe('currency and event', () => {
  it.each([
    ['USD', fields.currency, 'USD'],
    ['JPY', fields.currency, 'JPY'],
    ['usd', fields.currency, say.unknownCurrency('usd')],
    ['XXX', fields.currency, say.unknownCurrency('XXX')],
    ['US$', fields.currency, say.unknownCurrency('US$')],
    ['paused', fields.event, 'paused'],
    ['retracted', fields.event, 'retracted'],
    ['Paused', fields.event, 'Paused is not an event; did you mean paused?'],
    ['shiped', fields.event, 'shiped is not an event; did you mean shipped?'],
    [
      'placed',
      fields.event,
      'placed is not an event; known are paused, resumed, shipped, cancelled, deleted',
    ],
  ])('%s', (text, parse, result) => {
    expect(parsed<string>(parse, text)).toBe(result);
  });
});
