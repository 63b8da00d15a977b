/**
 * Finds ids of an import that are similar to a known one but not equal (billing/like-id.ts). They can hide a pause among the exceptions,
 * or charge an order twice. Orders are found by the keys of their forms, stored beside those of their ids. A key only finds a segment; the
 * text in it decides.
 */
import { formKeyOf, keyOf } from '../billing/id-key.js';
import { likeness } from '../billing/like-id.js';
import type { PackedPart } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import { firstAt, type KeyedNumbers, type Keys, ORDER_FORMS, unpackKeys } from './fact-log.js';
import { createMatcher } from './key-sieve.js';
import { createKeyTable, type KeyTable } from './key-table.js';
import { createNewOrders, type NewOrder, type NewOrders } from './new-orders.js';
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
  const orders = createNewOrders();
  const practices = new Map<string, Where>();
  let sorted: KeyedNumbers | undefined;
  return {
    addOrder: orders.add,
    addOrders: orders.addPacked,
    addPractice: (practiceId, where) => void practices.set(practiceId, where),
    prepare() {
      sorted ??= orders.sortForms();
    },
    result(unknown) {
      const told = createToldIds();
      compareOrders({ db, importId, known, orders, told }, sorted ?? orders.sortForms(), unknown);
      for (const like of likePractices(db, practices)) told.add(() => like);
      return told.all();
    },
  };
}

/** Collects similar ids. */
interface ToldIds {
  /** @param find looks both ids up; undefined if they are not similar after all. Not called once enough are told: others are only counted */
  add(find: () => LikeId | undefined): void;
  all(): LikeIds;
}

function createToldIds(): ToldIds {
  const first: LikeId[] = [];
  let count = 0;
  return {
    add(find) {
      if (first.length < MOST_TOLD) {
        const found = find();
        if (found === undefined) return;
        first.push(found);
      }
      count++;
    },
    all: () => ({ count, first }),
  };
}

/** What orders are compared with, and who is told. */
interface Comparison {
  readonly db: Connection;
  readonly importId: number;
  readonly known: KnownOrders;
  readonly orders: NewOrders;
  readonly told: ToldIds;
}

/** Compares each new order with those before it, and the unknown orders with all. @param byForm the forms of the new orders, sorted */
function compareOrders(comparison: Comparison, byForm: KeyedNumbers, unknown: readonly UnknownOrder[]): void {
  const { db, importId, known, orders } = comparison;
  const unknownForms = Float64Array.from(
    unknown,
    ({ orderId }) => formKeyOf(orderId) || keyOf(orderId),
  ).sort();
  const segments = segmentsBefore(db, importId, [byForm.keys, unknownForms]);
  const tellIfLike = createTeller(comparison, segments);
  const { begins, places } = placesInForms(byForm);
  for (let order = 0; order < orders.count; order++) {
    const [begin, place] = [begins[order] as number, places[order] as number];
    if (begin === place && importId === 1) continue;
    const key = orders.keyAt(order);
    const compared = {
      idOf: () => known.idsOf([orders.factAt(order)]).find((id) => keyOf(id) === key) ?? '',
      form: orders.formAt(order),
      isOwnForm: !orders.hasOtherForm(order),
      where: () => known.placeOf(orders.factAt(order)),
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

/** An order as it is compared with others. */
interface Compared {
  readonly idOf: () => string;
  readonly form: number;
  readonly isOwnForm: boolean;
  readonly where: () => Where;
}

/**
 * Returns a function that tells of an order if a known one is similar. Its `own` are the orders of this import with that form.
 * @param segments the segments of earlier imports with orders of a form
 */
function createTeller(
  { db, known, orders, told }: Comparison,
  segments: KeyTable,
): (compared: Compared, own: Uint32Array) => void {
  const { hasOtherForm } = orders;
  const idIn = createIdFinder(db);
  return ({ idOf, form, isOwnForm, where }, own) => {
    const before = segments.at(form);
    const isItself = !isOwnForm && known.isKnownBefore(form, () => likeness(idOf()));
    if (own.length === 0 && before.length === 0 && !isItself) return;
    told.add(() => {
      const orderId = idOf();
      const meant = likeness(orderId);
      const isLike = (id: string) => id !== orderId && likeness(id) === meant;
      // An order with another id than its form is named rather than one whose id is the form.
      const [others, forms] = [own.filter(hasOtherForm), own.filter((each) => !hasOtherForm(each))];
      const ownFacts = [...others, ...forms].map(orders.factAt);
      const found = isItself ? meant : (known.idsOf(ownFacts).find(isLike) ?? idIn(before, isLike));
      return found === undefined
        ? undefined
        : { field: 'order_id', given: orderId, known: found, ...where() };
    });
  };
}

/** For each order after others of its form: where these begin in the sorted forms, and its own place after them. Otherwise 0 and 0. */
function placesInForms({ keys, numbers }: KeyedNumbers) {
  const begins = new Uint32Array(keys.length);
  const places = new Uint32Array(keys.length);
  for (let at = 0, begin = 0; at < keys.length; at++) {
    if (keys[at] !== keys[begin]) begin = at;
    if (at === begin) continue;
    const order = numbers[at] as number;
    begins[order] = begin;
    places[order] = at;
  }
  return { begins, places };
}

/** Returns the segments of earlier imports with orders of the wanted forms. @param wanted each in ascending order */
function segmentsBefore(db: Connection, importId: number, wanted: readonly Float64Array[]): KeyTable {
  const segments = createKeyTable();
  if (importId === 1) return segments;
  const matchers = wanted.map(createMatcher);
  for (const set of formsUpTo(db, importId - 1))
    for (const eachWanted of matchers) eachWanted(set, segments.add);
  return segments;
}

/** Returns a function that finds the first such order id in segments. */
function createIdFinder(db: Connection) {
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  return (segments: readonly number[], isLike: (id: string) => boolean): string | undefined => {
    for (const segment of segments) {
      const rows: [string][] = JSON.parse(dataOf.get(segment) ?? '[]');
      const found = rows.find(([id]) => isLike(id));
      if (found !== undefined) return found[0];
    }
    return undefined;
  };
}

/** Yields the keys of the forms of all orders whose id differs from its form, import by import. */
function* formsUpTo(db: Connection, upTo: number): Generator<Keys> {
  const sets = db
    .prepare<[string, number], Buffer>('SELECT keys FROM fact_keys WHERE key_kind = ? AND import_id <= ?')
    .pluck();
  for (const packed of sets.all(ORDER_FORMS, upTo)) yield unpackKeys(packed);
}

/** Yields the practices that are similar to one before. @param given those that this import names first */
function* likePractices(db: Connection, given: ReadonlyMap<string, Where>): Generator<LikeId> {
  if (given.size === 0) return;
  const ids = db
    .prepare<[], string>('SELECT practice_id FROM known_practices ORDER BY import_id, practice_id')
    .pluck();
  const byForm = new Map<string, string>();
  for (const id of ids.all()) {
    const form = likeness(id);
    const other = byForm.get(form);
    const where = given.get(id);
    if (other === undefined) byForm.set(form, id);
    else if (where !== undefined) yield { field: 'practice_id', given: id, known: other, ...where };
  }
}
