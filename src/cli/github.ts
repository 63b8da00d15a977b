/** Workflow commands with which GitHub shows errors beside a file. */
import path from 'node:path';
import type { CaseDifference, CaseResult } from '../cases/fixture-cases.js';
import { differencesToTell, kindOfDifference, monthsToTell } from './case-text.js';

/** Returns a line for each differing file, one for a month that one sentence explains, or one for a case that could not be billed. */
export function annotations(result: CaseResult): string[] {
  const { folder, failure } = result;
  if (failure !== '') return [annotation(path.join(folder, 'case.md'), 1, `cannot be billed: ${failure}`)];
  return [
    ...monthsToTell(result).map(({ month, what }) =>
      annotation(path.join(folder, month, 'expected'), 1, `${month}: ${what}`),
    ),
    ...differencesToTell(result).map((difference) =>
      annotation(
        path.join(folder, difference.path),
        firstDifference(difference),
        kindOfDifference(difference) ?? 'differs from what is billed',
      ),
    ),
  ];
}

function annotation(file: string, line: number, message: string): string {
  return `::error file=${property(file)},line=${line},title=monthend check::${data(message)}`;
}

/** Returns the number of the first line that differs, from 1. */
function firstDifference({ expected = '', actual = '' }: CaseDifference): number {
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
