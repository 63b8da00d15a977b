/**
 * A page's blocks, so that what it shows can be held to what the program does:
 *
 *   ```console          commands after `$ `, each with what a terminal shows of it; `(exit 3)` at the end of one that fails
 *   ```csv PATH         the whole file at PATH, at this point of the page
 *   ```csv PATH write   a file that the reader makes here (also json, jsonc, text, markdown, yaml)
 *
 * Any other block is only read.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const [program, ...words] = command.split(' ');
  const isForTheShell = program !== 'monthend' || !/^[\w ./:-]+$/.test(command);
  if (isForTheShell || IN_OWN_PROCESSES) return shownByShell(command, folder);
  const env = { PATH: process.env.PATH ?? '' };
  const { code, stdout } = runWarm({ program: PROGRAM, words, cwd: folder, env, inOneStream: true });
  return shown(code, stdout);
}

const shown = (code: number | null, output: string) => (code === 0 ? output : `${output}(exit ${code})\n`);

function shownByShell(command: string, folder: string): string {
  const tools = mkdtempSync(path.join(tmpdir(), 'monthend-tools-'));
  try {
    writeFileSync(path.join(tools, 'monthend'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
    chmodSync(path.join(tools, 'monthend'), 0o755);
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
