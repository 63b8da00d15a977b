import { defineConfig } from 'vitest/config';
import common from './vitest.config.js';

const { projects: _, globalSetup: __, ...test } = common.test ?? {};

/** `npm run test:quick`: the rules, and what reads and writes files, by themselves. No command, and nothing that must be built. */
export default defineConfig({
  test: {
    ...test,
    include: [
      'test/{billing,intake,ledger,output}/**/*.test.ts',
      'test/architecture.test.ts',
      'test/config.test.ts',
    ],
    exclude: [
      // Many bad inputs.
      'test/intake/mutations.test.ts',
      'test/intake/plain-records.test.ts',
      'test/intake/utf8.test.ts',
      'test/ledger/hostile-ledger.test.ts',
      // Waits for locks.
      'test/ledger/beside.test.ts',
      // They replace a module, and these share a process.
      'test/ledger/document-writer.test.ts',
      'test/ledger/touched-orders.test.ts',
    ],
    isolate: false,
  },
});
