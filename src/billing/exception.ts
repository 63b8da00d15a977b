/**
 * Exceptions: well-formed facts that have no effect, or an effect that a person should see (docs/rules.md sections 1 and 3).
 */
import type { HistoryEvent, Instant } from './order.js';

/** Every code, with what became of its event: it changed nothing (`none`), or it took effect (`applied`). */
export const EXCEPTION_EFFECTS = {
  'already-paused': 'none',
  'already-shipped': 'none',
  'after-shipment': 'none',
  'before-placement': 'none',
  'charged-before-ledger': 'applied',
  'deleted-by-limit': 'applied',
  'line-ended': 'none',
  'not-pausable': 'none',
  'not-paused': 'none',
  'order-ended': 'none',
  'resumed-after-limit': 'applied',
  'shipped-while-paused': 'applied',
  'unknown-line': 'none',
  'unknown-order': 'none',
} as const;

/** Returns the event of an exception as lists show it: `cancelled`, or `cancelled line 2` if it concerns one order line. */
export const listedEvent = ({
  event,
  line,
}: {
  readonly event: string;
  readonly line?: number | undefined;
}): string => (line === undefined ? event : `${event} line ${line}`);

/** Reads back what `listedEvent` wrote. */
export function parseListedEvent(text: string): Pick<HistoryEvent, 'event' | 'line'> {
  const [event = '', line] = text.split(' line ');
  return { event: event as HistoryEvent['event'], ...(line === undefined ? {} : { line: Number(line) }) };
}

export type ExceptionCode = keyof typeof EXCEPTION_EFFECTS;

export interface OrderException {
  readonly code: ExceptionCode;
  readonly event: HistoryEvent;
  /** The instant of the event, or of the limit that raised the exception. A month lists it if this lies before its cut-off. */
  readonly since: Instant;
}
