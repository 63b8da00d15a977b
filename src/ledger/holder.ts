/**
 * The note beside a ledger that says who writes it. The lock is SQLite's own; the note is read only by one that found the
 * ledger locked, and a killed process leaves it behind. It is a courtesy: where it cannot be written, nobody is told.
 */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { bytesAt, withFoundFile } from '../files/found-file.js';

const noteOf = (ledger: string) => `${ledger}-holder`;

/** All that a whole note says. */
const NOTE = /^process \d+, "monthend [\w -]{1,40}"$/;
const LONGEST = 100;

/** A killed process may have left the beginning of a note. Anything else of that name is another's, and stays. */
const isOurs = (text: string) => 'process '.startsWith(text) || /^process \d+/.test(text);

/**
 * Called by the one that holds the lock. @param doing the command, with its month
 * @returns what takes the note away
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

/** `process 4711, "monthend close 2026-10"`; undefined if nobody says so. */
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
