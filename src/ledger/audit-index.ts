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

/** The texts of a month's entries, by document key and line number. */
type EntryTexts = ReadonlyMap<number, readonly string[]>;

/**
 * Checks that the index of a month is in order, since orders are looked for by it, and has as many entries as the documents have lines.
 * @returns the texts of its entries; undefined if it cannot be read
 */
export function* auditIndex(db: Connection, month: BillingMonth): Generator<Finding, EntryTexts | undefined> {
  const place = `document_index ${month}`;
  const found = new Map<number, string[]>();
  let count = 0;
  let before = '';
  let isInOrder = true;
  try {
    for (const { first, last, entries, texts } of indexBlocks(db, month)) {
      // An order is never split between blocks.
      isInOrder &&= entries[0]?.[0] === first && entries.at(-1)?.[0] === last && first !== before;
      for (const [index, [orderId, , documentKey, lineNumber]] of entries.entries()) {
        isInOrder &&= compareCodePoints(before, orderId) <= 0;
        before = orderId;
        const ofDocument = found.get(documentKey) ?? [];
        if (ofDocument.length === 0) found.set(documentKey, ofDocument);
        ofDocument[lineNumber] = texts[index] as string;
      }
      count += entries.length;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield { place, message: 'its entries cannot be read' };
    return undefined;
  }
  if (!isInOrder) yield { place, message: 'its entries are not in order' };
  const lines = db
    .prepare<[string], number>('SELECT coalesce(sum(line_count), 0) FROM documents WHERE month = ?')
    .pluck()
    .get(month);
  if (count !== lines) yield { place, message: `has ${count} entries for ${lines} lines of documents` };
  return found;
}

/** Checks that each line of a document has its entry. @param indexed those of its month */
export function* auditEntries(
  { key, documentNumber }: IssuedDocument,
  lines: readonly UnpackedLine[],
  indexed: EntryTexts,
): Generator<Finding> {
  const texts = indexed.get(key) ?? [];
  for (const { orderId, orderLine, lineNumber, amountMinor, correctsKey } of lines) {
    const expected = JSON.stringify([orderId, orderLine, key, lineNumber, amountMinor, correctsKey]);
    if (texts[lineNumber] === expected) continue;
    yield {
      place: `${documentNumber} line ${lineNumber}`,
      message: `order ${orderId} line ${orderLine} is missing from the index of lines, or differs there`,
    };
  }
}

/** Checks that an order line has at most one uncredited charge, and no charge is credited twice. @param month only findings of its documents */
export function* auditCharges(db: Connection, month: BillingMonth | undefined): Generator<Finding> {
  const numberOf = db
    .prepare<[number], string>('SELECT document_number FROM documents WHERE document_key = ?')
    .pluck();
  const months = closedMonths(db).map((row) => row.month);
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
