/**
 * The file for bad records. It is written under another name and gets its own only when it is complete and durable. An existing file is
 * never replaced. Only the owner may read it, because records hold patient references.
 */
import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors/failure.js';
import { type StagedFile, stageFile } from '../files/staged-file.js';
import { syncFolder } from '../files/sync-folder.js';

export interface QuarantineFile {
  readonly file: string;
  write(piece: Uint8Array): void;
  /** Discards what was written. */
  clear(): void;
  /**
   * Gives the file its final name. An existing file with exactly the same bytes was left by a stopped import and is accepted.
   * @throws Failure usage if another file has the name
   */
  keep(): void;
  /** Removes the file unless it was kept. */
  discard(): void;
}

export function stageQuarantine(file: string): QuarantineFile {
  // Made with the first bad record: most imports have none.
  let staged: StagedFile | undefined;

  return {
    file,
    write(piece) {
      staged ??= stageFile(file, 0o600);
      staged.write(piece);
    },
    clear() {
      staged?.clear();
    },
    keep() {
      if (staged === undefined || staged.claim()) return;
      if (!isSameFile(staged.staging, file)) throw isThere(file);
      // The import that left it may have stopped before its name was durable.
      syncFolder(path.dirname(file));
    },
    discard() {
      staged?.end();
    },
  };
}

function isThere(file: string): Failure {
  return new Failure(
    'usage',
    `${file}: is there already and is left as it is; nothing was imported; name another file with --quarantine`,
  );
}

const COMPARED_BYTES = 64 * 1024;

function isSameFile(one: string, other: string): boolean {
  const found = lstatSync(other);
  if (!found.isFile() || found.size !== lstatSync(one).size) return false;
  const files = [one, other].map((file) => openSync(file, 'r'));
  try {
    for (let at = 0; at < found.size; at += COMPARED_BYTES) {
      const [a, b] = files.map((descriptor) => {
        const bytes = Buffer.alloc(COMPARED_BYTES);
        return bytes.subarray(0, readSync(descriptor, bytes, 0, COMPARED_BYTES, at));
      });
      if (a === undefined || b === undefined || !a.equals(b)) return false;
    }
    return true;
  } finally {
    for (const descriptor of files) closeSync(descriptor);
  }
}
