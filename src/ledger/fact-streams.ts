/**
 * What a month reads, in order of order id: the segments of the log, the orders that the last close left open, and those that an import has
 * noted. Facts stay bytes until they are asked for, since most are billed as they are (bill-plain-orders.ts).
 */
import { keyOf, keyOfBytes } from '../billing/id-key.js';
import type { RowPlace } from '../billing/plain-order.js';
import type { Connection } from './connect.js';
import type { Bucket, EventRow, FactKindOfLog, Known, LineRow } from './fact-log.js';
import { readOpenOrders } from './open-orders.js';
import type { OrderHistory } from './order-facts.js';
import type { OrderStream } from './order-streams.js';

/** A fact that a segment has. */
interface StoredRow extends RowPlace {
  readonly importId: number;
  readonly bytes: Buffer;
}

export const isStored = (fact: StoredRow | Known<unknown>): fact is StoredRow => 'bytes' in fact;

/** @throws SyntaxError if it is damaged */
export function parsedFact<Row>(fact: StoredRow | Known<Row>): Known<Row> {
  if (!isStored(fact)) return fact;
  const { importId, bytes, start, end } = fact;
  return { importId, row: JSON.parse(bytes.toString('utf8', start, end)) };
}

/** An order id as UTF-8, in which ids compare as by code points. */
interface IdBytes {
  bytes: Buffer;
  start: number;
  end: number;
}

const noId = (): IdBytes => ({ bytes: Buffer.alloc(0), start: 0, end: 0 });

function setId(id: IdBytes, text: string): void {
  id.bytes = Buffer.from(text);
  id.start = 0;
  id.end = id.bytes.length;
}

export function compareIds(a: Readonly<IdBytes>, b: Readonly<IdBytes>): number {
  const length = Math.min(a.end - a.start, b.end - b.start);
  for (let index = 0; index < length; index++) {
    const difference = (a.bytes[a.start + index] as number) - (b.bytes[b.start + index] as number);
    if (difference !== 0) return difference;
  }
  return a.end - a.start - (b.end - b.start);
}

/** What was found of one order so far. One object serves all orders. */
export interface FoundOrder {
  readonly id: Readonly<IdBytes>;
  readonly lines: (StoredRow | Known<LineRow>)[];
  readonly events: (StoredRow | Known<EventRow>)[];
  isOpen: boolean;
  isLate: boolean;
  begin(id: Readonly<IdBytes>): void;
  orderId(): string;
  /** That of the order's id (id-key.ts). */
  key(): number;
}

export function createFoundOrder(): FoundOrder {
  const id = noId();
  return {
    id,
    lines: [],
    events: [],
    isOpen: false,
    isLate: false,
    begin({ bytes, start, end }) {
      id.bytes = bytes;
      id.start = start;
      id.end = end;
      this.lines.length = 0;
      this.events.length = 0;
      this.isOpen = false;
      this.isLate = false;
    },
    orderId: () => id.bytes.toString('utf8', id.start, id.end),
    key() {
      return isAscii(id) ? keyOfBytes(id.bytes, id.start, id.end) : keyOf(this.orderId());
    },
  };
}

function isAscii({ bytes, start, end }: Readonly<IdBytes>): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

interface FactStream extends OrderStream {
  /** That of the current order. */
  readonly id: Readonly<IdBytes>;
  /** Adds what it has of the current order. */
  take(found: FoundOrder): void;
}

export interface SegmentHead {
  readonly id: number;
  readonly importId: number;
  readonly kind: FactKindOfLog;
  readonly run: number;
  readonly bucket: Bucket;
  readonly facts: number;
}

const NO_BYTES = Buffer.alloc(0);
const [LINE_FEED, QUOTE, OPEN, BACKSLASH] = [10, 34, 91, 92];

/** Reads the segments of one run and bucket. `take` goes past the rows of the order, and `advance` then tells the id of the next. */
export function createSegmentStream(run: readonly SegmentHead[], dataOf: (id: number) => Buffer): FactStream {
  const [first] = run;
  const importId = first?.importId ?? 0;
  const isLines = first?.kind === 'orders';
  const id = noId();
  let bytes: Buffer = NO_BYTES;
  let next = 0;
  /** Where the next row begins. */
  let at = 0;
  /** The rows of the segment from there on. */
  let left = 0;

  /** Each row is on a line of its own, with a comma after it, and a bracket after the last one. */
  function endOfRow(): number {
    let end = at;
    while (end < bytes.length && bytes[end] !== LINE_FEED) end++;
    return end - 1;
  }
  /** Sets `id` to that of the next row. @throws SyntaxError if it is damaged or missing */
  function readId(): void {
    if (bytes[at] !== OPEN || bytes[at + 1] !== QUOTE) throw new SyntaxError('no row with an order id');
    id.bytes = bytes;
    id.start = at + 2;
    id.end = id.start;
    for (let byte = bytes[id.end]; byte !== QUOTE; byte = bytes[id.end]) {
      if (byte === BACKSLASH) {
        setId(id, JSON.parse(bytes.toString('utf8', at, endOfRow()))[0]);
        return;
      }
      if (byte === undefined) throw new SyntaxError('no end of an order id');
      id.end++;
    }
  }
  return {
    id,
    advance() {
      if (left === 0) {
        const segment = run[next];
        if (segment === undefined) return false;
        next++;
        left = segment.facts;
        bytes = dataOf(segment.id);
        // After the opening bracket.
        at = 1;
      }
      readId();
      return true;
    },
    take(found) {
      do {
        const end = endOfRow();
        (isLines ? found.lines : found.events).push({ importId, bytes, start: at, end });
        at = end + 2;
        left--;
        if (left === 0) {
          // No fact may be lost unnoticed.
          if (at < bytes.length) throw new SyntaxError('a segment has more facts than it says');
          return;
        }
        readId();
      } while (compareIds(id, found.id) === 0);
    },
  };
}

export function createOpenStream(db: Connection, month: string | undefined): FactStream {
  const orders = month === undefined ? undefined : readOpenOrders(db, month);
  const id = noId();
  let order: OrderHistory | undefined;
  return {
    id,
    advance() {
      const next = orders?.next();
      if (next === undefined || next.done) return false;
      order = next.value;
      setId(id, next.value.orderId);
      return true;
    },
    take(found) {
      found.isOpen = true;
      found.lines.push(...(order?.lines ?? []));
      found.events.push(...(order?.events ?? []));
    },
  };
}

export function createLateStream(late: readonly string[]): FactStream {
  const id = noId();
  let next = 0;
  return {
    id,
    advance() {
      const orderId = late[next];
      if (orderId === undefined) return false;
      next++;
      setId(id, orderId);
      return true;
    },
    take(found) {
      found.isLate = true;
    },
  };
}
