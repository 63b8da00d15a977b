/** Months closed by the command line in a folder of their own, as a user would, with everything that a browser can show. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPOSITORY, rowsOf } from '../support/monthend.js';
import type { LabFiles } from '../support/seeded-lab.js';

export interface ClosedLab {
  path(...names: string[]): string;
  read(name: string): string;
  rows(name: string): Record<string, string>[];
  run(...words: string[]): string;
  remove(): void;
}

export function closedLab(files: LabFiles, months: readonly string[]): ClosedLab {
  const lab = labIn(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${name}.csv`, text])));
  lab.run('import', 'practices.csv', 'orders.csv', 'history.csv');
  for (const month of months) lab.run('close', month);
  return lab;
}

/** A folder with these files and an empty ledger. */
export function labIn(files: Readonly<Record<string, string>>): ClosedLab {
  const folder = mkdtempSync(path.join(tmpdir(), 'monthend-browser-'));
  const at = (...names: string[]) => path.join(folder, ...names);
  const run = (...words: string[]) => {
    const program = path.join(REPOSITORY, 'bin', 'monthend.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`monthend ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  run('init');
  const read = (name: string) => readFileSync(at(name), 'utf8');
  return {
    path: at,
    read,
    rows: (name) => rowsOf(read(name)),
    run,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
