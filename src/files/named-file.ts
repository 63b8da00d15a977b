/**
 * Writes one file under a name that the user chose, whole or not at all. An existing file is replaced only if this command may have
 * written it. Only the owner may read it, since a file about orders can name patients.
 */
import { lstatSync } from 'node:fs';
import { Failure } from '../errors/failure.js';
import { bytesAt, withFoundFile } from './found-file.js';
import { stageFile } from './staged-file.js';

/** The number of bytes that are enough to recognise a file. */
const BEGINNING = 4096;

export interface NamedFileOptions {
  /** Tells from the beginning of an existing file whether it may be replaced. */
  readonly isOurs: (beginning: string) => boolean;
  /** By default readable and writable by the owner alone; the umask is subtracted. */
  readonly mode?: number;
}

/** Writes the file. @throws Failure refused if the name belongs to another file; errors of the file system */
export function writeNamedFile(
  file: string,
  content: string | Uint8Array,
  { isOurs, mode = 0o600 }: NamedFileOptions,
): void {
  refuseForeignFile(file, isOurs);
  const staged = stageFile(file, mode);
  try {
    staged.write(Buffer.from(content));
    staged.replace();
  } finally {
    staged.end();
  }
}

/** Called before long work too, so that a refusal does not waste it. @throws Failure refused */
export function refuseForeignFile(file: string, isOurs: NamedFileOptions['isOurs']): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const found = withFoundFile(file, (descriptor) => bytesAt(descriptor, 0, BEGINNING).toString());
  if (found !== undefined && isOurs(found)) return;
  throw new Failure(
    'refused',
    `${file}: was not written by this command, so it is left as it is; name another file`,
  );
}
