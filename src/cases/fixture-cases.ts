/**
 * Checks fixture cases: histories with the files that they must produce (docs/ci.md). Bills each case month by month in a fresh ledger
 * and compares byte for byte.
 */
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type BillingMonth, monthsFrom, nextMonth } from '../billing/billing-month.js';
import { FINDING_CODES } from '../billing/finding.js';
import type { Config } from '../config/config.js';
import { EXIT_CODES, Failure, InputRejected } from '../errors/failure.js';
import { formatProblem } from '../errors/problem.js';
import { writeNamedFile } from '../files/named-file.js';
import { importFiles } from '../import-files.js';
import { closeMonth } from '../ledger/close.js';
import { type Ledger, temporaryLedger } from '../ledger/ledger.js';
import { monthsToClose } from '../ledger/months-to-close.js';
import { readMonth } from '../ledger/read-month.js';
import { DATA_PACKAGE, INVOICE_SCHEMA } from '../output/data-package.js';
import { MANIFEST } from '../output/manifest.js';
import { TABLES } from '../output/month-files.js';
import { renderMonth } from '../output/render-month.js';
import { type CaseFolder, ERROR_FILE, inputsOf, readCaseFolder, readExpected } from './case-folder.js';

/** A file that differs from what the case expects. */
export interface CaseDifference {
  /** Its path in the case's folder: `2026-10/expected/summary.csv`. */
  readonly path: string;
  /** Undefined if the file was not expected. */
  readonly expected: string | undefined;
  /** Undefined if the file was not written. */
  readonly actual: string | undefined;
}

export interface CaseResult {
  readonly folder: string;
  readonly differences: readonly CaseDifference[];
  /** The months without expected files. All their files are among the differences. */
  readonly nothingExpected: readonly BillingMonth[];
  /** Why the case could not be billed; empty if it could. */
  readonly failure: string;
}

export interface CheckOptions {
  readonly configOf: (folder: string) => Promise<Config>;
  readonly engineVersion: string;
}

/** Bills a case and compares each month's files with the expected ones. */
export async function checkCase(folder: string, options: CheckOptions): Promise<CaseResult> {
  const differences: CaseDifference[] = [];
  const nothingExpected: BillingMonth[] = [];
  const result = { folder, differences, nothingExpected };
  try {
    const found = readCaseFolder(folder);
    await billCase(found, options, (month, actual) => {
      if (readExpected(folder, month).size === 0) nothingExpected.push(month);
      differences.push(...monthDifferences(found, month, actual));
    });
    return { ...result, failure: '' };
  } catch (error) {
    return { ...result, failure: messageOf(error) };
  }
}

/**
 * Rewrites the expected files with what the case produces now. Writes nothing if the case cannot be billed, or if a link would lead
 * out of its folder.
 * @returns the differences found before, or the failure
 */
export async function updateCase(folder: string, options: CheckOptions): Promise<CaseResult> {
  const result = await checkCase(folder, options);
  const failure =
    result.failure || result.differences.map(({ path: name }) => whyNotWritten(folder, name)).join('');
  if (failure !== '') return { ...result, failure };
  for (const { path: name, actual } of result.differences) {
    const file = path.join(folder, name);
    if (actual === undefined) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeNamedFile(file, Buffer.from(actual, 'latin1'), { isOurs: () => true, mode: 0o666 });
    }
  }
  return result;
}

/** Returns a line for each part of a path that is neither a real folder nor, at the end, a regular file; empty if there is none. */
function whyNotWritten(folder: string, name: string): string {
  const parts = name.split('/');
  return parts
    .map((_, index) => parts.slice(0, index + 1).join('/'))
    .map((part) => {
      const found = lstatSync(path.join(folder, part), { throwIfNoEntry: false });
      const isRight = found === undefined || (part === name ? found.isFile() : found.isDirectory());
      return isRight
        ? ''
        : `${part}: is a link or no ${part === name ? 'file' : 'folder'}, so nothing is written there. Remove it\n`;
    })
    .join('');
}

type Files = ReadonlyMap<string, string>;

/** Compares a month's files, which are latin1 text by name, with the expected ones. */
export function monthDifferences(found: CaseFolder, month: BillingMonth, actual: Files): CaseDifference[] {
  const expected = readExpected(found.folder, month);
  return namesToCompare(expected, actual, found)
    .map((name) => ({
      path: `${month}/expected/${name}`,
      expected: expected.get(name),
      actual: actual.get(name),
    }))
    .filter((each) => each.expected !== each.actual);
}

/** Files about a month's tables. They are compared only where the case expects them. */
const ABOUT_THE_TABLES = [MANIFEST, DATA_PACKAGE, INVOICE_SCHEMA];

/** Returns the names to compare, sorted: all files of a month if its tables are expected whole, otherwise those that the case expects. */
function namesToCompare(expected: Files, actual: Files, { isComplete }: CaseFolder): string[] {
  const isWhole = isComplete || TABLES.every((table) => expected.has(table.path)) || !hasFiles(expected);
  const written = [...actual.keys()].filter((name) => !ABOUT_THE_TABLES.includes(name));
  return [...new Set([...expected.keys(), ...(isWhole ? written : [])])].sort();
}

/** False if only the error file is expected: the month must be refused. */
const hasFiles = (expected: Files): boolean => [...expected.keys()].some((name) => name !== ERROR_FILE);

/** Passes each month's files to `take`: their bytes by name, as latin1 text. A refused month has only the text of its error. */
async function billCase(
  { folder, months }: CaseFolder,
  { configOf, engineVersion }: CheckOptions,
  take: (month: BillingMonth, files: Files) => void,
): Promise<void> {
  const [first, last] = [months[0] as BillingMonth, months.at(-1) as BillingMonth];
  const ledger = temporaryLedger();
  try {
    let catchUp = false;
    for (const month of monthsFrom(first, last)) {
      try {
        const config = await configOf(folder);
        await billMonth(ledger, month, { folder, config, last, catchUp });
      } catch (error) {
        take(month, new Map([[ERROR_FILE, errorText(error, { folder, month })]]));
        // The next close also closes the refused month.
        catchUp = true;
        continue;
      }
      if (months.includes(month))
        await readMonth(ledger, month, (view) => take(month, renderMonth(view, engineVersion)));
    }
  } finally {
    ledger.close();
  }
}

async function billMonth(
  ledger: Ledger,
  month: BillingMonth,
  { folder, config, last, catchUp }: { folder: string; config: Config; last: BillingMonth; catchUp: boolean },
): Promise<void> {
  for (const part of ['in', 'amend'] as const) {
    const files = inputsOf(folder, month, part);
    if (files.length > 0) await importFiles(ledger, files, { amend: part === 'amend', config, now: 0 });
  }
  // The clock must not matter, so the case's last month is always over.
  const asOf = Date.parse(`${nextMonth(nextMonth(last))}-01T00:00:00Z`);
  // Fixture cases are small and invented, so most findings of the preflight mean nothing here. Only exceptions under `strict` count.
  const accept = new Set(FINDING_CODES.filter((code) => code !== 'exceptions'));
  const options = { config, asOf, catchUp, strict: config.strict, accept, now: asOf };
  for (const each of monthsToClose(ledger, month, options)) await closeMonth(ledger, each, month, options);
}

/** Failures that the case itself causes. Any other failure is not a result of the case. */
const REFUSALS: readonly string[] = ['usage', 'input', 'refused'];

/**
 * Returns what `monthend` says about a month that it refuses: the exit code, then each line of standard error. Files are named relative
 * to the month's folder, the config relative to the case's.
 * @throws Failure difference, if the case does not expect an error
 */
function errorText(error: unknown, { folder, month }: { folder: string; month: BillingMonth }): string {
  const isRefusal = error instanceof Failure && REFUSALS.includes(error.kind);
  if (!isRefusal) throw error;
  if (!readExpected(folder, month).has(ERROR_FILE)) {
    throw new Failure(
      'difference',
      `${month} cannot be billed:\n${messageOf(error)}\n` +
        `Mend what is wrong. If the month must be refused for that, make an empty file ${month}/expected/${ERROR_FILE}, ` +
        `run "monthend check ${folder} --update" and read what it wrote there`,
      { cause: error },
    );
  }
  const inMonth = (file: string) => path.relative(path.join(folder, month), file).split(path.sep).join('/');
  const problems =
    error instanceof InputRejected
      ? error.problems.map((problem) => formatProblem({ ...problem, file: inMonth(problem.file) }))
      : [];
  const above = path.join(folder, '-').slice(0, -1);
  const message = error.message.replaceAll(above, '');
  const text = [`exit ${EXIT_CODES[error.kind]}`, ...problems, `monthend: ${message}`, ''].join('\n');
  return Buffer.from(text).toString('latin1');
}

function messageOf(error: unknown): string {
  if (error instanceof InputRejected) return error.problems.map(formatProblem).join('\n');
  return error instanceof Error ? error.message : String(error);
}
