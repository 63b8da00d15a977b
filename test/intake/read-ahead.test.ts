/** Chunks that a thread reads ahead are taken in order, packed by whichever thread comes first, and without facts if it gives no answer. */
import { expect, it } from 'vitest';
import type { PackedFacts } from '../../src/billing/packed-facts.js';
import { createChunkPacker, type PlainTask } from '../../src/intake/plain-chunks.js';
import { createReadAhead, type PlainThread } from '../../src/intake/read-ahead.js';

const SETTINGS = {
  kind: 'orders',
  names: ['order_id', 'practice_id', 'product', 'unit_price', 'placed_at'],
  defaultCurrency: 'USD',
} as const;
const COUNT = 30;
/** Each has a record less than the one before; a packer begins after the first line feed. */
const chunks = Array.from({ length: COUNT }, (_, number) =>
  Buffer.from(`\n${'A1,P1,crown of zirconia,100,2026-10-05T12:00:00Z\n'.repeat(COUNT - number)}`),
);

/** @param keepsGoing called before each chunk */
async function takeAll(thread: PlainThread | undefined, keepsGoing = () => {}) {
  const taken: (readonly [records: number, packed: number])[] = [];
  const ahead = createReadAhead((chunk, facts) => {
    const records = Buffer.from(chunk).toString().split('\n').length - 2;
    taken.push([records, facts.reduce((sum, { count }) => sum + count, 0)]);
  }, thread);
  const reused = Buffer.alloc(64 * 1024);
  for (const chunk of chunks) {
    keepsGoing();
    // As a file is read: into the same memory again and again.
    chunk.copy(reused);
    await ahead.push(reused.subarray(0, chunk.length), SETTINGS);
  }
  await ahead.drain();
  return taken;
}

const allPacked = chunks.map((_, number) => [COUNT - number, COUNT - number]);

/** A thread that does what it is given when it is told to. */
function heldThread() {
  const pack = createChunkPacker();
  const tasks: { readonly task: PlainTask; readonly answer: (facts: readonly PackedFacts[]) => void }[] = [];
  let most = 0;
  return {
    isUseful: () => true,
    read: (task: PlainTask) =>
      new Promise<readonly PackedFacts[]>((answer) => {
        most = Math.max(most, tasks.push({ task, answer }));
      }),
    work() {
      const next = tasks.shift();
      if (next !== undefined) next.answer(pack(next.task) ?? next.task.spare);
    },
    most: () => most,
  };
}

it('the main thread packs what the thread has not begun', async () => {
  const thread = heldThread();
  expect(await takeAll(thread)).toEqual(allPacked);
  // It never answers, so it gets no more.
  expect(thread.most()).toBeLessThan(10);
});

it.each([1, 2, 3])(
  'both threads share the chunks if one is asked to go on at every %d. of them',
  async (every) => {
    const thread = heldThread();
    let count = 0;
    const taken = await takeAll(thread, () => {
      if (count++ % every === 0) thread.work();
    });
    expect(taken).toEqual(allPacked);
  },
);

it('a thread that dies while it packs a chunk is not missed', async () => {
  const death = 7;
  let given = 0;
  const pack = createChunkPacker();
  const thread: PlainThread = {
    isUseful: () => true,
    async read(task) {
      given++;
      if (given < death) return pack(task) ?? task.spare;
      if (given === death) Atomics.store(task.claim, 0, 1);
      return [];
    },
  };
  // The reader reads the records of that chunk itself.
  expect(await takeAll(thread)).toEqual(
    allPacked.map(([records, packed], number) => [records, number === death - 1 ? 0 : packed]),
  );
});

it('the memory of chunks and facts is used again', async () => {
  const pack = createChunkPacker();
  const memory = new Set<ArrayBufferLike>();
  const facts = new Set<PackedFacts>();
  const thread: PlainThread = {
    isUseful: () => true,
    async read(task) {
      memory.add(task.chunk.buffer);
      const packed = pack(task) ?? task.spare;
      for (const each of packed) facts.add(each);
      return packed;
    },
  };
  expect(await takeAll(thread)).toEqual(allPacked);
  expect(memory.size).toBeLessThan(8);
  expect(facts.size).toBeLessThan(8);
});

it('a chunk goes to the thread only once that is useful, and if the file is a CSV', async () => {
  const thread = heldThread();
  const taken: number[] = [];
  const ahead = createReadAhead((chunk) => taken.push(chunk.length), {
    ...thread,
    isUseful: (bytes) => bytes > 0,
  });
  for (const settings of [undefined, undefined, SETTINGS]) await ahead.push(Buffer.alloc(9), settings);
  expect([taken, thread.most()]).toEqual([[9, 9], 1]);
  await ahead.drain();
  expect(taken).toEqual([9, 9, 9]);
});
