/** Guesses the layout of a CSV: its separator, the line of its header, and whether it has one. */
import { SEPARATORS, type Separator } from './input-profile.js';

export interface GuessedLayout {
  readonly separator: Separator;
  readonly headerLine: number;
  /** True if that line holds names and no values. */
  readonly hasHeader: boolean;
}

/** The most lines to look at; a preamble is shorter. */
const MOST_LINES = 1000;

/**
 * Chooses the separator that occurs equally often in the most lines, and most often. The header is the first such line without an empty
 * cell: `Order list,,,` above it is a title.
 */
export function guessLayout(head: string): GuessedLayout {
  const lines = head.split(/\r?\n/).slice(0, MOST_LINES);
  const guesses = SEPARATORS.map((separator) => ({ separator, ...regularity(lines, separator) }));
  const best = guesses.reduce((a, b) => (b.score > a.score ? b : a));
  const { separator, count } = best;
  const isRegular = (line: string) => separatorsIn(line, separator) === count;
  const candidates = [...lines.entries()].filter(([, line]) => isRegular(line));
  const header = candidates.find(([, line]) => isHeaderLike(cellsOf(line, separator))) ?? candidates[0];
  const cells = cellsOf(header?.[1] ?? '', separator);
  return {
    separator,
    headerLine: (header?.[0] ?? 0) + 1,
    hasHeader: cells.length > 0 && !cells.some(isValueLike),
  };
}

function regularity(
  lines: readonly string[],
  separator: string,
): { readonly count: number; readonly score: number } {
  const byCount = new Map<number, number>();
  for (const line of lines) {
    const count = separatorsIn(line, separator);
    if (count > 0) byCount.set(count, (byCount.get(count) ?? 0) + 1);
  }
  let best = { count: 0, score: 0 };
  for (const [count, times] of byCount) {
    const score = times * times * count;
    if (score > best.score) best = { count, score };
  }
  return best;
}

/** Counts the separators outside quotes. */
function separatorsIn(line: string, separator: string): number {
  let count = 0;
  let isQuoted = false;
  for (const sign of line) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (sign === separator && !isQuoted) count++;
  }
  return count;
}

function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const sign of line) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (sign === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  return [...cells, cell];
}

function isHeaderLike(cells: readonly string[]): boolean {
  // A surplus separator leaves an empty cell at the end.
  const named = cells.at(-1)?.trim() === '' ? cells.slice(0, -1) : cells;
  return named.every((cell) => cell.trim() !== '') && new Set(named).size === named.length;
}

/** True for a number, amount or date, which cannot be the name of a column. */
export function isValueLike(cell: string): boolean {
  return /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell) || /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/.test(cell);
}

/** Matches the first cell of a total below the data, in several languages. */
export const TOTAL =
  /^(?:grand |sub)?(?:total|sum|summe|gesamt|ende\b|end of|anzahl|count|records|totaal|suma|totaux|page|seite)/i;
