/** A problem of an input: a value that is collected, never thrown. `intake/` and `ledger/` say where it stands. */
import { visible } from '../words/excerpt.js';

/** Where something stands in an input file: physical line and code point of it, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  /** The column or key at fault; empty if the record or the file as a whole is. */
  readonly field: string;
  /** Which message it is, without its values: the name of a folder in fixtures/rejected. */
  readonly kind: string;
  readonly message: string;
  /** What stands there, where a mend can be worked out from it; not of a patient reference. */
  readonly value?: string;
  /** What should stand there, if that can be told: shown, never taken. */
  readonly mend?: string;
}

/** `FILE:LINE:COLUMN: FIELD: message`, as docs/files.md section 1 wants it. */
export function formatProblem(problem: Omit<Problem, 'kind'>): string {
  const place = `${placeName(problem.file, problem.line)}:${problem.column}: `;
  return problem.field === '' ? place + problem.message : `${place}${problem.field}: ${problem.message}`;
}

/** `orders.csv:2` */
export function placeName(file: string, line: number): string {
  return `${escapedName(file)}:${line}`;
}

/** The name of a file, whole, with what a terminal could act on written as an escape. */
function escapedName(name: string): string {
  return Array.from(name, visible).join('');
}
