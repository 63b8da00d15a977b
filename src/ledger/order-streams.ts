/** Merges what comes in order of order id from several sources. */

/** A source of orders, in order of their ids. */
export interface OrderStream {
  /** Goes to the next order. @returns false if there is none */
  advance(): boolean;
}

/**
 * Makes a heap of streams. The one with the least order id is on top.
 * @param streams each at its first order
 * @param compare compares the ids of their orders
 */
export function createHeap<Stream extends OrderStream>(
  streams: Stream[],
  compare: (a: Stream, b: Stream) => number,
) {
  const heap = streams.sort(compare);
  function sink(): void {
    const moved = heap[0];
    if (moved === undefined) return;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && compare(right, left) < 0) child++;
      const least = heap[child] as Stream;
      if (compare(moved, least) <= 0) break;
      heap[place] = least;
      place = child;
    }
    heap[place] = moved;
  }
  return {
    top: () => heap[0],
    advanceTop(): void {
      if (heap[0]?.advance() === false) {
        const last = heap.pop();
        if (heap.length === 0 || last === undefined) return;
        heap[0] = last;
      }
      sink();
    },
  };
}
