/** Starts the thread of a large import, and gives it work. The thread only saves time: work that it has not begun is done without it. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PackedFacts } from '../billing/packed-facts.js';
import type { PlainThread } from '../intake/read-ahead.js';
import type { RunThread } from '../ledger/run-queue.js';
import type { ImportTask } from './import-thread.js';

/** Starting a thread, which compiles the reader anew, costs as much as reading that. */
const FEWEST_BYTES = 8 * 1024 * 1024;

/** In milliseconds; many times what a run takes. */
const PATIENCE = 2000;

export interface ImportThread extends PlainThread, RunThread {
  /** Starts the thread early if the files are large: it takes a while to start. */
  expect(files: readonly string[]): void;
  /** Tells the thread that no more tasks come, and waits for its end. Nothing else ends it: one that is terminated may hang. */
  end(): Promise<void>;
}

/** @param fewestBytes the bytes of a file, or of a run, for which the thread starts */
export function createImportThread(fewestBytes = FEWEST_BYTES): ImportThread {
  let worker: Worker | undefined;
  const asked: ((facts: readonly PackedFacts[]) => void)[] = [];
  let hasEnded = false;
  let ended: Promise<void> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(new URL('./import-thread.js', import.meta.url));
    ended = new Promise((resolve) => {
      started.on('exit', () => {
        hasEnded = true;
        for (const answer of asked.splice(0)) answer(NONE);
        resolve();
      });
    });
    // What it has not done is then done here.
    started.on('error', () => {});
    started.on('message', (facts: readonly PackedFacts[]) => asked.shift()?.(facts));
    return started;
  }

  function give(task: ImportTask): void {
    worker ??= start();
    if (!hasEnded) worker.postMessage(task);
  }

  /** A single core would only share its time with the thread. */
  const isUseful = (bytes: number) =>
    worker !== undefined || (bytes >= fewestBytes && availableParallelism() > 1);

  return {
    isUseful,
    expect(files) {
      if (isUseful(files.reduce((sum, file) => sum + sizeOf(file), 0))) worker ??= start();
    },
    read(chunk) {
      give({ chunk });
      return hasEnded ? Promise.resolve(NONE) : new Promise((resolve) => asked.push(resolve));
    },
    patience: PATIENCE,
    sort(run) {
      if (isUseful(run.run.size)) give({ run });
    },
    async end() {
      worker?.postMessage(undefined);
      await ended;
    },
  };
}

/** The reader tells why a file cannot be read. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

const NONE: readonly never[] = [];
