/** The real program under Debian's strace, which records its system calls and injects faults into those that it is told. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from '../support/monthend.js';
import type { Stage } from './scenarios.js';
import type { WarmProgram } from './warm.js';

export const PROGRAM = path.join(REPOSITORY, 'bin', 'monthend.js');

/** Where it is missing or may not trace, the tests that need it are skipped, and global-setup.ts says so. */
export const HAS_STRACE = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** For a clock far off. */
export const HAS_FAKETIME = spawnSync('faketime', ['--version']).status === 0;

/** To attach it to a process that runs is the right of root, or of all where Yama does not restrict it. */
export const CAN_ATTACH = HAS_STRACE && (process.getuid?.() === 0 || !isRestrictedByYama());

function isRestrictedByYama(): boolean {
  const file = '/proc/sys/kernel/yama/ptrace_scope';
  return existsSync(file) && readFileSync(file, 'utf8').trim() !== '0';
}

/** Every call that changes what a disk holds. */
export const WRITE_CALLS =
  'write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,mkdir,mkdirat,link,linkat,openat';

/** One system call of a recorded run. */
export interface Call {
  /** The thread that made the call. */
  readonly pid: number;
  readonly name: string;
  /** What stands between the parentheses, as strace writes it. */
  readonly words: string;
  /** -1 if it failed or did not return. */
  readonly result: number;
  readonly isInjected: boolean;
}

export interface Traced {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
}

export interface TraceOptions {
  /** The program; monthend if it is not named. */
  readonly program?: readonly string[];
  /** Only calls on these files are seen and counted; `PID` in them stands for the number of the process. */
  readonly paths?: readonly string[];
  /** What strace is told, such as `write:error=EIO:when=3`. */
  readonly inject?: readonly string[];
  /** strace's other flags. (With `--seccomp-bpf`, which is faster, strace 6.1 injects nothing.) */
  readonly flags?: readonly string[];
  readonly calls?: string;
  /** Tells the files of runs at the same time apart. */
  readonly log?: string;
}

/**
 * Runs the program in the folder, its outputs going to files beside it. strace's `-D` keeps the program our own child, so that
 * its number is known before it starts.
 */
export async function runTraced(
  folder: string,
  words: readonly string[],
  {
    program = [process.execPath, PROGRAM],
    paths = [],
    inject = [],
    flags = [],
    calls,
    log = 'log',
  }: TraceOptions = {},
): Promise<Traced> {
  const beside = (what: string) => `${folder}.${log}.${what}`;
  const files = { trace: beside('trace'), stdout: beside('stdout'), stderr: beside('stderr') };
  const options = [
    ...['-D', '-f', '-qq', '-y', '-o', files.trace, '-e', `trace=${calls ?? WRITE_CALLS}`, ...flags],
    ...inject.flatMap((each) => ['-e', `inject=${each}`]),
    ...paths.flatMap((each) => ['-P', each]),
  ];
  const quoted = ['strace', ...options, ...program, ...words].map(
    (word) => `'${word.replaceAll("'", "'\\''").replaceAll('PID', () => `'"$$"'`)}'`,
  );
  const stdout = openSync(files.stdout, 'w');
  const stderr = openSync(files.stderr, 'w');
  const child = spawn('sh', ['-c', `exec ${quoted.join(' ')}`], {
    cwd: folder,
    // One thread for what Node does beside: its calls then come in one order.
    env: { PATH: process.env.PATH ?? '', UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', stdout, stderr, 'pipe'],
  });
  // Program and strace hold the pipe: it closes when both are done.
  child.stdio[3]?.on('data', () => {});
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject).on('close', (...ended) => resolve(ended));
  });
  closeSync(stdout);
  closeSync(stderr);
  const read = (file: string) => readFileSync(file, 'utf8');
  return {
    code,
    signal,
    pid: child.pid ?? 0,
    stdout: read(files.stdout),
    stderr: read(files.stderr),
    calls: parseTrace(readFileSync(files.trace, 'latin1')),
  };
}

/**
 * Runs the program once more in a process that is there already, with strace attached to it: its system calls are as real, and
 * its start, which is most of what a run costs, falls away.
 */
export async function runAttached(
  warm: WarmProgram,
  folder: string,
  words: readonly string[],
  options: AttachOptions = {},
): Promise<Traced> {
  const detach = await attach(warm, folder, options);
  const run = await warm.run(folder, words);
  return { ...run, signal: null, pid: warm.pid, calls: await detach() };
}

type AttachOptions = Pick<TraceOptions, 'paths' | 'inject' | 'calls'>;

/** @param folder the trace stands beside it. @returns what takes strace away again, with the calls that it has seen */
export async function attach(
  { pid }: WarmProgram,
  folder: string,
  { paths = [], inject = [], calls = WRITE_CALLS }: AttachOptions,
): Promise<() => Promise<Call[]>> {
  const trace = `${folder}.trace`;
  const tracer = spawn(
    'strace',
    [
      ...['-f', '-p', String(pid), '-y', '-o', trace, '-e', `trace=${calls}`],
      ...inject.flatMap((each) => ['-e', `inject=${each}`]),
      ...paths.flatMap((each) => ['-P', each.replaceAll('PID', String(pid))]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => tracer.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    tracer.on('error', reject).on('close', () => reject(new Error('strace did not attach')));
    tracer.stderr?.on('data', (text) => {
      if (String(text).includes('attached')) resolve();
    });
  });
  return async () => {
    tracer.kill('SIGINT');
    await ended;
    return parseTrace(readFileSync(trace, 'latin1'));
  };
}

/** @param trace of `strace -f -o`: calls of several threads may interrupt each other */
export function parseTrace(trace: string): Call[] {
  const unfinished = new Map<string, string>();
  const calls: Call[] = [];
  for (const line of trace.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (rest.endsWith(' <unfinished ...>')) {
      unfinished.set(pid, rest.slice(0, -' <unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    const whole = resumed === undefined ? rest : `${unfinished.get(pid) ?? ''}${resumed}`;
    const [, name, words = '', result = ''] = /^(\w+)\((.*)\)\s+= (\S+)/.exec(whole) ?? [];
    if (name === undefined) continue;
    const isInjected = /\((INJECTED|DELAYED)\)/.test(whole);
    calls.push({
      pid: Number(pid),
      name,
      words,
      result: /^\d/.test(result) ? Number.parseInt(result, 10) : -1,
      isInjected,
    });
  }
  return calls;
}

/** The files that a call names, by path or by an open descriptor. */
export function pathsOf({ words }: Call): string[] {
  const found = words.matchAll(/(AT_FDCWD)?<(\/[^>]*?)(?: \(deleted\))?>|"(\/[^"]*)"/g);
  return [...found].filter((each) => each[1] === undefined).map((each) => each[2] ?? each[3] ?? '');
}

/** A place in a run at which a fault can be injected: the `index`th call of that name that names the file, from 1. */
export interface Point {
  readonly call: string;
  readonly file: string;
  readonly index: number;
  /** The `index` among all files of the run. */
  readonly overall: number;
}

/** The write-class calls of a recorded run on files of these folders, in order. */
export function pointsOf({ calls, pid }: Traced, folders: string): Point[] {
  const own = calls.map((call) => ({ call, files: filesIn(call, folders, pid) }));
  // Files that are only read are not watched when a fault is injected.
  const watched = new Set(own.flatMap(({ call, files }) => (isWrite(call) ? files.slice(0, 1) : [])));
  const seen = new Map<string, number>();
  const count = (key: string) => {
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key) ?? 0;
  };
  return own.flatMap(({ call, files }) => {
    const indexes = files.map((file) => count(`${call.pid} ${call.name} ${file}`));
    const [file] = files;
    if (file === undefined || !files.some((each) => watched.has(each))) return [];
    const overall = count(`${call.pid} ${call.name}`);
    return isWrite(call) ? [{ call: call.name, file, index: indexes[0] ?? 0, overall }] : [];
  });
}

const filesIn = (call: Call, folders: string, pid: number): string[] =>
  [...new Set(pathsOf(call).filter((each) => each.startsWith(folders)))].map((file) =>
    file.replaceAll(String(pid), 'PID'),
  );

const isWrite = ({ name, words }: Call): boolean =>
  name !== 'openat' || /O_CREAT|O_WRONLY|O_RDWR/.test(words);

/** Those of a stage's command in its warm process, on its folder and on the outputs beside it. */
export async function warmPoints(stage: Stage): Promise<Point[]> {
  stage.reset();
  await stage.warm.run(stage.folder, stage.words); // what is done only once per process is done
  stage.reset();
  return pointsOf(await runAttached(stage.warm, stage.folder, stage.words), path.dirname(stage.folder));
}
