/** `npm test`, after the build: the linter runs beside the tests, and shows what it prints when it is done. */
import { spawn } from 'node:child_process';

function run(command, stdio) {
  const child = spawn(command, { shell: true, stdio });
  const pieces = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(piece));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ command, code, printed: Buffer.concat(pieces) }));
  });
}

const linted = run('npm run lint', ['ignore', 'pipe', 'pipe']);
const tested = await run('npx vitest run --config test/vitest.config.ts', ['ignore', 'inherit', 'inherit']);
process.stdout.write((await linted).printed);
for (const { command, code } of [tested, await linted].filter(({ code }) => code !== 0)) {
  console.error(`failed with ${code}: ${command}`);
  process.exitCode = 1;
}
