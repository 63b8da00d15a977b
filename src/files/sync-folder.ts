/** Makes names as durable as the files they name, and makes errors name their file. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';

/** Makes the names in a folder survive a power cut. Syncing a file alone does not save its name. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // Windows has no such call; its journal keeps names
  const descriptor = openSync(folder, 'r');
  try {
    naming(folder, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a folder and those above it so that they survive a power cut. A folder that exists is synced too: the run that made it may have
 * stopped before its sync. (`mkdirSync` with `recursive` syncs nothing, and reports some failures as a missing file.)
 */
export function makeFolder(folder: string, mode: number): void {
  const parent = path.dirname(path.resolve(folder));
  if (!existsSync(parent)) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isCode(error, 'EEXIST') || !statSync(folder).isDirectory()) throw error;
  }
  try {
    syncFolder(parent);
  } catch (error) {
    // A folder that we may use but not list cannot be opened, so it cannot be synced. Its owner made what is in it.
    if (!isCode(error, 'EACCES') || (error as NodeJS.ErrnoException).syscall !== 'open') throw error;
  }
}

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** Runs an action on an open file and adds the file's path to its errors. */
export function naming<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw nameFile(file, error);
  }
}

/** Adds the path to an error: Node's errors on open files have none. */
export function nameFile(file: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && !('path' in error)) Object.assign(error, { path: file });
  return error;
}
