/** The problems of an import as a CSV, for correcting the files in a spreadsheet. Other code writes the file. */
import type { Problem } from '../errors/problem.js';
import { type Column, toCsv } from './csv.js';

const COLUMNS: readonly Column<Problem>[] = [
  { name: 'file', type: 'string', isText: true, cell: ({ file }) => file },
  { name: 'line', type: 'integer', cell: ({ line }) => line },
  { name: 'column', type: 'integer', cell: ({ column }) => column },
  { name: 'field', type: 'string', isText: true, cell: ({ field }) => field },
  { name: 'kind', type: 'string', cell: ({ kind }) => kind },
  { name: 'message', type: 'string', isText: true, cell: ({ message }) => message },
  { name: 'mend', type: 'string', isText: true, cell: ({ mend = '' }) => mend },
];

const STYLE = { bom: false, lineEnding: 'lf', formulaGuard: true } as const;

const HEADER = COLUMNS.map(({ name }) => name).join(',');

export function problemsCsv(problems: readonly Problem[]): string {
  return [...toCsv(COLUMNS, problems, STYLE)].join('');
}

/** Tells from its beginning whether a file is such a CSV. */
export const isProblemsCsv = (beginning: string): boolean => beginning.startsWith(`${HEADER}\n`);
