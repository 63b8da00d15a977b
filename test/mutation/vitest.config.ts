import { defineConfig } from 'vitest/config';

/** The tests of the rules, or those named on the command line. Random searches are short: each change has the tests run. */
const named = process.env.MUTATION_TESTS?.split(' ').filter((each) => each !== '');

export default defineConfig({
  test: {
    include: named ?? ['test/billing/*.test.ts'],
    setupFiles: ['test/support/bytes-equal.ts'],
    env: { TZ: 'UTC', MONTHEND_SEARCH: '0.05' },
    testTimeout: 60_000,
    // Named tests load the changed file anew for each change, so that what is computed at its load is changed as well.
    isolate: named !== undefined,
  },
});
