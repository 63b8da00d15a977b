import { defineConfig } from 'vitest/config';

/** The tests of one file, as `run` names them; otherwise those of all rules. */
const tests = process.env.MUTATION_TESTS?.split(' ').map((test) => `${test}.test.ts`);

/** The searches are short, since each change has the tests run. */
export default defineConfig({
  test: {
    include: tests === undefined ? ['test/billing/*.test.ts'] : [...tests, 'test/mutation/loads.ts'],
    setupFiles: ['test/support/bytes-equal.ts'],
    env: { TZ: 'UTC', MONTHEND_SEARCH: '0.05' },
    testTimeout: 60_000,
    // What a file computes at its load is changed only if each run loads it.
    isolate: tests !== undefined,
  },
});
