/**
 * Reads the plain records of large files in a thread, while the main thread takes the facts of earlier chunks. The thread only saves time:
 * what it has not begun, the main thread packs itself while it waits, and what is lost because the thread could not start or has died, it
 * reads as in a small file.
 */
import { type Claim, createClaim, isUnderWay } from '../billing/claim.js';
import type { PackedFacts } from '../billing/packed-facts.js';
import { sharedBytes } from '../billing/shared-memory.js';
import { createChunkPacker, type PlainTask } from './plain-chunks.js';
import type { PlainSettings } from './plain-records.js';

/** The chunks that may wait to be taken; limits memory. */
const MOST_WAITING = 4;
/** The chunks that the thread may have, some of which the main thread has packed in the meantime. */
const MOST_GIVEN = 6;
/** Chunks of similar lengths have equally much memory. */
const CHUNK_STEP = 64 * 1024;

export interface PlainThread {
  /** Tells whether to read a file in the thread of which so many bytes were read without it. */
  isUseful(bytes: number): boolean;
  /** Starts the thread if it has not started. @returns nothing if it gave no answer; the spare memory if the chunk was claimed before */
  read(task: PlainTask): Promise<readonly PackedFacts[]>;
}

export interface ReadAhead {
  /** Hands over the next chunk, and takes an earlier one if enough are waiting. */
  push(chunk: Uint8Array, settings: PlainSettings | undefined): Promise<void>;
  /** Takes the chunks that still wait. */
  drain(): Promise<void>;
}

/** A chunk that waits to be taken. */
interface Waiting {
  readonly chunk: Uint8Array;
  readonly settings: PlainSettings;
  readonly claim: Claim;
  /** The facts that the thread has packed. */
  answer?: Promise<readonly PackedFacts[]>;
  /** Those that were packed here. */
  own?: readonly PackedFacts[];
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
  const waiting: Waiting[] = [];
  const pack = createChunkPacker();
  /** Taken already; others are packed into their memory. */
  const spare: PackedFacts[] = [];
  /** The memory of chunks that were taken: nobody reads them any more. */
  const chunks: Uint8Array[] = [];
  /** How many the last chunk needed. */
  let needed = 1;
  let bytes = 0;
  let given = 0;

  async function takeFirst(): Promise<void> {
    const [first] = waiting;
    if (first === undefined) return;
    for (const each of waiting) {
      packHere(each);
      if (!isUnderWay(first.claim)) break;
    }
    waiting.shift();
    const facts = first.own ?? (await first.answer) ?? NONE;
    take(first.chunk, facts);
    needed = Math.max(facts.length, 1);
    keep(facts);
    chunks.push(new Uint8Array(first.chunk.buffer));
  }

  /** Packs a chunk, unless the thread has begun it. */
  function packHere(each: Waiting): void {
    if (each.own !== undefined) return;
    const own = pack({ ...each, spare });
    if (own === undefined) return;
    each.own = own;
    spare.splice(0, own.length);
  }

  /** Gives the thread a chunk, unless it has enough of them. */
  function give(each: Waiting, to: PlainThread): void {
    if (given === MOST_GIVEN) return;
    given++;
    const { chunk, settings, claim } = each;
    const task = { chunk, settings, claim, spare: spare.splice(0, needed) };
    each.answer = to.read(task).then((answer) => {
      given--;
      if (each.own !== undefined) keep(answer);
      return answer;
    });
  }

  /** Copies a chunk, which is valid only until the next one, to memory that the threads share. */
  function copyOf(chunk: Uint8Array): Uint8Array {
    const known = chunks.pop();
    const fits = known !== undefined && known.length >= chunk.length;
    const memory = fits ? known : sharedBytes(Math.ceil(chunk.length / CHUNK_STEP) * CHUNK_STEP);
    memory.set(chunk);
    return memory.subarray(0, chunk.length);
  }

  function keep(facts: readonly PackedFacts[]): void {
    spare.push(...facts.slice(0, MOST_GIVEN - spare.length));
  }

  return {
    async push(chunk, settings) {
      if (thread === undefined || settings === undefined || !thread.isUseful(bytes)) {
        bytes += chunk.length;
        take(chunk, NONE);
        return;
      }
      const next: Waiting = { chunk: copyOf(chunk), settings, claim: createClaim() };
      give(next, thread);
      waiting.push(next);
      if (waiting.length > MOST_WAITING) await takeFirst();
    },
    async drain() {
      while (waiting.length > 0) await takeFirst();
    },
  };
}

const NONE: readonly never[] = [];
