#!/usr/bin/env node
// The billing arithmetic wants a process in UTC (src/billing/time-zone.ts); what the machine's zone is must not matter.
process.env.TZ = 'UTC';
const program = await import('../dist/program/main.js').catch(tellHowToBuild);
process.exitCode = program === undefined ? 74 : await program.main(process.argv.slice(2));

/** In a clone that is not built, there is no program yet to say it. */
function tellHowToBuild(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const folder = import.meta.dirname.replace(/[\\/](node_modules[\\/]monthend[\\/])?bin$/, '');
  process.stderr.write(`monthend: it is not built; run "npm ci && npm run build" in ${folder}\n`);
}
