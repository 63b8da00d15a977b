/** The commands into which faults are injected, on tiny ledgers, and what may be found after each. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLedger } from '../../src/ledger/ledger.js';
import { REPOSITORY } from '../support/monthend.js';
import { filesBelow, halfWritten, ledgerContent } from './content.js';
import { type WarmProgram, warmProgram } from './warm.js';

/** `npm run test:faults`; without it a small part, for every run of the tests. */
export const IS_FULL = process.env.MONTHEND_FAULTS === 'full';

/** A command, and what it says on its outputs once it is done. */
export interface Step {
  readonly words: readonly string[];
  readonly says: RegExp;
  /** Its exit code then, if it is not 0. */
  readonly code?: number;
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
  /** The file that the command sets bad records aside in. */
  readonly aside?: string;
  /** Whether a repeated command may stand as another import. */
  readonly isImport?: boolean;
  /** What a failed command may leave that the same one does not take away. */
  readonly mayStay?: RegExp;
}

const OCTOBER = ['2025-10/practices.csv', '2025-10/orders.csv', '2025-10/history.csv'];
const NOVEMBER = ['2025-11/orders.csv', '2025-11/history.csv'];
const ranOctober = ['run', '2025-10', ...OCTOBER, '--out', 'out'];
const done = (month: string) => new RegExp(`^${month} .*\\n(  .*\\n)+  files: `, 'm');
const importsOctober: Step = { words: ['import', ...OCTOBER], says: /^import 1:\n( {2}.*\n){3}/m };
const closes = (month: string): Step => ({ words: ['close', month, '--out', 'out'], says: done(month) });

const voids: Step = {
  words: ['void', '2025-10', '--reason', 'a test', '--out', 'out'],
  says: /^2025-10 is void.*\n( {2}.*\n)+ {2}files: /m,
};

/** By name, as they stand in the table of a run. */
const NAMED: Readonly<Record<string, Omit<Scenario, 'name'>>> = {
  'import, empty ledger': {
    before: [],
    between: [],
    command: importsOctober,
    isImport: true,
  },
  'import, existing ledger': {
    before: [ranOctober],
    between: [],
    command: { words: ['import', ...NOVEMBER], says: /^import 2:\n( {2}.*\n){2}/m },
    isImport: true,
  },
  'import, amending': {
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [],
    command: { words: ['import', '--amend', 'amend.csv'], says: /^import 3:\n {2}.*\n/m },
    isImport: true,
  },
  'import, bad records set aside': {
    before: [ranOctober],
    between: [],
    command: {
      words: ['import', 'mixed.csv', '--quarantine', 'bad.csv'],
      says: /^import 2:\n {2}.* 3 quarantined\n/m,
      code: 3,
    },
    aside: 'bad.csv',
    isImport: true,
  },
  'close, first month': {
    before: [importsOctober.words],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
  'close, second month': {
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [],
    command: closes('2025-11'),
    out: 'out',
  },
  'close, closed already': {
    before: [ranOctober],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
  'close, two months caught up': {
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [closes('2025-11')],
    command: {
      words: ['close', '2025-12', '--catch-up', '--accept', 'empty-month,no-history', '--out', 'out'],
      says: done('2025-12'),
    },
    out: 'out',
  },
  'close, with its report': {
    before: [ranOctober, ['import', ...NOVEMBER]],
    between: [],
    command: { words: ['close', '2025-11', '--report', '--out', 'out'], says: done('2025-11') },
    out: 'out',
  },
  'close, after a void': {
    before: [ranOctober, voids.words],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
  void: {
    before: [ranOctober],
    between: [],
    command: voids,
    out: 'out',
  },
  preflight: {
    before: [importsOctober.words],
    between: [],
    command: { words: ['preflight', '2025-10', '--out', 'out'], says: /^2025-10: nothing stops its close/m },
    out: 'out',
  },
  'run, empty ledger': {
    before: [],
    between: [importsOctober],
    command: { words: ranOctober, says: done('2025-10') },
    out: 'out',
    isImport: true,
  },
  'export, new folder': {
    before: [ranOctober],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'new/copies'], says: done('2025-10') },
    out: 'new/copies',
  },
  'export, over its own folder': {
    before: [ranOctober],
    between: [],
    command: { words: ['export', '2025-10', '--out', 'out'], says: done('2025-10') },
    out: 'out',
  },
  'invoices, as HTML and PDF': {
    before: [ranOctober],
    between: [],
    command: {
      words: ['invoices', '2025-10', '--pdf', '--out', 'printable'],
      says: /^2025-10: 3 documents to be printed/m,
    },
    out: 'printable',
  },
  report: {
    before: [ranOctober],
    between: [],
    command: { words: ['report', '2025-10', '--out', 'reports'], says: /^report: /m },
    out: 'reports',
  },
  'preview, over another one': {
    before: [ranOctober, ['preview', '2025-11', '--out', 'drafts'], ['import', ...NOVEMBER]],
    between: [],
    command: { words: ['preview', '2025-11', '--out', 'drafts'], says: done('2025-11') },
    out: 'drafts',
  },
  init: {
    before: [],
    between: [],
    command: { words: ['init'], says: /^monthend.db: written$/m },
    // It leaves a ledger that is there as it is; the next command that writes it takes the other name away.
    mayStay: /^\.monthend\.db\.\d+\.new$/,
  },
};

const manyOrders = (folder: string) => writeOrders(folder, { orders: 400, practices: 12 });

/** Larger ones: of their many writes that a disk owes, a power cut may leave any. */
const LARGER: typeof NAMED = {
  'import, 400 orders': {
    prepare: manyOrders,
    before: [ranOctober],
    between: [],
    command: { words: ['import', 'many.csv'], says: /^import 2:\n {2}.*\n/m },
    isImport: true,
  },
  'close, 400 orders': {
    prepare: manyOrders,
    before: [['import', 'many.csv']],
    between: [],
    command: closes('2025-10'),
    out: 'out',
  },
};

const named = (scenarios: typeof NAMED): readonly Scenario[] =>
  Object.entries(scenarios).map(([name, scenario]) => ({ name, ...scenario }));

export const SCENARIOS = named(NAMED);
export const LARGER_SCENARIOS = named(LARGER);

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario "${name}"`);
  return found;
}

/** Every scenario in the full run; else these few. */
export const scenarios = (...few: readonly string[]): readonly Scenario[] =>
  IS_FULL ? SCENARIOS : few.map(scenarioOf);

/** Orders without histories, all of October. */
export function writeOrders(
  folder: string,
  { orders, practices }: { readonly orders: number; readonly practices: number },
): void {
  const rows = Array.from(
    { length: orders },
    (_, index) =>
      `O-${index},P-${index % practices},crown,${100 + (index % 7)}.50,2025-10-${10 + (index % 20)}T12:00:00Z`,
  );
  const header = 'order_id,practice_id,product,unit_price,placed_at';
  writeFileSync(path.join(folder, 'many.csv'), `${[header, ...rows].join('\n')}\n`);
}

/** A folder in which a scenario is played again and again. */
export interface Stage {
  /** Where the command runs; removed and made anew for each play. */
  readonly folder: string;
  /** With whole paths: strace tells files by them. */
  readonly words: readonly string[];
  /** The exit code of a command that is done. */
  readonly code: number;
  /** The process that runs what needs no fault. */
  readonly warm: WarmProgram;
  /** Puts back what was there before the command. */
  reset(): void;
  /**
   * Why the present state is none that the command may leave behind, with what it amounts to in front; undefined if it is.
   * @param said what it printed
   */
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
  const ledger = ledgerReader(folder, path.join(root, 'look'), exact);
  /** Apart from what a stopped run has left beside the months. */
  const months = () =>
    JSON.stringify(Object.entries(filesBelow(out, exact)).filter(([name]) => !name.startsWith('.')));
  const aside = () => (scenario.aside === undefined ? '' : textOf(path.join(folder, scenario.aside)));
  const run = async ({ words, code: expected = 0 }: Pick<Step, 'words' | 'code'>) => {
    const { code, stderr } = await warm.run(folder, words);
    if (code !== expected)
      throw new Error(`${scenario.name}: ${words.join(' ')} ended with ${code}: ${stderr}`);
  };

  prepare(scenario, start);
  replace(folder, start);
  for (const words of scenario.before) await run({ words });
  replace(start, folder);

  const ledgers = [ledger()];
  for (const step of scenario.between) {
    await run(step);
    ledgers.push(ledger());
  }
  replace(folder, start);
  await run(scenario.command);
  ledgers.push(ledger());
  const undisturbed = { ledger: ledger(), months: months(), aside: aside(), names: allNames(folder) };

  const steps = [...scenario.between, scenario.command];
  const { code: expected = 0 } = scenario.command;

  function faultOf(said: string): string | undefined {
    const found = ledgers.lastIndexOf(ledger());
    if (found < 0) return 'half done: the ledger is neither as before nor as after';
    const acknowledged = steps.findLastIndex(({ says }) => says.test(said)) + 1;
    if (found < acknowledged)
      return `lost: the ledger has not what was acknowledged: ${steps[acknowledged - 1]?.words}`;
    const half = halfWrittenMonth(out);
    if (half !== undefined) return `half done: ${half}`;
    if (acknowledged === steps.length && months() !== undisturbed.months)
      return 'lost: the files that were acknowledged are not there';
    if (aside() === undisturbed.aside) return undefined;
    if (aside() !== undefined) return 'half done: what was set aside is not whole';
    return found === steps.length ? 'lost: what the ledger did not take is not set aside either' : undefined;
  }

  return {
    folder,
    words: wholePaths(scenario.command.words, folder),
    code: expected,
    warm,
    reset: () => replace(folder, start),
    faultOf: (said) => attempt(() => faultOf(said)),
    async faultOfRerun(by = warm) {
      const { code, stderr } = await by.run(folder, scenario.command.words);
      if (code !== expected) return `the same command again ended with ${code}: ${stderr}`;
      return attempt(() => {
        if (ledger() !== undisturbed.ledger) return 'the same command again ends in another ledger';
        if (months() !== undisturbed.months) return 'the same command again ends in other files';
        if (aside() !== undisturbed.aside) return 'the same command again sets other records aside';
        const left = allNames(folder).filter(
          (name) => !undisturbed.names.includes(name) && name !== NOTE && !scenario.mayStay?.test(name),
        );
        return left.length === 0 ? undefined : `the same command again leaves ${left}`;
      });
    },
    isComplete: () =>
      ledger() === undisturbed.ledger && months() === undisturbed.months && aside() === undisturbed.aside,
  };
}

/** What cannot even be looked at is at fault. */
function attempt(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return (error as Error).message;
  }
}

/** The note that tells other processes who has the ledger. It may stay, since they read it only if the ledger is locked. */
const NOTE = 'monthend.db-holder';

function prepare(scenario: Scenario, start: string): void {
  rmSync(start, { recursive: true, force: true });
  mkdirSync(start);
  cpSync(path.join(REPOSITORY, 'fixtures/sample'), start, { recursive: true });
  for (const name of ['amend.csv', 'mixed.csv'])
    cpSync(path.join(REPOSITORY, 'test/faults', name), path.join(start, name));
  if (scenario.command.words[0] !== 'init') createLedger(path.join(start, 'monthend.db'));
  scenario.prepare?.(start);
}

function replace(folder: string, by: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(by, folder, { recursive: true });
}

/**
 * Reads a copy of the ledger, with its journal: what is left must be there for the same command again, not taken back by our
 * look at it. Returns what tells its content from others; files with the same bytes, which most faults leave, are read once.
 */
function ledgerReader(folder: string, look: string, exact: boolean): () => string {
  const known = new Map<string, string>();
  const names = ['monthend.db', 'monthend.db-journal'];
  return () => {
    const files = names.map((name) => bytesOf(path.join(folder, name)));
    const key = files.map((bytes) => (bytes === undefined ? '-' : sha1(bytes))).join(' ');
    const content = known.get(key);
    if (content !== undefined) return content;
    rmSync(look, { recursive: true, force: true });
    mkdirSync(look);
    for (const [index, bytes] of files.entries())
      if (bytes !== undefined) writeFileSync(path.join(look, names[index] ?? ''), bytes);
    const read = sha1(ledgerContent(path.join(look, 'monthend.db'), exact));
    known.set(key, read);
    return read;
  };
}

const sha1 = (of: string | Buffer) => createHash('sha1').update(of).digest('base64');
const bytesOf = (file: string) => (existsSync(file) ? readFileSync(file) : undefined);
const textOf = (file: string) => bytesOf(file)?.toString('latin1');

const wholePaths = (words: readonly string[], folder: string): string[] => [
  '--ledger',
  path.join(folder, 'monthend.db'),
  ...words.map((word, index) =>
    /^--(out|quarantine)$/.test(words[index - 1] ?? '') ? path.join(folder, word) : word,
  ),
];

function halfWrittenMonth(out: string): string | undefined {
  for (const month of existsSync(out) ? readdirSync(out) : []) {
    const half = month.startsWith('.') ? undefined : halfWritten(path.join(out, month));
    if (half !== undefined) return `${month}: ${half}`;
  }
  return undefined;
}

const allNames = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** Every one of them in the full run; else some. */
export const some = <T>(all: readonly T[], few: number): readonly T[] =>
  IS_FULL || all.length <= few ? all : spread(all, few);

/** So many of them, spread evenly. */
export const spread = <T>(all: readonly T[], many: number): readonly T[] =>
  Array.from({ length: many }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / many)] as T);
