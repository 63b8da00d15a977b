import { expect, it } from 'vitest';
import type { DocumentLine } from '../../src/billing/document.js';
import { createLikeFinder, packLine, unpackLines } from '../../src/billing/line-block.js';
import { issuedLine } from '../support/facts.js';

const OWNER = { practiceId: 'P1', currency: 'USD' };
const LIKE = { amountMinor: 18_900, placedOn: '2026-10-05' };

/** A block of lines that differ from the first in one thing each. */
const block = (changes: readonly Partial<DocumentLine>[]): string =>
  changes
    .map((change) => packLine({ ...issuedLine(), ...LIKE, ...change } as unknown as DocumentLine))
    .join('');

it('lines of an amount and a date are found in the text of a block, with their numbers', () => {
  const text = block([
    {},
    { amountMinor: 1_890 },
    { amountMinor: 118_900 },
    { placedOn: '2026-10-06' },
    { description: ',18900,"2026-10-05",', amountMinor: 1 },
    { orderId: 'B\n,18900,"2026-10-05",' },
    {},
  ]);
  const linesLike = createLikeFinder(text, 11, OWNER);
  const found = linesLike(LIKE);
  expect(found.map(({ lineNumber }) => lineNumber)).toEqual([11, 16, 17]);
  expect(found).toEqual(
    unpackLines(text, 11, OWNER).filter(
      ({ amountMinor, placedOn }) => amountMinor === LIKE.amountMinor && placedOn === LIKE.placedOn,
    ),
  );
  expect(linesLike({ ...LIKE, amountMinor: -18_900 })).toEqual([]);
  // Asked often, it makes an index, and finds the same.
  for (let times = 0; times < 20; times++) expect(linesLike(LIKE)).toEqual(found);
  expect(linesLike({ ...LIKE, amountMinor: -18_900 })).toEqual([]);
  expect(linesLike({ ...LIKE, amountMinor: 1_890 }).map(({ lineNumber }) => lineNumber)).toEqual([12]);
});
