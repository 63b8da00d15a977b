/** Bills plain orders (billing/plain-order.ts), as most orders of a month are, from the bytes of their rows. */
import type { Calendar } from '../billing/billing-month.js';
import type { DocumentOwner } from '../billing/per-document.js';
import { createPlainReader, createPlainReckoning, type PlainOrder } from '../billing/plain-order.js';
import type { Reckoning } from '../billing/reckoning.js';
import type { DocumentWriter } from './document-writer.js';
import type { MonthFrame } from './month-frame.js';
import { createNameTable } from './name-table.js';
import type { PreflightWatch } from './preflight-facts.js';
import type { Shortcut } from './touched-orders.js';

interface PlainBiller {
  /** Bills an order if it is plain. */
  readonly shortcut: Shortcut;
  /** Tells the balance. */
  finish(): void;
}

/** A practice and currency. */
interface Owner extends DocumentOwner {
  readonly calendar: Calendar;
}

export function createPlainBiller(
  frame: MonthFrame,
  documents: DocumentWriter,
  due: Reckoning,
  watch: PreflightWatch | undefined,
): PlainBiller {
  const names = createNameTable();
  const owners: Owner[] = [];
  const ownerAt = (owner: number) => owners[owner] as Owner;
  const products = createNameTable();
  /** The places of the owners' documents. A document exists from its first line on. */
  const places: number[] = [];
  const reckoning = createPlainReckoning(due, ownerAt);
  const read = createPlainReader(frame, {
    numberOf(bytes, practice, currency) {
      const number = names.numberOf(bytes, practice, currency);
      if (number === owners.length) owners.push(ownerOf(number));
      return number;
    },
    calendarOf: (owner) => ownerAt(owner).calendar,
    currencyOf: (owner) => ownerAt(owner).currency,
  });

  /** Notes each product once. */
  function noteProduct({ addPlain }: PreflightWatch, { bytes, product }: PlainOrder): void {
    const known = products.count;
    const number = products.numberOf(bytes, product, NOTHING);
    if (number === known) addPlain(products.at(number)[0]);
  }
  function ownerOf(number: number): Owner {
    const [practiceId, currency] = names.at(number);
    return { practiceId, currency, calendar: frame.calendarOf(practiceId) };
  }
  return {
    shortcut(line, event) {
      const order = read(line, event);
      if (order === undefined) return false;
      const { owner } = order;
      places[owner] ??= documents.placeOf(ownerAt(owner));
      documents.addPlain(places[owner], order);
      reckoning.add(owner, order.amountMinor);
      if (watch !== undefined) noteProduct(watch, order);
      return true;
    },
    finish: () => reckoning.finish(),
  };
}

const NOTHING = { start: 0, end: 0 };
