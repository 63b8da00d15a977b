import { expect, it } from 'vitest';
import { chargeFaults } from '../../src/ledger/audit-index.js';
import type { IndexEntry } from '../../src/ledger/document-index.js';

/** Writes entries of one order line as `document amount`, a credit with the document that it corrects: `2 -100 of 1`. */
function entries(...texts: readonly string[]): IndexEntry[] {
  return texts.map((text, index) => {
    const [key, amount, corrects = '0'] = text.replace('of ', '').split(' ');
    return ['A1', 1, Number(key), index + 1, Number(amount), Number(corrects)];
  });
}

it.each<[what: string, of: readonly string[], faults: readonly string[]]>([
  ['a charge', ['1 100'], []],
  ['a charge that was credited and charged again', ['1 100', '2 -100 of 1', '2 80'], []],
  ['a line that is free of charge, credited', ['1 0', '2 0 of 1'], []],
  [
    'two charges',
    ['1 100', '2 100'],
    ['1: its order line is charged more than once', '2: its order line is charged more than once'],
  ],
  ['two credits of a charge', ['1 100', '2 -100 of 1', '3 -100 of 1'], ['1: is credited more than once']],
  ['a credit of part of it', ['1 100', '2 -90 of 1'], ['1: is credited with another amount']],
  ['a credit of no charge', ['2 -100 of 1'], ['2: credits a charge that is not there']],
])('%s', (_, texts, faults) => {
  const all = entries(...texts);
  expect(
    all.flatMap((entry) => [...chargeFaults(entry, all)].map((fault) => `${entry[2]}: ${fault}`)),
  ).toEqual(faults);
});
