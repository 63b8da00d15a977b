/**
 * The index of document lines, by which the lines of an order are found. A close appends the entries of its month in blocks, each a JSON
 * array in order of order id, so that a close adds to the end of the ledger however many orders it holds. An order is never split.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import { grown } from '../billing/grown.js';
import { putAscii, putBytes, putNumber } from '../billing/json-cells.js';
import { type PlacedLine, type UnpackedLine, unpackLines } from '../billing/line-block.js';
import { compareCodePoints } from '../billing/order.js';
import type { DocumentOwner } from '../billing/per-document.js';
import type { Connection } from './connect.js';
import { createHeap } from './order-streams.js';

/** Where a line of an order is, and what a close must know of it to issue the difference. */
export type IndexEntry = readonly [
  orderId: string,
  orderLine: number,
  documentKey: number,
  lineNumber: number,
  /** Negative or zero on a credit. */
  amountMinor: number,
  /** The document whose charge a credit takes back; 0 on a charge. */
  correctsKey: number,
];

/** The bytes after which a block ends. */
const BLOCK = 64 * 1024;

/** More bytes than the four numbers of an entry take besides its name. */
const MOST_NUMBERS = 128;

export interface IndexWriter {
  /** Adds an entry. Orders must come in order of order id. */
  add(...entry: IndexEntry): void;
  /** Adds a charge that is the only entry of its order. */
  addCharge(
    charge: Pick<PlacedLine, 'bytes' | 'name' | 'amountMinor'>,
    documentKey: number,
    lineNumber: number,
  ): void;
  finish(): void;
}

export function createIndexWriter(db: Connection, month: BillingMonth): IndexWriter {
  const insert = db.prepare(
    'INSERT INTO document_index (month, first_order, last_order, data) VALUES (?, ?, ?, CAST(? AS TEXT))',
  );
  let block = Buffer.allocUnsafe(2 * BLOCK);
  let size = 0;
  /** Where the last entry begins. */
  let lastStart = 0;
  /** The order of the last entry; undefined if that is its only one. */
  let last: string | undefined;

  function write(): void {
    if (size === 0) return;
    block[size] = CLOSE;
    insert.run(month, orderIdIn(1), orderIdIn(lastStart), block.subarray(0, size + 1));
    size = 0;
  }
  function orderIdIn(start: number): string {
    const end = block.indexOf(LINE_FEED, start);
    const entry = block.toString('utf8', start, end < 0 || end > size ? size : end - 1);
    return JSON.parse(entry)[0];
  }
  /** Begins an entry, and a block if the last one is full. @returns where the entry goes */
  function begin(isNewOrder: boolean, nameBytes: number): number {
    if (isNewOrder && size >= BLOCK) write();
    const most = size + nameBytes + MOST_NUMBERS;
    if (most > block.length) block = grown(block, Buffer.allocUnsafe(2 * most));
    if (size === 0) block[size++] = OPEN;
    else {
      block[size++] = COMMA;
      block[size++] = LINE_FEED;
    }
    lastStart = size;
    return size;
  }
  return {
    add(...entry) {
      const text = JSON.stringify(entry);
      const at = begin(entry[0] !== last, Buffer.byteLength(text));
      size = at + block.write(text, at);
      last = entry[0];
    },
    addCharge({ bytes, name, amountMinor }, documentKey, lineNumber) {
      let at = begin(true, name.end - name.start);
      block[at++] = OPEN;
      at = putBytes(block, at, bytes, name);
      block[at++] = COMMA;
      at = putNumber(block, at, documentKey);
      block[at++] = COMMA;
      at = putNumber(block, at, lineNumber);
      block[at++] = COMMA;
      at = putNumber(block, at, amountMinor);
      size = putAscii(block, at, ',0]');
      last = undefined;
    },
    finish: write,
  };
}

const [LINE_FEED, COMMA, OPEN, CLOSE] = [10, 44, 91, 93];

/** Whose document it is, and its number. */
export interface FoundDocument extends DocumentOwner {
  readonly number: string;
}

/** Finds documents by key; in a draft, also those of the ledger itself. Keys are unique over both. */
export function createDocumentFinder(db: Connection): (documentKey: number) => FoundDocument {
  const select = db.prepare<[number, number], FoundDocument>(
    ['documents', 'main.documents']
      .map(
        (table) => `SELECT practice_id AS practiceId, currency, document_number AS number FROM ${table}
         WHERE document_key = ?`,
      )
      .join(' UNION ALL '),
  );
  return (documentKey) => {
    const found = select.get(documentKey, documentKey);
    if (found === undefined) throw new Error(`document ${documentKey} is not there`);
    return found;
  };
}

/** Finds lines of documents by document key and line number; in a draft, also those of the ledger itself. */
export function createDocumentLineFinder(
  db: Connection,
): (documentKey: number, lineNumber: number, owner: DocumentOwner) => UnpackedLine {
  const [own, ledgers] = ['document_blocks', 'main.document_blocks'].map((table) =>
    db
      .prepare<[number, number], [firstLine: number, lines: string]>(
        `SELECT first_line, lines FROM ${table} WHERE document_key = ? AND first_line <= ? ORDER BY first_line DESC LIMIT 1`,
      )
      .raw(),
  );
  return (documentKey, lineNumber, owner) => {
    const [firstLine, lines] = own?.get(documentKey, lineNumber) ??
      ledgers?.get(documentKey, lineNumber) ?? [0, ''];
    const line = unpackLines(lines, firstLine, owner)[lineNumber - firstLine];
    if (line === undefined) throw new Error(`line ${lineNumber} of document ${documentKey} is not there`);
    return line;
  };
}

/** Returns the entries of an order in a month. Fastest if orders are asked for in order of order id. */
export type IndexReader = (month: BillingMonth, orderId: string) => readonly IndexEntry[];

/** The table of the ledger itself is `main.document_index`, even while a draft has one of its own. */
export type IndexTable = 'document_index' | 'main.document_index';

/** @param tableOf the table that has the month; in a draft, months before it are in the ledger's own */
export function createIndexReader(
  db: Connection,
  tableOf: (month: BillingMonth) => IndexTable = () => 'document_index',
): IndexReader {
  // Without the data of a block that ends before the order: most orders are in no other month, and a block is long.
  const blockIn = (table: IndexTable) =>
    db
      .prepare<[object], [first: string, last: string, data: string | null]>(
        `SELECT first_order, last_order, CASE WHEN last_order >= :orderId THEN data END FROM ${table}
         WHERE month = :month AND first_order <= :orderId ORDER BY first_order DESC LIMIT 1`,
      )
      .raw();
  const statements = new Map<IndexTable, ReturnType<typeof blockIn>>();
  const read = new Map<BillingMonth, TextBlock>();

  function blockOf(month: BillingMonth, orderId: string): TextBlock | undefined {
    const known = read.get(month);
    if (known !== undefined && isWithin(known, orderId)) return known;
    const table = tableOf(month);
    const statement = statements.get(table) ?? blockIn(table);
    statements.set(table, statement);
    const [first, last, data] = statement.get({ month, orderId }) ?? ['', '', null];
    if (data === null) return undefined;
    const block = { first, last, data };
    read.set(month, block);
    return block;
  }
  return (month, orderId) => {
    const data = blockOf(month, orderId)?.data;
    return data === undefined ? NONE : entriesIn(data, orderId);
  };
}

/** A block as text: only the entries that are asked for are parsed. */
interface TextBlock extends Bounds {
  readonly data: string;
}

interface Bounds {
  readonly first: string;
  readonly last: string;
}

/** Returns the entries of an order in the text of a block. @throws SyntaxError if they are damaged */
function entriesIn(data: string, orderId: string): readonly IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (let at = firstOf(data, orderId); at < data.length; ) {
    const end = endOfLine(data, at);
    // Between the entries are a comma and a line feed, after the last one a bracket.
    const entry: IndexEntry = JSON.parse(data.slice(at, end - 1));
    if (entry[0] !== orderId) break;
    entries.push(entry);
    at = end + 1;
  }
  return entries.length === 0 ? NONE : entries;
}

/** Returns where the first entry begins that is not before the order; the length of the text if there is none. */
function firstOf(data: string, orderId: string): number {
  // After the opening bracket.
  let [from, to] = [1, data.length];
  while (from < to) {
    const start = Math.max(data.lastIndexOf('\n', ((from + to) >>> 1) - 1) + 1, from);
    if (compareCodePoints(idAt(data, start), orderId) < 0) from = endOfLine(data, start) + 1;
    else to = start;
  }
  return from;
}

function endOfLine(data: string, start: number): number {
  const end = data.indexOf('\n', start);
  return end < 0 ? data.length : end;
}

/** Returns the order id of the entry that begins at `start`. */
function idAt(data: string, start: number): string {
  const id = data.slice(start + 2, data.indexOf('",', start + 2));
  return id.includes('\\') ? JSON.parse(data.slice(start, endOfLine(data, start) - 1))[0] : id;
}

const NONE: readonly never[] = [];

const isWithin = ({ first, last }: Bounds, orderId: string): boolean =>
  compareCodePoints(first, orderId) <= 0 && compareCodePoints(orderId, last) <= 0;

/** A block of a month's index. */
interface Block extends Bounds {
  readonly entries: readonly IndexEntry[];
  /** The text of each entry. */
  readonly texts: readonly string[];
}

/** Yields the blocks of a month's index, one at a time. @throws SyntaxError if one is damaged */
export function* indexBlocks(db: Connection, month: BillingMonth): Generator<Block> {
  const next = db
    .prepare<[string, string], [first: string, last: string, data: string]>(
      `SELECT first_order, last_order, data FROM document_index WHERE month = ? AND first_order > ?
       ORDER BY first_order LIMIT 1`,
    )
    .raw();
  for (let row = next.get(month, ''); row !== undefined; row = next.get(month, row[0])) {
    const [first, last, data] = row;
    const entries: unknown = JSON.parse(data);
    // A flipped bit can make the text a blob. An entry that does not have a line to itself would not be found.
    const texts = typeof data === 'string' ? data.slice(1, -1).split(',\n') : [];
    if (!Array.isArray(entries) || entries.length !== texts.length || !entries.every(isEntry))
      throw new SyntaxError('no entries of an index');
    yield { first, last, entries, texts };
  }
}

const isEntry = (entry: unknown): boolean =>
  Array.isArray(entry) && typeof entry[0] === 'string' && entry.slice(1).every(Number.isSafeInteger);

/** An entry with its month. */
export interface MonthEntry {
  readonly month: BillingMonth;
  readonly entry: IndexEntry;
}

/** Yields the entries of each order in these months, in order of order id. A month ends where its index is damaged. */
export function* indexedOrders(db: Connection, months: readonly BillingMonth[]): Generator<MonthEntry[]> {
  const heap = createHeap(
    months.map((month) => createEntryStream(db, month)).filter((stream) => stream.advance()),
    (a, b) => compareCodePoints(a.orderId, b.orderId),
  );
  for (let top = heap.top(); top !== undefined; ) {
    const { orderId } = top;
    const found: MonthEntry[] = [];
    while (top !== undefined && top.orderId === orderId) {
      found.push(...top.entries);
      heap.advanceTop();
      top = heap.top();
    }
    yield found;
  }
}

/** A stream of the orders of a month, each with its entries. */
function createEntryStream(db: Connection, month: BillingMonth) {
  const entries = readableEntries(db, month);
  let next = entries.next();
  const stream = {
    orderId: '',
    entries: [] as MonthEntry[],
    advance() {
      if (next.done) return false;
      stream.orderId = next.value[0];
      stream.entries = [];
      for (; !next.done && next.value[0] === stream.orderId; next = entries.next())
        stream.entries.push({ month, entry: next.value });
      return true;
    },
  };
  return stream;
}

function* readableEntries(db: Connection, month: BillingMonth): Generator<IndexEntry> {
  try {
    for (const { entries } of indexBlocks(db, month)) yield* entries;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
