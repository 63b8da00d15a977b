/**
 * The orders that a month leaves open, with every version of their facts. The next close reads them instead of earlier months. They are
 * stored in blocks, each a JSON array of `[order_id, [[import_id, order line], …], [[import_id, event], …]]` in order of order id.
 */
import type { Connection } from './connect.js';
import type { EventRow, Known, LineRow } from './fact-log.js';
import type { OrderHistory } from './order-facts.js';

type Packed = readonly [
  orderId: string,
  lines: readonly (readonly [importId: number, row: LineRow])[],
  events: readonly (readonly [importId: number, row: EventRow])[],
];

/** The characters after which a block ends. */
const BLOCK = 64 * 1024;

export interface OpenOrdersWriter {
  /** Adds an order. Orders must come in order of order id. */
  add(orderId: string, history: OrderHistory): void;
  /** Writes at least one block: it distinguishes a month without open orders from one that was closed before open orders were stored. */
  finish(): void;
}

export function createOpenOrdersWriter(db: Connection, month: string): OpenOrdersWriter {
  const insert = db.prepare('INSERT INTO open_orders (month, block, data) VALUES (?, ?, ?)');
  let orders: string[] = [];
  let size = 0;
  let block = 0;
  function write(): void {
    block++;
    insert.run(month, block, `[${orders.join(',\n')}]`);
    orders = [];
    size = 0;
  }
  const packed = <Row>(versions: readonly Known<Row>[]) =>
    versions.map(({ importId, row }) => [importId, row]);
  return {
    add(orderId, { lines, events }) {
      const text = JSON.stringify([orderId, packed(lines), packed(events)]);
      orders.push(text);
      size += text.length;
      if (size >= BLOCK) write();
    },
    finish() {
      if (orders.length > 0 || block === 0) write();
    },
  };
}

/** Tells whether the month's close stored its open orders. */
export function hasOpenOrders(db: Connection, month: string): boolean {
  return db.prepare('SELECT 1 FROM open_orders WHERE month = ? LIMIT 1').get(month) !== undefined;
}

export interface OpenOrder extends OrderHistory {
  readonly orderId: string;
}

/** Yields the open orders of a month in order of order id. */
export function* readOpenOrders(db: Connection, month: string): Generator<OpenOrder> {
  const blocks = db
    .prepare<[string], number>('SELECT block FROM open_orders WHERE month = ? ORDER BY block')
    .pluck()
    .all(month);
  const dataOf = db
    .prepare<[string, number], string>('SELECT data FROM open_orders WHERE month = ? AND block = ?')
    .pluck();
  const unpacked = <Row>(versions: readonly (readonly [number, Row])[]): Known<Row>[] =>
    versions.map(([importId, row]) => ({ importId, row }));
  for (const block of blocks) {
    const orders: readonly Packed[] = JSON.parse(dataOf.get(month, block) ?? '[]');
    for (const [orderId, lines, events] of orders)
      yield { orderId, lines: unpacked(lines), events: unpacked(events) };
  }
}
