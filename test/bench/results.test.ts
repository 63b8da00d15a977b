import { expect, test } from 'vitest';
import { compare, median, medianOf, medianRatio, type Result, type Run, table } from './results.js';

const result = (step: string, seconds: readonly number[], more: Partial<Result> = {}): Result => ({
  workload: 'batch 10k',
  step,
  printed: 'this',
  samples: seconds.map((each) => ({ seconds: each, cpuSeconds: each / 2, megabytes: 100 * each })),
  ...more,
});
const run = (...results: Result[]): Run => ({ node: 'v20.19.0', machine: '2 × any', rounds: 3, results });

test.each([
  [[3, 1, 2], 2],
  [[10, 9], 9.5],
  [[4, 1, 100, 2], 3],
  [[7], 7],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a measure that a step does not have has no median', () => {
  expect(medianOf(result('import', [1, 2, 3]), 'megabytes')).toBe(200);
  expect(medianOf(result('import', [1, 2, 3]), 'sqliteSeconds')).toBeUndefined();
});

test('a ratio within a run is that of each round, since rounds differ more than steps', () => {
  expect(medianRatio(result('after 36', [2, 20, 3]), result('after 1', [2, 10, 2]))).toBe(1.5);
});

test('a step is compared with the same step of the earlier run', () => {
  const earlier = run(result('close', [9]), result('import', [4, 4, 5]));
  expect(compare(result('import', [1, 2, 3]), earlier)).toEqual({
    time: 0.5,
    cpu: 0.5,
    memory: 0.5,
    isSameWork: true,
  });
  expect(compare(result('import', [1], { printed: 'other' }), earlier)).toMatchObject({ isSameWork: false });
  expect(compare(result('import', [1], { workload: 'batch 100k' }), earlier)).toBeUndefined();
});

test('the table has medians, and orders per second', () => {
  const stage = result('import: read', [], { samples: [{ seconds: 0.25, sqliteSeconds: 0.125 }] });
  expect(table([result('import', [1, 2, 3], { orders: 10_000 }), stage])).toBe(
    `workload   step          seconds  of CPU  in SQLite   MB  orders/s
batch 10k  import           2.00    1.00             200      5000
batch 10k  import: read     0.25               0.13
`,
  );
});

test('with an earlier run, it has ratios, marked where the work is another', () => {
  const earlier = run(result('import', [4]), result('close', [1], { printed: 'other' }));
  expect(table([result('import', [1]), result('close', [3]), result('verify', [1])], earlier)).toBe(
    `workload   step    seconds  of CPU  in SQLite   MB  orders/s  × time  × CPU  × memory
batch 10k  import     1.00    0.50             100              0.25   0.25      0.25
batch 10k  close      3.00    1.50             300            ≠ 3.00   3.00      3.00
batch 10k  verify     1.00    0.50             100
`,
  );
});
