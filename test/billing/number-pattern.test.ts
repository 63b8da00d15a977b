import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentNumber } from '../../src/billing/document.js';
import { numbersFrom, sharedNumber } from '../../src/billing/number-pattern.js';
import { faultOfPattern } from '../../src/config/pattern-fault.js';
import { runs } from '../support/search.js';

describe('a pattern', () => {
  it.each(['INV-{seq:6}', '{seq}', '{YYYY}{MM}{seq:4}', 'Ä {seq:20} {MM}/{YYYY}', '№{seq}'])(
    'is right: %s',
    (pattern) => {
      expect(faultOfPattern(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['INV', 'must hold {seq} or {seq:6}, the running number'],
    ['{seq}-{seq:6}', 'holds the running number, {seq}, twice; one is expected'],
    ['{MM}{MM}{seq}', 'holds {MM} twice; one is expected'],
    ['{yyyy}-{seq}', '{yyyy} is not known; did you mean {YYYY}? The year has four digits'],
    ['{YY}-{seq}', '{YY} is not known; did you mean {YYYY}? The year has four digits'],
    ['{mm}{seq}', '{mm} is not known; did you mean {MM}?'],
    ['{SEQ}', '{SEQ} is not known; {seq} is expected, or {seq:1} to {seq:20} for its digits'],
    ['{seq:06}', '{seq:06} is not known; did you mean {seq:6}?'],
    ['{SEQ:6}', '{SEQ:6} is not known; did you mean {seq:6}?'],
    ['{seq:0}', '{seq:0} is not known; {seq} is expected, or {seq:1} to {seq:20} for its digits'],
    ['{seq:21}', '{seq:21} is not known; {seq} is expected, or {seq:1} to {seq:20} for its digits'],
    ['{DD}{seq}', '{DD} is not known; known are {YYYY}, {MM}, {seq}, {seq:6}'],
    ['{seq}}', '} is not known; known are {YYYY}, {MM}, {seq}, {seq:6}'],
    ['{{seq}', '{ is not known; known are {YYYY}, {MM}, {seq}, {seq:6}'],
    ['INV\n{seq}', 'has the character U+000A; a number has printable ones only'],
    ['INV\u200b{seq}', 'has the character U+200B; a number has printable ones only'],
    ['INV-{seq} ', 'begins or ends with a space, which nobody sees'],
  ])('is wrong: %j', (pattern, fault) => {
    expect(faultOfPattern(pattern)).toBe(fault);
  });
});

describe('two patterns', () => {
  it.each([
    ['{seq}', '1{seq}', '11'],
    ['INV-{seq:6}', 'INV-{seq}', 'INV-111111'],
    ['{YYYY}-{seq}', '2026-{seq:2}', '2026-11'],
    ['{MM}{seq}', '{seq}', '101'],
    ['{seq}{MM}', '{seq}10', '110'],
    ['A{seq}', 'A{seq}B', undefined],
    ['{seq:4}', '{seq:6}', '111111'],
    ['{MM}-{seq}', '99-{seq}', undefined],
    ['{MM}-{seq}', '00-{seq}', undefined],
    ['{YYYY}-{seq}', '1969-{seq}', undefined],
    ['{YYYY}-{MM}/{seq:4}', '{YYYY}-{MM}/C{seq:4}', undefined],
    ['{seq:20}', '1{seq:19}', undefined],
    ['{seq}', '1234567890{seq}', undefined],
    // The longest running number has nine digits, unless the pattern pads it to more.
    ['{seq}', '12345678{seq}', '123456781'],
    ['{seq:12}', '000{seq:9}', '000111111111'],
    ['{seq:12}', '001{seq:9}', undefined],
    // Zeros pad a number to its width, and no further; no number is 0.
    ['{seq:2}{MM}', '00{seq:2}', undefined],
    ['{seq:3}', '0{seq:2}', '011'],
    ['{seq:3}', '0{seq:3}', undefined],
    ['{seq}', '0{seq}', undefined],
    ['{seq}', '{seq}0', '10'],
    // The first and the last year before 2000; all after it.
    ['{YYYY}-{seq}', '1970-{seq}', '1970-1'],
    ['{YYYY}-{seq}', '1999-{seq}', '1999-1'],
    ['{YYYY}-{seq}', '9999-{seq}', '9999-1'],
    ['{YYYY}-{seq}', 'year-{seq}', undefined],
    ['{MM}-{seq}', '01-{seq}', '01-1'],
    ['{MM}-{seq}', '12-{seq}', '12-1'],
    ['{MM}-{seq}', '13-{seq}', undefined],
    ['{seq}', '{seq}A', undefined],
    // Where a year or month is free, the example is of today.
    ['{YYYY}-{seq}', '{YYYY}-{seq:2}', '2026-11'],
    ['{MM}-{seq}', '{MM}-{seq:2}', '10-11'],
    // The first month that is tried, 13, is none; the next is.
    ['{seq}{MM}', '{seq}3', '103'],
    // The last character differs: known at once, without a try of each running number.
    ['{seq:9}A', '{seq:9}B', undefined],
  ])('%s and %s share %s', (one, other, expected) => {
    expect(sharedNumber(one, other)).toBe(expected);
    expect(sharedNumber(other, one) === undefined).toBe(expected === undefined);
  });

  const literal = fc.constantFrom('', '', '0', '1', '10', '2026', '12', 'A', '-');
  const pattern = fc
    .record({
      before: literal,
      after: literal,
      year: fc.constantFrom('', '{YYYY}'),
      month: fc.constantFrom('', '{MM}'),
      seq: fc.constantFrom('{seq}', '{seq:2}', '{seq:4}'),
      isFirst: fc.boolean(),
    })
    .map(({ before, after, year, month, seq, isFirst }) =>
      isFirst ? `${before}${seq}${year}${month}${after}` : `${before}${year}${month}${seq}${after}`,
    );

  it('share what they are said to share, and nothing where nothing is said', () => {
    const numRuns = runs(2000);
    let shared = 0;
    fc.assert(
      fc.property(
        pattern,
        pattern,
        fc.nat(11),
        fc.nat(11),
        fc.integer({ min: 1, max: 99_999 }),
        (one, other, m, n, seq) => {
          const common = sharedNumber(one, other);
          if (common !== undefined) {
            shared++;
            for (const each of [one, other])
              expect(numbersFrom(each, 1)(common), `${each} ${common}`).toBe(true);
            return;
          }
          const month = (index: number) => `2026-${String(index + 1).padStart(2, '0')}`;
          for (const [each, from] of [
            [one, m],
            [other, n],
          ] as const) {
            const number = documentNumber(each, seq, month(from));
            expect(numbersFrom(each, 1)(number)).toBe(true);
            const another = each === one ? other : one;
            // Ten digits of a running number are out of reach.
            const isOutOfReach = numbersFrom(another, 1e9)(number);
            expect(!isOutOfReach && numbersFrom(another, 1)(number), `${one} ${other} ${number}`).toBe(false);
          }
        },
      ),
      { numRuns },
    );
    expect(shared).toBeGreaterThan(numRuns / 20);
  });
});

describe('the numbers that a pattern still gives', () => {
  it.each([
    ['INV-{seq:6}', 3, 'INV-000003', true],
    ['INV-{seq:6}', 3, 'INV-000002', false],
    ['INV-{seq:6}', 3, 'INV-3', false],
    ['INV-{seq}', 3, 'INV-000003', false],
    ['{YYYY}.{MM}.{seq}', 1, '2026.13.4', false],
    ['{YYYY}.{MM}.{seq}', 1, '2026.12.4', true],
    ['{YYYY}.{MM}.{seq}', 1, '2026x12x4', false],
    ['{YYYY}-{seq}', 1, '1970-1', true],
    ['{YYYY}-{seq}', 1, '1969-1', false],
    ['INV-{seq}', 1, 'INV-', false],
    ['INV-{seq}', 1, 'INV-1A', false],
  ])('%s from %i on: %s %s', (pattern, next, text, isToCome) => {
    expect(numbersFrom(pattern, next)(text)).toBe(isToCome);
  });
});
