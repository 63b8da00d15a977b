/**
 * Writes one page under a name of the user's choice: whole under another name, synced, then renamed. What stands there already is
 * replaced only if it is such a page. For the owner alone, as all that tells of orders.
 */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.js';
import { removeLeftovers } from '../leftovers.js';
import { naming, syncFolder } from '../sync-folder.js';

/** What a stopped run leaves behind. */
const LEFTOVERS = /^\.monthend-page\.(\d+)\.partial$/;

/** @param isOurs whether a text that stands there may be replaced. @throws Failure refused if not; errors of the file system */
export function writePage(file: string, text: string, isOurs: (found: string) => boolean): void {
  refuseForeignFile(file, isOurs);
  const folder = path.dirname(file);
  removeLeftovers(folder, LEFTOVERS);
  const staging = path.join(folder, `.monthend-page.${process.pid}.partial`);
  const descriptor = openSync(staging, 'wx', 0o600);
  try {
    naming(file, () => {
      writeFileSync(descriptor, text);
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

function refuseForeignFile(file: string, isOurs: (found: string) => boolean): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || (found.isFile() && isOurs(readFileSync(file, 'utf8')))) return;
  throw new Failure(
    'refused',
    `${file}: was not written by this command, so it is left as it is; name another file`,
  );
}
