/**
 * Finds ids of an import that are similar to a known one but not equal (billing/like-id.ts). They can hide a pause among the exceptions,
 * or charge an order twice. Orders are found by the keys of their forms, stored beside those of their ids. A key only finds a segment; the
 * text in it decides.
 */
import { likeness } from '../billing/like-id.js';
import type { Connection } from './connect.js';
import { type Keys, keyOf, keyOfUnits, ORDER_FORMS, segmentsAt, unpackKeys } from './fact-log.js';
import { createKeyTable } from './key-table.js';
import type { Where } from './record-places.js';

export interface LikeId {
  readonly field: 'order_id' | 'practice_id';
  readonly given: string;
  readonly known: string;
  /** Where the id occurs first. */
  readonly file: string;
  readonly line: number;
}

export interface LikeIds {
  readonly count: number;
  /** The first ones, at most MOST_TOLD. */
  readonly first: readonly LikeId[];
}

/** Each needs a look-up in a segment. If all orders of a file have lost their zeros, the first ones show it. */
const MOST_TOLD = 100;

/** What the watch needs to know about the import and the ledger before it. */
export interface KnownOrders {
  /** Returns the ids of the orders to which these facts of the import may belong. */
  idsOf(facts: readonly number[]): readonly string[];
  /** Returns this import's facts of the orders with this key. */
  factsAt(key: number): readonly number[];
  /** Tells whether an earlier import has an order with this id. */
  isKnownBefore(key: number, id: () => string): boolean;
}

export interface NewOrder {
  readonly orderId: string;
  readonly key: number;
  /** The key of the order id's form, as `formKeyOf` returns it. */
  readonly formKey: number;
  /** The order's first line in this import. */
  readonly fact: number;
  readonly where: Where;
}

export interface LikeIdWatch {
  /** Adds an order that no earlier import knows. */
  addOrder(order: NewOrder): void;
  /** Adds an order that an event of this import names and that is still unknown at its end. */
  addUnknownOrder(orderId: string, place: Where): void;
  addPractice(practiceId: string, place: Where): void;
  result(): LikeIds;
}

export function createLikeIdWatch(db: Connection, importId: number, known: KnownOrders): LikeIdWatch {
  const forms = createKeyTable();
  const formsBefore = readForms(db, importId - 1);
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  const practices = new Map<string, Where>();
  const first: LikeId[] = [];
  let count = 0;

  /** Notes the order if a known one is similar. @param key of the form */
  function tellIfLike(orderId: string, key: number, isOwnForm: boolean, where: Where): void {
    const ofForm = forms.at(key);
    const ofId = isOwnForm ? NONE : known.factsAt(key);
    const before = formsBefore.length === 0 ? NONE : formsBefore.flatMap((keys) => segmentsAt(keys, key));
    const isItself = !isOwnForm && known.isKnownBefore(key, () => likeness(orderId));
    if (ofForm.length === 0 && ofId.length === 0 && before.length === 0 && !isItself) return;
    const own = [...ofForm, ...ofId];
    const form = likeness(orderId);
    if (first.length < MOST_TOLD) {
      const isLike = (id: string) => id !== orderId && likeness(id) === form;
      const found = isItself ? form : (known.idsOf(own).find(isLike) ?? idIn(before, isLike));
      if (found === undefined) return;
      first.push({ field: 'order_id', given: orderId, known: found, ...where });
    }
    count++;
  }

  function idIn(segments: readonly number[], isLike: (id: string) => boolean): string | undefined {
    for (const segment of segments) {
      const rows: [string][] = JSON.parse(dataOf.get(segment) ?? '[]');
      const found = rows.find(([id]) => isLike(id));
      if (found !== undefined) return found[0];
    }
    return undefined;
  }

  function addPractices(): void {
    if (practices.size === 0) return;
    const ids = db
      .prepare<[], string>('SELECT practice_id FROM known_practices ORDER BY import_id, practice_id')
      .pluck();
    const byForm = new Map<string, string>();
    for (const id of ids.all()) {
      const form = likeness(id);
      const other = byForm.get(form);
      const where = practices.get(id);
      if (other === undefined) byForm.set(form, id);
      else if (where !== undefined) {
        count++;
        if (first.length < MOST_TOLD) first.push({ field: 'practice_id', given: id, known: other, ...where });
      }
    }
  }

  return {
    addOrder({ orderId, key, formKey, fact, where }) {
      tellIfLike(orderId, formKey === 0 ? key : formKey, formKey === 0, where);
      if (formKey !== 0) forms.add(formKey, fact);
    },
    addUnknownOrder(orderId, where) {
      const formKey = formKeyOf(orderId);
      tellIfLike(orderId, formKey === 0 ? keyOf(orderId) : formKey, formKey === 0, where);
    },
    addPractice: (practiceId, where) => void practices.set(practiceId, where),
    result() {
      addPractices();
      return { count, first };
    },
  };
}

const NONE: readonly number[] = [];

const [ZERO, NINE, UPPER_A, LOWER_A, LOWER_Z] = [0x30, 0x39, 0x41, 0x61, 0x7a] as const;
const isDigit = (unit: number) => unit >= ZERO && unit <= NINE;

/** One buffer serves all ids, since a string for each would cost more than the rest of the work here. */
const units = new Uint8Array(256);

/** Returns the key of an id's form; 0 if the form is the id itself. */
export function formKeyOf(id: string): number {
  if (id.length > units.length) return keyOfOther(id);
  let length = 0;
  let isOther = false;
  let isInNumber = false;
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    if (unit < 0x21 || unit > 0x7e) return keyOfOther(id);
    // Skips leading zeros of a number.
    if (unit === ZERO && !isInNumber && isDigit(id.charCodeAt(at + 1))) {
      isOther = true;
      continue;
    }
    isInNumber = isDigit(unit);
    const isLower = unit >= LOWER_A && unit <= LOWER_Z;
    units[length++] = isLower ? unit - LOWER_A + UPPER_A : unit;
    isOther ||= isLower;
  }
  return isOther ? keyOfUnits(units, length) : 0;
}

function keyOfOther(id: string): number {
  const form = likeness(id);
  return form === id ? 0 : keyOf(form);
}

/** Returns the keys of the forms of all orders whose id differs from its form. */
function readForms(db: Connection, upTo: number): readonly Keys[] {
  return db
    .prepare<[string, number], Buffer>('SELECT keys FROM fact_keys WHERE key_kind = ? AND import_id <= ?')
    .pluck()
    .all(ORDER_FORMS, upTo)
    .map(unpackKeys);
}
