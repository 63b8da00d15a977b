/** What a process that was killed could not take away: told by the number of the process in the name, removed by the next one. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Removes those files and folders whose process is gone; those of one that lives are its own.
 * @param names what they are called; its first group is the number of the process
 */
export function removeLeftovers(folder: string, names: RegExp): void {
  for (const name of readdirSync(folder)) {
    const pid = names.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(path.join(folder, name), { recursive: true, force: true });
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
