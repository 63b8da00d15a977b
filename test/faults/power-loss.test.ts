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
import { DISK_CALLS, DISK_FLAGS, type Disk, diskOf } from './disk.js';
import { IS_FULL, report, scenarios, temporary, withStages } from './scenarios.js';
import { HAS_STRACE, runTraced } from './strace.js';

const STATES = IS_FULL ? 22_000 : 250;
const PLAYED = scenarios([0, 2, 4, 7]);
/** Of so many states one is put to the test whether the same command again completes it. */
const RERUN_ONE_OF = 10;

/** Different states of a recorded run, so many if there are, with what was said before each. */
function* powerCuts(
  record: () => { disk: Disk; calls: readonly Parameters<Disk['follow']>[0][] },
  wanted: number,
) {
  const seen = new Set<string>();
  const chance = randomFrom(20261031);
  for (let round = 0; round < 40 && seen.size < wanted; round++) {
    const { disk, calls } = record();
    const perCall = Math.ceil((wanted - seen.size) / calls.length);
    for (const call of calls) {
      if (!disk.follow(call)) continue;
      for (let each = 0; each < perCall && seen.size < wanted; each++) {
        const state = `${disk.said()} ${disk.cutPower(chance)}`;
        if (seen.has(state)) continue;
        seen.add(state);
        yield { said: disk.said(), number: seen.size };
      }
    }
  }
}

describe.skipIf(!HAS_STRACE)('a power cut', () => {
  test('loses nothing that was acknowledged, and halves nothing', async () => {
    const faults: string[] = [];
    let states = 0;
    let reruns = 0;
    await withStages(PLAYED, async (stage, { name }) => {
      stage.reset();
      const disk = () => {
        stage.reset();
        return diskOf(stage.folder);
      };
      disk();
      const { calls, code } = await runTraced(stage.folder, stage.words, {
        flags: DISK_FLAGS,
        calls: DISK_CALLS,
      });
      expect(code, name).toBe(0);
      const record = () => ({ disk: disk(), calls });
      for (const { said, number } of powerCuts(record, STATES / PLAYED.length)) {
        states++;
        let fault = attempt(() => stage.faultOf(said));
        if (fault === undefined && number % RERUN_ONE_OF === 0) {
          reruns++;
          fault = await stage.faultOfRerun();
        }
        if (fault !== undefined)
          faults.push(`${name}: state ${number}, after ${JSON.stringify(said)}: ${fault}`);
      }
    });
    report('power loss', { states, reruns, faults: faults.length });
    expect(faults).toEqual([]);
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
    const record = () => {
      rmSync(folder, { recursive: true });
      cpSync(`${root}/start`, folder, { recursive: true });
      return { disk: diskOf(folder), calls };
    };
    let [states, lost] = [0, 0];
    for (const { said } of powerCuts(record, 200)) {
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

  test.each([
    ['DELETE', 'OFF'],
    ['WAL', 'NORMAL'],
  ])('control: with journal_mode=%s and synchronous=%s a loss is seen', async (journalMode, synchronous) => {
    const { states, lost } = await lostWith(journalMode, synchronous);
    report(`control ${journalMode}, ${synchronous}`, { states, lost });
    expect(lost).toBeGreaterThan(0);
  });

  test('control: with our settings none is', async () => {
    const { states, lost } = await lostWith('DELETE', 'EXTRA');
    report('control DELETE, EXTRA', { states, lost });
    expect(states).toBeGreaterThan(20);
    expect(lost).toBe(0);
  });
});

/** What went wrong is the fault. */
function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return (error as Error).message;
  }
}
