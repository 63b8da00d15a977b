/** A thread that cannot start is not missed. test/cli/large-import.test.ts has threads that start, and those that die later. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createClaim } from '../../src/billing/claim.js';
import { sharedBytes } from '../../src/billing/shared-memory.js';
import { createImportThread } from '../../src/import-thread/start-import-thread.js';

const SETTINGS = { kind: 'orders', names: ['order_id'], defaultCurrency: 'USD' } as const;
const task = () => ({ settings: SETTINGS, chunk: sharedBytes(9), spare: [], claim: createClaim() });

it('answers nothing to every chunk, and its end is awaited', async () => {
  // Where the tests run, the module of the thread is no JavaScript.
  const thread = createImportThread(4);
  expect(thread.isUseful(3)).toBe(false);
  const early = [thread.read(task()), thread.read(task())];
  expect(thread.isUseful(0)).toBe(true);
  expect(await Promise.all(early)).toEqual([[], []]);
  expect(await thread.read(task())).toEqual([]);
  await thread.end();
});

it('starts early for large files alone, and not for one that cannot be read', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-'));
  const file = path.join(folder, 'orders.csv');
  writeFileSync(file, 'order_id\n');
  const thread = createImportThread(16);
  thread.expect([path.join(folder, 'none.csv'), '-', file]);
  expect(thread.isUseful(0)).toBe(false);
  thread.expect([file, file]);
  expect(thread.isUseful(0)).toBe(true);
  await thread.end();
  rmSync(folder, { recursive: true });
});
