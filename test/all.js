/** `npm test`, after the build: the linter and the fixture cases run beside the tests, and show what they print when they are done. */
import { spawn } from 'node:child_process';

const BESIDE = ['npm run lint', 'node bin/monthend.js check fixtures/cases'];
const TESTS = 'npx vitest run --config test/vitest.config.ts';

function run(command, stdio) {
  const child = spawn(command, { shell: true, stdio });
  const pieces = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(piece));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ command, code, printed: Buffer.concat(pieces) }));
  });
}

const beside = BESIDE.map((command) => run(command, ['ignore', 'pipe', 'pipe']));
const ended = [await run(TESTS, ['ignore', 'inherit', 'inherit'])];
for (const { command, code, printed } of await Promise.all(beside)) {
  process.stdout.write(printed);
  ended.push({ command, code });
}
for (const { command, code } of ended.filter(({ code }) => code !== 0)) {
  console.error(`failed with ${code}: ${command}`);
  process.exitCode = 1;
}
