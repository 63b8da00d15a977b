/** Runs the real command line as a child process, and tells what it took. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sample } from './results.js';
import { atSources } from './sources.js';
import { type CpuProfile, type StageTimes, stageTimes } from './stages.js';

const PROGRAM = fileURLToPath(new URL('../../bin/monthend.js', import.meta.url));
const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));
const PROFILE = fileURLToPath(new URL('profile.cjs', import.meta.url));

export interface Measured {
  readonly sample: Sample;
  /** Standard output as a hash: two runs that printed the same have done the same. */
  readonly printed: string;
}

/**
 * Runs monthend in a folder and waits for its end.
 * @throws Error if it does not end with 0
 */
export function measure(words: readonly string[], folder: string): Measured {
  return run(['--require', USAGE, PROGRAM, ...words], folder, {});
}

/** As `measure`, with the time that each stage took. That of the whole is somewhat longer for the profiler's work. */
export function measureStages(
  words: readonly string[],
  folder: string,
): Measured & { readonly stages: StageTimes } {
  const profiles = path.join(folder, `profiles-${words[0]}`);
  mkdirSync(profiles);
  const measured = run(['--require', USAGE, '--require', PROFILE, PROGRAM, ...words], folder, {
    MONTHEND_BENCH_PROFILES: profiles,
  });
  const read = (file: string): CpuProfile =>
    atSources(JSON.parse(readFileSync(path.join(profiles, file), 'utf8')));
  // The main thread is number 0.
  const [main, ...others] = readdirSync(profiles).sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  if (main === undefined) throw new Error(`${profiles}: no profile was written`);
  return { ...measured, stages: stageTimes(measured.sample.seconds, read(main), others.map(read)) };
}

function run(words: readonly string[], folder: string, env: Readonly<Record<string, string>>): Measured {
  const start = performance.now();
  const { status, signal, output, error } = spawnSync(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined) throw error;
  const [, stdout = '', stderr, usage] = output;
  if (status !== 0) {
    throw new Error(`${words.join(' ')}\nended with ${status ?? signal}, in ${folder}:\n${stdout}${stderr}`);
  }
  return {
    sample: { seconds, ...JSON.parse(usage ?? '') },
    printed: createHash('sha256')
      .update(stdout ?? '')
      .digest('hex'),
  };
}

/** Copies a file so that no later sync has to wait for it. */
export function copyDurably(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  const descriptor = openSync(to, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
