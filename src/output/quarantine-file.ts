/**
 * The file for bad records. It is written under another name and gets its own only when it is complete and durable. An existing file is
 * never replaced. Only the owner may read it, because records hold patient references.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors/failure.js';
import { makeUnderFreeName, removeLeftovers } from '../files/leftovers.js';
import { naming, syncFolder } from '../files/sync-folder.js';

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
  const folder = path.dirname(file);
  let staging = '';
  let descriptor: number | undefined;
  let size = 0;

  function open(): number {
    removeLeftovers(folder, leftoversOf(file));
    return makeUnderFreeName(
      (mark) => path.join(folder, `.${path.basename(file)}.${mark}.partial`),
      (name) => {
        const opened = openSync(name, 'wx', 0o600);
        staging = name;
        return opened;
      },
    );
  }

  return {
    file,
    write(piece) {
      descriptor ??= open();
      const to = descriptor;
      for (let done = 0; done < piece.length; )
        done += naming(file, () => writeSync(to, piece, done, null, size + done));
      size += piece.length;
    },
    clear() {
      const of = descriptor;
      if (of !== undefined) naming(file, () => ftruncateSync(of));
      size = 0;
    },
    keep() {
      const of = descriptor;
      if (of !== undefined) naming(file, () => fsyncSync(of));
      try {
        linkSync(staging, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (!isSameFile(staging, file)) throw isThere(file);
      }
      syncFolder(folder);
    },
    discard() {
      if (descriptor === undefined) return;
      closeSync(descriptor);
      rmSync(staging, { force: true });
    },
  };
}

function isThere(file: string): Failure {
  return new Failure(
    'usage',
    `${file}: is there already and is left as it is; nothing was imported; name another file with --quarantine`,
  );
}

/** Matches the partial files that killed imports left. */
function leftoversOf(file: string): RegExp {
  const name = path.basename(file).replace(/[^\w-]/g, '\\$&');
  return new RegExp(`^\\.${name}\\.(\\d+)(?:-\\d+)?\\.partial$`);
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
