/**
 * A lab as large as it is asked for: months of orders with their histories, row by row, the same rows for the same seed on every
 * machine. Of a hundred orders eight are paused, some of them again or past the limit, one is cancelled, and most are shipped.
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomFrom } from '../support/random.js';

export interface LabSize {
  /** In all months together, each with as many as the others. */
  readonly orders: number;
  readonly months: number;
  readonly practices: number;
  /** If true, ids are in no order, as UUIDs are; by default they ascend with time. */
  readonly hasRandomIds?: boolean;
  readonly seed?: number;
}

/** A row of an input, without a line feed. */
export interface LabRow {
  readonly kind: 'orders' | 'history';
  /** In which it comes, counted from 0. */
  readonly month: number;
  readonly text: string;
}

export const HEADERS = {
  orders: 'order_id,practice_id,product,patient_ref,quantity,unit_price,placed_at',
  history: 'order_id,event,at,reason',
} as const;

/**
 * A July, so that the months which follow 1, 12 and 36 months of history are all of 31 days. Each month is drawn from the same
 * numbers, and so is the same month but for its dates and ids.
 */
const FIRST_MONTH = { year: 2021, index: 6 };

/** @returns `YYYY-MM` of a month of the lab, counted from 0 */
export function monthName(month: number): string {
  return new Date(Date.UTC(FIRST_MONTH.year, FIRST_MONTH.index + month)).toISOString().slice(0, 7);
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** The rows of a month's orders in order of time, then those of its events, then those of the next month. */
export function* labRows(size: LabSize): Generator<LabRow> {
  const { orders, practices, months, hasRandomIds = false, seed = 1 } = size;
  const idOf = hasRandomIds ? randomId : ascendingId;
  const products = catalogue(seed);
  let number = 0;
  let pending: LabEvent[] = [];
  for (let month = 0; month < months; month++) {
    const random = randomFrom(seed);
    const { start, end } = hoursOfMonth(month);
    const count = Math.floor(((month + 1) * orders) / months) - number;
    for (let index = 0; index < count; index++) {
      const orderId = idOf(++number);
      // One in each of as many equal parts of the month: in order of time without a sort.
      const placedAt = start + Math.floor(((index + random()) / count) * (end - start));
      yield { kind: 'orders', month, text: orderRow(orderId, placedAt, { practices, products, random }) };
      for (const event of lifeOf(placedAt, random)) pending.push({ ...event, orderId });
    }
    const nextStart = hoursOfMonth(month + 1).start;
    const events = pending.filter(({ at }) => at < nextStart).sort((a, b) => a.at - b.at);
    pending = pending.filter(({ at }) => at >= nextStart);
    for (const { orderId, event, at, reason } of events) {
      yield { kind: 'history', month, text: `${orderId},${event},${instant(at)},${reason}` };
    }
  }
}

const ascendingId = (number: number): string => `ORD-${String(number).padStart(9, '0')}`;

/** Looks like a UUID, without an order that follows the number. Two numbers never have the same. */
function randomId(number: number): string {
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  // Odd factors only swap the numbers of 32 bits with each other.
  const first = hex(Math.imul(number, 0x9e3779b1));
  const rest = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((factor) =>
    hex(Math.imul(number ^ 0x5bd1e995, factor)),
  );
  const [second = '', third = '', fourth = ''] = rest;
  return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}-${third.slice(4)}${fourth}`;
}

/** A month in the default zone, be it summer or winter: without the hour in which that makes a difference. */
function hoursOfMonth(month: number): { start: number; end: number } {
  const first = (index: number) => Date.UTC(FIRST_MONTH.year, FIRST_MONTH.index + index);
  return { start: first(month) + 5 * HOUR, end: first(month + 1) + 4 * HOUR };
}

interface Product {
  readonly code: string;
  readonly priceCents: number;
}

const KINDS = ['crown', 'bridge', 'denture', 'implant', 'veneer', 'night-guard', 'repair', 'retainer'];
const MATERIALS = ['zirconia', 'emax', 'pfm', 'acrylic', 'titanium'];

function catalogue(seed: number): readonly Product[] {
  const random = randomFrom(~seed);
  return KINDS.flatMap((kind) =>
    MATERIALS.map((material) => ({
      code: `${kind}-${material}`,
      priceCents: 1500 + Math.floor(random() * 60_000),
    })),
  );
}

const QUANTITIES = [1, 1, 1, 1, 1, 2, 2, 2, 3, 8];
/** As they stand in a CSV: most are a code, few want quotes. */
const NAMES = ['"García, M."', '"O\'Brien ""Bo"""', 'Müller', '"Nguyen, T."'];

function orderRow(
  orderId: string,
  placedAt: number,
  { practices, products, random }: { practices: number; products: readonly Product[]; random: () => number },
): string {
  const of = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  // Few practices order much, and many little.
  const practiceId = `P${String(1 + Math.floor(practices * random() ** 1.4)).padStart(5, '0')}`;
  const { code, priceCents } = of(products);
  const patient = random() < 0.985 ? `PT-${Math.floor(random() * 1e9)}` : of(NAMES);
  // One price in ten has a part of a cent, so that an amount is rounded.
  const price = (priceCents / 100).toFixed(2) + (random() < 0.1 ? '5' : '');
  return `${orderId},${practiceId},${code},${patient},${of(QUANTITIES)},${price},${instant(placedAt)}`;
}

interface LifeEvent {
  readonly event: 'paused' | 'resumed' | 'shipped' | 'cancelled' | 'deleted';
  readonly at: number;
  readonly reason: string;
}

interface LabEvent extends LifeEvent {
  readonly orderId: string;
}

const REASONS = ['Need more time to review', 'Shade not decided', '"New scan follows, see note"'];

/** What happens to an order. Every pause ends within two months: held lines do not pile up with the months. */
function lifeOf(placedAt: number, random: () => number): LifeEvent[] {
  const events: LifeEvent[] = [];
  let at = placedAt;
  const after = (least: number, most: number) => {
    at += Math.floor(least + random() * (most - least));
    return at;
  };
  const add = (event: LifeEvent['event'], when: number, reason = '') =>
    events.push({ event, at: when, reason });
  const fate = random();
  if (fate < 0.01) {
    add('cancelled', after(HOUR, 10 * DAY), 'Duplicate order');
    return events;
  }
  if (fate < 0.09) {
    do {
      add('paused', after(HOUR / 2, 15 * DAY), REASONS[Math.floor(random() * REASONS.length)]);
      const length = random();
      if (length < 0.05) {
        add('deleted', after(46 * DAY, 58 * DAY), 'Not wanted any more');
        return events;
      }
      add('resumed', length < 0.9 ? after(HOUR, 20 * DAY) : after(20 * DAY, 43 * DAY));
    } while (random() < 0.3);
  }
  if (random() < 0.94) add('shipped', after(2 * DAY, 10 * DAY));
  return events;
}

/** Most as a machine would write them, some as a person in the lab would. */
function instant(at: number): string {
  const whole = Math.floor(at / SECOND) * SECOND;
  const isLocal = (whole / SECOND) % 12 === 0;
  const text = new Date(isLocal ? whole - 5 * HOUR : whole).toISOString().slice(0, 19);
  return text + (isLocal ? '-05:00' : 'Z');
}

/**
 * Writes the rows of a lab into files of a folder, `orders.csv` and `history.csv`; more than one pair of them if the months are
 * divided.
 * @param partOf the part that a month falls into, in its files' names: `history-2.csv` has those of part 2
 */
export function writeLab(folder: string, size: LabSize, partOf?: (month: number) => number): void {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, RowFile>();
  for (const { kind, month, text } of labRows(size)) {
    const name = labFile(kind, partOf?.(month));
    let file = files.get(name);
    if (file === undefined) {
      file = openRowFile(path.join(folder, name), HEADERS[kind]);
      files.set(name, file);
    }
    file.add(text);
  }
  for (const file of files.values()) file.close();
}

export function labFile(kind: LabRow['kind'], part?: number): string {
  return part === undefined ? `${kind}.csv` : `${kind}-${part}.csv`;
}

interface RowFile {
  add(row: string): void;
  close(): void;
}

function openRowFile(file: string, header: string): RowFile {
  const descriptor = openSync(file, 'w');
  let unwritten = `${header}\n`;
  const write = () => {
    writeFileSync(descriptor, unwritten);
    unwritten = '';
  };
  return {
    add(row) {
      unwritten += `${row}\n`;
      if (unwritten.length > 1 << 20) write();
    },
    close() {
      write();
      closeSync(descriptor);
    },
  };
}
