/** The places of an import's records, for messages that name two of them. Memory grows by some bytes for each record. */
import { keyOf } from './fact-log.js';
import { createKeyTable } from './key-table.js';
import { createNumbers } from './numbers.js';

export interface Where {
  readonly file: string;
  readonly line: number;
}

/** Stores the place of each fact of an import by its number, from 0. */
export function createPlaces() {
  const lines = createNumbers(Uint32Array);
  /** The files, each with the number of its first fact. */
  const files: { readonly file: string; readonly from: number }[] = [];
  return {
    set(fact: number, { file, line }: Where): void {
      lines.set(fact, line);
      if (files.at(-1)?.file !== file) files.push({ file, from: fact });
    },
    of(fact: number): Where {
      return { file: files.findLast(({ from }) => from <= fact)?.file ?? '', line: lines.get(fact) };
    },
  };
}

/**
 * Collects the rows of a file without an order line: two of one order cannot be distinguished. An order is recognised by two hashes of its
 * id with more than 80 bits together.
 */
export function createRowsOfFile() {
  let file: string | undefined;
  let count = 0;
  let rows = createKeyTable();
  let lines = createNumbers(Uint32Array);
  let checks = createNumbers(Uint32Array);
  /** For orders with several rows, the lines of all of them. */
  let repeated = new Map<string, number[]>();

  function start(next: string): void {
    file = next;
    count = 0;
    [rows, lines, checks, repeated] = [
      createKeyTable(),
      createNumbers(Uint32Array),
      createNumbers(Uint32Array),
      new Map(),
    ];
  }

  return {
    /** @returns the lines of all rows of the order; undefined for its first row. The list grows with later rows */
    add(key: number, orderId: string, where: Where): readonly number[] | undefined {
      if (where.file !== file) start(where.file);
      const check = keyOf(`${orderId}\n`) % 4294967296;
      const first = rows.at(key).find((row) => checks.get(row) === check);
      if (first === undefined) {
        rows.add(key, count);
        lines.set(count, where.line);
        checks.set(count, check);
        count++;
        return undefined;
      }
      const known = repeated.get(orderId) ?? [lines.get(first)];
      known.push(where.line);
      repeated.set(orderId, known);
      return known;
    },
  };
}
