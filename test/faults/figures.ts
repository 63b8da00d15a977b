/** What a test has injected and found: printed as it goes, and by table.ts for the whole run. */
import type { TestContext } from 'vitest';
import { IS_FULL } from './scenarios.js';

/** A part of a row of the table; parts of one fault are added up. */
export interface Figures {
  readonly fault: string;
  readonly injected: Readonly<Record<string, number>>;
  readonly found: Readonly<Record<string, number>>;
}

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figures;
  }
}

type Task = Pick<TestContext, 'task'>['task'];

export function note(task: Task, figures: Figures): void {
  task.meta.figures = figures;
}

export interface Tally {
  /** What was found wrong, each with its place. */
  readonly wrong: readonly string[];
  injected(): number;
  /** One more was injected. @param fault what came of it that must not, as `Stage.faultOf` says it */
  add(place: string, fault: string | undefined): void;
  /** Something to be counted that is not wrong. */
  count(what: string): void;
}

const OUTCOMES = ['lost', 'half done', 'charged twice'];
const PROGRESS_MS = 20_000;

/** @param what is injected. @param of how many times, if it is known, for the progress */
export function createTally(task: Task, fault: string, what: string, of?: number): Tally {
  const wrong: string[] = [];
  const injected = { [what]: 0 };
  const found: Record<string, number> = {
    ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])),
    'wrong otherwise': 0,
  };
  note(task, { fault, injected, found });
  const increase = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  let printedAt = performance.now();
  return {
    wrong,
    injected: () => injected[what] ?? 0,
    add(place, unexpected) {
      increase(injected, what);
      if (unexpected !== undefined) {
        wrong.push(`${place}: ${unexpected}`);
        increase(
          found,
          OUTCOMES.find((outcome) => unexpected.startsWith(`${outcome}: `)) ?? 'wrong otherwise',
        );
        if (IS_FULL) console.log(`${fault}: ${place}: ${unexpected}`);
      }
      if (!IS_FULL || performance.now() - printedAt < PROGRESS_MS) return;
      printedAt = performance.now();
      console.log(
        `${fault}: ${task.name}: ${injected[what]}${of === undefined ? '' : ` of ${of}`} ${what}, ${wrong.length} wrong`,
      );
    },
    count: (outcome) => increase(found, outcome),
  };
}
