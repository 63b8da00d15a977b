/** monthend in a process that stays: what a run costs is mostly its start. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY, type Run } from '../support/monthend.js';

export interface WarmProgram {
  readonly pid: number;
  /** Runs monthend there. */
  run(folder: string, words: readonly string[]): Promise<Run>;
  end(): void;
}

const script = (first: string) => `${first}
  const { main } = await import(${JSON.stringify(path.join(REPOSITORY, 'dist/program/main.js'))});
  process.on('message', async ({ folder, words }) => {
    process.chdir(folder);
    process.send(await main(words));
  });`;

/** @param folder for the files that its outputs go to. @param first a script that spoils what a control spoils */
export function warmProgram(folder: string, first = ''): WarmProgram {
  const outputs = ['stdout', 'stderr'].map((name) => path.join(folder, `warm.${name}`));
  const descriptors = outputs.map((file) => openSync(file, 'a'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', script(first)], {
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC', UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', ...descriptors, 'ipc'],
  });
  for (const descriptor of descriptors) closeSync(descriptor);
  return {
    pid: child.pid ?? 0,
    run: (cwd, words) =>
      new Promise((resolve, reject) => {
        for (const file of outputs) truncateSync(file);
        const ended = (code: number | null) => reject(new Error(`the warm process ended with ${code}`));
        child.once('exit', ended).once('message', (code) => {
          child.off('exit', ended);
          const [stdout = '', stderr = ''] = outputs.map((file) => readFileSync(file, 'utf8'));
          resolve({ code: Number(code), stdout, stderr });
        });
        child.send({ folder: cwd, words });
      }),
    end: () => child.kill(),
  };
}
