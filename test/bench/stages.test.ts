import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { atSources } from './sources.js';
import { type CpuProfile, STAGE_OF_FILE, STAGES, stageTimes } from './stages.js';

const NATIVE = '';
const SRC = 'file:///anywhere/monthend/src';

type CallFrame = CpuProfile['nodes'][number]['callFrame'];
const frame = (url: string, functionName: string): CallFrame => ({
  url,
  functionName,
  lineNumber: 0,
  columnNumber: 0,
});

/** A stack for each sample, outermost first, as `file function`; a second apart. */
function profile(...stacks: readonly (readonly [url: string, functionName: string])[][]): CpuProfile {
  const nodes: { id: number; callFrame: CallFrame; children: number[] }[] = [
    { id: 1, callFrame: frame('', '(root)'), children: [] },
  ];
  const samples = stacks.map((stack) => {
    let caller = nodes[0];
    for (const [url, functionName] of stack) {
      const node = { id: nodes.length + 1, callFrame: frame(url, functionName), children: [] };
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
        [`${SRC}/ledger/bill-month.ts`, 'billMonth'],
        [`${SRC}/billing/reconciliation.ts`, 'reckonOrder'],
      ],
      [
        [`${SRC}/ledger/bill-month.ts`, 'billMonth'],
        ['node:internal/any', 'any'],
      ],
    ),
  );
  expect(times.balance.seconds).toBe(1);
  expect(times.decide.seconds).toBe(1);
});

test('what serves several stages works for its caller', () => {
  const money = [`${SRC}/billing/money.ts`, 'parse'] as const;
  const times = stageTimes(
    2,
    profile([[`${SRC}/intake/fields.ts`, 'price'], money], [[`${SRC}/output/csv.ts`, 'cell'], money]),
  );
  expect([times.validate.seconds, times.write.seconds, times.rest.seconds]).toEqual([1, 1, 0]);
});

test("SQLite's native code is told from its callers, and from native code of others", () => {
  const facts = [`${SRC}/ledger/take-facts.ts`, 'take'] as const;
  const wrapper = ['file:///anywhere/node_modules/better-sqlite3/lib/methods/transaction.js', 'run'] as const;
  const times = stageTimes(
    4,
    profile(
      [facts],
      [facts, [NATIVE, 'run']],
      [facts, [NATIVE, 'update']],
      [[`${SRC}/ledger/ledger.ts`, 'write'], wrapper, [NATIVE, 'run']],
    ),
  );
  expect(times.insert).toEqual({ seconds: 3, sqliteSeconds: 1 });
  expect(times.transaction).toEqual({ seconds: 1, sqliteSeconds: 1 });
});

test('waiting and garbage collection are their own; all else, and what the profile did not see, is the rest', () => {
  const times = stageTimes(
    5,
    profile([[NATIVE, '(garbage collector)']], [[NATIVE, '(idle)']], [[`${SRC}/cli/main.ts`, 'main']]),
  );
  expect([times.gc.seconds, times.wait.seconds, times.rest.seconds]).toEqual([1, 1, 3]);
});

test('the stages of a process add up to its time; other threads add theirs, but not their waiting', () => {
  const main = profile([[`${SRC}/intake/utf8.ts`, 'decode']], [[NATIVE, '(idle)']]);
  const other = profile([[`${SRC}/intake/fields.ts`, 'price']], [[NATIVE, '(idle)']]);
  const sum = (times: ReturnType<typeof stageTimes>) =>
    STAGES.reduce((total, stage) => total + times[stage].seconds, 0);
  expect(sum(stageTimes(7, main))).toBe(7);
  expect(stageTimes(7, main, [other])).toMatchObject({ read: { seconds: 1 }, validate: { seconds: 1 } });
  expect(sum(stageTimes(7, main, [other]))).toBe(8);
});

test.each(Object.keys(STAGE_OF_FILE))('%s is there', (name) => {
  expect(existsSync(path.join(REPOSITORY, 'src', name.endsWith('/') ? name : `${name}.ts`))).toBe(true);
});

test('the functions of the bundled program are at their sources', () => {
  const url = pathToFileURL(path.join(REPOSITORY, 'dist/program/import-thread.js')).href;
  const lines = readFileSync(new URL(url), 'utf8').split('\n');
  const lineNumber = lines.findIndex((line) => line.startsWith('function createPlainRecords('));
  expect(lineNumber).toBeGreaterThan(0);
  const found = profile([[url, 'createPlainRecords']]);
  const [root, node] = found.nodes;
  const moved = {
    ...found,
    nodes: [root, { ...node, callFrame: { ...node?.callFrame, lineNumber, columnNumber: 0 } }],
  };
  const urls = atSources(moved as CpuProfile).nodes.map(({ callFrame }) => callFrame.url);
  expect(urls).toEqual(['', pathToFileURL(path.join(REPOSITORY, 'src/intake/plain-records.ts')).href]);
});
