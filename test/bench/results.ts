/** What a run of the bench has measured: medians, ratios with an earlier run, and both as a table. */

/** One round of a step. */
export interface Sample {
  readonly seconds: number;
  /** The processor time of all threads; a stage has none. */
  readonly cpuSeconds?: number;
  /** The most memory that was resident at once; not of a stage. */
  readonly megabytes?: number;
  /** The part of `seconds` in SQLite's native code. Only a stage has it. */
  readonly sqliteSeconds?: number;
}

export interface Result {
  /** `batch 10k` */
  readonly workload: string;
  /** `import` */
  readonly step: string;
  /** How many the step deals with, for orders per second. */
  readonly orders?: number;
  /** What the step printed, as a hash. */
  readonly printed?: string;
  /** One of each round. */
  readonly samples: readonly Sample[];
}

/** What `--save` stores. */
export interface Run {
  readonly node: string;
  readonly machine: string;
  readonly rounds: number;
  readonly results: readonly Result[];
}

/** @returns the mean of the middle two if their number is even; NaN of none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The median of one measure over the rounds; undefined if the step does not have it. */
export function medianOf({ samples }: Result, measure: keyof Sample): number | undefined {
  const values = samples.map((sample) => sample[measure]).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** The median of what a step took, round by round, in terms of another. */
export function medianRatio(step: Result, base: Result): number {
  return median(
    step.samples.map(({ seconds }, round) => seconds / (base.samples[round]?.seconds ?? Number.NaN)),
  );
}

export interface Comparison {
  /** Below 1: faster than then. */
  readonly time: number;
  /** Undefined if the step does not have it; so is memory. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  /** Whether both printed the same, and so did the same work. */
  readonly isSameWork: boolean;
}

/** @returns undefined if the earlier run did not have the step */
export function compare(result: Result, earlier: Run): Comparison | undefined {
  const before = earlier.results.find(
    ({ workload, step }) => workload === result.workload && step === result.step,
  );
  if (before === undefined) return undefined;
  const ratio = (measure: keyof Sample) => {
    const [now, then] = [medianOf(result, measure), medianOf(before, measure)];
    return now === undefined || then === undefined ? undefined : now / then;
  };
  const time = ratio('seconds') ?? Number.NaN;
  return {
    time,
    cpu: ratio('cpuSeconds'),
    memory: ratio('megabytes'),
    isSameWork: result.printed === before.printed,
  };
}

const COLUMNS = ['workload', 'step', 'seconds', 'of CPU', 'in SQLite', 'MB', 'orders/s'] as const;
const COMPARED = ['× time', '× CPU', '× memory'] as const;
/** The columns of words stand on the left. */
const WORDS = 2;

/** @param earlier adds how each step stands to what it was in that run */
export function table(results: readonly Result[], earlier?: Run): string {
  const header = earlier === undefined ? COLUMNS : [...COLUMNS, ...COMPARED];
  const rows = results.map((result) => [
    ...cellsOf(result),
    ...(earlier === undefined ? [] : ratiosOf(compare(result, earlier))),
  ]);
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column < WORDS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

function cellsOf(result: Result): string[] {
  const seconds = medianOf(result, 'seconds') ?? Number.NaN;
  const shown = (measure: keyof Sample, digits: number) => medianOf(result, measure)?.toFixed(digits) ?? '';
  return [
    result.workload,
    result.step,
    seconds.toFixed(2),
    shown('cpuSeconds', 2),
    shown('sqliteSeconds', 2),
    shown('megabytes', 0),
    result.orders === undefined ? '' : (result.orders / seconds).toFixed(0),
  ];
}

/** `≠` marks what cannot be compared: the step printed something else then. */
function ratiosOf(comparison: Comparison | undefined): string[] {
  if (comparison === undefined) return ['', '', ''];
  const { time, cpu, memory, isSameWork } = comparison;
  return [`${isSameWork ? '' : '≠ '}${time.toFixed(2)}`, cpu?.toFixed(2) ?? '', memory?.toFixed(2) ?? ''];
}
