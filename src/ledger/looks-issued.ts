/**
 * Finds new lines that look issued already, under the id of another order. It searches the practice's documents since the month of placement
 * for an equal line, and compares the instants from the facts of its order. Lines that were credited, or are credited now, are skipped.
 */
import { dateBy } from '../billing/clock.js';
import { createLikeFinder, type UnpackedLine } from '../billing/line-block.js';
import type { OrderLine } from '../billing/order.js';
import type { DocumentOwner } from '../billing/per-document.js';
import { remembered } from '../billing/remembered.js';
import type { PreflightFacts } from '../explain/preflight.js';
import type { Connection } from './connect.js';
import { createIndexReader } from './document-index.js';
import type { MonthFrame } from './month-frame.js';
import { findOrder, lastVersions } from './order-facts.js';

/** A line that no closed month counted, although it was placed in one. */
export interface NewLine {
  readonly line: OrderLine;
  readonly amountMinor: number;
}

export function looksIssued(
  db: Connection,
  frame: MonthFrame,
  lines: readonly NewLine[],
): PreflightFacts['looksIssued'] {
  if (lines.length === 0) return [];
  const ids = new Set(lines.map(({ line }) => line.orderId));
  const blocksOf = createBlockReader(db, frame);
  const isCredited = createCreditFinder(db, frame);
  const isTwin = (line: OrderLine, issued: UnpackedLine, key: number) =>
    issued.lineType === 'charge' &&
    !ids.has(issued.orderId) &&
    issued.product === line.product &&
    issued.patientRef === line.patientRef &&
    !isCredited(issued, key) &&
    instantOf(db, frame, issued) === line.placedAt;
  return lines.flatMap(({ line, amountMinor }) => {
    const { orderId, practiceId, currency, placedAt } = line;
    const calendar = frame.calendarOf(practiceId);
    const alike = { amountMinor, placedOn: dateBy(calendar.clock, placedAt) };
    for (const { key, number, linesLike } of blocksOf({ practiceId, currency }, calendar.monthOf(placedAt))) {
      const twin = linesLike(alike).find((issued) => isTwin(line, issued, key));
      if (twin === undefined) continue;
      const sum = { currency, lines: 1, amountMinor: BigInt(amountMinor) };
      return [{ orderId, otherOrderId: twin.orderId, documentNumber: number, ...sum }];
    }
    return [];
  });
}

/** Returns a function that reads the blocks of an owner's documents from a month on, each with the key and number of its document. */
function createBlockReader(db: Connection, { month }: MonthFrame) {
  const blocks = db.prepare<[object], { key: number; number: string; firstLine: number; lines: string }>(
    `SELECT document_key AS key, document_number AS number, first_line AS firstLine, lines
     FROM main.documents JOIN main.document_blocks USING (document_key)
     WHERE practice_id = :practiceId AND currency = :currency AND month >= :from AND month < :month
     ORDER BY document_key, first_line`,
  );
  // Lines of one practice and month come together.
  const known = remembered((name: string) => {
    const [from, practiceId, currency] = JSON.parse(name);
    const owner: DocumentOwner = { practiceId, currency };
    return blocks.all({ ...owner, from, month }).map(({ key, number, firstLine, lines }) => ({
      key,
      number,
      linesLike: createLikeFinder(lines, firstLine, owner),
    }));
  });
  return ({ practiceId, currency }: DocumentOwner, from: string) =>
    known(JSON.stringify([from, practiceId, currency]));
}

/** Returns a function that tells whether a closed month, or this one, credits a line of the document with that key. */
function createCreditFinder(db: Connection, frame: MonthFrame) {
  const months = new Set([...frame.closed.map(({ month }) => month), frame.month]);
  // In a draft, the months before it may be drafted too.
  const indexes = [createIndexReader(db), createIndexReader(db, () => 'main.document_index')];
  return ({ orderId, orderLine }: UnpackedLine, key: number): boolean =>
    [...months].some((month) =>
      indexes.some((entriesOf) =>
        entriesOf(month, orderId).some((entry) => entry[1] === orderLine && entry[5] === key),
      ),
    );
}

function instantOf(
  db: Connection,
  { lastImport }: MonthFrame,
  { orderId, orderLine }: UnpackedLine,
): number | undefined {
  return lastVersions(findOrder(db, orderId, lastImport).lines).find(({ row }) => row[1] === orderLine)
    ?.row[9];
}
