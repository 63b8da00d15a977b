/** Takes order lines into the ledger. */
import { formKeyOf, keyOf, keyOfLine } from '../billing/id-key.js';
import { lineAmount } from '../billing/money.js';
import type { OrderLine } from '../billing/order.js';
import { IS_UNNUMBERED, type PackedPart } from '../billing/packed-facts.js';
import { say } from '../errors/message.js';
import type { Place, Problem } from '../errors/problem.js';
import { type Conflict, nameOfLine } from './disputed.js';
import { type FoundFact, type LineKeys, ownPlace } from './fact-index.js';
import { createBuckets, type LineRow, lineRow } from './fact-log.js';
import type { ImportState } from './import-state.js';
import type { Field, Taken } from './judge-fact.js';
import { createMovedOrders, type MovedOrders } from './moved-orders.js';
import { createRowsOfFile, type Where } from './record-places.js';

export interface OrderLineTaker {
  /** @param isUnnumbered true if the record has no line number, so that the number is the default */
  take(line: OrderLine, isUnnumbered: boolean, place: (field?: string) => Place, where: Where): Taken;
  /**
   * Takes lines of orders of which nothing is known, without unpacking them, up to one of which something may be known. @returns how many
   */
  takeNew(lines: PackedPart, file: string): number;
  /** Returns a problem for each record that leaves an order with lines of two practices. */
  problemsAtEnd(): Problem[];
}

export function createOrderLineTaker(state: ImportState): OrderLineTaker {
  const { defaultCurrency, disputed, judge, likeIds, lines, practiceNotes } = state;
  const rowsOfFile = createRowsOfFile(lines.placeOf);
  const movedOrders = createMovedOrders(state);
  const add = createLineAdder(state, movedOrders);

  function take(
    given: OrderLine,
    isUnnumbered: boolean,
    place: (field?: string) => Place,
    where: Where,
  ): Taken {
    const { orderId } = given;
    const key = keyOf(orderId);
    const identity = keyOfLine(orderId, given.line, key);
    const known = lines.find(orderId, given.line, identity);
    const line = given.currency === '' ? { ...given, currency: known?.row[8] ?? defaultCurrency } : given;
    if (known !== undefined && line !== given && lineAmount(line, 'half-up') === undefined)
      return { field: 'unit_price', message: say.amountTooLarge(line.quantity, line.unitPrice) };
    if (isUnnumbered) {
      const rows = rowsOfFile.others({ orderId, key, where, fact: known?.fact });
      if (rows !== undefined) return refuseRows(line, rows, known);
    }
    const taken = known === undefined ? 'imported' : judgeLine(known, line, where);
    const fact =
      taken === 'imported' || taken === 'amended'
        ? add(line, taken, { order: key, line: identity, form: formKeyOf(orderId) }, place, where)
        : undefined;
    if (isUnnumbered) rowsOfFile.add({ orderId, key, where, fact });
    return taken;
  }

  /** Refuses rows of one file that give no line number for lines of one order. */
  function refuseRows(
    given: OrderLine,
    rows: readonly number[],
    known: FoundFact<LineRow> | undefined,
  ): Conflict {
    const { orderId } = given;
    const areEqual =
      known !== undefined && fieldsOf(known.row, given).every(([, one, other]) => one === other);
    const refusal = () => ({ field: 'order_id', message: say.rowsWithoutNumber(orderId, rows, areEqual) });
    // When the next attempt asks for this message, the list has all rows.
    disputed.set(nameOfLine(orderId, given.line), refusal);
    return refusal();
  }

  function judgeLine(known: FoundFact<LineRow>, line: OrderLine, where: Where): Taken {
    const { orderId } = line;
    const about = {
      kind: 'orders',
      identity: () => nameOfLine(orderId, line.line),
      other: () => ownPlace(lines, known),
      versions: () =>
        lines
          .versionsBefore(orderId)
          .filter(({ row }) => row[1] === line.line)
          .map(({ importId, row }) => ({ importId, fields: fieldsOf(row, line) })),
    } as const;
    return judge(known, fieldsOf(known.row, line), about, where);
  }

  function takeNew({ of, from, to, line }: PackedPart, file: string): number {
    const isUnnumbered = (place: number) => ((of.flags[place] as number) & IS_UNNUMBERED) !== 0;
    const isFirstRow = (place: number) =>
      !(isUnnumbered(place) && rowsOfFile.mayHave(of.keys[place] as number, file));
    const first = lines.count;
    const count = lines.addNew({ of, from, to, line }, file, isFirstRow);
    if (count === 0) return 0;
    const taken = { of, from, to: from + count, line };
    for (let place = from; place < taken.to; place++)
      if (isUnnumbered(place)) rowsOfFile.addFact(first + place - from);
    practiceNotes.knowPacked(taken, file);
    likeIds.addOrders(taken, first);
    return count;
  }

  return { take, takeNew, problemsAtEnd: movedOrders.problemsAtEnd };
}

/** Returns a function that writes an order line, and notes what the other lines of its order make of it. It returns the line's number. */
function createLineAdder({ likeIds, lines, noteLate, practiceNotes }: ImportState, movedOrders: MovedOrders) {
  const bucketOf = createBuckets();
  return (
    line: OrderLine,
    taken: 'imported' | 'amended',
    keys: LineKeys,
    place: (field?: string) => Place,
    where: Where,
  ): number => {
    const { orderId, practiceId } = line;
    const { order: key, form: formKey } = keys;
    const others = lines.linesOf(key, orderId);
    const fact = lines.add(lineRow(line), keys, where);
    practiceNotes.know(practiceId, where);
    const bucket = lines.bucketOf(fact);
    const isShown = others.some((each) => each.bucket === bucket && each.practiceId === practiceId);
    if (line.line !== 1 && !isShown) lines.addToOrder(key, fact);
    const before = lines.versionsBefore(orderId);
    if (others.length === 0 && before.length === 0) likeIds.addOrder({ key, formKey, fact });
    for (const { row } of before) others.push({ bucket: bucketOf(row[9]), practiceId: row[2] });
    // All other lines may move too, so only the end of the import can decide.
    if (others.some((each) => each.practiceId !== practiceId))
      movedOrders.add({ orderId, practiceId, file: where.file, place: place('practice_id') });
    const isSpread = others.some((each) => each.bucket !== bucket);
    if (taken === 'amended' || isSpread) noteLate(orderId);
    return fact;
  };
}

function fieldsOf(known: LineRow, given: OrderLine): Field[] {
  return [
    ['practice_id', known[2], given.practiceId],
    ['product', known[3], given.product],
    ['description', known[4], given.description],
    ['patient_ref', known[5], given.patientRef],
    ['quantity', known[6], given.quantity],
    ['unit_price', known[7], given.unitPrice],
    ['currency', known[8], given.currency],
    ['placed_at', known[9], given.placedAt],
  ];
}
