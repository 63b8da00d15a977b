/** Merges what comes in order of order id from several sources. */
import { compareCodePoints } from '../billing/order.js';

/** A source of orders, in order of their ids. */
export interface OrderStream {
  orderId: string;
  /** Goes to the next order. @returns false if there is none */
  advance(): boolean;
}

/** Makes a heap of streams. The one with the least order id is on top. @param streams each at its first order */
export function createHeap<Stream extends OrderStream>(streams: Stream[]) {
  const heap = streams.sort((a, b) => compareCodePoints(a.orderId, b.orderId));
  function sink(): void {
    const moved = heap[0];
    if (moved === undefined) return;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && compareCodePoints(right.orderId, left.orderId) < 0) child++;
      const least = heap[child] as Stream;
      if (compareCodePoints(moved.orderId, least.orderId) <= 0) break;
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
