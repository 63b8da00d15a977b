/**
 * Sorts the runs of an import, each in a thread while the next one comes in. The thread only saves time: a run that it has not begun is
 * sorted here, and a thread that dies is not missed. A run is written when the next one is full, whoever sorted it, so that the ledger has
 * the same bytes with and without a thread.
 */
import { type Claim, createClaim, doUnlessClaimed, isDoneWithin, isUnderWay } from '../billing/claim.js';
import { type OpenRun, openRun, type Run } from './fact-run.js';
import { hasRoomFor, memoryFor, type SortedRun, sortRun } from './sort-run.js';

/** The bytes of a run; limits memory. */
const RUN = 16 * 1024 * 1024;

/** A run to sort, with the memory for what comes of it. */
export interface RunTask {
  readonly run: Run;
  readonly sorted: SortedRun;
  readonly claim: Claim;
}

/** The other thread. */
export interface RunThread {
  /** Gives it a run, which it may never begin. */
  sort(task: RunTask): void;
  /** How long to wait for a run that it has begun, in milliseconds. */
  readonly patience: number;
}

/** Called once a run is sorted and every run before it is written. @param count of its facts */
type WriteRun = (sorted: SortedRun, count: number) => void;

export interface RunQueue {
  /** The bytes of a full run. */
  readonly runBytes: number;
  /** Returns an empty run. */
  open(): OpenRun;
  /** Takes a run that is full, and writes the one before it. */
  add(open: OpenRun, write: WriteRun): void;
  /** Writes the last run, and frees memory. */
  finish(): void;
}

/** A run that is not written yet. */
interface Pending {
  readonly task: RunTask;
  readonly open: OpenRun;
  readonly write: WriteRun;
}

/** @param thread undefined to sort without one */
export function createRunQueue(thread?: RunThread, runBytes = RUN): RunQueue {
  let pending: Pending | undefined;
  let isLost = false;
  // Memory that is not in use.
  let runs: OpenRun[] = [];
  let results: SortedRun[] = [];

  function taskOf(run: Run): RunTask {
    const result = results.pop();
    const sorted = result !== undefined && hasRoomFor(result, run) ? result : memoryFor(run);
    return { run, sorted, claim: createClaim() };
  }

  function writePending(): void {
    if (pending === undefined) return;
    const { task, open, write } = pending;
    pending = undefined;
    sortGiven(task);
    if (isDoneWithin(task.claim, thread?.patience ?? 0)) {
      write(task.sorted, task.run.count);
      open.clear();
      runs.push(open);
      results.push(task.sorted);
    } else {
      // The thread may still use that memory, and no other run is given to it.
      isLost = true;
      const again = taskOf(task.run);
      sortGiven(again);
      write(again.sorted, task.run.count);
      results.push(again.sorted);
    }
  }

  return {
    runBytes,
    open: () => runs.pop() ?? openRun(),
    add(open, write) {
      let task: RunTask | undefined;
      if (pending !== undefined && isUnderWay(pending.task.claim)) {
        // Rather than wait for the thread.
        task = taskOf(open.facts());
        sortGiven(task);
      }
      writePending();
      task ??= taskOf(open.facts());
      pending = { task, open, write };
      if (!isLost) thread?.sort(task);
    },
    finish() {
      writePending();
      runs = [];
      results = [];
    },
  };
}

/** Sorts a run, unless the other thread does. */
export function sortGiven({ run, sorted, claim }: RunTask): void {
  doUnlessClaimed(claim, () => sortRun(run, sorted));
}
