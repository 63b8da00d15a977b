import { expect, it } from 'vitest';
import { auditCharges, chargeFaults } from '../../src/ledger/audit-index.js';
import { createIndexWriter, type IndexEntry } from '../../src/ledger/document-index.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';

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

// It takes most of a minute if every line is compared with every other.
it('an order of 40,000 lines, two of them charged twice', () => {
  const { db } = temporaryLedger();
  db.exec("INSERT INTO closed_months VALUES ('2026-10', '24:00', '{}', 1, '', '')");
  const index = createIndexWriter(db, '2026-10');
  for (let line = 1; line <= 40_000; line++) index.add('A1', line, 1, line, 100, 0);
  for (const line of [7, 39_999]) index.add('A1', line, 2, line, 100, 0);
  index.finish();
  expect([...auditCharges(db, undefined)].map(({ place }) => place)).toEqual([
    'document 1 line 7',
    'document 1 line 39999',
    'document 2 line 7',
    'document 2 line 39999',
  ]);
});
