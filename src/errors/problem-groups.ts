/** The problems of an import, brought together as a person would: those of one kind in one column are one thing to mend. */
import type { Problem } from './problem.js';

export interface ProblemGroup {
  readonly field: string;
  readonly kind: string;
  readonly count: number;
  /** The first of them, MOST_PLACES at most. */
  readonly problems: readonly Problem[];
}

const MOST_PLACES = 3;

/** Told of a column or of a word: each is another thing to mend. */
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

/** Over all files, in the order in which they begin. */
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
