/**
 * Keys of ids and events: hashes of 53 bits, greater than zero. A key only finds candidates; their text decides. The ledger stores keys, so
 * no key may ever change.
 */
import { likeness } from './like-id.js';
import { EVENT_KINDS, type EventKind, type Instant } from './order.js';

const FIRST_X = 0x811c9dc5 | 0;
const FIRST_Y = 0x1b873593 | 0;

export function keyOf(id: string): number {
  let x = FIRST_X;
  let y = FIRST_Y;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    x = Math.imul(x ^ unit, 0x01000193);
    y = Math.imul(y ^ unit, 0x5bd1e995);
    y ^= y >>> 13;
  }
  return keyFrom(x, y);
}

/** Returns the same key for an id given as ASCII bytes. */
export function keyOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let x = FIRST_X;
  let y = FIRST_Y;
  for (let at = start; at < end; at++) {
    const unit = bytes[at] as number;
    x = Math.imul(x ^ unit, 0x01000193);
    y = Math.imul(y ^ unit, 0x5bd1e995);
    y ^= y >>> 13;
  }
  return keyFrom(x, y);
}

function keyFrom(first: number, second: number): number {
  let [x, y] = [first, second];
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  y = Math.imul(y ^ x, 0x846ca68b);
  y ^= y >>> 13;
  return (x & 0x1fffff) * 4294967296 + (y >>> 0) + 1;
}

/** Returns the key of an order line. That of line 1 is its order's. */
export const keyOfLine = (orderId: string, line: number, orderKey: number): number =>
  line === 1 ? orderKey : keyOf(`${orderId}\n${line}`);

/** The content of an event without an id, as far as it decides its key. */
export interface EventContent {
  readonly orderKey: number;
  readonly at: Instant;
  readonly kind: EventKind | 'retracted';
  readonly sequence: number;
  /** 0 if the event concerns the whole order. */
  readonly line: number;
  /** The key of its reason: an order may have very many events at one instant that differ in nothing else. */
  readonly reasonKey: number;
}

/** Returns the key of an event without an id. Never stored. */
export function keyOfContent({ orderKey, at, kind, sequence, line, reasonKey }: EventContent): number {
  const kinds: readonly string[] = EVENT_KINDS;
  const place = Math.imul(sequence, 0x2c1b3c6d) ^ Math.imul(line, 0x297a2d39);
  return keyFrom(
    (orderKey / 4294967296) ^ Math.imul(at / 65536, 0x5bd1e995) ^ kinds.indexOf(kind) ^ place ^ reasonKey,
    orderKey ^ Math.imul(at, 0x01000193) ^ place ^ (reasonKey / 4294967296),
  );
}

/** Returns the key of a reason: that of the ASCII characters of its JSON text, which are the same bytes in UTF-8. */
export function keyOfReason(reason: string): number {
  const text = JSON.stringify(reason).slice(1, -1);
  return keyOf(text.replace(/[^\0-\x7f]/g, ''));
}

/** Returns the same key for a reason given as the UTF-8 bytes of its JSON text. */
export function keyOfReasonBytes(bytes: Uint8Array, start: number, end: number): number {
  let x = FIRST_X;
  let y = FIRST_Y;
  for (let at = start; at < end; at++) {
    const unit = bytes[at] as number;
    if (unit > 0x7f) continue;
    x = Math.imul(x ^ unit, 0x01000193);
    y = Math.imul(y ^ unit, 0x5bd1e995);
    y ^= y >>> 13;
  }
  return keyFrom(x, y);
}

const [ZERO, NINE, UPPER_A, LOWER_A, LOWER_Z] = [0x30, 0x39, 0x41, 0x61, 0x7a] as const;
const isDigit = (unit: number) => unit >= ZERO && unit <= NINE;

/** One buffer serves all ids, since a string for each would cost more than the rest of the work here. */
const units = new Uint8Array(256);

/** Returns the key of an id's form (like-id.ts); 0 if the form is the id itself. */
export function formKeyOf(id: string): number {
  if (id.length > units.length) return keyOfOther(id);
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    if (unit < 0x21 || unit > 0x7e) return keyOfOther(id);
    units[at] = unit;
  }
  return formKeyOfBytes(units, 0, id.length);
}

/** The same for an id given as printable ASCII bytes. */
export function formKeyOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let x = FIRST_X;
  let y = FIRST_Y;
  let isOther = false;
  let isInNumber = false;
  for (let at = start; at < end; at++) {
    let unit = bytes[at] as number;
    // Skips leading zeros of a number.
    if (unit === ZERO && !isInNumber && at + 1 < end && isDigit(bytes[at + 1] as number)) {
      isOther = true;
      continue;
    }
    isInNumber = isDigit(unit);
    if (unit >= LOWER_A && unit <= LOWER_Z) {
      isOther = true;
      unit += UPPER_A - LOWER_A;
    }
    x = Math.imul(x ^ unit, 0x01000193);
    y = Math.imul(y ^ unit, 0x5bd1e995);
    y ^= y >>> 13;
  }
  return isOther ? keyFrom(x, y) : 0;
}

function keyOfOther(id: string): number {
  const form = likeness(id);
  return form === id ? 0 : keyOf(form);
}
