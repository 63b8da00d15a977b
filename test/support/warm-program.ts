/**
 * The program kept running between commands (warm-process.js), one process for each file of tests. It is no part of the test's
 * own process: the program has its working folder, its environment, its streams and its locks for itself.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Request {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask?: number | undefined;
  /** Whether what goes to standard error is in `stdout` too, where it was written. */
  readonly inOneStream?: boolean;
  /** A limit for what might not end, or take all memory: it is killed after this time, and has 8 GB at most. */
  readonly withinSeconds?: number | undefined;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Processes by how they were started: with their streams apart or in one, bounded or not. */
const kept = new Map<string, (request: Request) => Answer>();

/** Runs one command to its end. @throws if it ends the process, as nothing in the program does */
export function runWarm(request: Request): Answer {
  const { inOneStream = false, withinSeconds } = request;
  const isBounded = withinSeconds !== undefined;
  const way = `${inOneStream} ${isBounded}`;
  const run = kept.get(way) ?? startWarmProgram(way, { inOneStream, isBounded });
  kept.set(way, run);
  return run(request);
}

/** The words that start a program with less memory than a machine has. */
export const boundMemory = (words: readonly string[]): string[] => [
  'sh',
  '-c',
  'ulimit -v 8000000; exec "$0" "$@"',
  ...words,
];

function startWarmProgram(
  way: string,
  { inOneStream, isBounded }: { readonly inOneStream: boolean; readonly isBounded: boolean },
): (request: Request) => Answer {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-warm-'));
  const requests = openPipe(path.join(folder, 'requests'));
  const answers = openPipe(path.join(folder, 'answers'));
  // Both ends append, so that a file that was emptied is written from its start.
  const stdout = openSync(path.join(folder, 'stdout'), 'a+');
  const stderr = openSync(path.join(folder, 'stderr'), 'a+');
  rmSync(folder, { recursive: true });
  // Few commands of the tests are long enough to win back what V8 takes to optimise their code.
  const flags = ['--no-opt', '--single-threaded-gc'];
  const words = [process.execPath, ...flags, path.join(import.meta.dirname, 'warm-process.js')];
  const [program = '', ...args] = isBounded ? boundMemory(words) : words;
  const child = spawn(program, args, {
    env: {},
    stdio: ['ignore', stdout, inOneStream ? stdout : stderr, requests.reader, answers.writer],
  });
  child.unref();
  // It alone holds them now: each side meets the end of its stream when the other one is gone.
  closeSync(requests.reader);
  closeSync(answers.writer);

  return (request) => {
    const stopWatching = killAfter(request.withinSeconds, child.pid);
    writeSync(requests.writer, `${JSON.stringify(request)}\n`);
    const code = readCode(answers.reader);
    stopWatching();
    const [out, err] = [stdout, stderr].map(taken) as [string, string];
    if (code === undefined) {
      kept.delete(way);
      throw new Error(`monthend ${request.words.join(' ')}: ended the process of the tests\n${out}${err}`);
    }
    return { code, stdout: out, stderr: err };
  };
}

/** Another process kills it: this one only waits for the answer. @returns what keeps it from that */
function killAfter(seconds: number | undefined, pid: number | undefined): () => void {
  if (seconds === undefined) return () => {};
  // `read` ends with more than 128 when the time is over, and with 1 at the end of its input. With a socket as its input, which a
  // pipe of Node is, bash would run ~/.bashrc first.
  const script = 'read -t "$0"; [ $? -gt 128 ] && kill -KILL "$1"';
  const watch = spawn('bash', ['--norc', '-c', script, `${seconds}`, `${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  return () => watch.stdin.end();
}

/** A pipe whose ends block, as a synchronous call wants it. */
function openPipe(name: string): { reader: number; writer: number } {
  execFileSync('mkfifo', [name]);
  // Without another end, opening one waits for it.
  const first = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(name, 'w');
  const reader = openSync(name, 'r');
  closeSync(first);
  return { reader, writer };
}

/** @returns undefined if the process is gone */
function readCode(descriptor: number): number | undefined {
  const buffer = Buffer.alloc(16);
  const length = readSync(descriptor, buffer);
  return length === 0 ? undefined : Number(buffer.toString('utf8', 0, length));
}

/** What a file holds, which it then holds no longer. */
function taken(descriptor: number): string {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  for (let done = 0; done < bytes.length; )
    done += readSync(descriptor, bytes, done, bytes.length - done, done);
  ftruncateSync(descriptor);
  return bytes.toString();
}
