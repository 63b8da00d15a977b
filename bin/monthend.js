#!/usr/bin/env node
// The billing arithmetic wants a process in UTC (src/billing/time-zone.ts); what the machine's zone is must not matter.
process.env.TZ = 'UTC';
const program = await import('../dist/cli/main.js').catch(tellWhatIsMissing);
process.exitCode = program === undefined ? 74 : await program.main(process.argv.slice(2));

/** Before the program is there to say it: a clone that is not built, or packages that are not installed. */
function tellWhatIsMissing(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const [, name] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
  const [what, command] =
    name === undefined
      ? ['it is not built', 'npm ci && npm run build']
      : [`${name} is not installed`, 'npm install'];
  const folder = import.meta.dirname.replace(/[\\/](node_modules[\\/]monthend[\\/])?bin$/, '');
  process.stderr.write(`monthend: ${what}; run "${command}" in ${folder}\n`);
}
