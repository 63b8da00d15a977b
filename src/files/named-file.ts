/**
 * Writes one file under a name of the user's choice: whole under another name, synced, then renamed. What stands there already is
 * replaced only if this command may have written it. For the owner alone: what tells of orders can name patients.
 */
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors/failure.js';
import { bytesAt, withFoundFile } from './found-file.js';
import { makeUnderFreeName, removeLeftovers } from './leftovers.js';
import { naming, syncFolder } from './sync-folder.js';

/** What a stopped run leaves behind. */
const LEFTOVERS = /^\.monthend-page\.(\d+)(?:-\d+)?\.partial$/;

/** Enough of a file to know it by. */
const BEGINNING = 4096;

export interface NamedFileOptions {
  /** Whether what begins so and stands there may be replaced. */
  readonly isOurs: (beginning: string) => boolean;
  /** The owner's alone by default; less the umask. */
  readonly mode?: number;
}

/** @throws Failure refused if something else stands there; errors of the file system */
export function writeNamedFile(
  file: string,
  content: string | Uint8Array,
  { isOurs, mode = 0o600 }: NamedFileOptions,
): void {
  refuseForeignFile(file, isOurs);
  const folder = path.dirname(file);
  removeLeftovers(folder, LEFTOVERS);
  const { staging, descriptor } = makeUnderFreeName(
    (mark) => path.join(folder, `.monthend-page.${mark}.partial`),
    (name) => ({ staging: name, descriptor: openSync(name, 'wx', mode) }),
  );
  try {
    naming(file, () => {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    });
    renameSync(staging, file);
  } catch (error) {
    rmSync(staging, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  syncFolder(folder);
}

/** Also called before long work, whose end it would spoil. @throws Failure refused */
export function refuseForeignFile(file: string, isOurs: NamedFileOptions['isOurs']): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const found = withFoundFile(file, (descriptor) => bytesAt(descriptor, 0, BEGINNING).toString());
  if (found !== undefined && isOurs(found)) return;
  throw new Failure(
    'refused',
    `${file}: was not written by this command, so it is left as it is; name another file`,
  );
}
