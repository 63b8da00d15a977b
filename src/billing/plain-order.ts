/**
 * A shortcut for the most frequent order: one line, placed in the month that is billed, with no event but its shipment. By
 * docs/rules.md section 4 it is charged in full in that month. No closed month can have counted it, since it was not placed yet at
 * any earlier cut-off (section 5). It is recognised and charged from the bytes of its rows (packed-facts.ts), most of which go into its
 * document line as they are. A property test compares the shortcut with the general way.
 */
import type { BillingMonth, Calendar } from './billing-month.js';
import { previousMonth } from './billing-month.js';
import { dateBy } from './clock.js';
import { grown } from './grown.js';
import {
  areBytes,
  type ByteRange,
  createJsonCells,
  findJsonCells,
  rangeOf,
  wholeNumberIn,
} from './json-cells.js';
import type { PlacedLine } from './line-block.js';
import { amountInBytes } from './money.js';
import type { EventKind, Instant } from './order.js';
import type { DocumentOwner } from './per-document.js';
import type { MonthContext } from './plan.js';
import type { Reckoning } from './reckoning.js';

/** Where the row of a fact lies in the bytes of a segment. */
export interface RowPlace extends ByteRange {
  readonly bytes: Uint8Array;
}

/** The cells of an order line's row. */
const LINE = {
  orderId: 0,
  orderLine: 1,
  practiceId: 2,
  product: 3,
  quantity: 6,
  unitPrice: 7,
  currency: 8,
  placedAt: 9,
} as const;
const LINE_CELLS = 10;

/** Those of an event's row. It has more if the event concerns one order line. */
const EVENT = { at: 1, kind: 3 } as const;
const EVENT_CELLS = 6;
const SHIPPED = new TextEncoder().encode('shipped' satisfies EventKind);

/** What a plain order needs to know of its practice and currency, which have a number together. */
export interface PlainOwners {
  numberOf(bytes: Uint8Array, practiceId: ByteRange, currency: ByteRange): number;
  calendarOf(owner: number): Calendar;
  currencyOf(owner: number): string;
}

/** A plain order, in the bytes of its line's row. */
export interface PlainOrder extends PlacedLine {
  readonly orderId: ByteRange;
  readonly product: ByteRange;
  /** The number of its practice and currency. */
  readonly owner: number;
}

/**
 * @param line the row of the only version of the only line of an order, of which no closed month has recorded anything
 * @param event the row of its only event; undefined if it has none
 * @returns undefined if the order is not plain, or if its rows must be parsed to tell
 */
export type PlainReader = (line: RowPlace, event: RowPlace | undefined) => PlainOrder | undefined;

/** @param owners what is known of each practice and currency */
export function createPlainReader(
  { month, policy: { rounding } }: Pick<MonthContext, 'month' | 'policy'>,
  owners: PlainOwners,
): PlainReader {
  const cells = createJsonCells(LINE_CELLS);
  const eventCells = createJsonCells(EVENT_CELLS);

  /** @returns undefined if the event is not a shipment, or must be parsed */
  function shipmentIn({ bytes, start, end }: RowPlace): Instant | undefined {
    if (findJsonCells(bytes, start, eventCells) !== end) return undefined;
    if (!areBytes(bytes, rangeOf(eventCells, EVENT.kind), SHIPPED)) return undefined;
    return wholeNumberIn(bytes, rangeOf(eventCells, EVENT.at));
  }

  return ({ bytes, start, end }, event) => {
    const shippedAt = event && shipmentIn(event);
    if (event !== undefined && shippedAt === undefined) return undefined;
    if (findJsonCells(bytes, start, cells) !== end) return undefined;
    // It is copied, so that nothing else would notice its damage.
    if (Number.isNaN(wholeNumberIn(bytes, rangeOf(cells, LINE.orderLine)))) return undefined;
    const owner = owners.numberOf(bytes, rangeOf(cells, LINE.practiceId), rangeOf(cells, LINE.currency));
    const calendar = owners.calendarOf(owner);
    const placedAt = wholeNumberIn(bytes, rangeOf(cells, LINE.placedAt));
    if (!isPlainOrder(placedAt, shippedAt, calendar, month)) return undefined;
    const [quantity, unitPrice] = [rangeOf(cells, LINE.quantity), rangeOf(cells, LINE.unitPrice)];
    const rule = { currency: owners.currencyOf(owner), rounding };
    const amountMinor = amountInBytes(bytes, quantity, unitPrice, rule);
    if (amountMinor === undefined) return undefined;
    const [orderId, product] = [rangeOf(cells, LINE.orderId), rangeOf(cells, LINE.product)];
    return {
      bytes,
      orderId,
      product,
      name: { start: orderId.start - 1, end: rangeOf(cells, LINE.orderLine).end },
      terms: { start: product.start - 1, end: unitPrice.end + 1 },
      owner,
      amountMinor,
      placedOn: dateBy(calendar.clock, placedAt),
    };
  };
}

/**
 * Tells whether an order is plain that was placed and shipped at these instants.
 * @param shippedAt undefined if it is not shipped
 * @param calendar that of the line's practice
 */
export function isPlainOrder(
  placedAt: Instant,
  shippedAt: Instant | undefined,
  calendar: Calendar,
  month: BillingMonth,
): boolean {
  const cutOff = calendar.cutOff(month);
  // Also false for what is not a number.
  const isPlacedInMonth = placedAt < cutOff && placedAt >= calendar.cutOff(previousMonth(month));
  return isPlacedInMonth && (shippedAt === undefined || (shippedAt >= placedAt && shippedAt < cutOff));
}

/** Counts plain orders in the balance: each was placed this month and is due to be charged. */
export interface PlainReckoning {
  add(owner: number, amountMinor: number): void;
  finish(): void;
}

/** Adds up in numbers, in compact memory, and tells the balance at the end. */
export function createPlainReckoning(
  due: Pick<Reckoning, 'addSum' | 'addSumToDocument'>,
  ownerOf: (owner: number) => DocumentOwner,
): PlainReckoning {
  let lines = new Float64Array(16);
  let sums = new Float64Array(16);

  function settle(owner: number): void {
    const sum = { lines: lines[owner] as number, amountMinor: BigInt(sums[owner] as number) };
    if (sum.lines === 0) return;
    const { practiceId, currency } = ownerOf(owner);
    due.addSum('placed_this_month', currency, sum);
    due.addSum('charged', currency, sum);
    due.addSumToDocument('charges', { practiceId, currency }, sum);
    lines[owner] = 0;
    sums[owner] = 0;
  }
  return {
    add(owner, amountMinor) {
      if (owner >= lines.length) {
        lines = grown(lines, new Float64Array(2 * owner));
        sums = grown(sums, new Float64Array(2 * owner));
      }
      if (!Number.isSafeInteger((sums[owner] as number) + amountMinor)) settle(owner);
      lines[owner] = (lines[owner] as number) + 1;
      sums[owner] = (sums[owner] as number) + amountMinor;
    },
    finish() {
      for (let owner = 0; owner < lines.length; owner++) settle(owner);
    },
  };
}
