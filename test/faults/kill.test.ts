/** A process that is killed at any call that writes: the ledger is as before or as after, and the same command completes it. */

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { IS_FULL, report, SCENARIOS, type Stage, scenarios, some, withStages } from './scenarios.js';
import { HAS_STRACE, type Point, pointsOf, runTraced } from './strace.js';

const POINTS_PER_SCENARIO = 2;

describe.skipIf(!HAS_STRACE)('killed at a call that writes', () => {
  let [killed, wrong] = [0, 0];

  test.concurrent.each(scenarios([0, 1, 2, 4, 7]).map((scenario) => [scenario.name, scenario] as const))(
    '%s: nothing is lost, half done or done twice',
    async (name, scenario) => {
      const faults: string[] = [];
      await withStages([scenario], async (stage) => {
        stage.reset();
        const undisturbed = await runTraced(stage.folder, stage.words);
        expect(undisturbed, name).toMatchObject({ code: 0 });
        const points = pointsOf(undisturbed, stage.folder);
        expect(points.length, name).toBeGreaterThan(10);
        for (const point of some(points, POINTS_PER_SCENARIO)) {
          killed++;
          const fault = await faultOfKill(stage, point);
          if (fault !== undefined) faults.push(`${point.call} ${point.index} of ${point.file}: ${fault}`);
        }
      });
      wrong += faults.length;
      expect(faults).toEqual([]);
    },
  );

  test('that many were killed', () => {
    report('kill', { points: killed, faults: wrong });
    expect(killed).toBeGreaterThanOrEqual(IS_FULL ? 1000 : 10);
  });

  const IMPORT = SCENARIOS.filter(({ name }) => name === 'import, new ledger');
  const CLOSE = SCENARIOS.filter(({ name }) => name === 'close, first month');
  test.each([
    {
      what: 'imports its files one by one',
      scenario: IMPORT,
      broken: `const at = words.indexOf('import') + 1;
        for (const file of words.slice(at)) await main([...words.slice(0, at), file]);`,
      at: (points: Point[]) =>
        points.findLast(({ call, file }) => call === 'fsync' && file.endsWith('-journal')),
      seen: 'neither as before nor as after',
    },
    {
      what: 'says that it is done before it is',
      scenario: IMPORT,
      broken: `writeSync(1, 'import 1:\\n  a\\n  b\\n  c\\n'); await main(words);`,
      at: (points: Point[]) => points.find(({ call }) => call === 'fsync'),
      seen: 'has lost what was acknowledged',
    },
    {
      what: 'writes its files in place',
      scenario: CLOSE,
      broken: `const out = words.at(-1);
        await main([...words.slice(0, -1), out + '.aside']);
        cpSync(out + '.aside', out, { recursive: true });`,
      at: (points: Point[]) => points.find(({ file }) => /out\/2025-10\/held\.csv$/.test(file)),
      seen: '2025-10: ',
    },
  ])('control: a program that $what is caught', async ({ scenario, broken, at, seen }) => {
    await withStages(scenario, async (stage) => {
      const program = brokenProgram(broken);
      stage.reset();
      const undisturbed = await runTraced(stage.folder, stage.words, { program });
      const point = at(pointsOf(undisturbed, stage.folder));
      expect(point).toBeDefined();
      expect(await faultOfKill(stage, point as Point, program)).toContain(seen);
    });
  });
});

/** Kills the program there. @returns why what it leaves is wrong */
async function faultOfKill(
  stage: Stage,
  { call, file, index }: Point,
  program?: readonly string[],
): Promise<string | undefined> {
  stage.reset();
  const run = await runTraced(stage.folder, stage.words, {
    paths: [file],
    inject: [`${call}:signal=SIGKILL:when=${index}`],
    calls: call,
    ...(program === undefined ? {} : { program }),
  });
  if (run.signal !== 'SIGKILL') return 'it was not killed';
  return stage.faultOf(run.stdout + run.stderr) ?? stage.faultOfRerun();
}

function brokenProgram(body: string): string[] {
  const script = `
    import { cpSync, writeSync } from 'node:fs';
    process.env.TZ = 'UTC';
    const { main } = await import(${JSON.stringify(path.join(REPOSITORY, 'dist/cli/main.js'))});
    const words = process.argv.slice(1);
    ${body}`;
  return [process.execPath, '--input-type=module', '-e', script, '--'];
}
