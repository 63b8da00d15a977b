/** The places of an import's records, for messages that name two of them. Memory grows by some bytes for each record. */
import { createKeyTable } from './key-table.js';
import { createNumbers } from './numbers.js';
import { createTextArena } from './text-arena.js';

export interface Where {
  readonly file: string;
  readonly line: number;
}

/** Stores the place of each fact of an import by its number, from 0. */
export function createPlaces() {
  // Most facts are of the line after that of the fact before. These are the others, with their lines.
  const facts = createNumbers(Uint32Array);
  const lines = createNumbers(Uint32Array);
  let count = 0;
  /** The files, each with the number of its first fact. */
  const files: { readonly file: string; readonly from: number }[] = [];

  const lineOf = (fact: number, index: number) => lines.get(index) + fact - facts.get(index);

  return {
    /** The facts after it are of the lines after it, up to the next fact for which this is called. */
    set(fact: number, { file, line }: Where): void {
      if (files.at(-1)?.file !== file) files.push({ file, from: fact });
      if (count > 0 && lineOf(fact, count - 1) === line) return;
      facts.set(count, fact);
      lines.set(count, line);
      count++;
    },
    of(fact: number): Where {
      let [from, to] = [0, count];
      while (to - from > 1) {
        const middle = (from + to) >>> 1;
        if (facts.get(middle) <= fact) from = middle;
        else to = middle;
      }
      return { file: files.findLast((each) => each.from <= fact)?.file ?? '', line: lineOf(fact, from) };
    },
  };
}

/** A row of a file that gives no order line. */
interface Row {
  readonly orderId: string;
  /** The key of the order's id. */
  readonly key: number;
  readonly where: Where;
  /** The number of this import's fact for that order line, if it has one. */
  readonly fact: number | undefined;
}

/**
 * Collects the rows of a file without an order line: two of one order cannot be distinguished. Most rows bring a fact, and the next
 * row of the order finds that. For the others it keeps the id of the order.
 */
export function createRowsOfFile(placeOf: (fact: number) => Where) {
  const bringsFact = createNumbers(Uint8Array);
  let file: string | undefined;
  // The rows without a fact.
  let rows = createKeyTable();
  const ids = createTextArena();
  const lines = createNumbers(Uint32Array);
  /** For orders with several rows, the lines of all of them. */
  const repeated = new Map<string, number[]>();

  function firstLineOf({ orderId, key, where, fact }: Row): number | undefined {
    if (fact !== undefined && bringsFact.get(fact) === 1) {
      const place = placeOf(fact);
      if (place.file === where.file) return place.line;
    }
    const place = rows.at(key).find((each) => ids.textAt(each) === orderId);
    return place === undefined ? undefined : lines.get(place);
  }

  function startFile(next: string): void {
    if (next === file) return;
    file = next;
    rows = createKeyTable();
    ids.clear();
    repeated.clear();
  }

  return {
    /** Tells whether the file may have another row of the order that brought no fact. */
    mayHave(key: number, inFile: string): boolean {
      startFile(inFile);
      return rows.has(key);
    },
    /** @returns the lines of all rows of the order; undefined for its first row. The list grows with later rows */
    others(row: Row): readonly number[] | undefined {
      const { line } = row.where;
      startFile(row.where.file);
      const known = repeated.get(row.orderId);
      const first = known === undefined ? firstLineOf(row) : undefined;
      if (known === undefined && first === undefined) return undefined;
      const all = known ?? [first as number];
      all.push(line);
      repeated.set(row.orderId, all);
      return all;
    },
    /** Notes that the first row of an order brought that fact. */
    addFact: (fact: number): void => bringsFact.set(fact, 1),
    /** Notes the first row of an order, with the fact that it brought. */
    add({ orderId, key, where, fact }: Row): void {
      if (fact !== undefined) bringsFact.set(fact, 1);
      else {
        const place = ids.add(orderId);
        lines.set(place, where.line);
        rows.add(key, place);
      }
    },
  };
}
