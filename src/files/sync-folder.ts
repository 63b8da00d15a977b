/** Calls of the file system that make names as durable as what they name, and errors that say where. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';

/** Makes the names in a folder survive a power cut: a synced file is lost all the same if its name is. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // it has no such call, and keeps names in its journal
  const descriptor = openSync(folder, 'r');
  try {
    naming(folder, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a folder, with those above it, that survives a power cut: also one that is there already, made by a run that was
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
    // A folder that we may use but not list cannot be opened to be synced; its owner made what is in it.
    if (!isCode(error, 'EACCES') || (error as NodeJS.ErrnoException).syscall !== 'open') throw error;
  }
}

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** Runs an action on an open file, whose errors then name it. */
export function naming<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw nameFile(file, error);
  }
}

/** Node's errors of open files name no path. */
export function nameFile(file: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && !('path' in error)) Object.assign(error, { path: file });
  return error;
}
