/** The workloads by their words: what each prepares once, and what it measures in every round. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { labFile, monthName, writeLab } from './generate.js';
import { copyDurably, type Measured, measure, measureStages } from './measure.js';
import type { Result, Sample } from './results.js';
import { STAGES } from './stages.js';

/** A step of one round. */
export type Step = Omit<Result, 'workload' | 'samples'> & { readonly sample: Sample };

export interface Workload {
  /** `batch 10k` */
  readonly name: string;
  /** Makes what all rounds start from, in a folder that is kept for them. */
  prepare(folder: string): void;
  /** @param round an empty folder */
  run(prepared: string, round: string): Step[];
  /** Two steps, the first of which is to be told in terms of the second. */
  readonly ratio?: readonly [step: string, base: string];
}

interface Kind {
  readonly about: string;
  /** The number of orders; undefined if it has no size. */
  readonly defaultSize: number | undefined;
  readonly of: (size: number, name: string, kept: string | undefined) => Workload;
}

export const KINDS: Readonly<Record<string, Kind>> = {
  start: {
    about: 'a month of ten orders closed, and --help: from the start of the process to its end',
    defaultSize: undefined,
    of: (_, name) => ({ name, prepare: prepareTenOrders, run: start }),
  },
  batch: {
    about: 'SIZE orders of three months: both files imported, three months closed; then export and verify',
    defaultSize: 10_000,
    of: (size, name) => ({
      name,
      prepare: (folder) => writeThreeMonths(size, folder),
      run: (prepared, round) => batch(size, prepared, round),
    }),
  },
  history: {
    about: 'a month of SIZE orders closed on a ledger of 1, 12 and 36 months of as many',
    defaultSize: 500,
    of: (size, name, kept) => ({
      name,
      prepare: (folder) => prepareHistory(size, folder, kept ?? folder),
      run: (prepared, round) => history(size, kept ?? prepared, round),
      ratio: [historyStep(36), historyStep(1)],
    }),
  },
  random: {
    about:
      'a month of SIZE orders with random ids, imported and closed on a ledger of 1 and 36 months of as many',
    defaultSize: 200,
    of: (size, name, kept) => ({
      name,
      prepare: (folder) => prepareRandom(size, folder, kept ?? folder),
      run: (prepared, round) => random(size, kept ?? prepared, round),
      ratio: [randomStep(36), randomStep(1)],
    }),
  },
  stages: {
    about: 'SIZE orders of three months, the import and the last close, stage by stage from a CPU profile',
    defaultSize: 10_000,
    of: (size, name) => ({
      name,
      prepare: (folder) => prepareThirdMonth(size, folder),
      run: (prepared, round) => stages(size, prepared, round),
    }),
  },
};

/**
 * `batch 10k 100k start` is two workloads of one kind and one of another. All kinds in their default sizes if no word is given.
 * @param kept where ledgers that are dear to prepare stand from one run to the next
 * @throws Error that says which word is none
 */
export function chosenWorkloads(words: readonly string[], kept?: string): Workload[] {
  const chosen: { word: string; sizes: number[] }[] = [];
  for (const word of words.length === 0 ? Object.keys(KINDS) : words) {
    const size = parseSize(word);
    if (KINDS[word] !== undefined) chosen.push({ word, sizes: [] });
    else if (size !== undefined && chosen.length > 0) chosen.at(-1)?.sizes.push(size);
    else throw new Error(`${word}: neither a workload nor the size of one; see --help`);
  }
  return chosen.flatMap(({ word, sizes }) => {
    const { defaultSize, of } = KINDS[word] as Kind;
    if (defaultSize === undefined && sizes.length > 0)
      throw new Error(`${word} comes in one size, not in ${sizes.join(', ')}`);
    if (defaultSize === undefined) return [of(0, word, undefined)];
    return (sizes.length > 0 ? sizes : [defaultSize]).map((size) => {
      const name = `${word} ${sizeText(size)}`;
      return of(size, name, kept && path.join(kept, folderName(name)));
    });
  });
}

/** The folder of a workload. */
export const folderName = (name: string) => name.replace(' ', '-');

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

/** `2500`, `10k`, `1m` */
function parseSize(word: string): number | undefined {
  const [, digits, unit = ''] = /^([1-9]\d*)([km]?)$/i.exec(word) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}

function sizeText(size: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, each]) => size % each === 0) ?? ['', 1];
  return `${size / factor}${unit}`;
}

/** So that an invoice of a month of three has about 33 lines. */
const ORDERS_PER_PRACTICE = 100;

/** The inputs of a prepared folder. */
const inputs = (folder: string, part?: number) =>
  (['orders', 'history'] as const).map((kind) => path.join(folder, labFile(kind, part)));

const LEDGER = 'monthend.db';

/** Without the config that `init` writes beside it: to read one takes longer than to go without. */
function makeLedger(folder: string, name = LEDGER): void {
  measure(['init', '--ledger', name], folder);
  rmSync(path.join(folder, 'monthend.json'));
}

function prepareTenOrders(folder: string): void {
  writeLab(folder, { orders: 10, months: 1, practices: 3 });
  makeLedger(folder);
  measure(['import', ...inputs(folder)], folder);
}

function start(prepared: string, round: string): Step[] {
  copyDurably(path.join(prepared, LEDGER), path.join(round, LEDGER));
  return [
    stepOf('close, 10 orders', measure(['close', monthName(0)], round)),
    stepOf('--help', measure(['--help'], round)),
  ];
}

function writeThreeMonths(size: number, folder: string): void {
  writeLab(folder, { orders: size, months: 3, practices: Math.ceil(size / ORDERS_PER_PRACTICE) });
}

const MONTHS = [0, 1, 2].map(monthName);
const LAST_MONTH = monthName(2);

function batch(size: number, prepared: string, round: string): Step[] {
  makeLedger(round);
  const imported = measure(['import', ...inputs(prepared)], round);
  const closed = MONTHS.map((month) => measure(['close', month], round));
  const exported = measure(['export', LAST_MONTH, '--out', 'copies'], round);
  const verified = measure(['verify'], round);
  const monthSize = size / MONTHS.length;
  return [
    stepOf('whole', together([imported, ...closed]), size),
    stepOf('import', imported, size),
    stepOf('close, month 3', closed.at(-1) as Measured, monthSize),
    stepOf('export, month 3', exported, monthSize),
    stepOf('verify', verified, size),
  ];
}

function prepareThirdMonth(size: number, folder: string): void {
  writeThreeMonths(size, folder);
  makeLedger(folder);
  measure(['import', ...inputs(folder)], folder);
  for (const month of MONTHS.slice(0, -1)) measure(['close', month], folder);
}

function stages(size: number, prepared: string, round: string): Step[] {
  makeLedger(round, 'imported.db');
  const imported = measureStages(['import', ...inputs(prepared), '--ledger', 'imported.db'], round);
  copyDurably(path.join(prepared, LEDGER), path.join(round, LEDGER));
  const closed = measureStages(['close', LAST_MONTH], round);
  return [...stageSteps('import', imported, size), ...stageSteps('close', closed, size / MONTHS.length)];
}

/** All stages of every round, also those that took no time in one: rounds are compared one by one. */
function stageSteps(command: string, measured: ReturnType<typeof measureStages>, orders: number): Step[] {
  const whole = stepOf(`${command}, profiled`, measured, orders);
  return [
    whole,
    ...STAGES.map((stage) => ({ step: `${command}: ${stage}`, sample: measured.stages[stage] })),
  ];
}

/** The numbers of months beside the one that is closed. */
const HISTORIES = [1, 12, 36] as const;
const historyStep = (months: number) => `close after ${months} ${months === 1 ? 'month' : 'months'}`;
const ledgerAfter = (months: number) => `after-${months}.db`;

/**
 * One ledger grows and is copied on its way, each time with one month more imported than closed. What happens in a month is
 * imported with it.
 * @param ledgers the folder of the copies; those that are there already are taken for what they should be
 */
function prepareHistory(size: number, folder: string, ledgers: string): void {
  const copyAfter = (months: number) => path.join(ledgers, ledgerAfter(months));
  if (HISTORIES.every((months) => existsSync(copyAfter(months)))) return;
  mkdirSync(ledgers, { recursive: true });
  const months = Math.max(...HISTORIES) + 1;
  const practices = Math.ceil(size / ORDERS_PER_PRACTICE);
  const partOf = (month: number) => HISTORIES.findIndex((closed) => month <= closed);
  writeLab(folder, { orders: size * months, months, practices }, partOf);
  makeLedger(folder);
  for (const [part, closed] of HISTORIES.entries()) {
    measure(['import', ...inputs(folder, part)], folder);
    measure(['close', monthName(closed - 1), ...(closed === 1 ? [] : ['--catch-up'])], folder);
    const partial = `${copyAfter(closed)}.partial`;
    copyDurably(path.join(folder, LEDGER), partial);
    renameSync(partial, copyAfter(closed));
  }
}

function history(size: number, prepared: string, round: string): Step[] {
  return HISTORIES.map((months) => {
    const place = path.join(round, String(months));
    mkdirSync(place);
    const ledger = path.join(place, LEDGER);
    copyDurably(path.join(prepared, ledgerAfter(months)), ledger);
    const step = stepOf(historyStep(months), measure(['close', monthName(months)], place), size);
    // Large, and one file only: to remove it is cheap, as it would not be to remove a month's files before the next close.
    rmSync(ledger);
    return step;
  });
}

const RANDOM_HISTORIES = [1, 36] as const;
const randomStep = (months: number) =>
  `import and close after ${months} ${months === 1 ? 'month' : 'months'}`;

/** As `prepareHistory`, but each month is imported by itself, and the files of the next one are kept. */
function prepareRandom(size: number, folder: string, ledgers: string): void {
  const last = Math.max(...RANDOM_HISTORIES);
  if (existsSync(path.join(ledgers, ledgerAfter(last)))) return;
  mkdirSync(ledgers, { recursive: true });
  const practices = Math.ceil(size / ORDERS_PER_PRACTICE);
  const months = last + 1;
  writeLab(ledgers, { orders: size * months, months, practices, hasRandomIds: true }, (month) => month);
  makeLedger(folder);
  for (let month = 0; month < last; month++) {
    measure(['import', ...inputs(ledgers, month)], folder);
    measure(['close', monthName(month)], folder);
    if (!RANDOM_HISTORIES.some((months) => months === month + 1)) continue;
    const partial = path.join(ledgers, `${ledgerAfter(month + 1)}.partial`);
    copyDurably(path.join(folder, LEDGER), partial);
    renameSync(partial, path.join(ledgers, ledgerAfter(month + 1)));
  }
}

function random(size: number, prepared: string, round: string): Step[] {
  return RANDOM_HISTORIES.map((months) => {
    const place = path.join(round, String(months));
    mkdirSync(place);
    const ledger = path.join(place, LEDGER);
    copyDurably(path.join(prepared, ledgerAfter(months)), ledger);
    const imported = measure(['import', ...inputs(prepared, months)], place);
    const closed = measure(['close', monthName(months)], place);
    const step = stepOf(randomStep(months), together([imported, closed]), size);
    rmSync(ledger);
    return step;
  });
}

function stepOf(step: string, { sample, printed }: Measured, orders?: number): Step {
  return { step, printed, sample, ...(orders === undefined ? {} : { orders }) };
}

/** One command after the other, as one. */
function together(parts: readonly Measured[]): Measured {
  const sum = (measure: 'seconds' | 'cpuSeconds') =>
    parts.reduce((total, { sample }) => total + (sample[measure] ?? 0), 0);
  return {
    sample: {
      seconds: sum('seconds'),
      cpuSeconds: sum('cpuSeconds'),
      megabytes: Math.max(...parts.map(({ sample }) => sample.megabytes ?? 0)),
    },
    printed: parts.map(({ printed }) => printed).join(' '),
  };
}
