import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { type CpuProfile, STAGE_OF_FILE, STAGES, stageTimes } from './stages.js';

const NATIVE = '';
const DIST = 'file:///anywhere/monthend/dist';

/** A stack for each sample, outermost first, as `file function`; a second apart. */
function profile(...stacks: readonly (readonly [url: string, functionName: string])[][]): CpuProfile {
  const nodes: { id: number; callFrame: { url: string; functionName: string }; children: number[] }[] = [
    { id: 1, callFrame: { url: '', functionName: '(root)' }, children: [] },
  ];
  const samples = stacks.map((stack) => {
    let caller = nodes[0];
    for (const [url, functionName] of stack) {
      const node = { id: nodes.length + 1, callFrame: { url, functionName }, children: [] };
      caller?.children.push(node.id);
      nodes.push(node);
      caller = node;
    }
    return caller?.id ?? 1;
  });
  const timeDeltas = samples.map(() => 1_000_000);
  return { nodes, samples, timeDeltas, startTime: 0, endTime: 1_000_000 * samples.length };
}

test('a sample belongs to the innermost function whose file names a stage', () => {
  const times = stageTimes(
    4,
    profile(
      [
        [`${DIST}/ledger/bill-month.js`, 'billMonth'],
        [`${DIST}/billing/reconciliation.js`, 'reckonOrder'],
      ],
      [
        [`${DIST}/ledger/bill-month.js`, 'billMonth'],
        ['node:internal/any', 'any'],
      ],
    ),
  );
  expect(times.balance.seconds).toBe(1);
  expect(times.decide.seconds).toBe(1);
});

test('what serves several stages works for its caller', () => {
  const money = [`${DIST}/billing/money.js`, 'parse'] as const;
  const times = stageTimes(
    2,
    profile([[`${DIST}/intake/fields.js`, 'price'], money], [[`${DIST}/output/csv.js`, 'cell'], money]),
  );
  expect([times.validate.seconds, times.write.seconds, times.rest.seconds]).toEqual([1, 1, 0]);
});

test("SQLite's native code is told from its callers, and from native code of others", () => {
  const facts = [`${DIST}/ledger/take-facts.js`, 'take'] as const;
  const wrapper = ['file:///anywhere/node_modules/better-sqlite3/lib/methods/transaction.js', 'run'] as const;
  const times = stageTimes(
    4,
    profile(
      [facts],
      [facts, [NATIVE, 'run']],
      [facts, [NATIVE, 'update']],
      [[`${DIST}/ledger/ledger.js`, 'write'], wrapper, [NATIVE, 'run']],
    ),
  );
  expect(times.insert).toEqual({ seconds: 3, sqliteSeconds: 1 });
  expect(times.transaction).toEqual({ seconds: 1, sqliteSeconds: 1 });
});

test('waiting and garbage collection are their own; all else, and what the profile did not see, is the rest', () => {
  const times = stageTimes(
    5,
    profile(
      [[NATIVE, '(garbage collector)']],
      [[NATIVE, '(idle)']],
      [['file:///anywhere/monthend/dist/cli/main.js', 'main']],
    ),
  );
  expect([times.gc.seconds, times.wait.seconds, times.rest.seconds]).toEqual([1, 1, 3]);
});

test('the stages of a process add up to its time; other threads add theirs, but not their waiting', () => {
  const main = profile([[`${DIST}/intake/utf8.js`, 'decode']], [[NATIVE, '(idle)']]);
  const other = profile([[`${DIST}/intake/fields.js`, 'price']], [[NATIVE, '(idle)']]);
  const sum = (times: ReturnType<typeof stageTimes>) =>
    STAGES.reduce((total, stage) => total + times[stage].seconds, 0);
  expect(sum(stageTimes(7, main))).toBe(7);
  expect(stageTimes(7, main, [other])).toMatchObject({ read: { seconds: 1 }, validate: { seconds: 1 } });
  expect(sum(stageTimes(7, main, [other]))).toBe(8);
});

test.each(Object.keys(STAGE_OF_FILE))('%s is there', (name) => {
  expect(existsSync(path.join(REPOSITORY, 'src', name.endsWith('/') ? name : `${name}.ts`))).toBe(true);
});
