/** The audit of a month's folder: its files against its manifest, and both against what the ledger would write. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MonthView } from '../billing/month-view.js';
import type { Finding } from '../failure.js';
import { MANIFEST, manifestOf, type WrittenFile } from './manifest.js';
import type { MonthFile } from './month-files.js';
import type { FolderContent } from './write-folder.js';

/** @returns what differs in `out/MONTH`; nothing if there is no such folder */
export async function auditFolder(
  { view, files }: Omit<FolderContent, 'engineVersion'>,
  out: string,
): Promise<Finding[]> {
  const folder = path.join(out, view.month);
  if (!existsSync(folder)) return [];
  const findings: Finding[] = [];
  const expected = expectedFiles(files);
  const paths = new Set([...expected.map((file) => file.path), MANIFEST]);
  for (const file of expected) {
    const found = await hashOf(path.join(folder, file.path));
    if (found === file.sha256) continue;
    const message = found === undefined ? 'is missing' : 'is not what the ledger wrote';
    findings.push({ place: path.join(folder, file.path), message: `${message}; ${AGAIN(view)}` });
  }
  for (const name of filesBelow(folder))
    if (!paths.has(name))
      findings.push({ place: path.join(folder, name), message: 'was not written by monthend' });
  const manifest = path.join(folder, MANIFEST);
  if (!isManifestOf(view, expected, manifest))
    findings.push({ place: manifest, message: `is not what the ledger wrote; ${AGAIN(view)}` });
  return findings;
}

const AGAIN = ({ month }: MonthView) => `"monthend export ${month}" writes the files again`;

function expectedFiles(monthFiles: Iterable<MonthFile>): WrittenFile[] {
  const files: WrittenFile[] = [];
  for (const { path: name, pieces, rows } of monthFiles) {
    const hash = createHash('sha256');
    let bytes = 0;
    for (const piece of pieces) {
      const buffer = Buffer.from(piece);
      hash.update(buffer);
      bytes += buffer.length;
    }
    files.push({ path: name, sha256: hash.digest('hex'), bytes, rows: rows() });
  }
  return files;
}

async function hashOf(file: string): Promise<string | undefined> {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** The names of the files below a folder, with `/`, in order. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !lstatSync(path.join(folder, name)).isDirectory())
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}

/** A manifest names the version that wrote it, which may be an earlier one; all else is the ledger's. */
function isManifestOf(view: MonthView, files: readonly WrittenFile[], manifest: string): boolean {
  try {
    const text = readFileSync(manifest, 'utf8');
    return manifestOf(view, files, String(JSON.parse(text).engine_version)) === text;
  } catch {
    return false;
  }
}
