/** Removes what a killed process left behind. The process's number is in the name; the next process removes it. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { remark } from '../errors/remarks.js';

/**
 * Removes files and folders whose process is dead and keeps those of living processes. One that cannot be removed (in a shared folder
 * it may belong to someone else) stays, does no harm, and is mentioned at the end.
 * @param names matches their names; the first group is the process's number
 */
export function removeLeftovers(folder: string, names: RegExp): void {
  for (const name of readdirSync(folder)) {
    const pid = names.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const left = path.join(folder, name);
    try {
      rmSync(left, { recursive: true, force: true });
    } catch (error) {
      remark(
        `${left}: a stopped run left it, and it cannot be removed (${(error as NodeJS.ErrnoException).code}); skipped`,
      );
    }
  }
}

/** The most names to try. Leftovers that cannot be removed may occupy some of them. */
const NAMES = 100;

/**
 * Makes a file or folder under the first of this process's names that is free.
 * @param nameOf returns the name with the process's mark, as `removeLeftovers` recognises it: the number, then `-2` and so on
 * @param make must fail if the name exists, as `wx` and `mkdir` do
 * @throws the last error of `make` if every name is taken
 */
export function makeUnderFreeName<T>(nameOf: (mark: string) => string, make: (name: string) => T): T {
  for (let number = 1; ; number++) {
    const mark = number === 1 ? `${process.pid}` : `${process.pid}-${number}`;
    try {
      return make(nameOf(mark));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === NAMES) throw error;
    }
  }
}

/** Tells whether another process with this number lives. A leftover with our own number belongs to a dead process that had it before. */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
