/** Chunks that a thread reads ahead are taken in order, and without its facts if it gives no answer. */
import { expect, it } from 'vitest';
import { createPackedFacts, type PackedFacts } from '../../src/billing/packed-facts.js';
import { createPlainThread, createReadAhead, type PlainThread } from '../../src/intake/read-ahead.js';

const SETTINGS = { kind: 'orders', names: ['order_id'], defaultCurrency: 'USD' } as const;
const chunks = Array.from({ length: 9 }, (_, number) => Uint8Array.of(number, 10));

async function takeAll(thread: PlainThread | undefined) {
  const taken: [number, number][] = [];
  const ahead = createReadAhead((chunk, facts) => taken.push([chunk[0] as number, facts.length]), thread);
  for (const chunk of chunks) await ahead.push(chunk, SETTINGS);
  await ahead.drain();
  return taken;
}

it('a thread that cannot start is not missed, and its end is awaited', async () => {
  // Where the tests run, the module of the thread is no JavaScript.
  const thread = createPlainThread(4);
  const taken = await takeAll(thread);
  await thread.end();
  expect(taken).toEqual(chunks.map((_, number) => [number, 0]));
});

it('facts come with their chunk, also if the thread is faster, and their memory is used again', async () => {
  const given: PackedFacts[] = [];
  let read = 0;
  let used = 0;
  const thread: PlainThread = {
    isUseful: (bytes) => bytes >= 4,
    async read({ chunk, spare }) {
      read++;
      used += spare.filter((each) => given.includes(each)).length;
      const facts = createPackedFacts('orders', 1, 1);
      given.push(facts);
      return chunk[0] === 5 ? [] : [facts];
    },
    end: async () => {},
  };
  // The first two chunks are read before a thread is useful.
  expect(await takeAll(thread)).toEqual(
    chunks.map((_, number) => [number, number < 2 || number === 5 ? 0 : 1]),
  );
  expect(read).toBe(chunks.length - 2);
  expect(used).toBeGreaterThan(0);
});

it('a file that is no CSV is read without a thread', async () => {
  const thread = createPlainThread(0);
  const taken: number[] = [];
  const ahead = createReadAhead((chunk) => taken.push(chunk[0] as number), thread);
  for (const chunk of chunks) await ahead.push(chunk, undefined);
  expect(taken).toHaveLength(chunks.length);
  await thread.end();
});
