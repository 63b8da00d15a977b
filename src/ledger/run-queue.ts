/**
 * Sorts the runs of an import, each in a thread while the next one comes in. The thread only saves time: a run that it has not begun is
 * sorted here, and a thread that dies is not missed. A run is written when the next one is full, whoever sorted it, so that the ledger has
 * the same bytes with and without a thread.
 */
import { type Claim, claimed, createClaim, endWork, isDoneWithin } from '../billing/claim.js';
import { type OpenRun, openRun, type Run } from './run.js';
import { hasRoomFor, memoryFor, type SortedRun, sortRun } from './sort-run.js';

/** A run for the thread, with the memory for what comes of it. */
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
  /** Returns an empty run. */
  open(): OpenRun;
  /** Takes a run that is full. */
  add(run: OpenRun, write: WriteRun): void;
  /** Writes what is left, and frees memory. */
  finish(): void;
}

export function createRunQueue(thread?: RunThread): RunQueue {
  let last: { task: RunTask; memory: OpenRun; write: WriteRun } | undefined;
  let free: OpenRun[] = [];
  let sorted: SortedRun | undefined;
  let isLost = false;

  function writeLast(): void {
    if (last === undefined) return;
    const { task, memory, write } = last;
    last = undefined;
    if (claimed(task.claim)) sortRun(task.run, task.sorted);
    else if (thread !== undefined && !isDoneWithin(task.claim, thread.patience)) {
      // It may still use that memory, so both are left to it.
      isLost = true;
      sorted = memoryFor(task.run);
      sortRun(task.run, sorted);
      write(sorted, task.run.count);
      return;
    }
    write(task.sorted, task.run.count);
    memory.clear();
    free.push(memory);
  }

  return {
    open: () => free.pop() ?? openRun(),
    add(memory, write) {
      writeLast();
      const run = memory.facts();
      if (sorted === undefined || !hasRoomFor(sorted, run)) sorted = memoryFor(run);
      const task = { run, sorted, claim: createClaim() };
      last = { task, memory, write };
      if (!isLost) thread?.sort(task);
    },
    finish() {
      writeLast();
      free = [];
      sorted = undefined;
    },
  };
}

/** What the thread does with a run. */
export function sortGiven({ run, sorted, claim }: RunTask): void {
  if (!claimed(claim)) return;
  let isDone = false;
  try {
    sortRun(run, sorted);
    isDone = true;
  } finally {
    endWork(claim, isDone);
  }
}
