/** A problem of an input: a value that is collected, never thrown. `intake/` and `ledger/` add its place. */
import { visible } from '../words/excerpt.js';

/** A place in an input file: physical line and code point in it, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  /** The name that the user gave; `-` for standard input. */
  readonly file: string;
  /** The wrong column or key; empty if the record or the whole file is wrong. */
  readonly field: string;
  /** The name of the message without its values: a folder in fixtures/rejected. */
  readonly kind: string;
  readonly message: string;
  /** The wrong value, if a correction can be derived from it. Never a patient reference. */
  readonly value?: string;
  /** The value that should stand there, if it can be derived. It is shown, never applied. */
  readonly mend?: string;
}

/** `FILE:LINE:COLUMN: FIELD: message`, the form of docs/files.md section 1. */
export function formatProblem(problem: Omit<Problem, 'kind'>): string {
  const place = `${placeName(problem.file, problem.line)}:${problem.column}: `;
  return problem.field === '' ? place + problem.message : `${place}${problem.field}: ${problem.message}`;
}

/** `orders.csv:2` */
export function placeName(file: string, line: number): string {
  return `${escapedName(file)}:${line}`;
}

/** Returns the whole name of a file, with escapes for characters that a terminal could act on. */
function escapedName(name: string): string {
  return Array.from(name, visible).join('');
}
