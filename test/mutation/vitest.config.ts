import { defineConfig } from 'vitest/config';

/** The tests of the rules, with few random runs: each change of the rules has them run. */
export default defineConfig({
  test: {
    include: ['test/billing/*.test.ts'],
    setupFiles: ['test/support/bytes-equal.ts'],
    env: { TZ: 'UTC', MONTHEND_SEARCH: '0.05' },
    testTimeout: 60_000,
    isolate: false,
  },
});
