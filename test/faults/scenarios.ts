/** The commands into which faults are injected, on tiny ledgers, and what may be found after each. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPOSITORY } from '../support/monthend.js';
import { filesBelow, halfWritten, ledgerContent } from './content.js';
import { type WarmProgram, warmProgram } from './warm.js';

/** `npm run test:faults`; without it a small part, for every run of the tests. */
export const IS_FULL = process.env.MONTHEND_FAULTS === 'full';

/** A command, and what it says on its outputs once it is done. */
export interface Step {
  readonly words: readonly string[];
  readonly says: RegExp;
}

export interface Scenario {
  readonly name: string;
  /** Puts more into the folder than the inputs of fixtures/sample. */
  readonly prepare?: (folder: string) => void;
  readonly before: readonly (readonly string[])[];
  /** States that the command passes through and acknowledges, as what single commands would come to. */
  readonly between: readonly Step[];
  readonly command: Step;
  /** The folder of the months that the command writes. */
  readonly out?: string;
  /** Whether a repeated command may stand as another import. */
  readonly isImport?: boolean;
  /** What a failed command may leave that the same one does not take away. */
  readonly mayStay?: RegExp;
}

const OCTOBER = ['2025-10/practices.csv', '2025-10/orders.csv', '2025-10/history.csv'];
const NOVEMBER = ['2025-11/orders.csv', '2025-11/history.csv'];
const created: Step = { words: ['init'], says: /new ledger created/ };
const ranOctober = ['run', '2025-10', ...OCTOBER, '--out', 'out'];
const done = (month: string) => new RegExp(`^${month} .*\\n(  .*\\n)+  files: `, 'm');
const importsOctober: Step = { words: ['import', ...OCTOBER], says: /^import 1:\n( {2}.*\n){3}/m };
const closes = (month: string): Step => ({ words: ['close', month, '--out', 'out'], says: done(month) });

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'import, new ledger',
    before: [],
    between: [created],
    command: importsOctober,
    isImport: true,
  },
  {
    name: 'import, existing ledger',
    before: [ranOctober],
    between: [],
    command: { words: ['import', ...NOVEMBER], says: /^import 2:\n( {2}.*\n){2}/m },
    isImport: true,
  },
  {
    name: 'close, first month',
    before: [importsOctober.words],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
  {
    name: 'close, second month',
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [],
    command: closes('2025-11'),
    out: 'out',
  },
  {
    name: 'close, closed already',
    before: [ranOctober],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
  {
    name: 'export, new folder',
    before: [ranOctober],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'new/copies'], says: done('2025-10') },
    out: 'new/copies',
  },
  {
    name: 'export, over its own folder',
    before: [ranOctober],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'out'], says: done('2025-10') },
    out: 'out',
  },
  {
    name: 'run, new ledger',
    before: [],
    between: [created, importsOctober],
    command: { words: ranOctober, says: done('2025-10') },
    out: 'out',
    isImport: true,
  },
  {
    name: 'close, two months caught up',
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [closes('2025-11')],
    command: { words: ['close', '2025-12', '--catch-up', '--out', 'out'], says: done('2025-12') },
    out: 'out',
  },
  {
    name: 'import, amending',
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [],
    command: { words: ['import', '--amend', 'amend.csv'], says: /^import 3:\n {2}.*\n/m },
    isImport: true,
  },
  {
    name: 'init',
    before: [],
    between: [],
    command: { words: ['init'], says: /^monthend.db: written$/m },
    // It leaves a ledger that is there as it is; the next command that writes it takes the other name away.
    mayStay: /^\.monthend\.db\.\d+\.new$/,
  },
];

/** A folder in which a scenario is played again and again. */
export interface Stage {
  /** Where the command runs; removed and made anew for each play. */
  readonly folder: string;
  /** With whole paths: strace tells files by them. */
  readonly words: readonly string[];
  /** Puts back what was there before the command. */
  reset(): void;
  /** Why the present state is none that the command may leave behind; undefined if it is. @param said what it printed */
  faultOf(said: string): string | undefined;
  /** Why the same command again does not end as an undisturbed one does. @param by the process that runs it */
  faultOfRerun(by?: WarmProgram): Promise<string | undefined>;
  /** Whether the present state is that of an undisturbed command. */
  isComplete(): boolean;
}

/** In memory where the machine has such a disk: what is synced then costs nothing. */
export const temporary = () =>
  mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'monthend-faults-'));

/** Plays the scenarios in one folder, with one warm process for what needs no fault. */
export async function withStages(
  scenarios: readonly Scenario[],
  play: (stage: Stage, scenario: Scenario) => Promise<void>,
): Promise<void> {
  const root = temporary();
  const warm = warmProgram(root);
  try {
    for (const scenario of scenarios) await play(await stageOf(scenario, root, warm), scenario);
  } finally {
    warm.end();
    rmSync(root, { recursive: true, force: true });
  }
}

async function stageOf(scenario: Scenario, root: string, warm: WarmProgram): Promise<Stage> {
  const folder = path.join(root, 'play');
  const start = path.join(root, 'start');
  const exact = scenario.isImport !== true;
  const out = scenario.out === undefined ? '' : path.join(folder, scenario.out);
  const ledger = () => ledgerLeftIn(folder, path.join(root, 'look'), exact);
  /** Apart from what a stopped run has left beside the months. */
  const months = () =>
    JSON.stringify(Object.entries(filesBelow(out, exact)).filter(([name]) => !name.startsWith('.')));
  const run = async ({ words }: Pick<Step, 'words'>) => {
    const { code } = await warm.run(folder, words);
    if (code !== 0) throw new Error(`${scenario.name}: ${words.join(' ')} ended with ${code}`);
  };

  prepare(scenario, start);
  replace(folder, start);
  for (const words of scenario.before) await run({ words });
  replace(start, folder);

  const ledgers = [ledger()];
  for (const step of scenario.between) {
    await run(step);
    ledgers.push(ledger());
    rmSync(path.join(folder, 'monthend.json'), { force: true }); // of `init`, which stands for what an import creates
  }
  replace(folder, start);
  await run(scenario.command);
  ledgers.push(ledger());
  const undisturbed = { ledger: ledger(), months: months(), names: allNames(folder) };

  const steps = [...scenario.between, scenario.command];
  return {
    folder,
    words: wholePaths(scenario.command.words, folder),
    reset: () => replace(folder, start),
    faultOf(said) {
      const found = ledgers.lastIndexOf(ledger());
      if (found < 0) return 'the ledger is neither as before nor as after';
      const acknowledged = steps.findLastIndex(({ says }) => says.test(said)) + 1;
      if (found < acknowledged)
        return `the ledger has lost what was acknowledged: ${steps[acknowledged - 1]?.words}`;
      const half = halfWrittenMonth(out);
      if (half !== undefined) return half;
      const isLost = acknowledged === steps.length && months() !== undisturbed.months;
      return isLost ? 'the files that were acknowledged are not there' : undefined;
    },
    async faultOfRerun(by = warm) {
      const { code } = await by.run(folder, scenario.command.words);
      if (code !== 0) return `the same command again ended with ${code}`;
      if (ledger() !== undisturbed.ledger) return 'the same command again ends in another ledger';
      if (months() !== undisturbed.months) return 'the same command again ends in other files';
      const left = allNames(folder).filter(
        (name) => !undisturbed.names.includes(name) && name !== NOTE && !scenario.mayStay?.test(name),
      );
      return left.length === 0 ? undefined : `the same command again leaves ${left}`;
    },
    isComplete: () => ledger() === undisturbed.ledger && months() === undisturbed.months,
  };
}

/** Of who has the ledger: it says so only to one that finds the ledger locked, and may stay. */
const NOTE = 'monthend.db-holder';

function prepare(scenario: Scenario, start: string): void {
  rmSync(start, { recursive: true, force: true });
  mkdirSync(start);
  cpSync(path.join(REPOSITORY, 'fixtures/sample'), start, { recursive: true });
  cpSync(path.join(REPOSITORY, 'test/faults/amend.csv'), path.join(start, 'amend.csv'));
  scenario.prepare?.(start);
}

function replace(folder: string, by: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(by, folder, { recursive: true });
}

/** Read from a copy, with its journal: what is left must be there for the same command again, not taken back by our look at it. */
function ledgerLeftIn(folder: string, look: string, exact: boolean): string {
  rmSync(look, { recursive: true, force: true });
  mkdirSync(look);
  for (const name of ['monthend.db', 'monthend.db-journal'])
    if (existsSync(path.join(folder, name))) cpSync(path.join(folder, name), path.join(look, name));
  return ledgerContent(path.join(look, 'monthend.db'), exact);
}

const wholePaths = (words: readonly string[], folder: string): string[] => [
  '--ledger',
  path.join(folder, 'monthend.db'),
  ...words.map((word, index) => (words[index - 1] === '--out' ? path.join(folder, word) : word)),
];

function halfWrittenMonth(out: string): string | undefined {
  for (const month of existsSync(out) ? readdirSync(out) : []) {
    const half = month.startsWith('.') ? undefined : halfWritten(path.join(out, month));
    if (half !== undefined) return `${month}: ${half}`;
  }
  return undefined;
}

const allNames = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** Every one of them in the full run; else some, spread evenly. */
export function some<T>(all: readonly T[], few: number): T[] {
  if (IS_FULL || all.length <= few) return [...all];
  return Array.from({ length: few }, (_, index) => all[Math.floor((index * all.length) / few)] as T);
}

/** Every scenario in the full run; else those of these numbers, for what needs a process for each fault. */
export const scenarios = (few: readonly number[]): readonly Scenario[] =>
  IS_FULL ? SCENARIOS : SCENARIOS.filter((_, index) => few.includes(index));

/** The line of a kind of fault in the table of src/README.md. */
export function report(kind: string, figures: Readonly<Record<string, number | string>>): void {
  const text = Object.entries(figures).map(([name, figure]) => `${figure} ${name}`);
  console.log(`faults: ${kind}: ${text.join(', ')}`);
}
