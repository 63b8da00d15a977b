/**
 * Takes facts into the ledger, each kind by its own file, and decides whether each is new, known or in conflict (docs/files.md section 1).
 * Runs in the import's transaction. A conflict is a value; the caller rolls back the import that has one.
 */
import type { Fact } from '../billing/order.js';
import type { PackedPart } from '../billing/packed-facts.js';
import type { Place, Problem } from '../errors/problem.js';
import type { Connection } from './connect.js';
import { conflictOf, type Disputed } from './disputed.js';
import { hashOfImport } from './fact-hash.js';
import { createImportState, type TakeOptions } from './import-state.js';
import type { Amendment, Taken } from './judge-fact.js';
import type { LikeIds } from './like-ids.js';
import { createEventTaker } from './take-events.js';
import { createOrderLineTaker } from './take-order-lines.js';
import { createPracticeTaker, type ZoneChange } from './take-practices.js';

export type TakenRecord = Fact & {
  place(field?: string): Place;
};

export interface FactTaker {
  /** @param file the file of the record, for messages */
  take(record: TakenRecord, file: string): Taken;
  /** Takes packed facts of which nothing is known, up to one of which something may be known. @returns how many */
  takeNew(facts: PackedPart, file: string): number;
  /** Checks what only the end of the import can show. Each problem has the place of the record that raised the question. */
  problemsAtEnd(): Problem[];
  /** What the next attempt at this import must leave out. Complete after `problemsAtEnd`. */
  readonly disputed: Disputed;
  /** What records replaced, in the order in which they came; at most 100,000. */
  readonly changes: readonly Amendment[];
  readonly zoneChanges: readonly ZoneChange[];
  /** Returns ids that are similar to a known one. Called once, after the last record. */
  likeIds(): LikeIds;
  /** Ends the import, after its files are recorded. @returns its hash */
  finish(): string;
}

export function createFactTaker(db: Connection, options: TakeOptions): FactTaker {
  const { importId, leftOut } = options;
  const state = createImportState(db, options);
  const orderLines = createOrderLineTaker(state);
  const events = createEventTaker(state);
  const practices = createPracticeTaker(state);
  return {
    take(record, file) {
      const where = { file, line: record.place().line };
      const conflict = leftOut && conflictOf(record, leftOut, where);
      if (conflict !== undefined) return conflict;
      switch (record.kind) {
        case 'orders':
          return orderLines.take(record.fact, record.isUnnumbered === true, record.place, where);
        case 'history':
          return events.take(record.fact, where);
        case 'practices':
          return practices.take(record.fact, record.place, where);
      }
    },
    takeNew(facts, file) {
      if (leftOut !== undefined) return 0;
      return facts.of.kind === 'orders' ? orderLines.takeNew(facts, file) : state.events.addNew(facts, file);
    },
    problemsAtEnd: () => [...orderLines.problemsAtEnd(), ...practices.problemsAtEnd()],
    disputed: state.disputed,
    changes: state.changes,
    zoneChanges: practices.zoneChanges,
    likeIds() {
      // Meanwhile a thread may sort the last run.
      state.end();
      state.likeIds.prepare();
      const { unknown } = state.atEnd();
      const named = [...state.events.ordersOf(unknown)].sort(([, one], [, other]) => one - other);
      return state.likeIds.result(
        named.map(([orderId, fact]) => ({ orderId, where: state.events.placeOf(fact) })),
      );
    },
    finish() {
      const { lateLines, lateEvents } = state.atEnd();
      for (const [orderId] of state.lines.ordersOf(lateLines)) state.noteLate(orderId);
      for (const [orderId] of state.events.ordersOf(lateEvents)) state.noteLate(orderId);
      return hashOfImport(db, importId);
    },
  };
}
