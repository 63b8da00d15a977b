import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the names in a folder survive a power cut: a synced file is lost all the same if its name is. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // it has no such call, and keeps names in its journal
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
