/**
 * Reads the plain records of large files in a thread, while the main thread takes the facts of earlier chunks. The thread only saves time:
 * what it has not read, because it could not start or has died, the main thread reads as in a small file.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { buffersOf, type PackedFacts } from '../billing/packed-facts.js';
import type { PlainSettings } from './plain-records.js';
import type { PlainTask } from './plain-thread.js';

/** Starting a thread, which compiles the reader anew, costs as much as reading that. */
const FEWEST_BYTES = 8 * 1024 * 1024;

/** The chunks that may wait to be taken; limits memory. */
const MOST_WAITING = 4;

export interface PlainThread {
  /** Tells whether to read a file in the thread of which so many bytes were read without it. */
  isUseful(bytes: number): boolean;
  /** Starts the thread if it has not started. @returns nothing if it gave no answer */
  read(task: PlainTask): Promise<readonly PackedFacts[]>;
  /** Tells the thread that no more chunks come, and waits for its end. Nothing else ends it: one that is terminated may hang. */
  end(): Promise<void>;
}

/** A thread for the files of an import. @param fewestBytes the bytes of a file after which it starts */
export function createPlainThread(fewestBytes = FEWEST_BYTES): PlainThread {
  let worker: Worker | undefined;
  const asked: ((facts: readonly PackedFacts[]) => void)[] = [];
  let hasEnded = false;
  let ended: Promise<void> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(new URL('./plain-thread.js', import.meta.url));
    ended = new Promise((resolve) => {
      started.on('exit', () => {
        hasEnded = true;
        for (const answer of asked.splice(0)) answer(NONE);
        resolve();
      });
    });
    // Its facts are then missing, and read here.
    started.on('error', () => {});
    started.on('message', (facts: readonly PackedFacts[]) => asked.shift()?.(facts));
    return started;
  }

  return {
    // A single core would only share its time with the thread.
    isUseful: (bytes) => worker !== undefined || (bytes >= fewestBytes && availableParallelism() > 1),
    read(task) {
      worker ??= start();
      if (hasEnded) return Promise.resolve(NONE);
      worker.postMessage(task, [task.chunk.buffer, ...task.spare.flatMap(buffersOf)]);
      return new Promise((resolve) => asked.push(resolve));
    },
    async end() {
      worker?.postMessage(undefined);
      await ended;
    },
  };
}

export interface ReadAhead {
  /** Hands over the next chunk, and takes an earlier one if enough are waiting. */
  push(chunk: Uint8Array, settings: PlainSettings | undefined): Promise<void>;
  /** Takes the chunks that still wait. */
  drain(): Promise<void>;
}

/**
 * Reads one file.
 * @param take takes a chunk with the facts that were read of it
 * @param thread undefined to read without one
 */
export function createReadAhead(
  take: (chunk: Uint8Array, facts: readonly PackedFacts[]) => void,
  thread: PlainThread | undefined,
): ReadAhead {
  const waiting: { readonly chunk: Uint8Array; readonly facts: Promise<readonly PackedFacts[]> }[] = [];
  /** Taken already; the thread packs others into their memory. */
  let spare: PackedFacts[] = [];
  let bytes = 0;

  async function takeFirst(): Promise<void> {
    const first = waiting.shift();
    if (first === undefined) return;
    const facts = await first.facts;
    take(first.chunk, facts);
    spare.push(...facts);
  }

  return {
    async push(chunk, settings) {
      if (thread === undefined || settings === undefined || !thread.isUseful(bytes)) {
        bytes += chunk.length;
        take(chunk, NONE);
        return;
      }
      // A copy, since the chunk may be part of a larger buffer and is read here too.
      const copy = new Uint8Array(chunk.length);
      copy.set(chunk);
      waiting.push({ chunk, facts: thread.read({ settings, chunk: copy, spare }) });
      spare = [];
      if (waiting.length > MOST_WAITING) await takeFirst();
    },
    async drain() {
      while (waiting.length > 0) await takeFirst();
    },
  };
}

const NONE: readonly never[] = [];
