import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowestTests } from './support/slowest-tests.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Tests with a process of their own: those that put something else in place of a module, and one that measures the memory of
 * programs, which Linux counts from that of the process that starts them.
 */
const apart = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => path.posix.join('test', ...name.split(path.sep)))
  .filter((name) => /vi\.mock\(|\bmaxRSS\b/.test(readFileSync(path.join(root, name), 'utf8')));

/**
 * The tests make and remove folders by the thousands. In memory that takes no time, where there is room for the largest of them; many
 * containers have 64 MB.
 */
const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

function folderOfTests(): string {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM ? MEMORY : tmpdir();
}

export default defineConfig({
  test: {
    root,
    globalSetup: ['test/faults/global-setup.ts'],
    setupFiles: ['test/support/bytes-equal.ts'],
    // The billing arithmetic wants a process in UTC, as bin/monthend.js makes it.
    // A tenth of the random runs, and all in the long lane.
    env: { TZ: 'UTC', MONTHEND_SEARCH: process.env.MONTHEND_SEARCH ?? '0.1', TMPDIR: folderOfTests() },
    // Where much else runs, a test of faults with its many processes takes half a minute.
    testTimeout: 180_000,
    // One more than the cores: a test that waits for a command leaves its core to another.
    maxWorkers: availableParallelism() + 1,
    maxConcurrency: 3,
    // All cores are in use, and one thread that collects garbage takes less time in all than several.
    execArgv: ['--single-threaded-gc'],
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new SlowestTests()],
    projects: [
      // They share a process for each worker, which loads the program once.
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: apart, isolate: false },
      },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
