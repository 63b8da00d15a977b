/**
 * The packed lines of documents until they are written. They lie one after the other as they came, and are sorted by document when they are
 * taken: lines come to one document after another at random, and a buffer for each would be slow to reach.
 */
import { startIn } from '../billing/ends.js';
import { grown } from '../billing/grown.js';

export interface UnwrittenLines {
  /** Makes room for a line of at most so many bytes. @returns where to write it */
  begin(document: number, most: number): { readonly bytes: Buffer; readonly start: number };
  /** @param end where the line ends */
  end(end: number): void;
  /** In bytes. */
  size(): number;
  /**
   * Takes the lines of each document that has any, in order of document, and forgets them.
   * @param take gets the lines one after the other, in bytes that the next call reuses
   */
  takeAll(take: (document: number, lines: Buffer, count: number) => void): void;
}

export function createUnwrittenLines(): UnwrittenLines {
  let bytes = Buffer.allocUnsafe(64 * 1024);
  let documents = new Uint32Array(1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let size = 0;
  let together = Buffer.allocUnsafe(64 * 1024);

  /** Returns the places of all lines by document. Those of one document keep their order. */
  function inOrderOfDocument(): Uint32Array {
    let most = 0;
    for (let line = 0; line < count; line++) most = Math.max(most, documents[line] as number);
    const starts = new Uint32Array(most + 2);
    for (let line = 0; line < count; line++) increase(starts, (documents[line] as number) + 1, 1);
    for (let document = 0; document <= most; document++)
      increase(starts, document + 1, starts[document] as number);
    const order = new Uint32Array(count);
    for (let line = 0; line < count; line++) {
      const document = documents[line] as number;
      order[starts[document] as number] = line;
      increase(starts, document, 1);
    }
    return order;
  }

  return {
    begin(document, most) {
      if (size + most > bytes.length) bytes = grown(bytes, Buffer.allocUnsafe(2 * (size + most)));
      if (count === ends.length) {
        documents = grown(documents, new Uint32Array(2 * count));
        ends = grown(ends, new Uint32Array(2 * count));
      }
      documents[count] = document;
      return { bytes, start: size };
    },
    end(end) {
      ends[count] = end;
      count++;
      size = end;
    },
    size: () => size,
    takeAll(take) {
      const order = inOrderOfDocument();
      for (let first = 0; first < count; ) {
        const document = documents[order[first] as number] as number;
        let length = 0;
        let last = first;
        for (; last < count; last++) {
          const line = order[last] as number;
          if (documents[line] !== document) break;
          const start = startIn(ends, line);
          const end = ends[line] as number;
          if (length + end - start > together.length)
            together = grown(together, Buffer.allocUnsafe(2 * (length + end - start)));
          bytes.copy(together, length, start, end);
          length += end - start;
        }
        take(document, together.subarray(0, length), last - first);
        first = last;
      }
      count = 0;
      size = 0;
    },
  };
}

function increase(numbers: Uint32Array, place: number, by: number): void {
  numbers[place] = (numbers[place] as number) + by;
}
