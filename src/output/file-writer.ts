/** Writes the files of a folder. Each is synced once it is written, while the next ones are written. */
import { chmodSync, closeSync, fchmodSync, fsync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { nameFile, naming } from '../files/sync-folder.js';
import type { WrittenFile } from './manifest.js';
import { type MonthFile, readOut } from './month-files.js';

export const MODES = {
  private: { folder: 0o700, file: 0o600 },
  group: { folder: 0o750, file: 0o640 },
} as const;

export type FileMode = keyof typeof MODES;

export interface FileWriter {
  write(file: MonthFile): Promise<WrittenFile>;
  /** Waits until all files are synced and closed. @throws the error of one of them */
  settled(): Promise<void>;
}

export function createFileWriter(folder: string, fileMode: FileMode): FileWriter {
  const disk = createSyncing();
  return {
    async write(content) {
      const file = path.join(folder, content.path);
      const descriptor = openSync(file, 'wx', MODES[fileMode].file);
      let written: WrittenFile;
      try {
        if (fileMode === 'group') naming(file, () => fchmodSync(descriptor, MODES.group.file));
        written = readOut(content, (bytes) => {
          for (let done = 0; done < bytes.length; )
            done += naming(file, () => writeSync(descriptor, bytes, done));
        });
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
      await disk.add({ descriptor, name: file });
      return written;
    },
    settled: () => disk.settled(),
  };
}

/** @returns the folder */
export function makeOwnFolder(folder: string, fileMode: FileMode): string {
  mkdirSync(folder, { mode: MODES[fileMode].folder });
  letGroupRead(folder, fileMode);
  return folder;
}

/** Sets the mode regardless of the umask, since the config says who may read. The set-group-ID bit stays: it passes the group on. */
export function letGroupRead(folder: string, fileMode: FileMode): void {
  if (fileMode === 'private') return;
  chmodSync(folder, (statSync(folder).mode & 0o7000) | MODES[fileMode].folder);
}

interface OpenFile {
  readonly descriptor: number;
  readonly name: string;
}

interface Syncing {
  /** Takes a file that is to be synced and closed. Waits only while too many others are in progress. @throws the error of an earlier file */
  add(file: OpenFile): Promise<void>;
  /** Waits until all files are synced and closed. @throws the error of one of them */
  settled(): Promise<void>;
}

const FILES_IN_BATCH = 64;
const sync = promisify(fsync);

/**
 * Syncs files in batches, each while the files of the next one are written. The syncs of a batch begin at once: a disk that gets many at the
 * same time makes them durable with one write of its journal.
 */
function createSyncing(): Syncing {
  let written: OpenFile[] = [];
  let underWay: Promise<unknown> = Promise.resolve();

  async function startBatch(): Promise<void> {
    const before = underWay;
    underWay = Promise.allSettled(written.map(syncAndClose)).then(throwFirstFailure);
    underWay.catch(() => {}); // thrown where it is awaited
    written = [];
    await before;
  }

  return {
    async add(file) {
      written.push(file);
      if (written.length === FILES_IN_BATCH) await startBatch();
    },
    async settled() {
      await startBatch();
      await underWay;
    },
  };
}

async function syncAndClose({ descriptor, name }: OpenFile): Promise<void> {
  try {
    await sync(descriptor);
  } catch (error) {
    throw nameFile(name, error);
  } finally {
    closeSync(descriptor);
  }
}

function throwFirstFailure(results: readonly PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
