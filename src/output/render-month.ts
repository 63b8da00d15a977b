/** The files of a month in memory, for comparing: the same as `write-folder.ts` writes, to the byte. */
import { createHash } from 'node:crypto';
import type { MonthView } from '../billing/month-view.js';
import { MANIFEST, manifestOf, type WrittenFile } from './manifest.js';
import { monthFiles } from './month-files.js';

/** @returns each file's bytes by name, as latin1 text, in which every byte is one character */
export function renderMonth(view: MonthView, engineVersion: string): Map<string, string> {
  const rendered = new Map<string, string>();
  const written: WrittenFile[] = [];
  for (const { path, pieces, rows } of monthFiles(view)) {
    const bytes = Buffer.from([...pieces].join(''));
    rendered.set(path, bytes.toString('latin1'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    written.push({ path, sha256, bytes: bytes.length, rows: rows() });
  }
  rendered.set(MANIFEST, Buffer.from(manifestOf(view, written, engineVersion)).toString('latin1'));
  return rendered;
}
