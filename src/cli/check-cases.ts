/** Runs `monthend check` on the cases that it found: bills and compares them, or rewrites the expected files. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { findCases } from '../cases/case-folder.js';
import { type CaseResult, type CheckOptions, checkCase, updateCase } from '../cases/fixture-cases.js';
import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { EXIT_CODES, Failure } from '../errors/failure.js';
import { refuseForeignFile, writeNamedFile } from '../files/named-file.js';
import { makeFolder } from '../files/sync-folder.js';
import { counted } from '../words/words.js';
import { describeCase, isBad, needsJudgement } from './case-text.js';
import { VERSION } from './command.js';
import { annotations } from './github.js';
import type { JsonOf } from './json-documents.js';
import { isJunitReport, junitReport } from './junit.js';
import { createProgress } from './progress.js';
import { isGithub, printable } from './safe-text.js';
import { configOfFile, DEFAULT_CONFIG_FILE, type Session } from './session.js';
import type { Terminal } from './terminal.js';

export interface CheckFlags {
  readonly update?: boolean;
  readonly junit?: string;
}

/** Checks or updates every case below the folders. @returns the exit code. @throws Failure usage, refused */
export async function checkFolders(
  session: Session,
  folders: readonly string[],
  flags: CheckFlags,
): Promise<number> {
  for (const folder of folders) refuseNoFolder(folder);
  const cases = folders.flatMap(findCases);
  if (cases.length === 0)
    throw new Failure('usage', `${folders.join(', ')} holds no cases.  ${howToMakeOne(folders)}`);
  return flags.update ? update(session, cases) : check(session, cases, flags.junit);
}

function refuseNoFolder(folder: string): void {
  if (!existsSync(folder))
    throw new Failure('usage', `${folder}: there is no such folder. ${howToMakeOne([folder])}`);
  if (!statSync(folder).isDirectory())
    throw new Failure('usage', `${folder}: is a file. Name the folder that contains the case`);
}

/** Explains how to make a case, for someone who has never seen one. */
function howToMakeOne([folder = '']: readonly string[]): string {
  const first = path.join(folder, 'my-case', '2026-10');
  return `A case is a folder with months, each with its input and what that must come to:
  1. Make the file ${path.join(first, 'in', 'orders.csv')}, with the orders of October:
       order_id,practice_id,product,unit_price,placed_at
       ORD-1,P-1,crown,100.00,2026-10-05T09:00:00-04:00
  2. Run "monthend check ${folder}". The case fails: nothing is expected yet.
  3. Run "monthend check ${folder} --update". It writes what October comes to into ${path.join(first, 'expected')}.
     Read it, and set right what you expect otherwise. The case passes when both agree.
What else a case may hold: monthend check --help`;
}

const checkOptions: CheckOptions = { configOf: configOfCase, engineVersion: VERSION };

async function configOfCase(folder: string): Promise<Config> {
  const hasConfig = readdirSync(folder).includes(DEFAULT_CONFIG_FILE);
  return hasConfig ? configOfFile(path.join(folder, DEFAULT_CONFIG_FILE)) : DEFAULT_CONFIG;
}

interface TimedResult extends CaseResult {
  readonly seconds: number;
}

async function check(
  { terminal }: Session,
  cases: readonly string[],
  junit: string | undefined,
): Promise<number> {
  if (junit !== undefined) refuseForeignFile(junit, isJunitReport);
  const results: TimedResult[] = [];
  const progress = createProgress(terminal);
  for (const [index, folder] of cases.entries()) {
    progress({ doing: 'billing cases', unit: 'cases', done: index, of: cases.length });
    const start = performance.now();
    const result = await checkCase(folder, checkOptions);
    results.push({ ...result, seconds: (performance.now() - start) / 1000 });
    if (isBad(result)) tell(terminal, result);
  }
  if (junit !== undefined) writeJunit(junit, results);
  const bad = results.filter(isBad);
  terminal.result(`${results.length - bad.length} passed, ${bad.length} failed`);
  if (bad.some(needsJudgement)) terminal.result(WHAT_TO_DO);
  terminal.json({
    caseCount: results.length,
    failedCases: bad.map(({ folder, failure, differences }) => ({
      folder,
      failure,
      differingFiles: differences.map((difference) => difference.path),
    })),
  } satisfies JsonOf<'check'>);
  return bad.length === 0 ? 0 : EXIT_CODES.difference;
}

const WHAT_TO_DO =
  'Find out which side is right. If it is what was expected (-), mend the input or the config; if it is what was billed (+),\n' +
  'mend the expected file, or run the same command with --update and read what it changed.';

function tell(terminal: Terminal, result: CaseResult): void {
  terminal.result(describeCase(result));
  if (isGithub()) for (const line of annotations(result)) terminal.command(line);
}

function writeJunit(file: string, results: readonly TimedResult[]): void {
  const cases = results.map((result) => ({
    name: result.folder,
    seconds: result.seconds,
    failure: isBad(result) ? describeCase(result) : '',
  }));
  const folder = path.dirname(file);
  if (!existsSync(folder)) makeFolder(folder, 0o700);
  writeNamedFile(file, junitReport(cases), { isOurs: isJunitReport });
}

/** Updates every case; leaves one that cannot be billed as it is and goes on. @returns the exit code */
async function update({ terminal }: Session, cases: readonly string[]): Promise<number> {
  if (process.env.CI)
    throw new Failure(
      'refused',
      '--update is refused in CI (the variable CI is set): a person must read what it changes. Run it on your own machine, ' +
        'read the diff and commit it',
    );
  const updated: string[] = [];
  const removed: string[] = [];
  const failed: CaseResult[] = [];
  for (const folder of cases) {
    const result = await updateCase(folder, checkOptions);
    if (result.failure !== '') failed.push(result);
    else
      for (const { path: name, actual } of result.differences)
        (actual === undefined ? removed : updated).push(path.join(folder, name));
  }
  for (const file of updated) terminal.result(`updated ${printable(file)}`);
  for (const file of removed) terminal.result(`removed ${printable(file)}`);
  for (const { folder, failure } of failed)
    terminal.result(`left as it is: ${printable(folder)}:\n${failure}\n`);
  const counts = [
    `${counted(updated.length, 'file')} updated`,
    `${removed.length} removed`,
    `in ${counted(cases.length - failed.length, 'case')}`,
    ...(failed.length === 0 ? [] : [`${counted(failed.length, 'case')} left as it is`]),
  ];
  terminal.result(counts.join(', '));
  if (updated.length + removed.length > 0)
    terminal.result('Read what changed before you commit it: a wrong amount is expected now, too.');
  terminal.json({
    caseCount: cases.length,
    failedCases: failed.map(({ folder, failure }) => ({ folder, failure, differingFiles: [] })),
    updatedFiles: updated,
    removedFiles: removed,
  } satisfies JsonOf<'check'>);
  return failed.length === 0 ? 0 : EXIT_CODES.difference;
}
