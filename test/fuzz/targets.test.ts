/**
 * The targets of `npm run test:fuzz` on what they begin with, and on some changes of it. The lane itself searches for an hour, led by what
 * an input runs.
 */
import { expect, it } from 'vitest';
import { randomFrom } from '../support/random.js';
import { runs, SEED } from '../support/search.js';
import { createSearch } from './search.js';
import { hold, same, type Target } from './target.js';
import { TARGETS } from './targets.js';

it.each(TARGETS.map((target) => [target.name, target] as const))(
  `%s bears what it is given (MONTHEND_SEED=${SEED})`,
  async (_, target) => {
    const search = createSearch(target, randomFrom(SEED));
    // With fewer, not every target gets an input that runs something new.
    await search.go(Math.max(10, runs(40)));
    expect(search.findings.map(({ what, input }) => [what, input.toString('latin1')])).toEqual([]);
    expect(search.kept).toBeGreaterThan(target.seeds.length);
  },
  1_200_000,
);

it('what a target does not bear is found, and made small', async () => {
  const target: Target = {
    name: 'one that fails',
    seeds: ['some text before the word, and after it'],
    words: ['word'],
    run(input) {
      const text = input.toString();
      hold('has the word twice', text.split('word').length < 3);
      same('a text is not itself', text, text);
      return `${text.length >> 3}`;
    },
  };
  const search = createSearch(target, randomFrom(SEED));
  await search.go(800);
  expect(search.findings.map(({ what, input }) => [what.split('\n')[0], input.toString()])).toEqual([
    ['Error: has the word twice', 'wordword'],
  ]);
});
