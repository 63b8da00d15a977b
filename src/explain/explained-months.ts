/** Selects and groups the months of an explanation, and gives each line's outcome in a word. */

import type { Instant } from '../billing/order.js';
import type { ExplainedLine, ExplainedMonth, Explanation, Outcome } from './explanation.js';

/** Returns the months up to one after the last in which something happened or was held. */
export function untilSettled(months: readonly ExplainedMonth[]): readonly ExplainedMonth[] {
  const isQuiet = ({ lines, exceptions }: ExplainedMonth) =>
    exceptions.length === 0 &&
    lines.every(({ issued, standing }) => issued.length === 0 && SETTLED.includes(standing));
  return months.slice(0, months.findLastIndex((month) => !isQuiet(month)) + 2);
}

const SETTLED: readonly Outcome[] = ['charged', 'ended', 'charged-before-ledger'];

/** Groups consecutive months that say the same. */
export function inGroups(months: readonly ExplainedMonth[]): ExplainedMonth[][] {
  const groups: ExplainedMonth[][] = [];
  for (const month of months) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && saysTheSame(group[0], month)) group.push(month);
    else groups.push([month]);
  }
  return groups;
}

function saysTheSame(a: ExplainedMonth, b: ExplainedMonth): boolean {
  const said = ({ isClosed, lines, exceptions }: ExplainedMonth) =>
    JSON.stringify([
      isClosed,
      lines.map((line) => [line.orderLine, wordFor(line), line.sentence]),
      exceptions,
    ]);
  return said(a) === said(b) && b.lines.every(({ issued }) => issued.length === 0);
}

/** `2025-10`, `2025-11 to 2026-02` */
export function spanOf(months: readonly Pick<ExplainedMonth, 'month'>[]): string {
  const [first = '', last = ''] = [months[0]?.month, months.at(-1)?.month];
  return first === last ? first : `${first} to ${last}`;
}

/**
 * Returns the outcome in a word: what was issued (`charge`, `credit, charge`), else how the line stands (`deferred`). Empty if the line
 * merely remains charged, or is not placed yet.
 */
export function wordFor({ issued, standing }: ExplainedLine): string {
  if (issued.length > 0) return issued.map(({ lineType }) => lineType).join(', ');
  switch (standing) {
    case 'charged':
    case 'unplaced':
      return '';
    case 'charged-before-ledger':
      return 'elsewhere';
    case 'unknown':
      return 'not known';
    default:
      return standing;
  }
}

/** Makes a reason a sentence of its own: `charged in November because …` -> `Charged in November because … .` */
export function asSentence({ sentence }: Pick<ExplainedLine, 'sentence'>): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** Returns the index of the first state after an instant. A binary search: an order may have very many states. */
export function placeAfter(states: Explanation['states'], at: Instant): number {
  let [from, to] = [0, states.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((states[middle]?.at ?? at) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}
