/**
 * Runs bin/monthend.js again and again in one process, for the test that started it: loading the program takes longer than
 * most commands. A command ends as in a process of its own, when nothing is left to wait for. Requests come on descriptor 3,
 * answers go out on 4; the streams of the program are those of this process.
 */
import { readSync, writeSync } from 'node:fs';

const UMASK = process.umask();
let number = 0;
process.on('beforeExit', (code) => {
  process.chdir('/'); // a folder in which a process works cannot be unmounted
  // The first time is before any command.
  if (number > 0) writeSync(4, `${code}\n`);
  const request = readLine(3);
  if (request === undefined) process.exit(); // the test is over
  start(JSON.parse(request));
});

function start({ program, words, cwd, env, umask = UMASK }) {
  process.umask(umask);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv = [process.execPath, program, ...words];
  process.exitCode = undefined;
  number += 1;
  // A module is evaluated once for each of its addresses.
  void import(`${program}?${number}`);
}

/** Waits for a line. @returns undefined at the end of the stream */
function readLine(descriptor) {
  const chunks = [];
  for (const buffer = Buffer.alloc(65_536); ; ) {
    const length = readSync(descriptor, buffer);
    if (length === 0) return undefined;
    chunks.push(Buffer.from(buffer.subarray(0, length)));
    if (buffer[length - 1] === 10) return Buffer.concat(chunks).toString();
  }
}
