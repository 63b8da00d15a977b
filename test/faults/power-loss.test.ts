/**
 * A power cut at any moment: what a command acknowledged is there, what it did not is there whole or not at all. The disk is
 * rebuilt from a recorded run, so a state needs no run of its own.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { randomFrom } from '../support/random.js';
import { DISK_CALLS, DISK_FLAGS, type Disk, type DiskCall, diskCalls, diskOf } from './disk.js';
import { createTally, note } from './figures.js';
import { IS_FULL, LARGER_SCENARIOS, scenarios, temporary, withStages } from './scenarios.js';
import { HAS_STRACE, runTraced } from './strace.js';

const STATES = IS_FULL ? 24_000 : 250;
/** The larger ones last: they have as many states as are asked for, and make up for what others have not. */
const PLAYED = [
  ...scenarios('import, empty ledger', 'import, bad records set aside', 'close, second month'),
  ...(IS_FULL ? LARGER_SCENARIOS : []),
];
/** In one of so many states, the same command runs again and must complete it. */
const RERUN_ONE_OF = 10;

/** Different states of a recorded run, so many if there are, with what was said before each. */
function* powerCuts(disk: () => Disk, calls: readonly DiskCall[], wanted: number) {
  const seen = new Set<string>();
  const chance = randomFrom(20261031);
  const counting = disk();
  const changes = calls.filter((call) => counting.follow(call)).length;
  // So few at a time that a few rounds go over the whole run, and its end is as well covered as its start.
  const perCall = Math.ceil(wanted / changes / 4);
  for (let round = 0; round < ROUNDS && seen.size < wanted; round++) {
    const now = disk();
    for (const call of calls) {
      if (!now.follow(call)) continue;
      for (let each = 0; each < perCall && seen.size < wanted; each++) {
        const state = now.afterPowerCut(chance);
        const id = `${now.said()} ${state.id}`;
        if (seen.has(id)) continue;
        seen.add(id);
        state.store();
        yield { said: now.said(), number: seen.size };
      }
    }
  }
}
const ROUNDS = 40;

describe.skipIf(!HAS_STRACE)('a power cut', () => {
  let states = 0;

  test.for(PLAYED.map((scenario, index) => ({ ...scenario, index })))('$name', async (scenario, { task }) => {
    await withStages([scenario], async (stage) => {
      const disk = () => {
        stage.reset();
        return diskOf(stage.folder);
      };
      stage.reset();
      const { calls, code } = await runTraced(stage.folder, stage.words, {
        flags: DISK_FLAGS,
        calls: DISK_CALLS,
      });
      expect(code).toBe(stage.code);
      const wanted = Math.ceil((STATES - states) / (PLAYED.length - scenario.index));
      const tally = createTally(task, 'power cut', 'different states', wanted);
      for (const { said, number } of powerCuts(disk, diskCalls(calls), wanted)) {
        const isRepeated = number % RERUN_ONE_OF === 0;
        if (isRepeated) tally.count('commands repeated');
        const fault = stage.faultOf(said) ?? (isRepeated ? await stage.faultOfRerun() : undefined);
        tally.add(`state ${number}, after ${JSON.stringify(said)}`, fault);
      }
      states += tally.injected();
      expect(tally.wrong).toEqual([]);
    });
  });

  test('that many', () => {
    expect(states).toBeGreaterThanOrEqual(IS_FULL ? 20_000 : 200);
  });

  /** A commit with these settings, acknowledged; lost in how many of the states after that? */
  async function lostWith(
    journalMode: string,
    synchronous: string,
  ): Promise<{ states: number; lost: number }> {
    const root = temporary();
    const folder = path.join(root, 'play');
    const sqlite = JSON.stringify(path.join(REPOSITORY, 'node_modules/better-sqlite3'));
    const script = (statements: string) => [
      '-e',
      `
      const db = require(${sqlite})('monthend.db');
      db.pragma('journal_mode = ${journalMode}');
      db.pragma('synchronous = ${synchronous}');
      ${statements}
      require('node:fs').writeSync(1, 'done');`,
    ];
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(folder);
    const program = [process.execPath];
    await runTraced(folder, script(`db.exec('CREATE TABLE t (n); INSERT INTO t VALUES (1)'); db.close();`), {
      program,
    });
    cpSync(folder, `${root}/start`, { recursive: true });
    const { calls } = await runTraced(folder, script(`db.exec('INSERT INTO t VALUES (2)');`), {
      program,
      flags: DISK_FLAGS,
      calls: DISK_CALLS,
    });
    const disk = () => {
      rmSync(folder, { recursive: true });
      cpSync(`${root}/start`, folder, { recursive: true });
      return diskOf(folder);
    };
    let [states, lost] = [0, 0];
    for (const { said } of powerCuts(disk, diskCalls(calls), IS_FULL ? 200 : 60)) {
      states++;
      const count = attempt(() => {
        const db = new Database(path.join(folder, 'monthend.db'));
        try {
          return String(db.prepare('SELECT count(*) FROM t').pluck().get());
        } finally {
          db.close();
        }
      });
      if (!(said === 'done' ? ['2'] : ['1', '2']).includes(count ?? '')) lost++;
    }
    return { states, lost };
  }

  test.for([
    { journalMode: 'DELETE', synchronous: 'OFF', isOurs: false },
    { journalMode: 'WAL', synchronous: 'NORMAL', isOurs: false },
    { journalMode: 'DELETE', synchronous: 'EXTRA', isOurs: true },
  ])(
    'control: journal_mode=$journalMode, synchronous=$synchronous',
    async ({ journalMode, synchronous, isOurs }, { task }) => {
      const { states, lost } = await lostWith(journalMode, synchronous);
      note(task, {
        fault: `control: power cut, journal_mode=${journalMode} and synchronous=${synchronous}${isOurs ? ', as ours' : ''}`,
        injected: { 'different states': states },
        found: { lost },
      });
      expect(states).toBeGreaterThan(20);
      if (isOurs) expect(lost).toBe(0);
      else expect(lost).toBeGreaterThan(0);
    },
  );
});

/** What went wrong is the fault. */
function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return (error as Error).message;
  }
}
