/** The orders of an import that no earlier import knows, in the order in which they came, with the keys of their ids and of their forms. */
import type { PackedPart } from '../billing/packed-facts.js';
import { emptyKeys, type KeyedNumbers, sortKeys } from './fact-log.js';
import { createNumbers } from './numbers.js';

export interface NewOrder {
  readonly key: number;
  /** The key of the order id's form, as `formKeyOf` returns it. */
  readonly formKey: number;
  /** The order's first line in this import. */
  readonly fact: number;
}

/** An order is named by its number, from 0. */
export interface NewOrders {
  readonly count: number;
  add(order: NewOrder): void;
  /** Adds the orders of lines that follow each other. @param first the number of the first line */
  addPacked(lines: PackedPart, first: number): void;
  keyAt(order: number): number;
  factAt(order: number): number;
  /** Returns the key by which an order and all with similar ids are found. */
  formAt(order: number): number;
  /** Tells whether the order's id differs from its form. */
  hasOtherForm(order: number): boolean;
  /** Returns the forms of all orders, sorted, each with its order. Those of one form keep their order. */
  sortForms(): KeyedNumbers;
}

export function createNewOrders(): NewOrders {
  const keys = createNumbers(Float64Array);
  const formKeys = createNumbers(Float64Array);
  const facts = createNumbers(Uint32Array);
  let count = 0;
  const formAt = (order: number) => formKeys.get(order) || keys.get(order);
  return {
    get count() {
      return count;
    },
    add({ key, formKey, fact }) {
      keys.set(count, key);
      formKeys.set(count, formKey);
      facts.set(count, fact);
      count++;
    },
    addPacked({ of, from, to }, first) {
      keys.setAll(count, of.keys, from, to);
      formKeys.setAll(count, of.otherKeys, from, to);
      for (let place = from; place < to; place++) facts.set(count++, first + place - from);
    },
    keyAt: keys.get,
    factAt: facts.get,
    formAt,
    hasOtherForm: (order) => formKeys.get(order) !== 0,
    sortForms() {
      const byForm = emptyKeys(count);
      for (let order = 0; order < count; order++) {
        byForm.keys[order] = formAt(order);
        byForm.numbers[order] = order;
      }
      sortKeys(byForm);
      return byForm;
    },
  };
}
