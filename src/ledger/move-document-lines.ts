/** Moves the lines of orders, which were rows up to version 5, into the index of document lines. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { Connection } from './connect.js';
import { createIndexWriter, type IndexEntry, type IndexWriter } from './document-index.js';

/** Called after the index is made and before the rows are dropped. */
export function moveDocumentLines(db: Connection): void {
  const months = new Map(
    db
      .prepare<[], [key: number, month: BillingMonth]>('SELECT document_key, month FROM documents')
      .raw()
      .all(),
  );
  const indexes = new Map<BillingMonth, IndexWriter>();
  const indexOf = (month: BillingMonth): IndexWriter => {
    const index = indexes.get(month) ?? createIndexWriter(db, month);
    indexes.set(month, index);
    return index;
  };
  for (const entry of rowsInOrder(db)) indexOf(months.get(entry[2]) ?? '').add(...entry);
  for (const index of indexes.values()) index.finish();
}

const PAGE = 5000;

/** Yields all rows in order of order id, in pages: an open statement would block writers. */
function* rowsInOrder(db: Connection): Generator<IndexEntry> {
  const select = db
    .prepare<[object], IndexEntry>(
      `SELECT order_id, order_line, document_key, line_number, amount_minor, coalesce(corrects_key, 0) FROM document_lines
       WHERE (order_id, order_line, document_key, line_number) > (:orderId, :orderLine, :documentKey, :lineNumber)
       ORDER BY order_id, order_line, document_key, line_number LIMIT ${PAGE}`,
    )
    .raw();
  let last: IndexEntry | undefined = ['', 0, 0, 0, 0, 0];
  while (last !== undefined) {
    const [orderId, orderLine, documentKey, lineNumber]: IndexEntry = last;
    const page: IndexEntry[] = select.all({ orderId, orderLine, documentKey, lineNumber });
    yield* page;
    last = page.at(-1);
  }
}
