/** What a process that was killed could not take away: told by the number of the process in the name, removed by the next one. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { remark } from '../errors/remarks.js';

/**
 * Removes those files and folders whose process is gone; those of one that lives are its own. What cannot be removed (in a
 * shared folder it may belong to someone else) stays, and stands in nobody's way.
 * @param names what they are called; its first group is the number of the process
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

/** A folder has room for so many of what cannot be removed, each of which takes a name of ours. */
const NAMES = 100;

/**
 * Makes a file or folder of this process under the first of its names that is free.
 * @param nameOf the name with the mark of the process, as `removeLeftovers` finds it: its number, and `-2` and so on after it
 * @param make what it makes must not be there: `wx`, `mkdir`
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

/** Another process than this one: what has our own number is of an earlier process that had it. */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
