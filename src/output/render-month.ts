/** Makes the files of a month in memory, for comparison. They equal those of `write-folder.ts` to the byte. */
import type { MonthView } from '../billing/month-view.js';
import { MANIFEST, manifestOf, type WrittenFile } from './manifest.js';
import { monthFiles, readOut } from './month-files.js';

/** @returns each file's bytes by name, as latin1 text, in which each byte is one character */
export function renderMonth(view: MonthView, engineVersion: string): Map<string, string> {
  const rendered = new Map<string, string>();
  const written: WrittenFile[] = [];
  for (const file of monthFiles(view)) {
    const pieces: Buffer[] = [];
    written.push(readOut(file, (bytes) => pieces.push(Buffer.from(bytes))));
    rendered.set(file.path, Buffer.concat(pieces).toString('latin1'));
  }
  rendered.set(MANIFEST, Buffer.from(manifestOf(view, written, engineVersion)).toString('latin1'));
  return rendered;
}
