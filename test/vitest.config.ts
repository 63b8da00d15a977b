import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowestTests } from './support/slowest-tests.js';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
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
  },
});
