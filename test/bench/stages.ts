/**
 * What each stage of a run took, from V8 CPU profiles: a sample belongs to the stage of the innermost function whose file names one,
 * so monthend itself needs no timers.
 */

/** As V8 writes it; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** How long before each sample the one before it was taken. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

/** In order of a month: import, close. `wait` is for the disk and other threads; `gc` as far as it stops the program. */
export const STAGES = [
  'read',
  'validate',
  'insert',
  'find',
  'decide',
  'balance',
  'record',
  'seal',
  'transaction',
  'write',
  'wait',
  'gc',
  'rest',
] as const;

export type Stage = (typeof STAGES)[number];

export interface StageTime {
  readonly seconds: number;
  /** The part of them in SQLite's native code. */
  readonly sqliteSeconds: number;
}

export type StageTimes = Readonly<Record<Stage, StageTime>>;

/**
 * By a file of `src` without its ending, or by its folder. What is not here works for its caller: amounts, clocks, codes of
 * problems, folders. The rest: starting, loading modules, the command line.
 */
export const STAGE_OF_FILE: Readonly<Record<string, Stage>> = {
  'intake/byte-source': 'read',
  'intake/csv-reader': 'read',
  'intake/csv-rows': 'read',
  'intake/file-reader': 'read',
  'intake/ndjson-reader': 'read',
  'intake/ndjson-line': 'read',
  'intake/record-buffer': 'read',
  'intake/utf8': 'read',
  'intake/': 'validate',
  'ledger/take-facts': 'insert',
  'ledger/take-order-lines': 'insert',
  'ledger/take-events': 'insert',
  'ledger/take-practices': 'insert',
  'ledger/moved-orders': 'insert',
  'ledger/judge-fact': 'insert',
  'ledger/fact-index': 'insert',
  'ledger/import': 'insert',
  'ledger/fact-writer': 'insert',
  'ledger/fact-run': 'insert',
  'ledger/run-queue': 'insert',
  'ledger/sort-run': 'insert',
  'ledger/touched-orders': 'find',
  'ledger/fact-log': 'find',
  'ledger/order-facts': 'find',
  'ledger/accounts': 'find',
  'ledger/open-orders': 'record',
  'ledger/month-frame': 'find',
  'ledger/bill-month': 'decide',
  'billing/plan': 'decide',
  'billing/reconciliation': 'balance',
  'billing/reckoning': 'balance',
  'billing/reckon-order': 'balance',
  'ledger/balance': 'balance',
  'ledger/document-writer': 'record',
  'billing/line-block': 'record',
  'ledger/close': 'record',
  'ledger/record-month': 'record',
  'ledger/seal': 'seal',
  'ledger/fact-hash': 'seal',
  'ledger/ledger': 'transaction',
  'ledger/migrations': 'transaction',
  'ledger/view': 'write',
  'output/': 'write',
};

/** As better-sqlite3 names what it has in native code. */
const SQLITE = /^(run|get|all|iterate|next|return|exec|prepare|Statement|Database|close)$/;

/**
 * @param seconds that the whole process took; what no profile saw of it, before it and after, is `rest`
 * @param others profiles of further threads, whose times add to those of the main thread
 */
export function stageTimes(
  seconds: number,
  main: CpuProfile,
  others: readonly CpuProfile[] = [],
): StageTimes {
  const times = new Map(STAGES.map((stage) => [stage, { seconds: 0, sqliteSeconds: 0 }]));
  const add = (profile: CpuProfile, isMain: boolean) => {
    const placeOf = placesIn(profile);
    for (const [index, id] of profile.samples.entries()) {
      const { stage, isSqlite } = placeOf(id);
      const time = times.get(stage);
      if (time === undefined || (stage === 'wait' && !isMain)) continue;
      const delta = (profile.timeDeltas[index] ?? 0) / 1e6;
      time.seconds += delta;
      if (isSqlite) time.sqliteSeconds += delta;
    }
  };
  add(main, true);
  for (const profile of others) add(profile, false);
  const profiled = main.timeDeltas.reduce((sum, delta) => sum + delta, 0) / 1e6;
  const rest = times.get('rest');
  if (rest !== undefined) rest.seconds += Math.max(0, seconds - profiled);
  return Object.fromEntries(times) as unknown as StageTimes;
}

interface Place {
  readonly stage: Stage;
  readonly isSqlite: boolean;
}

/** A node's place is that of its caller unless it has one of its own; callers stand before those that they call. */
function placesIn({ nodes }: CpuProfile): (id: number) => Place {
  const places = new Map<number, Place>();
  const callers = new Map<number, ProfileNode>();
  for (const node of nodes) {
    const caller = callers.get(node.id);
    const inherited = (caller && places.get(caller.id)?.stage) ?? 'rest';
    places.set(node.id, { stage: ownStage(node) ?? inherited, isSqlite: isSqlite(node, caller) });
    for (const child of node.children ?? []) callers.set(child, node);
  }
  return (id) => places.get(id) ?? { stage: 'rest', isSqlite: false };
}

function ownStage({ callFrame: { functionName, url } }: ProfileNode): Stage | undefined {
  if (functionName === '(garbage collector)') return 'gc';
  if (functionName === '(idle)') return 'wait';
  const [, file = '', folder = ''] = /\/src\/((\w+\/)?[^/]+)\.ts$/.exec(url) ?? [];
  return url.includes('/node_modules/') ? undefined : (STAGE_OF_FILE[file] ?? STAGE_OF_FILE[folder]);
}

function isSqlite({ callFrame }: ProfileNode, caller: ProfileNode | undefined): boolean {
  const isNative = callFrame.url === '' && SQLITE.test(callFrame.functionName);
  return isNative && /\/src\/ledger\/|\/better-sqlite3\//.test(caller?.callFrame.url ?? '');
}
