/**
 * Finds ids of an import that are similar to a known one but not equal (billing/like-id.ts). They can hide a pause among the exceptions,
 * or charge an order twice. Orders are found by the keys of their forms, stored beside those of their ids. A key only finds a segment; the
 * text in it decides.
 */
import { formKeyOf, keyOf } from '../billing/id-key.js';
import { likeness } from '../billing/like-id.js';
import type { PackedPart } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import {
  emptyKeys,
  firstAt,
  type KeyedNumbers,
  type Keys,
  ORDER_FORMS,
  sortKeys,
  unpackKeys,
} from './fact-log.js';
import { createMatcher } from './key-sieve.js';
import { createKeyTable } from './key-table.js';
import { createNumbers } from './numbers.js';
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
  placeOf(fact: number): Where;
  /** Tells whether an earlier import has an order with this id. */
  isKnownBefore(key: number, id: () => string): boolean;
}

export interface NewOrder {
  readonly key: number;
  /** The key of the order id's form, as `formKeyOf` returns it. */
  readonly formKey: number;
  /** The order's first line in this import. */
  readonly fact: number;
}

export interface LikeIdWatch {
  /** Adds an order that no earlier import knows. */
  addOrder(order: NewOrder): void;
  /** Adds the orders of lines that follow each other. @param first the number of the first line */
  addOrders(lines: PackedPart, first: number): void;
  addPractice(practiceId: string, place: Where): void;
  /** Does what `result` needs of the orders alone. Called after the last record. */
  prepare(): void;
  /** Compares all ids. @param unknown orders that events of this import name and that are still unknown at its end */
  result(unknown: readonly UnknownOrder[]): LikeIds;
}

export interface UnknownOrder {
  readonly orderId: string;
  readonly where: Where;
}

export function createLikeIdWatch(db: Connection, importId: number, known: KnownOrders): LikeIdWatch {
  // The new orders in the order in which they came.
  const keys = createNumbers(Float64Array);
  const formKeys = createNumbers(Float64Array);
  const facts = createNumbers(Uint32Array);
  let orders = 0;
  /** The segments of earlier imports with orders of a form. */
  const segmentsBefore = createKeyTable();
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  const practices = new Map<string, Where>();
  const first: LikeId[] = [];
  let count = 0;
  let sorted: KeyedNumbers | undefined;

  /** The key by which an order and all with similar ids are found. */
  const formOf = (order: number) => formKeys.get(order) || keys.get(order);

  /** Notes the order if a known one is similar. @param own orders of this import with that form */
  function tellIfLike({ idOf, form, isOwnForm, where }: Compared, own: Uint32Array): void {
    const before = segmentsBefore.at(form);
    const isItself = !isOwnForm && known.isKnownBefore(form, () => likeness(idOf()));
    if (own.length === 0 && before.length === 0 && !isItself) return;
    if (first.length < MOST_TOLD) {
      const orderId = idOf();
      const meant = likeness(orderId);
      const isLike = (id: string) => id !== orderId && likeness(id) === meant;
      // An order with another id than its form is named rather than one whose id is the form.
      const [others, forms] = [own.filter(hasOtherForm), own.filter((each) => !hasOtherForm(each))];
      const ownFacts = [...others, ...forms].map(facts.get);
      const found = isItself ? meant : (known.idsOf(ownFacts).find(isLike) ?? idIn(before, isLike));
      if (found === undefined) return;
      first.push({ field: 'order_id', given: orderId, known: found, ...where() });
    }
    count++;
  }

  const hasOtherForm = (order: number) => formKeys.get(order) !== 0;

  /** Returns the forms of the new orders, sorted, each with its order. */
  function sortForms(): KeyedNumbers {
    const byForm = emptyKeys(orders);
    for (let order = 0; order < orders; order++) {
      byForm.keys[order] = formOf(order);
      byForm.numbers[order] = order;
    }
    sortKeys(byForm);
    return byForm;
  }

  function compareOrders(unknown: readonly UnknownOrder[], byForm: KeyedNumbers): void {
    const unknownForms = Float64Array.from(
      unknown,
      ({ orderId }) => formKeyOf(orderId) || keyOf(orderId),
    ).sort();
    if (importId > 1) {
      const matchers = [byForm.keys, unknownForms].map(createMatcher);
      for (const set of formsUpTo(db, importId - 1))
        for (const eachWanted of matchers) eachWanted(set, segmentsBefore.add);
    }
    // For each order after others of its form, where these begin, and its own place after them.
    const begins = new Uint32Array(orders);
    const places = new Uint32Array(orders);
    for (let at = 0, begin = 0; at < orders; at++) {
      if (byForm.keys[at] !== byForm.keys[begin]) begin = at;
      if (at === begin) continue;
      const order = byForm.numbers[at] as number;
      begins[order] = begin;
      places[order] = at;
    }
    for (let order = 0; order < orders; order++) {
      const [begin, place] = [begins[order] as number, places[order] as number];
      if (begin === place && importId === 1) continue;
      const key = keys.get(order);
      const compared = {
        idOf: () => known.idsOf([facts.get(order)]).find((id) => keyOf(id) === key) ?? '',
        form: formOf(order),
        isOwnForm: !hasOtherForm(order),
        where: () => known.placeOf(facts.get(order)),
      };
      tellIfLike(compared, byForm.numbers.subarray(begin, place));
    }
    for (const { orderId, where } of unknown) {
      const key = formKeyOf(orderId);
      const form = key === 0 ? keyOf(orderId) : key;
      const compared = { idOf: () => orderId, form, isOwnForm: key === 0, where: () => where };
      const begin = firstAt(byForm.keys, form);
      let end = begin;
      while (byForm.keys[end] === form) end++;
      tellIfLike(compared, byForm.numbers.subarray(begin, end));
    }
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
    addOrder({ key, formKey, fact }) {
      keys.set(orders, key);
      formKeys.set(orders, formKey);
      facts.set(orders, fact);
      orders++;
    },
    addOrders({ of, from, to }, first) {
      keys.setAll(orders, of.keys, from, to);
      formKeys.setAll(orders, of.otherKeys, from, to);
      for (let place = from; place < to; place++) facts.set(orders++, first + place - from);
    },
    addPractice: (practiceId, where) => void practices.set(practiceId, where),
    prepare() {
      sorted ??= sortForms();
    },
    result(unknown) {
      compareOrders(unknown, sorted ?? sortForms());
      addPractices();
      return { count, first };
    },
  };
}

/** An order as it is compared with others. */
interface Compared {
  readonly idOf: () => string;
  readonly form: number;
  readonly isOwnForm: boolean;
  readonly where: () => Where;
}

/** Yields the keys of the forms of all orders whose id differs from its form, import by import. */
function* formsUpTo(db: Connection, upTo: number): Generator<Keys> {
  const sets = db
    .prepare<[string, number], Buffer>('SELECT keys FROM fact_keys WHERE key_kind = ? AND import_id <= ?')
    .pluck();
  for (const packed of sets.all(ORDER_FORMS, upTo)) yield unpackKeys(packed);
}
