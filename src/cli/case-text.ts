/** Describes a case that `check` found to differ. */
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { ERROR_FILE } from '../cases/case-folder.js';
import type { CaseDifference, CaseResult } from '../cases/fixture-cases.js';
import { printable } from './safe-text.js';

export const isBad = ({ differences, failure }: CaseResult): boolean =>
  differences.length > 0 || failure !== '';

/** Returns a failed case with everything that is wrong with it. */
export function describeCase(result: CaseResult): string {
  const { folder, failure } = result;
  const parts = [
    `${printable(folder)}:`,
    ...(failure === '' ? [] : [failure]),
    ...monthsToTell(result).map(({ month, what }) => `${month}: ${what}`),
    ...differencesToTell(result).map(describeDifference),
  ];
  return `${parts.join('\n')}\n`;
}

/** Returns the months for which one sentence says more than all their files. */
export function monthsToTell({ folder, differences, nothingExpected }: CaseResult): {
  readonly month: string;
  readonly what: string;
}[] {
  const update = `run "monthend check ${folder} --update"`;
  return [
    ...nothingExpected.map((month) => ({
      month,
      what: `nothing is expected: ${update} to write what it comes to into ${month}/expected, then read it`,
    })),
    ...differences.filter(isNotRefused).map(({ path: name }) => ({
      month: monthOf(name),
      what: `was billed, but ${name} expects that it is refused. Mend the input; or ${update} to expect its files instead`,
    })),
  ];
}

/** Returns the files that are listed one by one: those of all other months. */
export function differencesToTell(result: CaseResult): CaseDifference[] {
  const months = monthsToTell(result).map(({ month }) => month);
  return result.differences.filter((difference) => !months.includes(monthOf(difference.path)));
}

const monthOf = (name: string): string => name.slice(0, name.indexOf('/'));

const isErrorFile = (name: string): boolean => path.posix.basename(name) === ERROR_FILE;

const isNotRefused = ({ path: name, actual }: CaseDifference): boolean =>
  isErrorFile(name) && actual === undefined;

/** Returns the kind of difference in a few words; undefined if the lines must be compared. */
export function kindOfDifference({ expected, actual }: CaseDifference): string | undefined {
  if (actual === undefined) return 'expected, but not written';
  if (expected === undefined) return 'written, but not expected';
  if (lineFeedsOnly(expected) !== lineFeedsOnly(actual)) return undefined;
  return `${LINE_ENDINGS}: expected are ${lineEndings(expected)}, billed were ${lineEndings(actual)}`;
}

function describeDifference(difference: CaseDifference): string {
  const { expected = '', actual = '' } = difference;
  const name = printable(difference.path);
  const kind = kindOfDifference(difference);
  if (kind === undefined) {
    const [before, after] = [visible(expected), visible(actual)];
    const patch = createTwoFilesPatch('expected', 'billed', before, after, undefined, undefined, {
      context: 1,
    });
    return `${name}: differs\n${patch.slice(patch.indexOf('---')).replace(/\n$/, '')}`;
  }
  if (difference.expected === undefined) return `${name}: ${kind}:\n${visible(actual)}`;
  if (difference.actual === undefined) return `${name}: ${kind}`;
  const ifGit =
    'If git changed them, write "* -text" into a file .gitattributes there and check the files out again';
  const ifMeant = 'if the month is to be written so, set "lineEnding" in monthend.json';
  // No setting changes the line endings of messages.
  const advice = isErrorFile(name) ? ifGit : `${ifGit}; ${ifMeant}`;
  return `${name}: ${kind}. ${advice}`;
}

/** True if expected and billed content differ, so that a person must decide which is right. */
export const needsJudgement = (result: CaseResult): boolean =>
  differencesToTell(result).some((difference) => !kindOfDifference(difference)?.startsWith(LINE_ENDINGS));

const LINE_ENDINGS = 'only line endings differ';

const lineFeedsOnly = (text: string): string => text.replaceAll('\r\n', '\n');

function lineEndings(text: string): string {
  if (!text.includes('\r\n')) return 'LF';
  return /(?<!\r)\n/.test(text) ? 'CR LF and LF' : 'CR LF';
}

/** Shows bytes that a screen would hide as escapes, and UTF-8 as its characters. */
function visible(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text
    .split('\n')
    .map((line) => line.replace(/\p{Cc}|\p{Bidi_Control}|\uFEFF/gu, escaped))
    .join('\n');
}
