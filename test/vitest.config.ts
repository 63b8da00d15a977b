import { readdirSync, readFileSync } from 'node:fs';
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

export default defineConfig({
  test: {
    root,
    globalSetup: ['test/faults/global-setup.ts'],
    setupFiles: ['test/support/bytes-equal.ts'],
    // The billing arithmetic wants a process in UTC, as bin/monthend.js makes it.
    env: { TZ: 'UTC' },
    // Where much else runs, a test of faults with its many processes takes half a minute.
    testTimeout: 180_000,
    // One less than the cores would leave half of a small machine idle.
    maxWorkers: '100%',
    maxConcurrency: 3,
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new SlowestTests()],
    projects: [
      // They share a process for each core, which loads the program once.
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: apart, isolate: false },
      },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
