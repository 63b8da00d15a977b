/** Workflow commands by which GitHub shows, beside a file, what is wrong with it. */
import path from 'node:path';
import type { CaseResult, Difference } from '../fixture-cases.js';

/** A line for each file that differs, or for the case that could not be billed. */
export function annotations({ folder, differences, failure }: CaseResult): string[] {
  if (failure !== '') return [annotation(path.join(folder, 'case.md'), 1, `cannot be billed: ${failure}`)];
  return differences.map((difference) =>
    annotation(path.join(folder, difference.path), firstDifference(difference), messageOf(difference)),
  );
}

function annotation(file: string, line: number, message: string): string {
  return `::error file=${property(file)},line=${line},title=monthend check::${data(message)}`;
}

function messageOf({ expected, actual }: Difference): string {
  if (actual === undefined) return 'expected, but not written';
  if (expected === undefined) return 'written, but not expected';
  return 'differs from what is billed';
}

/** The first line that differs, from 1. */
function firstDifference({ expected = '', actual = '' }: Difference): number {
  const [a, b] = [expected.split('\n'), actual.split('\n')];
  const index = a.findIndex((line, number) => line !== b[number]);
  return (index < 0 ? a.length - 1 : index) + 1;
}

const data = (text: string) =>
  text.replace(
    /[%\r\n]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
