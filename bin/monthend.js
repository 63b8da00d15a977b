#!/usr/bin/env node
// The billing arithmetic wants a process in UTC (src/billing/time-zone.ts); what the machine's zone is must not matter.
process.env.TZ = 'UTC';
const { main } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
