/** `npm run bench`: measures the command line that stands in `dist`. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianOf, medianRatio, type Result, type Run, type Sample, table } from './results.js';
import { chosenWorkloads, folderName, KINDS, type Workload } from './workloads.js';

const WORK = fileURLToPath(new URL('../../.bench/work', import.meta.url));

const HELP = `npm run bench -- [WORKLOAD [SIZE…]]… [options]

${Object.entries(KINDS)
  .map(([word, { about, defaultSize }]) => `  ${word.padEnd(9)}${about}${sizeHint(defaultSize)}\n`)
  .join('')}
A SIZE is 2500, 10k or 1m. Without a word every workload is run in its own size, in about a minute.

  --rounds N      of every workload in turn; medians are shown (3)
  --save FILE     store the run, as JSON
  --compare FILE  show how each step's time, CPU and memory stand to those of a stored run: below 1 is less;
                  ≠ where it printed something else then, so that the work is not the same
  --work DIR      work on this disk (.bench/work); a run removes its folder when it ends by itself
  --prepared DIR  keep the ledgers of history here, and use those that are here

Creating files is several times dearer for minutes after many were removed: wait between large runs.
`;

function sizeHint(size: number | undefined): string {
  return size === undefined ? '' : ` (SIZE: ${size})`;
}

const OPTIONS = {
  rounds: { type: 'string', default: '3' },
  save: { type: 'string' },
  compare: { type: 'string' },
  work: { type: 'string', default: WORK },
  prepared: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

try {
  bench();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function bench(): void {
  const { values: options, positionals: words } = parseArgs({ allowPositionals: true, options: OPTIONS });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const workloads = chosenWorkloads(words, options.prepared && path.resolve(options.prepared));
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${options.rounds}: how many?`);
  const earlier: Run | undefined = options.compare && JSON.parse(readFileSync(options.compare, 'utf8'));
  const work = path.resolve(options.work, String(process.pid));
  try {
    const run: Run = {
      node: process.version,
      machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`,
      rounds,
      results: measureAll(workloads, rounds, work),
    };
    process.stdout.write(report(run, workloads, earlier));
    if (options.save !== undefined) writeFileSync(options.save, `${JSON.stringify(run, null, 1)}\n`);
  } finally {
    // Not before: a removed tree makes files dearer that are created next.
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every workload once, then every one again, so that what else the machine does falls on all of them. */
function measureAll(workloads: readonly Workload[], rounds: number, work: string): Result[] {
  const preparedAt = ({ name }: Workload) => path.join(work, `prepared-${folderName(name)}`);
  for (const workload of workloads) {
    say(`preparing ${workload.name}`);
    mkdirSync(preparedAt(workload), { recursive: true });
    workload.prepare(preparedAt(workload));
  }
  const results = new Map<string, Result & { samples: Sample[] }>();
  for (let round = 1; round <= rounds; round++) {
    for (const workload of workloads) {
      say(`round ${round} of ${rounds}: ${workload.name}`);
      const folder = path.join(work, `round-${round}-${folderName(workload.name)}`);
      mkdirSync(folder, { recursive: true });
      for (const { sample, ...step } of workload.run(preparedAt(workload), folder)) {
        const key = `${workload.name} ${step.step}`;
        const result = results.get(key) ?? { workload: workload.name, ...step, samples: [] };
        if (result.printed !== step.printed)
          throw new Error(`${key}: printed something else than in round 1`);
        result.samples.push(sample);
        results.set(key, result);
      }
    }
  }
  return [...results.values()];
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function report(run: Run, workloads: readonly Workload[], earlier: Run | undefined): string {
  const lines = [`${conditions(run)}\n`];
  if (earlier !== undefined) lines.push(`compared with ${conditions(earlier)}\n`);
  lines.push('\n', table(run.results.filter(isShown), earlier));
  for (const { name, ratio: [step, base] = [] } of workloads) {
    const find = (wanted: string | undefined) =>
      run.results.find((result) => result.workload === name && result.step === wanted);
    const [of, to] = [find(step), find(base)];
    if (of === undefined || to === undefined) continue;
    lines.push(`\n${name}: a ${step} takes ${medianRatio(of, to).toFixed(2)} times a ${base}\n`);
  }
  return lines.join('');
}

function conditions({ node, machine, rounds }: Run): string {
  return `Node ${node}, ${machine}, medians of ${rounds}`;
}

/** A stage in which nothing was found is none of that command. */
function isShown(result: Result): boolean {
  return (medianOf(result, 'seconds') ?? 0) >= 0.005;
}
