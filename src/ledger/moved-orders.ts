/**
 * Orders with lines of two practices. An amendment may move an order to another practice line by line, so only the end of an import shows
 * whether the order moved completely.
 */

import { compareCodePoints, type OrderLine } from '../billing/order.js';
import { remembered } from '../billing/remembered.js';
import { say } from '../errors/message.js';
import type { Place, Problem } from '../errors/problem.js';
import { type Conflict, nameOfLines } from './disputed.js';
import { type Known, keyOf, type LineRow } from './fact-log.js';
import type { ImportState } from './import-state.js';
import { createFactFinder, lastVersions } from './order-facts.js';

/** An order line whose order has, or had, a line of another practice. */
interface MovedLine {
  readonly orderId: string;
  readonly practiceId: string;
  readonly file: string;
  readonly place: Place;
}

export interface MovedOrders {
  add(line: MovedLine): void;
  problemsAtEnd(): Problem[];
}

export function createMovedOrders({ db, importId, amend, disputed, finish }: ImportState): MovedOrders {
  const moved: MovedLine[] = [];

  function problemsAtEnd(): Problem[] {
    if (moved.length === 0) return [];
    finish();
    const currentLines = createCurrentLines();
    const practicesOf = remembered((orderId: string) =>
      [...new Set(currentLines(orderId).map(({ row }) => row[2]))].sort(compareCodePoints),
    );
    // If other records are in dispute, these orders may be complete without them: the next attempt decides.
    const isDisputed = disputed.size === 0;
    const problems: Problem[] = [];
    for (const { orderId, practiceId, file, place } of moved) {
      const [one = '', two] = practicesOf(orderId);
      if (two === undefined) continue;
      const refusal = (given: string): Conflict => {
        const message = say.otherPractice(orderId, given === one ? two : one, given);
        return { field: 'practice_id', message };
      };
      const { field, message } = refusal(practiceId);
      problems.push({ file, ...place, field, kind: message.kind, message: message.text });
      if (isDisputed) dispute(orderId, refusal, currentLines);
    }
    return problems;
  }

  /** Puts the lines of an order in dispute, except those that agree with the known practice. */
  function dispute(orderId: string, refusal: (practiceId: string) => Conflict, currentLines: CurrentLines) {
    const known = amend ? undefined : currentLines(orderId).find((line) => line.importId < importId)?.row[2];
    disputed.set(nameOfLines(orderId), ({ fact }) => {
      const given = (fact as OrderLine).practiceId;
      return given === known ? undefined : refusal(given);
    });
  }

  function createCurrentLines(): CurrentLines {
    const finder = createFactFinder(db, importId);
    return (orderId) => lastVersions(finder.linesOf(orderId, keyOf(orderId)));
  }

  return { add: (line) => void moved.push(line), problemsAtEnd };
}

/** Returns the lines of an order that are in force. */
type CurrentLines = (orderId: string) => readonly Known<LineRow>[];
