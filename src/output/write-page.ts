/**
 * Writes one page under a name of the user's choice: whole under another name, synced, then renamed. What stands there already is
 * replaced only if it is such a page. For the owner alone, as all that tells of orders.
 */
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.js';
import { bytesAt, withFoundFile } from '../found-file.js';
import { makeUnderFreeName, removeLeftovers } from '../leftovers.js';
import { naming, syncFolder } from '../sync-folder.js';

/** What a stopped run leaves behind. */
const LEFTOVERS = /^\.monthend-page\.(\d+)(?:-\d+)?\.partial$/;

/** By its beginning a page is known. */
const BEGINNING = 4096;

/** @param isOurs whether what begins so and stands there may be replaced. @throws Failure refused if not; errors of the file system */
export function writePage(file: string, text: string, isOurs: (found: string) => boolean): void {
  refuseForeignFile(file, isOurs);
  const folder = path.dirname(file);
  removeLeftovers(folder, LEFTOVERS);
  const { staging, descriptor } = makeUnderFreeName(
    (mark) => path.join(folder, `.monthend-page.${mark}.partial`),
    (name) => ({ staging: name, descriptor: openSync(name, 'wx', 0o600) }),
  );
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
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const found = withFoundFile(file, (descriptor) => bytesAt(descriptor, 0, BEGINNING).toString());
  if (found !== undefined && isOurs(found)) return;
  throw new Failure(
    'refused',
    `${file}: was not written by this command, so it is left as it is; name another file`,
  );
}
