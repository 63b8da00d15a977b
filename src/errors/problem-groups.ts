/** Groups an import's problems as a person would: problems of one kind in one column need one correction. */
import type { Problem } from './problem.js';

export interface ProblemGroup {
  readonly field: string;
  readonly kind: string;
  readonly count: number;
  /** The first problems of the group, at most MOST_PLACES. */
  readonly problems: readonly Problem[];
}

const MOST_PLACES = 3;

/** Kinds grouped by message: each column or word that they name needs its own correction. */
const BY_MESSAGE: ReadonlySet<string> = new Set([
  'missing-column',
  'missing-profile-column',
  'repeated-column',
  'retracts-nothing',
  'unknown-column',
  'unknown-key',
  'unknown-currency',
  'unknown-event',
  'unknown-time-zone',
  'unknown-word',
  'unread-column',
  'wrong-field-count',
]);

/** Groups the problems of all files, in the order of each group's first problem. */
export function groupProblems(problems: readonly Problem[]): readonly ProblemGroup[] {
  const groups = new Map<string, { field: string; kind: string; count: number; problems: Problem[] }>();
  for (const problem of problems) {
    const { field, kind, message } = problem;
    const name = `${kind} ${BY_MESSAGE.has(kind) ? message : field}`;
    let group = groups.get(name);
    if (group === undefined) {
      group = { field, kind, count: 0, problems: [] };
      groups.set(name, group);
    }
    group.count++;
    if (group.problems.length < MOST_PLACES) group.problems.push(problem);
  }
  return [...groups.values()];
}
