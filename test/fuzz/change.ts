/** Changes an input at random: what a search does to the inputs that it keeps. */

export interface Pick {
  below(limit: number): number;
  of<Value>(values: readonly Value[]): Value;
}

export function picker(random: () => number): Pick {
  const below = (limit: number) => Math.floor(random() * limit);
  return { below, of: (values) => values[below(values.length)] as (typeof values)[number] };
}

const MOST_BYTES = 64 * 1024;

/**
 * One to five changes.
 * @param words texts that mean something to what is searched
 * @param other another input, of which parts are taken
 */
export function changed(bytes: Buffer, other: Buffer, words: readonly Buffer[], pick: Pick): Buffer {
  let now: Buffer = bytes;
  for (let left = pick.below(5); left >= 0; left--) now = changedOnce(now, other, words, pick);
  return now.subarray(0, MOST_BYTES);
}

function changedOnce(bytes: Buffer, other: Buffer, words: readonly Buffer[], pick: Pick): Buffer {
  const at = pick.below(bytes.length + 1);
  // Mostly short pieces.
  const to = Math.min(bytes.length, at + pick.below(pick.of([2, 8, 64, 1000])));
  switch (pick.below(12)) {
    case 0:
      return replaced(bytes, at, at + 1, Buffer.of(pick.below(256)));
    case 1:
      return replaced(bytes, at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << pick.below(8))));
    case 2:
      return replaced(bytes, at, to, Buffer.alloc(0));
    case 3:
      return replaced(bytes, to, to, bytes.subarray(at, to));
    case 4:
    case 5:
      return replaced(bytes, at, at, pick.of(words));
    case 6:
    case 7:
      return replaced(bytes, at, to, pick.of(words));
    case 8: {
      const from = pick.below(other.length + 1);
      return replaced(bytes, at, to, other.subarray(from, from + pick.below(100)));
    }
    case 9:
      return replaced(bytes, at, at + 1, Buffer.from(String(pick.below(10))));
    case 10: {
      const line = bytes.lastIndexOf(0x0a, at) + 1;
      const next = bytes.indexOf(0x0a, at);
      const whole = bytes.subarray(line, next < 0 ? bytes.length : next + 1);
      return pick.below(2) === 0
        ? replaced(bytes, line, line, whole)
        : replaced(bytes, line, line + whole.length, Buffer.alloc(0));
    }
    default: {
      // A long run of the same is how a search that goes back too often shows.
      const piece = bytes.subarray(at, to);
      const times = pick.below(40) === 0 ? Math.floor(MOST_BYTES / (piece.length + 1)) : pick.below(8);
      return replaced(bytes, at, to, Buffer.concat(Array.from({ length: times }, () => piece)));
    }
  }
}

function replaced(bytes: Buffer, start: number, end: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(Math.min(end, bytes.length))]);
}
