/**
 * Reads the plain records of a large file in a thread, while the main thread takes the facts of earlier chunks. The thread only saves time:
 * what it has not read, because it could not start or has died, the main thread reads as in a small file.
 */
import { Worker } from 'node:worker_threads';
import { buffersOf, type PackedFacts } from '../billing/packed-facts.js';
import type { PlainSettings } from './plain-records.js';
import type { PlainTask } from './plain-thread.js';

/** Starting a thread costs as much as reading some megabytes. */
const FEWEST_BYTES = 4 * 1024 * 1024;

/** The chunks that may wait to be taken; limits memory. */
const MOST_WAITING = 4;

export interface ReadAhead {
  /** Hands over the next chunk, and takes an earlier one if enough are waiting. */
  push(chunk: Uint8Array, settings: PlainSettings | undefined): Promise<void>;
  /** Takes the chunks that still wait. */
  drain(): Promise<void>;
  /** Waits for the thread to end. */
  end(): Promise<void>;
}

/** Takes a chunk with the facts that were read of it. */
type TakeChunk = (chunk: Uint8Array, facts: readonly PackedFacts[]) => void;

/** @param fewestBytes the bytes of a file after which a thread is used */
export function createReadAhead(take: TakeChunk, fewestBytes = FEWEST_BYTES): ReadAhead {
  const waiting: { readonly chunk: Uint8Array; readonly facts: Promise<readonly PackedFacts[]> }[] = [];
  /** Taken already; the thread packs others into their memory. */
  let spare: PackedFacts[] = [];
  let thread: PlainThread | undefined;
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
      bytes += chunk.length;
      if (thread === undefined) {
        take(chunk, NONE);
        if (settings !== undefined && bytes >= fewestBytes) thread = startThread(settings);
        return;
      }
      waiting.push({ chunk, facts: thread.read({ chunk, spare }) });
      spare = [];
      if (waiting.length > MOST_WAITING) await takeFirst();
    },
    async drain() {
      while (waiting.length > 0) await takeFirst();
    },
    end: async () => thread?.end(),
  };
}

interface PlainThread {
  read(task: {
    readonly chunk: Uint8Array;
    readonly spare: readonly PackedFacts[];
  }): Promise<readonly PackedFacts[]>;
  /** Tells the thread that no more chunks come, and waits for its end. */
  end(): Promise<void>;
}

function startThread(settings: PlainSettings): PlainThread {
  const worker = new Worker(new URL('./plain-thread.js', import.meta.url));
  const asked: ((facts: readonly PackedFacts[]) => void)[] = [];
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      hasEnded = true;
      for (const answer of asked.splice(0)) answer(NONE);
      resolve();
    });
  });
  // Its facts are then missing, and read here.
  worker.on('error', () => {});
  worker.on('message', (facts: readonly PackedFacts[]) => asked.shift()?.(facts));
  worker.postMessage(settings);
  return {
    read({ chunk, spare }) {
      if (hasEnded) return Promise.resolve(NONE);
      // A copy, since the chunk may be part of a larger buffer and is read here too.
      const task: PlainTask = { chunk: new Uint8Array(chunk.length), spare };
      task.chunk.set(chunk);
      worker.postMessage(task, [task.chunk.buffer, ...spare.flatMap(buffersOf)]);
      return new Promise((resolve) => asked.push(resolve));
    },
    async end() {
      worker.postMessage(undefined);
      await ended;
    },
  };
}

const NONE: readonly never[] = [];
