/** SIGINT and SIGTERM in the middle of a command: it ends there and then, and leaves the old state or the new. */
import { describe, expect, test } from 'vitest';
import { IS_FULL, report, scenarios, withStages } from './scenarios.js';
import { HAS_STRACE, type Point, PROGRAM, pointsOf, runTraced } from './strace.js';

/** What a shell reports of a program that such a signal has ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const POINTS_PER_SCENARIO = IS_FULL ? 12 : 1;
/** A shell around the program: it ends with the program's code, as a caller sees it. */
const IN_A_SHELL = ['sh', '-c', `"$@"; exit $?`, 'sh', process.execPath, PROGRAM];

describe.skipIf(!HAS_STRACE)('a signal in the middle of a command', () => {
  test('ends it at once, in the old state or the new', async () => {
    const faults: string[] = [];
    let signals = 0;
    await withStages(scenarios([0, 2, 5, 7]), async (stage, { name }) => {
      stage.reset();
      const undisturbed = await runTraced(stage.folder, stage.words);
      const points = pointsOf(undisturbed, stage.folder).filter(({ file }) => !file.includes('PID'));
      for (let each = 0; each < POINTS_PER_SCENARIO; each++) {
        const place = Math.floor(((each + 0.5) * points.length) / POINTS_PER_SCENARIO);
        const { call, file, index } = points[place] as Point;
        const [signal, code] = Object.entries(SIGNALS)[signals++ % 2] as [string, number];
        const inject = `${call}:signal=${signal}:when=${index}`;
        stage.reset();
        const run = await runTraced(stage.folder, stage.words, {
          program: IN_A_SHELL,
          paths: [file],
          inject: [inject],
          calls: call,
        });
        const ended = run.code === code ? undefined : `exit ${run.code}, expected ${code}`;
        const fault = ended ?? stage.faultOf(run.stdout + run.stderr) ?? (await stage.faultOfRerun());
        if (fault !== undefined) faults.push(`${name}: ${inject} at ${file}: ${fault}`);
      }
    });
    report('signals', { signals, faults: faults.length });
    expect(faults).toEqual([]);
    expect(signals).toBeGreaterThanOrEqual(IS_FULL ? 100 : 4);
  });
});
