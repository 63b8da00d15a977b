import type { PreflightFinding } from '../billing/finding.js';
import { counted } from '../words/words.js';
import type { Problem } from './problem.js';

/** Why a command stops without doing what it was asked. Each kind has its own exit code (docs/commands.md). */
export const EXIT_CODES = {
  /** `check` or `verify` found a difference. */
  difference: 1,
  /** The command line or the config is wrong. */
  usage: 2,
  /** Bad input: nothing was imported, or the bad part was set aside. */
  input: 3,
  /** A month out of order or not over, exceptions under `--strict`, a month that does not balance. */
  refused: 4,
  /** The ledger is damaged, foreign or too new. It was not touched. */
  damaged: 5,
  /** A fault of the program itself. */
  fault: 70,
  /** The system failed: disk full, no permission. */
  system: 74,
  /** Another process holds the ledger. */
  busy: 75,
} as const;

export type FailureKind = keyof typeof EXIT_CODES;

export class Failure extends Error {
  /** @param message for the user: what is wrong, where, and what to do next */
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A whole import is rejected, with every problem of every file. */
export class InputRejected extends Failure {
  constructor(readonly problems: readonly Problem[]) {
    super('input', `${counted(problems.length, 'problem')}; nothing was imported`);
  }
}

/** A month is not closed because of findings that nobody accepted. */
export class PreflightRefused extends Failure {
  /** @param findings all findings of the preflight, including those that do not stop the close */
  constructor(
    message: string,
    readonly findings: readonly PreflightFinding[],
  ) {
    super('refused', message);
  }
}

/** Something that an audit found changed or wrong. */
export interface Finding {
  /** The thing at fault: `2026-10`, `import 3`, `INV-000017 line 2`, a file. */
  readonly place: string;
  readonly message: string;
}
