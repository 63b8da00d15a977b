import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';
import common from '../vitest.config.js';
import { FigureTable } from './table.js';

const { projects: _, ...test } = common.test ?? {};

/** `npm run test:faults`: all faults; `npm run test:faults -- kill` those of one file. */
export default defineConfig({
  test: {
    ...test,
    include: ['test/faults/*.test.ts'],
    // On a disk, as users have it.
    env: { ...test.env, MONTHEND_FAULTS: 'full', TMPDIR: tmpdir() },
    testTimeout: 3_600_000,
    reporters: ['verbose', new FigureTable()],
    // Progress as it is printed.
    disableConsoleIntercept: true,
    maxWorkers: 2,
    maxConcurrency: 3,
  },
});
