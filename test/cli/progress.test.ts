/** Progress in words; on no terminal there is none. */
import { expect, test } from 'vitest';
import { progressText } from '../../src/cli/progress.js';

test.each([
  ['billing 2026-10: 0 of 9000 orders', { done: 0, of: 9000 }, 5],
  ['billing 2026-10: 2000 of 9000 orders', { done: 2000, of: 9000 }, 0.5],
  ['billing 2026-10: 3000 of 9000 orders, 1500 orders/s, 4 s left', { done: 3000, of: 9000 }, 2],
  ['billing 2026-10: 10 of 1000 orders, 5.0 orders/s, 4 min left', { done: 10, of: 1000 }, 2],
  ['billing 2026-10: 9000 of 9000 orders, 900 orders/s, 0 s left', { done: 9000, of: 9000 }, 10],
  ['billing 2026-10: 3000 orders, 1500 orders/s', { done: 3000 }, 2],
])('%s', (text, step, seconds) => {
  expect(progressText({ doing: 'billing 2026-10', unit: 'orders', ...step }, seconds)).toBe(text);
});
