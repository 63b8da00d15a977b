/** What `monthend check` does with the cases that it found: bills and compares them, or writes anew what is expected. */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { counted } from '../billing/words.js';
import { type Config, DEFAULT_CONFIG } from '../config.js';
import { EXIT_CODES, Failure } from '../failure.js';
import { type CaseResult, checkCase, type Difference, findCases, updateCase } from '../fixture-cases.js';
import { VERSION } from './command.js';
import { annotations } from './github.js';
import { junitReport } from './junit.js';
import { createProgress } from './progress.js';
import { configOfFile, DEFAULT_CONFIG_FILE, type Session } from './session.js';

export interface CheckFlags {
  readonly update?: boolean;
  readonly junit?: string;
}

/** @returns the exit code. @throws Failure usage, refused */
export async function checkFolders(
  session: Session,
  folders: readonly string[],
  flags: CheckFlags,
): Promise<number> {
  const cases = folders.flatMap(findCases);
  if (cases.length === 0)
    throw new Failure('usage', `${folders.join(', ')}: no case; a case holds a folder such as 2026-10`);
  if (!flags.update) return check(session, cases, flags.junit);
  await update(session, cases);
  return 0;
}

const checkOptions = { configOf: configOfCase, engineVersion: VERSION };

async function configOfCase(folder: string): Promise<Config> {
  const hasConfig = readdirSync(folder).includes(DEFAULT_CONFIG_FILE);
  return hasConfig ? configOfFile(path.join(folder, DEFAULT_CONFIG_FILE)) : DEFAULT_CONFIG;
}

async function check(
  { terminal }: Session,
  cases: readonly string[],
  junit: string | undefined,
): Promise<number> {
  const results: CaseResult[] = [];
  const progress = createProgress(terminal);
  for (const [index, folder] of cases.entries()) {
    progress({ doing: 'billing cases', unit: 'cases', done: index, of: cases.length });
    const result = await checkCase(folder, checkOptions);
    results.push(result);
    if (!isBad(result)) continue;
    terminal.result(describe(result));
    if (process.env.GITHUB_ACTIONS === 'true') for (const line of annotations(result)) terminal.result(line);
  }
  const bad = results.filter(isBad);
  if (junit !== undefined)
    writeFileSync(
      junit,
      junitReport(
        results.map((result) => ({ name: result.folder, failure: isBad(result) ? describe(result) : '' })),
      ),
    );
  terminal.result(`${results.length - bad.length} passed, ${bad.length} failed`);
  terminal.json({
    cases: results.length,
    failed: bad.map(({ folder, failure, differences }) => ({
      folder,
      failure,
      files: differences.map((difference) => difference.path),
    })),
  });
  return bad.length === 0 ? 0 : EXIT_CODES.difference;
}

const isBad = ({ differences, failure }: CaseResult): boolean => differences.length > 0 || failure !== '';

async function update({ terminal }: Session, cases: readonly string[]): Promise<void> {
  if (process.env.CI)
    throw new Failure(
      'refused',
      '--update is refused in CI (the variable CI is set): a person reads what changes',
    );
  const updated: string[] = [];
  const removed: string[] = [];
  for (const folder of cases) {
    for (const { path: name, actual } of await updateCase(folder, checkOptions))
      (actual === undefined ? removed : updated).push(path.join(folder, name));
  }
  for (const file of updated) terminal.result(`updated ${file}`);
  for (const file of removed) terminal.result(`removed ${file}`);
  const files = `${counted(updated.length, 'file')} updated, ${removed.length} removed`;
  terminal.result(`${files}, in ${counted(cases.length, 'case')}`);
  terminal.json({ cases: cases.length, updated, removed });
}

function describe({ folder, differences, failure }: CaseResult): string {
  const parts = [`${folder}:`];
  if (failure !== '') parts.push(failure);
  for (const difference of differences) parts.push(describeDifference(difference));
  return `${parts.join('\n')}\n`;
}

function describeDifference({ path: name, expected, actual }: Difference): string {
  if (actual === undefined) return `${name}: expected, but not written`;
  if (expected === undefined) return `${name}: written, but not expected:\n${visible(actual)}`;
  const patch = createTwoFilesPatch('expected', 'billed', visible(expected), visible(actual), '', '', {
    context: 1,
  });
  return `${name}: differs\n${patch.slice(patch.indexOf('---'))}`;
}

/** Bytes that a screen would swallow are shown as escapes; UTF-8 is shown as its characters. */
function visible(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text
    .split('\n')
    .map((line) => line.replace(/\p{Cc}|\p{Bidi_Control}|\uFEFF/gu, escaped))
    .join('\n');
}
