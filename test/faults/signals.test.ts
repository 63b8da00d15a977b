/** SIGINT and SIGTERM in the middle of a command: it ends there and then, and leaves the old state or the new. */
import { describe, expect, test } from 'vitest';
import { createTally } from './figures.js';
import { IS_FULL, scenarios, spread, withStages } from './scenarios.js';
import { HAS_STRACE, PROGRAM, pointsOf, runTraced } from './strace.js';

/** What a shell reports of a program that such a signal has ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const POINTS_PER_SCENARIO = IS_FULL ? 8 : 4;
/** A shell around the program: it ends with the program's code, as a caller sees it. */
const IN_A_SHELL = ['sh', '-c', `"$@"; exit $?`, 'sh', process.execPath, PROGRAM];

describe.skipIf(!HAS_STRACE)('a signal in the middle of a command', () => {
  let signals = 0;

  test.for(scenarios('run, empty ledger'))(
    '$name: it ends at once, in the old state or the new',
    async (scenario, { task }) => {
      await withStages([scenario], async (stage) => {
        stage.reset();
        const undisturbed = await runTraced(stage.folder, stage.words);
        // In the shell, the program has another number than the one that strace knows. And the shell writes to the same stderr, by which the
        // signal would end it too.
        const points = pointsOf(undisturbed, stage.folder).filter(
          ({ file }) => !file.includes('PID') && !file.endsWith('.stderr'),
        );
        const tally = createTally(task, 'signal', 'signals', POINTS_PER_SCENARIO);
        for (const { call, file, index } of spread(points, POINTS_PER_SCENARIO)) {
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
          tally.add(`${inject} at ${file}`, fault);
        }
        expect(tally.wrong).toEqual([]);
      });
    },
  );

  test('that many', () => {
    expect(signals).toBeGreaterThanOrEqual(IS_FULL ? 100 : 4);
  });
});
