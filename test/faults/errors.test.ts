/** A system that fails at any call that writes: exit 74 with path and reason, and nothing acknowledged that is not there. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_FULL, report, SCENARIOS, type Stage, scenarios, some, withStages } from './scenarios.js';
import { HAS_STRACE, type Point, pointsOf, runAttached, type Traced } from './strace.js';
import { warmProgram } from './warm.js';

const POINTS_PER_SCENARIO = 8;
/** Once, and from then on for every call of that name. */
const KINDS = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'].flatMap((error) => [
  { error, lasts: false },
  { error, lasts: true },
]);
/** Of the kinds at each point, in turn: every call sees half of them, or an eighth. */
const KINDS_PER_POINT = IS_FULL ? 4 : 1;

/** Why the run did not end as it must; undefined if it did. */
function faultOf(run: Traced, stage: Stage, point: Point): string | undefined {
  if (run.code !== 0 && run.code !== 74) return `exit ${run.code}: ${run.stderr}`;
  const injected = run.calls.filter((call) => call.isInjected);
  if (injected.length === 0) return 'the fault was not injected';
  if (run.code === 0) {
    if (!stage.isComplete()) return 'exit 0, but not everything is there';
    if (point.call === 'fsync' && !isJournalName(run)) return 'exit 0 after a sync that failed';
    return stage.faultOf(run.stdout + run.stderr);
  }
  if (isOutput(point) || (point.call === 'write' && injected.length > 1))
    return stage.faultOf(run.stdout + run.stderr);
  const isToldWhere = /^monthend: (?!the system)(\S+|standard (output|error)): .+/m.test(run.stderr);
  if (!isToldWhere) return `no path or reason: ${run.stderr}`;
  return stage.faultOf(run.stdout + run.stderr);
}

/** SQLite passes over a failed sync of the folder when it has made a journal; the ledger syncs it once more and does not. */
const isJournalName = ({ calls }: Traced) =>
  calls.every(({ isInjected, words }) => !isInjected || /play>$/.test(words));

/** Where it would be told. */
const isOutput = ({ file }: Point) => /warm\.std(out|err)$/.test(file);

describe.skipIf(!HAS_STRACE)('an error of the system at a call that writes', () => {
  test('is told, and leaves nothing lost, half done or done twice', async () => {
    const faults: string[] = [];
    const codes = new Map<number | null, number>();
    let turn = 0;
    await withStages(scenarios([0, 2, 4, 7]), async (stage, { name }) => {
      const folders = path.dirname(stage.folder);
      const warm = warmProgram(folders);
      stage.reset();
      await warm.run(stage.folder, stage.words);
      stage.reset();
      const points = pointsOf(await runAttached(warm, stage.folder, stage.words, {}), folders);
      expect(points.length, name).toBeGreaterThan(10);
      const all = [...new Set(points.map(({ file }) => file))];
      for (const point of some(points, POINTS_PER_SCENARIO)) {
        for (let each = 0; each < KINDS_PER_POINT; each++) {
          const { error, lasts } = KINDS[turn++ % KINDS.length] as (typeof KINDS)[number];
          const inject = `${point.call}:error=${error}:when=${lasts ? `${point.overall}+` : point.index}`;
          stage.reset();
          const run = await runAttached(warm, stage.folder, stage.words, {
            paths: lasts ? all : [point.file],
            inject: [inject],
            calls: point.call,
          });
          codes.set(run.code, (codes.get(run.code) ?? 0) + 1);
          const fault = faultOf(run, stage, point) ?? (await stage.faultOfRerun(warm));
          if (fault !== undefined) faults.push(`${name}: ${inject} at ${point.file}: ${fault}`);
        }
      }
      warm.end();
    });
    const injected = [...codes.values()].reduce((a, b) => a + b, 0);
    report('errors', {
      injected,
      'exit 74': codes.get(74) ?? 0,
      'exit 0': codes.get(0) ?? 0,
      faults: faults.length,
    });
    expect(faults).toEqual([]);
    expect(injected).toBeGreaterThanOrEqual(IS_FULL ? 2000 : 20);
  });
  test('control: a program that passes over a failed sync is caught', async () => {
    await withStages(SCENARIOS.slice(2, 3), async (stage) => {
      const broken = `
        const fs = process.getBuiltinModule('node:fs');
        const { fsync, fsyncSync } = fs;
        fs.fsync = (descriptor, done) => fsync(descriptor, () => done(null));
        fs.fsyncSync = (descriptor) => { try { fsyncSync(descriptor); } catch {} };
        process.getBuiltinModule('node:module').syncBuiltinESMExports();`;
      const warm = warmProgram(path.dirname(stage.folder), broken);
      stage.reset();
      const file = path.join(stage.folder, 'out/.2025-10.PID.partial/summary.csv');
      const run = await runAttached(warm, stage.folder, stage.words, {
        paths: [file],
        inject: ['fsync:error=EIO:when=1'],
        calls: 'fsync',
      });
      warm.end();
      expect(faultOf(run, stage, { call: 'fsync', file, index: 1, overall: 1 })).toContain(
        'a sync that failed',
      );
    });
  });
});
