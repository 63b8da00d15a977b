/**
 * The hash of an import: a SHA-256 over the facts that it brought, in the order in which they came, so that any change of a
 * fact can be seen. The form is described in src/README.md.
 */
import { createHash } from 'node:crypto';
import type { HistoryEvent, OrderLine, Practice, Retraction } from '../billing/order.js';

export type FactTable = 'order_lines' | 'events' | 'practices';

/** What is hashed of a fact: its values as the ledger keeps them. */
export const factValues = {
  order_lines: (line: OrderLine) => [
    line.orderId,
    line.line,
    line.practiceId,
    line.product,
    line.description,
    line.patientRef,
    line.quantity,
    line.unitPrice,
    line.currency,
    line.placedAt,
  ],
  events: (event: HistoryEvent | Retraction) => [
    event.orderId,
    event.at,
    event.sequence,
    event.event,
    event.reason,
    event.eventId,
  ],
  practices: ({ practiceId, name, timeZone }: Practice) => [practiceId, name, timeZone],
};

export interface FactHash {
  /** Takes one fact more. @returns its position, from 1 */
  add(table: FactTable, values: readonly (string | number)[]): number;
  /** @returns 64 hexadecimal digits; nothing can be added after it */
  digest(): string;
}

/** Characters hashed at a time: hashing each fact by itself would cost more than its text. */
const BATCH = 65_536;

export function createFactHash(): FactHash {
  const hash = createHash('sha256');
  let count = 0;
  let text = '';
  return {
    add(table, values) {
      text += `${table} ${JSON.stringify(values)}\n`;
      if (text.length > BATCH) {
        hash.update(text);
        text = '';
      }
      count++;
      return count;
    },
    digest: () => hash.update(text).digest('hex'),
  };
}
