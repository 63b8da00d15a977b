import { defineConfig, mergeConfig } from 'vitest/config';
import common from '../vitest.config.js';

/** `npm run test:faults`: all of them. */
export default mergeConfig(
  common,
  defineConfig({
    test: {
      include: ['test/faults/*.test.ts'],
      testTimeout: 3_600_000,
      env: { MONTHEND_FAULTS: 'full' },
      maxWorkers: 2,
      maxConcurrency: 3,
    },
  }),
);
