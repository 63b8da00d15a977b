/** Work that one of two threads does: whichever claims it first. */

import { sharedNumbers } from './shared-memory.js';

/** A shared number: the state of a piece of work. */
export type Claim = Int32Array;

const WAITING = 0;
const CLAIMED = 1;
const DONE = 2;
const FAILED = 3;

export const createClaim = (): Claim => sharedNumbers(Int32Array, 1);

/** Does the work if nobody has claimed it. @returns its result; undefined if somebody has */
export function doUnlessClaimed<T>(work: Claim, action: () => T): T | undefined {
  if (Atomics.compareExchange(work, 0, WAITING, CLAIMED) !== WAITING) return undefined;
  let end = FAILED;
  try {
    const result = action();
    end = DONE;
    return result;
  } finally {
    Atomics.store(work, 0, end);
    Atomics.notify(work, 0);
  }
}

/** Tells whether the work was claimed and has not ended. */
export const isUnderWay = (work: Claim): boolean => Atomics.load(work, 0) === CLAIMED;

/** Waits for work that the other thread has claimed. @returns false if it has failed, or takes longer: the thread may have died */
export function isDoneWithin(work: Claim, milliseconds: number): boolean {
  Atomics.wait(work, 0, CLAIMED, milliseconds);
  return Atomics.load(work, 0) === DONE;
}
