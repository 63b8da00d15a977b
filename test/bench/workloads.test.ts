import { expect, test } from 'vitest';
import { chosenWorkloads } from './workloads.js';

const names = (...words: string[]) => chosenWorkloads(words).map(({ name }) => name);

test('without a word, every workload in its own size', () => {
  expect(names()).toEqual(['start', 'batch 10k', 'history 500', 'random 200', 'stages 10k']);
});

test('sizes belong to the word before them', () => {
  expect(names('batch', '10K', '1000000', 'history', 'start')).toEqual([
    'batch 10k',
    'batch 1m',
    'history 500',
    'start',
  ]);
  expect(names('history', '2500', '200k')).toEqual(['history 2500', 'history 200k']);
});

test.each([['bath'], ['10k'], ['batch', '0'], ['batch', '10kk'], ['start', '10']])(
  '%s %s: refused',
  (...words) => {
    expect(() => names(...words)).toThrow(words.at(-1));
  },
);
