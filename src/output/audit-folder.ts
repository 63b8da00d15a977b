/** Audits a month's folder: compares its files with its manifest, and both with what the ledger would write. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, lstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { MonthView } from '../billing/month-view.js';
import type { Finding } from '../errors/failure.js';
import { filesBelow } from '../files/files-below.js';
import { naming } from '../files/sync-folder.js';
import {
  MANIFEST,
  manifestJson,
  manifestOf,
  manifestText,
  readManifest,
  type WrittenFile,
} from './manifest.js';
import { readOut } from './month-files.js';
import type { FolderContent } from './write-folder.js';

/** @returns the differences in `out/MONTH`; none if there is no such folder */
export function auditFolder({ view, files }: Omit<FolderContent, 'engineVersion'>, out: string): Finding[] {
  const folder = path.join(out, view.month);
  if (!existsSync(folder)) return [];
  const again = `"monthend export ${view.month} --out ${out}" writes the files again`;
  const findings: Finding[] = [];
  const expected = Array.from(files, (file) => readOut(file));
  const paths = new Set([...expected.map((file) => file.path), MANIFEST]);
  for (const file of expected) {
    const found = lstatSync(path.join(folder, file.path), { throwIfNoEntry: false });
    // Compares the size first: a found file may be endless.
    const isSame =
      found?.isFile() && found.size === file.bytes && hashOf(path.join(folder, file.path)) === file.sha256;
    if (isSame) continue;
    const message = found?.isFile() ? 'is not what the ledger wrote' : 'is missing';
    findings.push({ place: path.join(folder, file.path), message: `${message}; ${again}` });
  }
  for (const name of filesBelow(folder))
    if (!paths.has(name))
      findings.push({ place: path.join(folder, name), message: 'was not written by monthend' });
  const manifest = path.join(folder, MANIFEST);
  if (!isManifestOf(view, expected, manifestText(folder))) {
    const what = existsSync(manifest) ? 'is not what the ledger wrote' : 'is missing';
    // An export recognises its folder by the manifest, so a folder without it must be moved away.
    findings.push({ place: manifest, message: `${what}; move ${folder} away, then ${again}` });
  }
  return findings;
}

/** Compares the files of a folder with its own manifest, for folders that the ledger does not write again. */
export function auditByManifest(folder: string): Finding[] {
  const { files } = readManifest(folder) ?? {};
  const listed: readonly WrittenFile[] = Array.isArray(files) ? files : [];
  const findings: Finding[] = [];
  for (const { path: name, sha256, bytes } of listed) {
    const place = path.join(folder, String(name));
    const found = lstatSync(place, { throwIfNoEntry: false });
    const isSame = found?.isFile() && found.size === bytes && hashOf(place) === sha256;
    if (!isSame)
      findings.push({ place, message: found?.isFile() ? 'is not what its manifest says' : 'is missing' });
  }
  const names = new Set([...listed.map((file) => file.path), MANIFEST]);
  for (const name of filesBelow(folder))
    if (!names.has(name))
      findings.push({ place: path.join(folder, name), message: 'was not written by monthend' });
  return findings;
}

/** One buffer for all files: a month has as many as it has practices. */
const PIECE = Buffer.alloc(256 * 1024);

/** Waits for each read, since a stream for each of very many small files takes longer than to read them. */
function hashOf(file: string): string {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'r');
  try {
    const read = () => naming(file, () => readSync(descriptor, PIECE));
    for (let count = read(); count > 0; count = read()) hash.update(PIECE.subarray(0, count));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

/** Compares a manifest with the ledger. It names the version that wrote it, which may be an older one without ledger ids. */
function isManifestOf(view: MonthView, files: readonly WrittenFile[], text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    const { engine_version: version, ledger } = JSON.parse(text);
    const anew = manifestOf(view, files, String(version));
    if (ledger !== undefined) return anew === text;
    const { ledger: _, numbers: __, ...older } = JSON.parse(anew);
    return manifestJson(older) === text;
  } catch {
    return false;
  }
}
