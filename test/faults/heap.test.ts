/** Too little memory: V8 ends the process, or the command is done; never anything between. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { IS_FULL, report, type Scenario, withStages } from './scenarios.js';
import { PROGRAM } from './strace.js';

/** In MiB: from one with which Node does not start to one with which all is well. */
const CAPS = IS_FULL ? Array.from({ length: 30 }, (_, index) => 2 + 2 * index) : [4, 60];
const ORDERS = 3000;

function writeOrders(folder: string): void {
  const rows = Array.from(
    { length: ORDERS },
    (_, index) =>
      `O-${index},P-${index % 300},crown,${100 + (index % 7)}.50,2025-10-${10 + (index % 20)}T12:00:00Z`,
  );
  writeFileSync(
    path.join(folder, 'many.csv'),
    `order_id,practice_id,product,unit_price,placed_at\n${rows.join('\n')}\n`,
  );
}

const imports = ['import', 'many.csv'];
const closes = ['close', '2025-10', '--out', 'out'];
const says = /^(import 1:\n {2}.*|2025-10 (?:.*\n)+ {2}files: )/m;
const SCENARIOS: readonly Scenario[] = [
  {
    name: 'import',
    prepare: writeOrders,
    before: [],
    between: [{ words: ['init'], says: /new ledger created/ }],
    command: { words: imports, says },
    isImport: true,
  },
  {
    name: 'close',
    prepare: writeOrders,
    before: [imports],
    between: [],
    command: { words: closes, says },
    out: 'out',
  },
  {
    name: 'export',
    prepare: writeOrders,
    before: [imports, closes],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'copies'], says },
    out: 'copies',
  },
];

test('a heap that is too small aborts the command or lets it be done', async () => {
  const faults: string[] = [];
  let [aborted, done] = [0, 0];
  await withStages(SCENARIOS.slice(0, IS_FULL ? 3 : 1), async (stage, { name }) => {
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
      const ended = isAborted || status === 0 ? undefined : `exit ${status} ${signal}: ${stderr}`;
      const fault = ended ?? stage.faultOf(stdout + stderr) ?? (await stage.faultOfRerun());
      if (fault !== undefined) faults.push(`${name}, ${cap} MiB: ${fault}`);
    }
  });
  report('heap', { aborted, done, faults: faults.length });
  expect(faults).toEqual([]);
  expect(Math.min(aborted, done)).toBeGreaterThan(0);
});
