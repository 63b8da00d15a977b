/** Work that one of two threads does: whichever claims it first. */

/** A shared number: the state of a piece of work. */
export type Claim = Int32Array;

const WAITING = 0;
const CLAIMED = 1;
const DONE = 2;
const FAILED = 3;

export const createClaim = (): Claim => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** @returns false if the other thread has claimed it */
export const claimed = (work: Claim): boolean =>
  Atomics.compareExchange(work, 0, WAITING, CLAIMED) === WAITING;

/** Ends claimed work, and tells the other thread, which may wait for it. */
export function endWork(work: Claim, isDone: boolean): void {
  Atomics.store(work, 0, isDone ? DONE : FAILED);
  Atomics.notify(work, 0);
}

/** Waits for work that the other thread has claimed. @returns false if it has failed, or takes longer: the thread may have died */
export function isDoneWithin(work: Claim, milliseconds: number): boolean {
  Atomics.wait(work, 0, CLAIMED, milliseconds);
  return Atomics.load(work, 0) === DONE;
}
