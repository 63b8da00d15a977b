/** Runs the command line in a folder of its own: in a process that is kept for it, or in one of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ID_IN_MEMORY } from '../../src/ledger/identity.js';
import { createLedger } from '../../src/ledger/ledger.js';
import { boundMemory, type Request, runWarm } from './warm-program.js';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
export const PROGRAM = path.join(REPOSITORY, 'bin', 'monthend.js');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workplace {
  readonly folder: string;
  path(...names: string[]): string;
  /** Writes a file, with the folders above it. */
  write(name: string, text: string | Uint8Array): string;
  read(name: string): string;
  bytes(name: string): Buffer;
  copy(fromRepository: string, name: string): void;
  /** Runs monthend there. */
  run(words: readonly string[], options?: RunOptions): Run;
  /** Every file below a folder by name, with its bytes in base64. */
  snapshot(name: string): Record<string, string>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, which only a process of its own has. */
  readonly input?: string | Uint8Array;
  readonly umask?: number;
  /** Another bin/monthend.js than this clone's. */
  readonly program?: string;
  /** For what is about processes. */
  readonly inOwnProcess?: boolean;
  /** For what might not end, or take all memory: fails after this time, or with 8 GB. */
  readonly withinSeconds?: number;
}

/** An empty folder, removed when the test is over. */
export function workplace(): Workplace {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...names: string[]) => path.join(folder, ...names);
  return {
    folder,
    path: at,
    write(name, text) {
      mkdirSync(path.dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
      return name;
    },
    read: (name) => readFileSync(at(name), 'utf8'),
    bytes: (name) => readFileSync(at(name)),
    copy: (from, name) => cpSync(path.join(REPOSITORY, from), at(name), { recursive: true }),
    run: (words, options) => runMonthend(words, folder, options),
    snapshot: (name) => snapshot(at(name)),
  };
}

/** The same with an empty ledger, as `init` leaves it. */
export function workplaceWithLedger(name = 'monthend.db'): Workplace {
  const place = workplace();
  // One identity for all: what two such ledgers write can be compared.
  createLedger(place.path(name), ID_IN_MEMORY);
  return place;
}

const SAMPLE = {
  '2025-10': ['practices', 'orders', 'history'],
  '2025-11': ['orders', 'history'],
} as const;

/** The files of each sample that was made, by the last month that is closed in it. */
const samples = new Map<string, Record<string, string>>();

/** The sample with its months up to `last` imported and closed: made once, then copied. */
export function workplaceWithSample(last: keyof typeof SAMPLE): Workplace {
  const made = samples.get(last);
  if (made !== undefined) {
    const copy = workplace();
    for (const [name, bytes] of Object.entries(made)) copy.write(name, Buffer.from(bytes, 'base64'));
    return copy;
  }
  const place = workplaceWithLedger();
  place.copy('fixtures/sample', '.');
  for (const [month, names] of Object.entries(SAMPLE).filter(([month]) => month <= last)) {
    const { code, stderr } = place.run(['run', month, ...names.map((name) => `${month}/${name}.csv`)]);
    if (code !== 0) throw new Error(stderr);
  }
  samples.set(last, place.snapshot('.'));
  return place;
}

/** In the long lane, as users start it; and on Windows, which has no pipes with names for the kept process. */
export const IN_OWN_PROCESSES = process.env.MONTHEND_PROCESSES === 'own' || process.platform === 'win32';

export function runMonthend(words: readonly string[], cwd: string, options: RunOptions = {}): Run {
  const { env = {}, input = '', umask, program = PROGRAM, withinSeconds } = options;
  const { inOwnProcess = IN_OWN_PROCESSES || input !== '' || words.includes('-') } = options;
  const request = { program, words, cwd, env: cleanEnvironment(env), umask, withinSeconds };
  return inOwnProcess ? runAlone(request, input) : runWarm(request);
}

function runAlone(
  { program, words, cwd, env, umask, withinSeconds }: Request,
  input: string | Uint8Array,
): Run {
  const own = process.umask();
  process.umask(umask ?? own);
  const start = [process.execPath, program, ...words];
  const [file = '', ...args] = withinSeconds === undefined ? start : boundMemory(start);
  try {
    const { status, stdout, stderr, error } = spawnSync(file, args, {
      cwd,
      input,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      ...(withinSeconds === undefined ? {} : { timeout: withinSeconds * 1000 }),
    });
    if (error !== undefined) throw error;
    return { code: status, stdout, stderr };
  } finally {
    process.umask(own);
  }
}

/** The environment of these tests must not reach the program: neither its variables, nor CI's. */
function cleanEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', ...env };
}

/** Runs monthend with its standard output going to a file descriptor of the test's choice. */
export function runInto(words: readonly string[], cwd: string, stdout: number): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd,
      env: cleanEnvironment({}),
      stdio: ['ignore', stdout, 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout: '', stderr }));
  });
}

function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file)] = readFileSync(file).toString('base64');
  }
  return files;
}

/** The rows of a CSV whose cells hold no comma, quote or line feed, by column. */
export function rowsOf(csv: string): Record<string, string>[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}
