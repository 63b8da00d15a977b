/**
 * Finds ids of an import that are similar to a known one but not equal (billing/like-id.ts). They can hide a pause among the exceptions,
 * or charge an order twice. Orders are found by the keys of their forms, stored beside those of their ids. A key only finds a segment; the
 * text in it decides.
 */
import { likeness } from '../billing/like-id.js';
import type { Connection } from './connect.js';
import { type Keys, keyOf, ORDER_FORMS, segmentsAt, unpackKeys } from './fact-log.js';
import { createKeyTable } from './key-table.js';

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
  isKnownBefore(orderId: string, key: number): boolean;
}

export interface NewOrder {
  readonly orderId: string;
  /** The likeness of the id, and the key of that. */
  readonly form: string;
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

export interface Where {
  readonly file: string;
  readonly line: number;
}

export function createLikeIdWatch(db: Connection, importId: number, known: KnownOrders): LikeIdWatch {
  const forms = createKeyTable();
  const formsBefore = readForms(db, importId - 1);
  const dataOf = db.prepare<[number], string>('SELECT data FROM fact_segments WHERE segment_id = ?').pluck();
  const practices = new Map<string, Where>();
  const first: LikeId[] = [];
  let count = 0;

  /** Notes the order if a known one is similar. @param key of the form */
  function tellIfLike(orderId: string, form: string, key: number, where: Where): void {
    const ofForm = forms.at(key);
    const own = form === orderId ? ofForm : [...ofForm, ...known.factsAt(key)];
    const before = formsBefore.length === 0 ? NONE : formsBefore.flatMap((keys) => segmentsAt(keys, key));
    const isItself = form !== orderId && known.isKnownBefore(form, key);
    if (own.length === 0 && before.length === 0 && !isItself) return;
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
    addOrder({ orderId, form, formKey, fact, where }) {
      tellIfLike(orderId, form, formKey, where);
      if (form !== orderId) forms.add(formKey, fact);
    },
    addUnknownOrder(orderId, where) {
      const form = likeness(orderId);
      tellIfLike(orderId, form, keyOf(form), where);
    },
    addPractice: (practiceId, where) => void practices.set(practiceId, where),
    result() {
      addPractices();
      return { count, first };
    },
  };
}

const NONE: readonly number[] = [];

/** Returns the keys of the forms of all orders whose id differs from its form. */
function readForms(db: Connection, upTo: number): readonly Keys[] {
  return db
    .prepare<[string, number], Buffer>('SELECT keys FROM fact_keys WHERE key_kind = ? AND import_id <= ?')
    .pluck()
    .all(ORDER_FORMS, upTo)
    .map(unpackKeys);
}
