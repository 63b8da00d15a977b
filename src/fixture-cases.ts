/**
 * Fixture cases: histories with the files that they must come to (docs/commands.md section 3). Bills each case in a fresh
 * ledger, month by month, and compares byte for byte.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BillingMonth, MONTH_FORM, monthsFrom, nextMonth, parseMonth } from './billing/billing-month.js';
import { formatProblem } from './billing/problem.js';
import type { Config } from './config.js';
import { Failure, InputRejected } from './failure.js';
import { filesBelow } from './files-below.js';
import { importFiles } from './import-files.js';
import { closeMonth, readMonth } from './ledger/close.js';
import { temporaryLedger } from './ledger/ledger.js';
import { DATA_PACKAGE, INVOICE_SCHEMA } from './output/data-package.js';
import { MANIFEST } from './output/manifest.js';
import { renderMonth } from './output/render-month.js';

/** One file in which a case is not as expected. */
export interface Difference {
  /** Inside the case's folder: `2026-10/expected/summary.csv`. */
  readonly path: string;
  /** Undefined if the file was not expected. */
  readonly expected: string | undefined;
  /** Undefined if the file was not written. */
  readonly actual: string | undefined;
}

export interface CaseResult {
  readonly folder: string;
  readonly differences: readonly Difference[];
  /** Why the case could not be billed; empty if it could. */
  readonly failure: string;
}

/** Every folder at or below `root` that holds a `case.md` or a folder named as a month, in order of name. */
export function findCases(root: string): string[] {
  const folders = foldersIn(root);
  if (existsSync(path.join(root, 'case.md')) || folders.some(isMonth)) return [root];
  return folders.flatMap((name) => findCases(path.join(root, name)));
}

interface CheckOptions {
  readonly configOf: (folder: string) => Promise<Config>;
  readonly engineVersion: string;
}

/** Bills a case and compares each month's files with what is expected. */
export async function checkCase(folder: string, options: CheckOptions): Promise<CaseResult> {
  const differences: Difference[] = [];
  try {
    await billCase(folder, options, (month, actual) => {
      const expected = readExpected(path.join(folder, month, 'expected'));
      for (const name of [MANIFEST, DATA_PACKAGE, INVOICE_SCHEMA])
        if (!expected.has(name)) actual.delete(name);
      for (const name of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
        const [before, after] = [expected.get(name), actual.get(name)];
        if (before !== after)
          differences.push({ path: `${month}/expected/${name}`, expected: before, actual: after });
      }
    });
    return { folder, differences, failure: '' };
  } catch (error) {
    return { folder, differences, failure: explain(error) };
  }
}

/**
 * Writes what is expected anew, as the case is billed now. @returns where it was another
 * @throws Failure difference, if the case cannot be billed
 */
export async function updateCase(folder: string, options: CheckOptions): Promise<readonly Difference[]> {
  const { differences, failure } = await checkCase(folder, options);
  if (failure !== '') throw new Failure('difference', `${folder}: ${failure}`);
  for (const { path: name, actual } of differences) {
    const file = path.join(folder, name);
    if (actual === undefined) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, actual, 'latin1');
    }
  }
  return differences;
}

/** Hands each month's files to `take`: their bytes by name, as latin1 text. */
async function billCase(
  folder: string,
  { configOf, engineVersion }: CheckOptions,
  take: (month: BillingMonth, files: Map<string, string>) => void,
): Promise<void> {
  const months = monthsOf(folder);
  const [first, last] = [months[0] as BillingMonth, months.at(-1) as BillingMonth];
  const config = await configOf(folder);
  const ledger = temporaryLedger();
  try {
    for (const month of monthsFrom(first, last)) {
      await importFolder(path.join(folder, month, 'in'), false);
      await importFolder(path.join(folder, month, 'amend'), true);
      // The clock must not matter: whatever the day, the case's last month is over.
      const asOf = Date.parse(`${nextMonth(nextMonth(last))}-01T00:00:00Z`);
      await closeMonth(ledger, month, month, {
        config,
        asOf,
        catchUp: false,
        strict: config.strict,
        now: asOf,
      });
      if (!months.includes(month)) continue;
      await readMonth(ledger, month, (view) => take(month, renderMonth(view, engineVersion)));
    }
  } finally {
    ledger.close();
  }

  async function importFolder(inputs: string, amend: boolean): Promise<void> {
    if (!existsSync(inputs)) return;
    const files = readdirSync(inputs)
      .sort()
      .map((name) => path.join(inputs, name));
    if (files.length > 0) await importFiles(ledger, files, { amend, config, now: 0 });
  }
}

const PARTS_OF_A_MONTH: readonly string[] = ['in', 'amend', 'expected'];

/** A file that was meant to stand in one of them; a note beside them is nobody's business. */
const INPUT = /\.(?:csv|ndjson)(?:\.gz)?$/i;

/** The months of a case, at least one, in order. @throws Failure difference, if anything would be passed over for its name */
function monthsOf(folder: string): BillingMonth[] {
  const months = readdirSync(folder).filter(isMonth).sort();
  const noMonths = foldersIn(folder).filter((name) => !isMonth(name) && !isHidden(name));
  const noParts = months.flatMap((month) =>
    readdirSync(path.join(folder, month), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || INPUT.test(entry.name))
      .map(({ name }) => name)
      .filter((name) => !PARTS_OF_A_MONTH.includes(name) && !isHidden(name))
      .sort()
      .map((name) => `${month}/${name}`),
  );
  const faults = [
    ...noMonths.map((name) => `${name}: no month; expected ${MONTH_FORM}`),
    ...noParts.map((name) => `${name}: not known; a month holds the folders ${PARTS_OF_A_MONTH.join(', ')}`),
  ];
  if (months.length + faults.length === 0) faults.push(`no folder of a month; expected ${MONTH_FORM}`);
  if (faults.length > 0) throw new Failure('difference', faults.join('\n'));
  return months;
}

const isMonth = (name: string): boolean => parseMonth(name) !== undefined;

/** `.DS_Store` and the like: of other programs. */
const isHidden = (name: string): boolean => name.startsWith('.');

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The files below a folder by name, with `/`; their bytes as latin1 text, in which every byte is one character. */
function readExpected(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const name of filesBelow(folder)) {
    const file = path.join(folder, name);
    if (lstatSync(file).isFile()) files.set(name, readFileSync(file, 'latin1'));
  }
  return files;
}

function explain(error: unknown): string {
  if (error instanceof InputRejected) return error.problems.map(formatProblem).join('\n');
  return error instanceof Error ? error.message : String(error);
}
