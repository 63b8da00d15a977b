/**
 * A page's blocks, so that what it shows can be held to what the program does:
 *
 *   ```console          commands after `$ `, each with what a terminal shows of it; `(exit 3)` at the end of one that fails
 *   ```csv PATH         the whole file at PATH, at this point of the page
 *   ```csv PATH write   a file that the reader makes here (also json, jsonc, text, markdown, yaml)
 *
 * Any other block is only read.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IN_OWN_PROCESSES, PROGRAM } from './monthend.js';
import { runWarm } from './warm-program.js';

export type Block =
  | { readonly does: 'run'; readonly command: string; readonly shown: string }
  | { readonly does: 'compare' | 'write'; readonly file: string; readonly text: string };

/** The blocks that do something, in their order. */
export function blocksOf(page: string): Block[] {
  const found = page.matchAll(/^```([a-z]+)(?: (\S+)(?: (write))?)?\n([\s\S]*?)^```$/gm);
  return [...found].flatMap(([, kind, file, write, text = '']): Block[] => {
    if (kind === 'console') return commandsOf(text);
    return file === undefined ? [] : [{ does: write === undefined ? 'compare' : 'write', file, text }];
  });
}

function commandsOf(text: string): Block[] {
  const parts = text.split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return { does: 'run', command: part.slice(0, end), shown: part.slice(end + 1) };
  });
}

/** What a terminal shows of a command line in a folder, where `monthend` is this program. */
export function shownBy(command: string, folder: string): string {
  const call = IN_OWN_PROCESSES ? undefined : callIn(command, folder);
  if (call === undefined)
    return shownByShell(command, folder, `exec "${process.execPath}" "${PROGRAM}" "$@"`);
  const { words, env, isWhole } = call;
  const request = { program: PROGRAM, words, cwd: folder, env: { PATH: process.env.PATH ?? '', ...env } };
  if (isWhole) {
    const { code, stdout } = runWarm({ ...request, inOneStream: true });
    return shown(code, stdout);
  }
  // The shell does the rest: in place of the program it has one that repeats what the kept process wrote.
  const { code, stdout, stderr } = runWarm(request);
  return shownByShell(command, folder, `cat "$0.out"; cat "$0.err" >&2; exit ${code}`, { stdout, stderr });
}

interface Call {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether nothing is left for the shell to do. */
  readonly isWhole: boolean;
}

/** The call of monthend that a command line begins with, if that is its only one. */
function callIn(command: string, folder: string): Call | undefined {
  const [found, assignments = '', text = ''] =
    /^((?:[A-Z_]+=\S+ )*)monthend((?: (?:"[^"]*"|[^\s"'$|<>&;]+))+?)(?= 2>| >| \||$)/.exec(command) ?? [];
  if (found === undefined || command.slice(found.length).includes('monthend')) return undefined;
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { cwd: folder, encoding: 'utf8' });
  return {
    words: words.split('\0').slice(0, -1),
    env: Object.fromEntries(assignments.split(' ').flatMap((each) => (each ? [each.split('=', 2)] : []))),
    isWhole: found === command,
  };
}

const shown = (code: number | null, output: string) => (code === 0 ? output : `${output}(exit ${code})\n`);

/** @param monthend the script that has this name there. @param said the files beside it */
function shownByShell(
  command: string,
  folder: string,
  monthend: string,
  said: { readonly stdout: string; readonly stderr: string } = { stdout: '', stderr: '' },
): string {
  const tools = mkdtempSync(path.join(tmpdir(), 'monthend-tools-'));
  try {
    const script = path.join(tools, 'monthend');
    writeFileSync(script, `#!/bin/sh\n${monthend}\n`, { mode: 0o755 });
    writeFileSync(`${script}.out`, said.stdout);
    writeFileSync(`${script}.err`, said.stderr);
    const { status, stdout, error } = spawnSync('sh', ['-c', `exec 2>&1\n${command}`], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${tools}${path.delimiter}${process.env.PATH ?? ''}` },
    });
    if (error !== undefined) throw error;
    return shown(status, stdout);
  } finally {
    rmSync(tools, { recursive: true, force: true });
  }
}

/**
 * The links of a page that lead to no file below the root, or to no heading of it.
 * @param name of the page, from the root
 */
export function brokenLinks(root: string, name: string, text = readFileSync(path.join(root, name), 'utf8')) {
  return [...text.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([link, to = '', heading]) => {
    const target = path.join(root, to === '' ? name : path.join(path.dirname(name), to));
    if (!existsSync(target)) return [link];
    return heading === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(heading) ? [] : [link];
  });
}

/** By which a link names a heading: its words in small letters, joined by hyphens, without other signs. */
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
