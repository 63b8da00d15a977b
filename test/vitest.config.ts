import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowestTests } from './support/slowest-tests.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The tests that put something else in place of a module. */
const replacing = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => path.posix.join('test', ...name.split(path.sep)))
  .filter((name) => readFileSync(path.join(root, name), 'utf8').includes('vi.mock('));

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
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: replacing, isolate: false },
      },
      { extends: true, test: { name: 'replacing', include: replacing } },
    ],
  },
});
