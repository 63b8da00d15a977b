/** Which source text has been run, as V8 counts it: the guide of the search. */
import { Session } from 'node:inspector';

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

export interface Coverage {
  /** What is known now; `restore` forgets what came after it. */
  snapshot(): ReadonlyMap<string, Uint8Array>;
  restore(snapshot: ReadonlyMap<string, Uint8Array>): void;
  /** Adds what has run since the last call. @returns how many characters of source text are new */
  take(): number;
  /** By file, the share of its text that has run. */
  shares(): ReadonlyMap<string, number>;
  /** By file, the offsets at which text begins that has never run, and where that ends. */
  gaps(): ReadonlyMap<string, readonly (readonly [start: number, end: number])[]>;
}

/**
 * Begins to count. Call it before the code is loaded that is to be counted.
 * @param isWatched tells the files that count
 */
export function startCoverage(isWatched: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const run = new Map<string, Uint8Array>();

  function take(): number {
    let scripts: readonly ScriptCoverage[] = [];
    // In the same process the answer comes before `post` returns.
    session.post('Profiler.takePreciseCoverage', (_, taken) => {
      scripts = taken.result;
    });
    let added = 0;
    for (const script of scripts) if (isWatched(script.url)) added += add(script);
    return added;
  }

  function add({ url, functions }: ScriptCoverage): number {
    const size = Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
    let known = run.get(url);
    if (known === undefined || known.length < size) {
      const longer = new Uint8Array(size);
      longer.set(known ?? []);
      known = longer;
      run.set(url, known);
    }
    // An inner range comes after the one around it, and overrules it.
    const now = new Uint8Array(size);
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges)
        now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    let added = 0;
    for (let at = 0; at < size; at++) {
      if (now[at] === 0 || known[at] === 1) continue;
      known[at] = 1;
      added++;
    }
    return added;
  }

  return {
    take,
    snapshot: () => new Map([...run].map(([url, known]) => [url, known.slice()])),
    restore(snapshot) {
      for (const [url, known] of run) known.fill(0).set(snapshot.get(url) ?? []);
    },
    shares: () =>
      new Map(
        [...run].map(([url, known]) => [url, known.reduce((sum, each) => sum + each, 0) / known.length]),
      ),
    gaps() {
      const gaps = new Map<string, [number, number][]>();
      for (const [url, known] of run) {
        const found: [number, number][] = [];
        for (let at = known.indexOf(0); at >= 0; ) {
          const end = known.indexOf(1, at);
          found.push([at, end < 0 ? known.length : end]);
          at = end < 0 ? -1 : known.indexOf(0, end);
        }
        if (found.length > 0) gaps.set(url, found);
      }
      return gaps;
    },
  };
}
