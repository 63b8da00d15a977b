/**
 * Writes a file under another name first, and gives it its own name only when it is whole and durable. A run that stops in between
 * leaves a partial file, which the next run removes.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { makeUnderFreeName, removeLeftovers } from './leftovers.js';
import { naming, syncFolder } from './sync-folder.js';

export interface StagedFile {
  /** Its path until it gets its own name. */
  readonly staging: string;
  write(piece: Uint8Array): void;
  /** Discards what was written. */
  clear(): void;
  /** Gives the file its name, in place of a file that has it. */
  replace(): void;
  /** Gives the file its name if no file has it. @returns false if one has */
  claim(): boolean;
  /** Closes the file, and removes what is left under the other name. Call it in any case. */
  end(): void;
}

/** Opens a new file that will be called `file`. @throws errors of the file system, which name `file` */
export function stageFile(file: string, mode: number): StagedFile {
  const folder = path.dirname(file);
  removeLeftovers(folder, leftoversOf(file));
  const { staging, descriptor } = makeUnderFreeName(
    (mark) => path.join(folder, `.${path.basename(file)}.${mark}.partial`),
    (name) => ({ staging: name, descriptor: openSync(name, 'wx', mode) }),
  );
  let size = 0;

  return {
    staging,
    write(piece) {
      for (let done = 0; done < piece.length; )
        done += naming(file, () => writeSync(descriptor, piece, done, null, size + done));
      size += piece.length;
    },
    clear() {
      naming(file, () => ftruncateSync(descriptor));
      size = 0;
    },
    replace() {
      naming(file, () => fsyncSync(descriptor));
      renameSync(staging, file);
      syncFolder(folder);
    },
    claim() {
      naming(file, () => fsyncSync(descriptor));
      try {
        linkSync(staging, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return false;
      }
      syncFolder(folder);
      return true;
    },
    end() {
      closeSync(descriptor);
      rmSync(staging, { force: true });
    },
  };
}

/** Matches the partial files that stopped runs left. */
function leftoversOf(file: string): RegExp {
  const name = path.basename(file).replace(/[^\w-]/g, '\\$&');
  return new RegExp(`^\\.${name}\\.(\\d+)(?:-\\d+)?\\.partial$`);
}
