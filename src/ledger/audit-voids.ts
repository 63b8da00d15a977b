/** Audits voids: everything that each month's seal covered is there, and the chain of seals goes through them. */
import { createHash } from 'node:crypto';
import { nextMonth } from '../billing/billing-month.js';
import type { Finding } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { sealBeforeMonth } from './seal.js';
import { allVoids, sealOfVoid, type VoidRow } from './void.js';

export function* auditVoids(db: Connection): Generator<Finding> {
  const voids = allVoids(db);
  for (const [index, row] of voids.entries()) {
    const place = `void ${row.number} of ${row.month}`;
    if (row.number !== index + 1) yield { place, message: `void ${index + 1} is missing` };
    const seal = sealOfVoid(row);
    if (seal !== row.seal)
      yield { place, message: `what it recorded has changed: its seal was ${row.seal} and is ${seal} now` };
    const before = voids[index - 1];
    const sealBefore = before?.month === nextMonth(row.month) ? before.seal : row.monthSeal;
    if (sealBefore !== row.sealBefore)
      yield { place, message: 'does not follow the close or the void before it in the chain of seals' };
    yield* auditRows(db, row, place);
  }
  const strays = db
    .prepare<[], number>(
      'SELECT count(*) FROM voided_rows WHERE void_number NOT IN (SELECT void_number FROM voids)',
    )
    .pluck()
    .get();
  if (strays) yield { place: 'voided_rows', message: `${strays} rows belong to no void` };
}

/** Checks that the rows of a void, hashed as lines, give the seal of the month. */
function* auditRows(
  db: Connection,
  { number, month, monthSeal }: VoidRow,
  place: string,
): Generator<Finding> {
  const rows = db
    .prepare<[number], [part: string, data: string, rowNumber: number]>(
      'SELECT part, data, row_number FROM voided_rows WHERE void_number = ? ORDER BY row_number',
    )
    .raw();
  const hash = createHash('sha256');
  let first: string | undefined;
  let last = 0;
  let count = 0;
  for (const [part, data, rowNumber] of rows.iterate(number)) {
    first ??= data;
    last = rowNumber;
    count++;
    hash.update(`${part} ${data}\n`);
  }
  if (last !== count)
    yield { place, message: `has ${count} rows, but the number of the last one is ${last}` };
  const seal = hash.digest('hex');
  if (seal !== monthSeal)
    yield {
      place,
      message: `what the close recorded has changed: its seal was ${monthSeal} and is ${seal} now`,
    };
  // With the right seal the rows are authentic, so they tell which month they were.
  else if (!isOfMonth(first, month)) yield { place, message: 'holds another month' };
  else if (!isKnownLink(db, first, month, number))
    yield { place, message: 'was closed on another chain of seals' };
}

function isOfMonth(first: string | undefined, month: string): boolean {
  return JSON.parse(first ?? '[]')[0] === month;
}

/** Checks the link before the close: the void that reopened the month, or the seal that the month before had at that time. */
function isKnownLink(db: Connection, first: string | undefined, month: string, number: number): boolean {
  const sealBefore: unknown = JSON.parse(first ?? '[]')[4];
  const voidedLater = db
    .prepare<[object], string>(
      `SELECT month_seal FROM voids WHERE void_number > :number AND month < :month ORDER BY month DESC, void_number LIMIT 1`,
    )
    .pluck()
    .get({ number, month });
  return sealBefore === sealBeforeMonth(db, month, number) || sealBefore === voidedLater;
}
