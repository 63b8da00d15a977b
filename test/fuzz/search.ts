/**
 * A search for inputs that a target does not bear. It keeps each input that ran source text which none before did, or that had
 * another outcome than all before, and changes those on.
 */
import { changed, picker } from './change.js';
import type { Coverage } from './coverage.js';
import type { Target } from './target.js';

export interface Finding {
  readonly target: string;
  readonly what: string;
  /** The smallest input that was found for it. */
  readonly input: Buffer;
}

export interface Search {
  /** Runs a number of inputs. */
  go(inputs: number): Promise<void>;
  readonly findings: readonly Finding[];
  readonly executions: number;
  readonly kept: number;
}

/** Inputs that are run between two looks at the coverage, which cost as much as all of them. */
const BATCH = 64;

/** More kinds of finding of one target are the same over and over. */
const MOST_FINDINGS = 15;

const MOST_KEPT = 4000;

/** What an input may take: far more than any takes, and far less than a search that goes back over a long input. */
const LIMIT_MS = 200;
const LIMIT_MS_PER_BYTE = 0.02;

export function createSearch(target: Target, random: () => number, coverage?: Coverage): Search {
  const pick = picker(random);
  const words = target.words.map((word) => Buffer.from(word, 'latin1'));
  const corpus: Buffer[] = target.seeds.map((seed) => Buffer.from(seed, 'latin1'));
  const outcomes = new Set<string>();
  const findings = new Map<string, Finding>();
  let executions = 0;
  let seedsRun = false;

  /** @returns whether it is worth being changed on */
  async function run(input: Buffer): Promise<boolean> {
    executions++;
    const { outcome, fault } = await outcomeOf(target, input);
    if (fault !== undefined) await note(fault, input);
    if (outcome === undefined || outcomes.has(outcome)) return false;
    outcomes.add(outcome);
    return true;
  }

  async function note(fault: string, input: Buffer): Promise<void> {
    const key = keyOf(fault);
    const known = findings.get(key);
    if ((known !== undefined && known.input.length <= input.length) || findings.size >= MOST_FINDINGS) return;
    findings.set(key, { target: target.name, what: fault, input });
    const small = await smallest(target, input, key);
    findings.set(key, { target: target.name, what: fault, input: small });
  }

  function keep(input: Buffer): void {
    // A short one is changed where it matters more often.
    if (corpus.length < MOST_KEPT) corpus.push(input);
    else corpus[pick.below(MOST_KEPT)] = input;
  }

  /** Runs inputs, and keeps those that ran new text: of many, each half is run again by itself. */
  async function keepNew(inputs: readonly Buffer[], coverage: Coverage): Promise<void> {
    const before = coverage.snapshot();
    for (const input of inputs) if (await run(input)) keep(input);
    if (coverage.take() === 0) return;
    const [only, second] = inputs;
    if (only === undefined || second === undefined) {
      if (only !== undefined) keep(only);
      return;
    }
    coverage.restore(before);
    const middle = inputs.length >> 1;
    await keepNew(inputs.slice(0, middle), coverage);
    await keepNew(inputs.slice(middle), coverage);
  }

  async function goBatch(size: number): Promise<void> {
    const inputs = Array.from({ length: size }, () => changed(pick.of(corpus), pick.of(corpus), words, pick));
    if (coverage !== undefined) await keepNew(inputs, coverage);
    else for (const input of inputs) if (await run(input)) keep(input);
  }

  return {
    async go(inputs) {
      if (!seedsRun) {
        for (const seed of [...corpus]) await run(seed);
        coverage?.take();
        seedsRun = true;
      }
      for (let left = inputs; left > 0; left -= BATCH) await goBatch(Math.min(left, BATCH));
    },
    get findings() {
      return [...findings.values()];
    },
    get executions() {
      return executions;
    },
    get kept() {
      return corpus.length;
    },
  };
}

interface Outcome {
  /** Undefined if the target did not come to one. */
  readonly outcome: string | undefined;
  readonly fault: string | undefined;
}

async function outcomeOf(target: Target, input: Buffer): Promise<Outcome> {
  const before = process.cpuUsage();
  let outcome: string | undefined;
  let fault: string | undefined;
  try {
    const told = target.run(input);
    outcome = typeof told === 'string' ? told : await told;
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const limit = LIMIT_MS + input.length * LIMIT_MS_PER_BYTE;
  if (fault === undefined && spentMs(before) > limit && (await leastMs(target, input)) > limit)
    fault = `Slow: more than ${LIMIT_MS} ms and ${LIMIT_MS_PER_BYTE} ms a byte`;
  return { outcome, fault };
}

/** By processor time, since other programs run too. */
async function leastMs(target: Target, input: Buffer): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 3; count++) {
    const before = process.cpuUsage();
    await target.run(input);
    least = Math.min(least, spentMs(before));
  }
  return least;
}

function spentMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What tells one fault from another: its message without the values in it, and where it arose. */
function keyOf(fault: string): string {
  const [message = '', ...trace] = fault.split('\n');
  const place = trace.find((line) => /^\s+at .*\/src\//.test(line)) ?? '';
  return `${message.slice(0, 80).replaceAll(/[0-9]+|"[^"]*"/g, '#')} ${place.trim()}`;
}

const MOST_ATTEMPTS = 3000;
const MOST_MS = 10_000;

/** Takes pieces away as long as the fault stays. */
async function smallest(target: Target, input: Buffer, key: string): Promise<Buffer> {
  let now: Buffer = input;
  let attempts = 0;
  const ends = performance.now() + MOST_MS;
  for (let size = now.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < now.length && attempts < MOST_ATTEMPTS && performance.now() < ends; ) {
      const less = Buffer.concat([now.subarray(0, at), now.subarray(at + size)]);
      attempts++;
      const { fault } = await outcomeOf(target, less);
      if (fault !== undefined && keyOf(fault) === key) now = less;
      else at += size;
    }
  }
  return now;
}
