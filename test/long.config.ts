import { defineConfig } from 'vitest/config';
import common from './vitest.config.js';

/** `npm run test:long`: the same tests, with longer searches and each command in a process of its own. */
export default defineConfig({
  test: {
    ...common.test,
    env: { ...common.test?.env, MONTHEND_SEARCH: '10', MONTHEND_PROCESSES: 'own' },
    testTimeout: 3_600_000,
  },
});
