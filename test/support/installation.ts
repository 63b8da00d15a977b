/** The package as npm lays it out in somebody's folder, without asking a registry or compiling anything. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPOSITORY, type Run, runMonthend } from './monthend.js';
import { IS_LONG } from './search.js';

export interface Installation {
  /** The empty folder that it was installed into. */
  readonly folder: string;
  path(...names: string[]): string;
  run(words: readonly string[]): Run;
}

const made: string[] = [];

/** Called when the file of tests is done. */
export function removeInstallations(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  tarball = undefined;
  clone = undefined;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-installed-'));
  made.push(folder);
  return folder;
}

/**
 * Packs this clone, which is built, once for each file of tests, and unpacks the tarball into `node_modules/monthend` of an empty folder. Beside it stand
 * links to the packages that package-lock.json says a production install has: what only development has is not found.
 * Packages named in `copied` are copied instead, without what they compiled, so that a test may break them. Of the tarball, `parts` names what is unpacked: most of it is fixtures.
 */
export function installPacked({
  copied = [],
  parts = [],
}: {
  readonly copied?: readonly string[];
  readonly parts?: readonly string[];
} = {}): Installation {
  const folder = temporaryFolder();
  const at = (...names: string[]) => path.join(folder, ...names);
  const modules = (name: string) => at('node_modules', ...name.split('/'));
  mkdirSync(modules('monthend'), { recursive: true });
  tarball ??= pack(temporaryFolder());
  const members = parts.map((part) => `package/${part}`);
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', modules('monthend'), ...members]);
  for (const name of productionPackages()) {
    const from = path.join(REPOSITORY, 'node_modules', ...name.split('/'));
    mkdirSync(path.dirname(modules(name)), { recursive: true });
    if (!copied.includes(name)) symlinkSync(from, modules(name));
    else cpSync(from, modules(name), { recursive: true, filter: (each) => !/[\\/](build|deps)$/.test(each) });
  }
  return {
    folder,
    path: at,
    run: (words) =>
      runMonthend(words, folder, { program: at('node_modules', 'monthend', 'bin', 'monthend.js') }),
  };
}

let tarball: string | undefined;

/** Without `prepare`: other tests run what is built while this one packs it. @returns the tarball */
function pack(folder: string): string {
  const words = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', words, { cwd: cloneToPack(), encoding: 'utf8' }));
  return path.join(folder, packed.filename);
}

let clone: string | undefined;

/**
 * Copies this clone without what is installed. The cases have every page, but only one file of each name: npm decides by names, and takes
 * five seconds for the files of all cases. The long lane has all of them.
 */
export function cloneToPack(): string {
  if (clone !== undefined) return clone;
  const folder = temporaryFolder();
  const seen = new Set<string>();
  const isPacked = (file: string) => {
    const name = path.basename(file);
    if (/^(?:\.git|node_modules)$/.test(name)) return false;
    if (
      IS_LONG ||
      !IN_CASES.test(path.relative(REPOSITORY, file)) ||
      /\.md$/.test(name) ||
      statSync(file).isDirectory()
    )
      return true;
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst;
  };
  cpSync(REPOSITORY, folder, { recursive: true, filter: isPacked });
  clone = folder;
  return folder;
}

const IN_CASES = /^fixtures[\\/](?:cases|explained|rejected)[\\/]/;

/** Those at the top of node_modules. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(path.join(REPOSITORY, 'package-lock.json'), 'utf8'));
  return Object.entries<{ readonly dev?: boolean }>(lock.packages)
    .filter(([name, { dev = false }]) => /^node_modules\/(?!.*node_modules\/)/.test(name) && !dev)
    .map(([name]) => name.slice('node_modules/'.length));
}
