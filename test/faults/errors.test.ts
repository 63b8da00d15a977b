/** A system that fails at any call that writes: exit 74 with path and reason, and nothing acknowledged that is not there. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTally, note } from './figures.js';
import { IS_FULL, type Stage, scenarioOf, scenarios, some, withStages } from './scenarios.js';
import { CAN_ATTACH, type Point, runAttached, type Traced, warmPoints } from './strace.js';
import { warmProgram } from './warm.js';

const FAILED = scenarios('import, empty ledger', 'import, bad records set aside', 'close, first month');
/** As many as there are kinds. */
const POINTS_PER_SCENARIO = 8;
const ERRORS = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'];
/** Once, and from then on for every call of that name. */
const KINDS = ERRORS.flatMap((error) => [
  { error, lasts: false },
  { error, lasts: true },
]);

/** Why the run did not end as it must; undefined if it did. */
function faultOf(run: Traced, stage: Stage, point: Point): string | undefined {
  const injected = run.calls.filter((call) => call.isInjected);
  if (injected.length === 0) return 'the fault was not injected';
  if (run.code === stage.code) {
    if (!stage.isComplete()) return `lost: exit ${run.code}, but not everything is there`;
    if (point.call === 'fsync' && !isJournalName(run)) return `exit ${run.code} after a sync that failed`;
  } else if (run.code !== 74) {
    return `exit ${run.code}: ${run.stderr}`;
  } else if (!isOutput(point) && !(point.call === 'write' && injected.length > 1)) {
    const isToldWhere = /^monthend: (?!the system)(\S+|\/.+|standard (output|error)): .+/m.test(run.stderr);
    if (!isToldWhere) return `no path or reason: ${run.stderr}`;
  }
  return stage.faultOf(run.stdout + run.stderr);
}

/** SQLite passes over a failed sync of the folder when it has made a journal; the ledger syncs it once more and does not. */
const isJournalName = ({ calls }: Traced) =>
  calls.every(({ isInjected, words }) => !isInjected || /play>$/.test(words));

/** Where it would be told. */
const isOutput = ({ file }: Point) => /warm\.std(out|err)$/.test(file);

describe.skipIf(!CAN_ATTACH)('an error of the system at a call that writes', () => {
  let failed = 0;

  test.concurrent.for(FAILED)('$name', async (scenario, { task, expect }) => {
    await withStages([scenario], async (stage) => {
      const points = await warmPoints(stage);
      const all = [...new Set(points.map(({ file }) => file))];
      // The small part has one kind for each call, in turn.
      const chosen = some(points, POINTS_PER_SCENARIO).flatMap((point, index) =>
        KINDS.filter((_, kind) => IS_FULL || kind === index % KINDS.length).map((kind) => ({ point, kind })),
      );
      const tally = createTally(task, 'error', 'errors', chosen.length);
      for (const { point, kind } of chosen) {
        const { error, lasts } = kind;
        const inject = `${point.call}:error=${error}:when=${lasts ? `${point.overall}+` : point.index}`;
        stage.reset();
        const run = await runAttached(stage.warm, stage.folder, stage.words, {
          paths: lasts ? all : [point.file],
          inject: [inject],
          calls: point.call,
        });
        tally.count(`ended with ${run.code}`);
        tally.add(`${inject} at ${point.file}`, faultOf(run, stage, point) ?? (await stage.faultOfRerun()));
      }
      failed += tally.injected();
      expect(tally.wrong).toEqual([]);
    });
  });

  test('that many', () => {
    expect(failed).toBeGreaterThanOrEqual(IS_FULL ? 2000 : 24);
  });

  test('control: a program that passes over a failed sync is caught', async ({ task }) => {
    await withStages([scenarioOf('close, first month')], async (stage) => {
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
      const fault = faultOf(run, stage, { call: 'fsync', file, index: 1, overall: 1 });
      expect(fault).toContain('a sync that failed');
      note(task, {
        fault: 'control: error, a program that passes over a failed sync',
        injected: { error: 1 },
        found: { 'wrong otherwise': 1 },
      });
    });
  });
});
