import { defineConfig } from 'vitest/config';
import common from '../vitest.config.js';

/** `npm run test:faults`: all faults. */
export default defineConfig({
  test: {
    ...common.test,
    include: ['test/faults/*.test.ts'],
    exclude: [],
    env: { ...common.test?.env, MONTHEND_FAULTS: 'full' },
    testTimeout: 3_600_000,
    maxWorkers: 2,
    maxConcurrency: 3,
  },
});
