/** The meaning of each exit code, for the help, the manual page and docs/commands.md. */
import { EXIT_CODES, type FailureKind } from '../errors/failure.js';

const MEANINGS: Readonly<Record<FailureKind, string>> = {
  difference: 'check or verify found a difference, or books check something that would be refused',
  usage: 'the command line or the config is wrong',
  input: 'bad input: nothing was imported, or the bad records were set aside',
  refused:
    'refused: a month out of order, not over or out of balance; exceptions under --strict; a folder in the way; an export that its target cannot hold',
  damaged: 'the ledger is damaged, foreign or too new; it was not touched',
  fault: 'a bug in monthend',
  system: 'the system failed: disk full, no permission',
  busy: 'another process is using the ledger; try again',
};

/** Every exit code with its meaning, in order. */
export const EXIT_CODE_MEANINGS: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: 'done, or there was nothing to do' },
  ...Object.entries(EXIT_CODES).map(([kind, code]) => ({ code, meaning: MEANINGS[kind as FailureKind] })),
];
