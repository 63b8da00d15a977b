/** Two processes at once, one of them held up in the middle: one wins, the other is told so or finds nothing to do. */
import { describe, expect, test } from 'vitest';
import { IS_FULL, report, SCENARIOS, type Stage, scenarios, withStages } from './scenarios.js';
import { HAS_STRACE, type Point, pointsOf, runTraced, type Traced } from './strace.js';

const RACES = IS_FULL ? 210 : 3;
const RACED = scenarios([0, 2, 4]).filter(({ name }) =>
  /^(import, (new|existing)|close|export, over)/.test(name),
);
/** How long each is held up at a call, in microseconds: so long as most of the other's run, or past its patience. */
const DELAYS = [30_000, 150_000, 400_000, 1_300_000];

function faultOf(ended: readonly Traced[], stage: Stage): string | undefined {
  const told = ended.map(({ code, stdout, stderr }) => `exit ${code}: ${stdout}${stderr}`).join(' / ');
  if (ended.some(({ code }) => code !== 0 && code !== 75)) return told;
  for (const { stdout, stderr } of ended) {
    const fault = stage.faultOf(stdout + stderr);
    if (fault !== undefined) return `${fault}; ${told}`;
  }
  if (ended.every(({ code }) => code === 0) && !stage.isComplete())
    return `both say 0, and it is not complete; ${told}`;
  const [first = [], second = []] = ended.map(({ stdout }) => claimsOf(stdout));
  return first.some((claim) => second.includes(claim)) ? `both say that they did it; ${told}` : undefined;
}

/** What a process says that it did itself: of two months caught up, each may have closed one. */
function claimsOf(said: string): string[] {
  const closed = said.match(/^\d{4}-\d{2} closed:/gm) ?? [];
  return /^import \d+:(\n .* [1-9]\d* new,.*)+/m.test(said) ? [...closed, 'import'] : closed;
}

describe.skipIf(!HAS_STRACE)('two processes at once', () => {
  test('one wins, the other exits 75 or finds nothing to do, and there is one set of documents', async () => {
    const faults: string[] = [];
    let races = 0;
    let refused = 0;
    await withStages(RACED, async (stage, { name }) => {
      stage.reset();
      const points = pointsOf(await runTraced(stage.folder, stage.words), stage.folder);
      const perScenario = Math.ceil(RACES / RACED.length);
      const delayed = Array.from(
        { length: perScenario },
        (_, index) => points[Math.floor((index * points.length) / perScenario)] as Point,
      );
      for (const { call, file, index } of delayed) {
        const delay = DELAYS[races++ % DELAYS.length];
        stage.reset();
        const ended = await Promise.all([
          runTraced(stage.folder, stage.words, {
            paths: [file],
            inject: [`${call}:delay_enter=${delay}:when=${index}`],
            calls: call,
            log: 'first',
          }),
          runTraced(stage.folder, stage.words, { flags: ['--seccomp-bpf'], calls: 'rename', log: 'second' }),
        ]);
        refused += ended.filter(({ code }) => code === 75).length;
        const fault = faultOf(ended, stage) ?? (await stage.faultOfRerun());
        if (fault !== undefined) faults.push(`${name}: ${call} ${index} of ${file} for ${delay}: ${fault}`);
      }
    });
    report('races', { races, 'exit 75': refused, faults: faults.length });
    expect(faults).toEqual([]);
    expect(races).toBeGreaterThanOrEqual(IS_FULL ? 200 : 3);
  });
  test('control: two that both did it are caught', async () => {
    await withStages(SCENARIOS.slice(2, 3), async (stage) => {
      stage.reset();
      const winner = await runTraced(stage.folder, stage.words);
      expect(faultOf([winner, winner], stage)).toContain('both say that they did it');
    });
  });
});
