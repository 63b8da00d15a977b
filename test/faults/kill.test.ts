/** A process that is killed at any call that writes: the ledger is as before or as after, and the same command completes it. */

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { createTally, note } from './figures.js';
import { IS_FULL, type Stage, scenarioOf, scenarios, some, withStages } from './scenarios.js';
import { HAS_STRACE, type Point, pointsOf, runTraced } from './strace.js';

const POINTS_PER_SCENARIO = 2;
const KILLED = scenarios('import, empty ledger', 'import, bad records set aside', 'close, second month');

describe.skipIf(!HAS_STRACE)('killed at a call that writes', () => {
  let killed = 0;

  test.concurrent.for(KILLED)('$name', async (scenario, { task, expect }) => {
    await withStages([scenario], async (stage) => {
      stage.reset();
      const undisturbed = await runTraced(stage.folder, stage.words);
      expect(undisturbed).toMatchObject({ code: stage.code });
      const points = some(pointsOf(undisturbed, stage.folder), POINTS_PER_SCENARIO);
      const tally = createTally(task, 'kill', 'points', points.length);
      for (const point of points)
        tally.add(`${point.call} ${point.index} of ${point.file}`, await faultOfKill(stage, point));
      killed += tally.injected();
      expect(tally.wrong).toEqual([]);
    });
  });

  test('that many', () => {
    expect(killed).toBeGreaterThanOrEqual(IS_FULL ? 1000 : 6);
  });

  const IMPORT = scenarioOf('import, empty ledger');
  const CLOSE = scenarioOf('close, first month');
  test.for([
    {
      what: 'imports its files one by one',
      scenario: IMPORT,
      broken: `const at = words.indexOf('import') + 1;
        for (const file of words.slice(at)) await main([...words.slice(0, at), file]);`,
      at: (points: Point[]) =>
        points.findLast(({ call, file }) => call === 'fsync' && file.endsWith('-journal')),
      seen: 'half done: the ledger is neither',
    },
    {
      what: 'says that it is done before it is',
      scenario: IMPORT,
      broken: `writeSync(1, 'import 1:\\n  a\\n  b\\n  c\\n'); await main(words);`,
      at: (points: Point[]) => points.find(({ call }) => call === 'fsync'),
      seen: 'lost: the ledger has not what was acknowledged',
    },
    {
      what: 'writes its files in place',
      scenario: CLOSE,
      broken: `const out = words.at(-1);
        await main([...words.slice(0, -1), out + '.aside']);
        cpSync(out + '.aside', out, { recursive: true });`,
      at: (points: Point[]) => points.find(({ file }) => /out\/2025-10\/held\.csv$/.test(file)),
      seen: 'half done: 2025-10: ',
    },
  ])('control: a program that $what is caught', async ({ what, scenario, broken, at, seen }, { task }) => {
    await withStages([scenario], async (stage) => {
      const program = brokenProgram(broken);
      stage.reset();
      const undisturbed = await runTraced(stage.folder, stage.words, { program });
      const point = at(pointsOf(undisturbed, stage.folder));
      expect(point).toBeDefined();
      const fault = await faultOfKill(stage, point as Point, program);
      expect(fault).toContain(seen);
      note(task, {
        fault: `control: killed, a program that ${what}`,
        injected: { point: 1 },
        found: { [`${fault?.split(':')[0]}`]: 1 },
      });
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
    const { main } = await import(${JSON.stringify(path.join(REPOSITORY, 'dist/program/main.js'))});
    const words = process.argv.slice(1);
    ${body}`;
  return [process.execPath, '--input-type=module', '-e', script, '--'];
}
