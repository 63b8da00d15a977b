/** Messages about a record that conflicts with others, of the same import or in the ledger. messages.ts has the rules for all messages. */

import { excerpt } from '../words/excerpt.js';
import { grouped } from '../words/words.js';
import { changeText, type Difference, SECRET_FIELD } from './difference.js';

/** The identity is known with other content. @param importId the earlier import that brought it */
export function differsFromKnown([first, ...others]: readonly Difference[], importId: number): string {
  const next = 'if that is a correction, import this file with --amend';
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  const [field, known, given] = first ?? ['', '', ''];
  if (field === SECRET_FIELD) return `is not what it was at import ${importId}${also}; ${next}`;
  return `was ${excerpt(known)} at import ${importId}, is ${excerpt(given)} here${also}; ${next}`;
}

/** The record repeats an earlier version that was corrected since. @param by what brought the current version: `import 3, price.csv` */
export function correctedSince(by: string, [first, ...others]: readonly Difference[]): string {
  const [field, given, now] = first ?? ['', '', ''];
  const what = field === SECRET_FIELD ? 'this' : excerpt(given);
  const known = field === SECRET_FIELD ? '' : `: it is ${excerpt(now)} now`;
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  return `${what} was corrected by ${by}${known}${also}; keep the correction with --keep, or go back to this with --amend`;
}

/**
 * @param identity the identity of both records, for example `order line 2 of A1`; its ids were accepted, so they may be printed
 * @param other the place of the other record, `orders.csv:2`
 * @param differences undefined if all records of the identity are refused
 */
export function differsWithinImport(
  identity: string,
  other: string,
  differences?: readonly Difference[],
): string {
  const next = 'find out which is right, and remove the other';
  const what = `another record of ${identity} contradicts this one`;
  const [first, ...others] = differences ?? [];
  if (first === undefined || first[0] === SECRET_FIELD) return `${what} (${other}); ${next}`;
  const also = others.length === 0 ? '' : `; also ${others.map(changeText).join(', ')}`;
  return `${what}: ${excerpt(first[1])} there (${other}), ${excerpt(first[2])} here${also}; ${next}`;
}

const MOST_ROWS_SHOWN = 5;

/** @param lines of the file that hold the order's rows, the current one last */
export function rowsWithoutNumber(orderId: string, lines: readonly number[], areEqual: boolean): string {
  const shown = lines.length > MOST_ROWS_SHOWN ? lines.slice(0, MOST_ROWS_SHOWN) : lines.slice(0, -1);
  const last = lines.length > MOST_ROWS_SHOWN ? `${grouped(lines.length - shown.length)} more` : lines.at(-1);
  return (
    `${excerpt(orderId)} has ${grouped(lines.length)} ${areEqual ? 'equal' : 'different'} rows ` +
    `(lines ${shown.join(', ')} and ${last}) and no order line in column \`line\`: give each row its own, 1, 2 and so on` +
    (areEqual ? '; or remove one, if it is there twice by mistake' : '')
  );
}

/** @param other the place of the known event: `history.csv:2`, or `import 1` */
export function eventOfOtherOrder(eventId: string, orderId: string, other: string, given: string): string {
  return (
    `event ${excerpt(eventId)} is of order ${excerpt(orderId)} (${other}) and here of ${excerpt(given)}: ` +
    'an event_id must be unique over all orders; if your system counts events within each order, leave that column out'
  );
}

export function otherPractice(orderId: string, known: string, given: string): string {
  return (
    `an order has one practice on all its lines: ` +
    `order ${excerpt(orderId)} is of ${excerpt(known)}, here of ${excerpt(given)}; ` +
    'correct one, or move all its lines with --amend'
  );
}

/** @param matching the kinds of the events that have this content */
export function retractsSeveral(orderId: string, matching: readonly string[]): string {
  return (
    `order ${excerpt(orderId)} has several events of this time and reason (${matching.join(', ')}), so it is not clear ` +
    'which one never happened; that can be said only of events with an event_id'
  );
}

/** For an event without an id, which its content identifies. */
export function retractsNoContent(orderId: string): string {
  return (
    `no event of order ${excerpt(orderId)} with this time, sequence and reason is known that could be taken back; ` +
    'repeat them as the event had them'
  );
}

export function billedToItself(): string {
  return 'names the practice itself; leave it empty';
}

export function billedToUnknown(billTo: string): string {
  return `names ${excerpt(billTo)}, of which no practices row is known; import its row before this one, or with it`;
}

export function billedInCircle(practiceId: string, billTo: string): string {
  return `${excerpt(practiceId)} and ${excerpt(billTo)} name each other; leave it empty for the one that pays`;
}

export function billedInChain(billTo: string, next: string): string {
  return `names ${excerpt(billTo)}, which is billed to ${excerpt(next)} itself; name ${excerpt(next)} here`;
}

export function billsForAnother(practiceId: string, other: string): string {
  return `${excerpt(other)} is billed to ${excerpt(practiceId)}, so that cannot be billed to another; change ${excerpt(other)} first, or with it`;
}

export function retractsNothing(eventId: string, orderId: string): string {
  return `no event ${excerpt(eventId)} of order ${excerpt(orderId)} is known that could be taken back; check both ids`;
}
