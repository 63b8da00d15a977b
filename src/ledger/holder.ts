/**
 * The note beside a ledger that names the process writing to it. SQLite's lock protects the ledger; the note is read only when the ledger
 * is locked, and a killed process leaves it behind. The note is a courtesy: if it cannot be written, nothing is reported.
 */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { bytesAt, withFoundFile } from '../files/found-file.js';

const noteOf = (ledger: string) => `${ledger}-holder`;

/** The text of a complete note. */
const NOTE = /^process \d+, "monthend [\w -]{1,40}"$/;
const LONGEST = 100;

/** A killed process may have left the beginning of a note. Any other file of that name is not ours and stays. */
const isOurs = (text: string) => 'process '.startsWith(text) || /^process \d+/.test(text);

/**
 * Writes the note. Called by the process that holds the lock. @param doing the command with its month
 * @returns a function that removes the note
 */
export function tellOthers(ledger: string, doing: string): () => void {
  const isTold = attempt(() => {
    const found = readNote(ledger);
    if (found !== undefined && isOurs(found)) rmSync(noteOf(ledger)); // its process is dead: we hold the lock now
    const descriptor = openSync(noteOf(ledger), 'wx', 0o600);
    try {
      writeFileSync(descriptor, `process ${process.pid}, "monthend ${doing}"`);
    } finally {
      closeSync(descriptor);
    }
    return true;
  });
  return () => {
    if (isTold) attempt(() => rmSync(noteOf(ledger)));
  };
}

/** Returns the holder: `process 4711, "monthend close 2026-10"`. Undefined if no note names it. */
export function holderOf(ledger: string): string | undefined {
  const note = attempt(() => readNote(ledger));
  return note !== undefined && NOTE.test(note) ? note : undefined;
}

function readNote(ledger: string): string | undefined {
  return withFoundFile(noteOf(ledger), (descriptor) => bytesAt(descriptor, 0, LONGEST).toString());
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
