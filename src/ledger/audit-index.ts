/**
 * Audits the index of document lines. No seal covers it: it repeats the documents, and is compared with them here. By it, an order line is
 * seen to have at most one charge in force over all months.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import type { UnpackedLine } from '../billing/line-block.js';
import type { IssuedDocument } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import type { Finding } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { type IndexEntry, indexBlocks, indexedOrders, type MonthEntry } from './document-index.js';
import { closedMonths } from './month-frame.js';

/**
 * Checks that the index of a month is in order, since orders are looked for by it, and has as many entries as the documents have lines.
 * @returns whether it can be read
 */
export function* auditIndex(db: Connection, month: BillingMonth): Generator<Finding, boolean> {
  const place = `document_index ${month}`;
  let count = 0;
  let last = '';
  let isInOrder = true;
  try {
    for (const { first, last: end, entries } of indexBlocks(db, month)) {
      // An order is never split between blocks.
      isInOrder &&= entries[0]?.[0] === first && entries.at(-1)?.[0] === end && first !== last;
      for (const [orderId] of entries) {
        isInOrder &&= compareCodePoints(last, orderId) <= 0;
        last = orderId;
      }
      count += entries.length;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield { place, message: 'its entries cannot be read' };
    return false;
  }
  if (!isInOrder) yield { place, message: 'its entries are not in order' };
  const lines = db
    .prepare<[string], number>('SELECT coalesce(sum(line_count), 0) FROM documents WHERE month = ?')
    .pluck()
    .get(month);
  if (count !== lines) yield { place, message: `has ${count} entries for ${lines} lines of documents` };
  return true;
}

/** The entries of some documents of a month, by document key, then line number. */
type Entries = ReadonlyMap<number, ReadonlyMap<number, IndexEntry>>;

/** Reads the entries of these documents. @throws SyntaxError if the index is damaged */
export function readEntries(
  db: Connection,
  month: BillingMonth,
  documents: readonly IssuedDocument[],
): Entries {
  const found = new Map<number, Map<number, IndexEntry>>();
  for (const { key } of documents) found.set(key, new Map());
  for (const { entries } of indexBlocks(db, month))
    for (const entry of entries) found.get(entry[2])?.set(entry[3], entry);
  return found;
}

/** Checks that each line of a document has its entry. */
export function* auditEntries(
  document: IssuedDocument,
  lines: readonly UnpackedLine[],
  indexed: Entries,
): Generator<Finding> {
  for (const { orderId, orderLine, lineNumber, amountMinor, correctsKey } of lines) {
    const expected: IndexEntry = [orderId, orderLine, document.key, lineNumber, amountMinor, correctsKey];
    const entry = indexed.get(document.key)?.get(lineNumber);
    if (entry !== undefined && expected.every((value, place) => value === entry[place])) continue;
    const place = `${document.documentNumber} line ${lineNumber}`;
    yield {
      place,
      message: `order ${orderId} line ${orderLine} is missing from the index of lines, or differs there`,
    };
  }
}

/** Checks that an order line has at most one uncredited charge, and no charge is credited twice. @param month only findings of its documents */
export function* auditCharges(db: Connection, month: BillingMonth | undefined): Generator<Finding> {
  const numberOf = db
    .prepare<[number], string>('SELECT document_number FROM documents WHERE document_key = ?')
    .pluck();
  const months = closedMonths(db)
    .map((row) => row.month)
    .filter((each) => isReadable(db, each));
  for (const found of indexedOrders(db, months)) {
    const byLine = entriesByLine(found);
    for (const { entry, month: own } of found) {
      if (month !== undefined && own !== month) continue;
      for (const message of chargeFaults(entry, byLine.get(entry[1]) ?? []))
        yield { place: `${numberOf.get(entry[2]) ?? `document ${entry[2]}`} line ${entry[3]}`, message };
    }
  }
}

/** Returns the entries of an order by order line. An order may have very many lines, so they are grouped once. */
function entriesByLine(found: readonly MonthEntry[]): ReadonlyMap<number, readonly IndexEntry[]> {
  const byLine = new Map<number, IndexEntry[]>();
  for (const { entry } of found) {
    const ofLine = byLine.get(entry[1]);
    if (ofLine === undefined) byLine.set(entry[1], [entry]);
    else ofLine.push(entry);
  }
  return byLine;
}

function isReadable(db: Connection, month: BillingMonth): boolean {
  const findings = auditIndex(db, month);
  for (let next = findings.next(); ; next = findings.next()) if (next.done) return next.value;
}

/** Yields what is wrong with an entry. @param all the entries of its order line, over all months */
export function* chargeFaults(entry: IndexEntry, all: readonly IndexEntry[]): Generator<string> {
  const [, , documentKey, , amountMinor, correctsKey] = entry;
  if (correctsKey !== 0) {
    if (!all.some((each) => each[2] === correctsKey && each[5] === 0))
      yield 'credits a charge that is not there';
    return;
  }
  const credits = all.filter((each) => each[5] === documentKey);
  if (credits.length > 1) yield 'is credited more than once';
  if (credits[0] !== undefined && credits[0][4] + amountMinor !== 0) yield 'is credited with another amount';
  const standing = all.filter((each) => each[5] === 0 && !all.some((other) => other[5] === each[2]));
  if (standing.length > 1) yield 'its order line is charged more than once';
}
