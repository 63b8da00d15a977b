/** Two processes at once, one of them held up in the middle: one wins, the other is told so or finds nothing to do. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Run } from '../support/monthend.js';
import { createTally, note } from './figures.js';
import { IS_FULL, type Stage, scenarioOf, scenarios, spread, withStages } from './scenarios.js';
import { attach, CAN_ATTACH, warmPoints } from './strace.js';
import { warmProgram } from './warm.js';

const RACED = scenarios('close, first month').filter(({ name }) =>
  /^(import, (new|existing|bad)|close|export, over)/.test(name),
);
const RACES_PER_SCENARIO = IS_FULL ? 60 : 6;
/** How long one is held up at a call, in microseconds: as long as a part of the other's run, or past its patience. */
const DELAYS = [3_000, 10_000, 30_000, 100_000, 1_300_000];

function faultOf(ended: readonly Run[], stage: Stage): string | undefined {
  const told = ended.map(({ code, stdout, stderr }) => `exit ${code}: ${stdout}${stderr}`).join(' / ');
  if (ended.some(({ code }) => code !== stage.code && code !== 75)) return told;
  for (const { stdout, stderr } of ended) {
    const fault = stage.faultOf(stdout + stderr);
    if (fault !== undefined) return `${fault}; ${told}`;
  }
  if (ended.every(({ code }) => code === stage.code) && !stage.isComplete())
    return `both say that it is done, and it is not complete; ${told}`;
  const [first = [], second = []] = ended.map(({ stdout }) => claimsOf(stdout));
  return first.some((claim) => second.includes(claim)) ? `both say that they did it; ${told}` : undefined;
}

/** What a process says that it did itself: of two months caught up, each may have closed one. */
function claimsOf(said: string): string[] {
  const closed = said.match(/^\d{4}-\d{2} closed:/gm) ?? [];
  return /^import \d+:(\n .* [1-9]\d* new,.*)+/m.test(said) ? [...closed, 'import'] : closed;
}

describe.skipIf(!CAN_ATTACH)('two processes at once', () => {
  let races = 0;

  test.for(RACED)(
    '$name: one wins, the other exits 75 or finds nothing to do, and there is one set of documents',
    async (scenario, { task }) => {
      await withStages([scenario], async (stage) => {
        const beside = path.join(path.dirname(stage.folder), 'second');
        mkdirSync(beside);
        const second = warmProgram(beside);
        onTestFinished(() => second.end());
        const points = (await warmPoints(stage)).filter(({ file }) => file.startsWith(stage.folder));
        const tally = createTally(task, 'race', 'races', RACES_PER_SCENARIO);
        for (const { call, file, index } of spread(points, RACES_PER_SCENARIO)) {
          const delay = DELAYS[races++ % DELAYS.length];
          stage.reset();
          const inject = [`${call}:delay_enter=${delay}:when=${index}`];
          const detach = await attach(stage.warm, stage.folder, { paths: [file], inject, calls: call });
          // As slow as the first one: else it would be done before that is held up.
          const detachSecond = await attach(second, beside, { calls: call });
          const ended = await Promise.all(
            [stage.warm, second].map((process) => process.run(stage.folder, stage.words)),
          );
          await detachSecond();
          if ((await detach()).some(({ isInjected }) => isInjected)) tally.count('held up');
          if (ended.some(({ code }) => code === 75)) tally.count('one ended with 75');
          const fault = faultOf(ended, stage) ?? (await stage.faultOfRerun());
          tally.add(`${call} ${index} of ${file} for ${delay}`, fault);
        }
        expect(tally.wrong).toEqual([]);
      });
    },
  );

  test('that many', () => {
    expect(races).toBeGreaterThanOrEqual(IS_FULL ? 200 : 6);
  });

  test('control: two that both did it are caught', async ({ task }) => {
    await withStages([scenarioOf('close, first month')], async (stage) => {
      stage.reset();
      const winner = await stage.warm.run(stage.folder, stage.words);
      expect(faultOf([winner, winner], stage)).toContain('both say that they did it');
      note(task, {
        fault: 'control: race, two that both did it',
        injected: { race: 1 },
        found: { 'wrong otherwise': 1 },
      });
    });
  });
});
