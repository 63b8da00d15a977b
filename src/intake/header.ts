/** Checks the column names of a CSV file. */

import { FACT_KINDS, type FactKind } from '../billing/order.js';
import { type Message, say } from '../errors/message.js';
import { nearMiss } from '../words/near-miss.js';
import { isValueLike } from './inspect-layout.js';
import { COLUMNS, columnNames, kindOf } from './kinds.js';
import { QUARANTINE_REASON } from './quarantine.js';

export interface HeaderProblem {
  /** The number of the wrong cell, from 0; -1 for the header as a whole. */
  readonly cell: number;
  readonly message: Message;
}

/** Removes empty names at the end, which surplus separators cause. The cells below them are not read. */
export function namedColumns(names: readonly string[]): readonly string[] {
  if (names[0]?.startsWith('sep=')) return names;
  const count = names.findLastIndex((name) => name.trim() !== '') + 1;
  return count === 0 ? names : names.slice(0, count);
}

/** Returns every problem of a header, in no particular order. @param kind undefined if the names resemble no kind */
export function headerProblems(names: readonly string[], kind: FactKind | undefined): HeaderProblem[] {
  if (names.join(',') === 'sep=,') return [{ cell: -1, message: say.separatorLine() }];
  const delimiter = delimiterOf(names);
  if (delimiter !== undefined) return [{ cell: -1, message: say.otherDelimiter(delimiter) }];
  const badNames = nameProblems(names);
  if (kind === undefined) return [{ cell: -1, message: say.unknownKind() }, ...badNames];
  const other = FACT_KINDS.find((each) => each !== kind && misfits(names, each).length === 0);
  if (other !== undefined) return [{ cell: -1, message: say.otherKind(other, kind) }, ...badNames];
  const foreign = foreignColumns(names, kind);
  return foreign === undefined ? [...misfits(names, kind), ...badNames] : [foreign];
}

/** Tells whether the strict format has this header. */
export const isStrictHeader = (names: readonly string[]): boolean =>
  headerProblems(names, kindOf(names)).length === 0;

/** More unknown names are not typing errors; then one message says what the file is. */
const MOST_SLIPS = 6;

const hasValues = (names: readonly string[]) =>
  names.some((name) => name.includes('\n') || isValueLike(name));

function foreignColumns(names: readonly string[], kind: FactKind): HeaderProblem | undefined {
  const known = columnNames(kind);
  const unknown = names.filter(
    (name) => !known.includes(name) && name !== QUARANTINE_REASON && name.trim() !== '',
  );
  const isForeign = unknown.length > MOST_SLIPS && unknown.length * 2 >= names.length && !hasValues(names);
  return isForeign
    ? { cell: -1, message: say.foreignColumns(unknown.length, names.length, unknown.slice(0, 3)) }
    : undefined;
}

/** Only these names are shown if repeated: any other may be a cell of a record that became part of the header. */
const NAMES: ReadonlySet<string> = new Set([...FACT_KINDS.flatMap(columnNames), QUARANTINE_REASON]);

/** Returns names that are empty (or blank) or repeated. They are wrong in any file. */
export function nameProblems(names: readonly string[]): HeaderProblem[] {
  const problems: HeaderProblem[] = [];
  const seen = new Set<string>();
  for (const [cell, name] of names.entries()) {
    if (name.trim() === '') problems.push({ cell, message: say.emptyColumnName() });
    else if (seen.has(name))
      problems.push({ cell, message: say.repeatedColumn(NAMES.has(name) ? name : '…') });
    seen.add(name);
  }
  return problems;
}

/** Returns what distinguishes the names from those of the kind. */
function misfits(names: readonly string[], kind: FactKind): HeaderProblem[] {
  return [...missingProblems(names, kind), ...unknownProblems(names, kind)];
}

/** A name that is nearly the missing one is reported as unknown. A second message, that the column is missing, would mislead. */
function missingProblems(names: readonly string[], kind: FactKind): HeaderProblem[] {
  const known = columnNames(kind);
  const nearly = new Set(names.map((name) => (known.includes(name) ? name : nearMiss(name, known))));
  return COLUMNS[kind]
    .filter((column) => column.required && !nearly.has(column.name))
    .map((column) => ({ cell: -1, message: say.missingColumn(column.name) }));
}

function unknownProblems(names: readonly string[], kind: FactKind): HeaderProblem[] {
  const known = columnNames(kind);
  // The header contains a record: some cells are values, and one may be a patient reference.
  const hasSwallowed = hasValues(names);
  const shown = (name: string) => (hasSwallowed ? '…' : name);
  return [...names.entries()]
    .filter(([, name]) => name.trim() !== '' && !known.includes(name))
    .filter(([cell, name]) => name !== QUARANTINE_REASON || cell > 0)
    .map(([cell, name]) => ({
      cell,
      message:
        name === QUARANTINE_REASON
          ? say.quarantineReasonNotFirst(name)
          : say.unknownColumn(shown(name), nearMiss(name, known), known),
    }));
}

/** Returns the likely separator if a header of one column looks like several; otherwise undefined. */
function delimiterOf(names: readonly string[]): 'semicolons' | 'tabs' | undefined {
  const [only = '', ...others] = names;
  if (others.length > 0) return undefined;
  return only.includes(';') ? 'semicolons' : only.includes('\t') ? 'tabs' : undefined;
}
