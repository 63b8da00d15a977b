/** Too little memory: V8 ends the process, or the command is done; never anything between. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createTally } from './figures.js';
import { IS_FULL, type Scenario, withStages, writeOrders } from './scenarios.js';
import { PROGRAM } from './strace.js';

/** In MiB: from one with which Node does not start to one with which all is well. */
const CAPS = IS_FULL ? Array.from({ length: 30 }, (_, index) => 2 + 2 * index) : [4, 60];
const manyOrders = (folder: string) => writeOrders(folder, { orders: 3000, practices: 300 });

const imports = ['import', 'many.csv'];
const closes = ['close', '2025-10', '--out', 'out'];
const says = /^(import 1:\n {2}.*|2025-10 (?:.*\n)+ {2}files: )/m;
const SCENARIOS: readonly Scenario[] = [
  {
    name: 'import',
    prepare: manyOrders,
    before: [],
    between: [],
    command: { words: imports, says },
    isImport: true,
  },
  {
    name: 'close',
    prepare: manyOrders,
    before: [imports],
    between: [],
    command: { words: closes, says },
    out: 'out',
  },
  {
    name: 'export',
    prepare: manyOrders,
    before: [imports, closes],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'copies'], says },
    out: 'copies',
  },
];

test('a heap that is too small aborts the command or lets it be done', async ({ task }) => {
  let [aborted, done] = [0, 0];
  const scenarios = SCENARIOS.slice(0, IS_FULL ? 3 : 1);
  const tally = createTally(task, 'heap', 'caps', scenarios.length * CAPS.length);
  await withStages(scenarios, async (stage, { name }) => {
    for (const cap of CAPS) {
      stage.reset();
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        [`--max-old-space-size=${cap}`, PROGRAM, ...stage.words],
        { cwd: stage.folder, encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } },
      );
      const isAborted = signal === 'SIGABRT' || signal === 'SIGTRAP';
      if (isAborted) aborted++;
      else done++;
      tally.count(isAborted ? 'aborted' : 'done');
      const ended = isAborted || status === 0 ? undefined : `exit ${status} ${signal}: ${stderr}`;
      tally.add(
        `${name}, ${cap} MiB`,
        ended ?? stage.faultOf(stdout + stderr) ?? (await stage.faultOfRerun()),
      );
    }
  });
  expect(tally.wrong).toEqual([]);
  expect(Math.min(aborted, done)).toBeGreaterThan(0);
});
