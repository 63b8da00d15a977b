/** What is told of an explanation's months: which of them, which together, and each line's in a word. */

import type { Instant } from '../billing/order.js';
import type { ExplainedLine, ExplainedMonth, Explanation, Outcome } from './explanation.js';

/** Up to the month after the last one in which anything happened or was held. */
export function untilSettled(months: readonly ExplainedMonth[]): readonly ExplainedMonth[] {
  const isQuiet = ({ lines, exceptions }: ExplainedMonth) =>
    exceptions.length === 0 &&
    lines.every(({ issued, standing }) => issued.length === 0 && SETTLED.includes(standing));
  return months.slice(0, months.findLastIndex((month) => !isQuiet(month)) + 2);
}

const SETTLED: readonly Outcome[] = ['charged', 'ended', 'charged-before-ledger'];

/** Consecutive months of which the same is to be said. */
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

/** `charge`, `credit, charge`, `deferred`: what was issued, else how the line stands; empty if it just stands charged. */
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

/** A reason as a sentence of its own: `charged in November because …` -> `Charged in November because … .` */
export function asSentence({ sentence }: ExplainedLine): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** The place of the first of the states after an instant, in order of time: an order may have very many. */
export function placeAfter(states: Explanation['states'], at: Instant): number {
  let [from, to] = [0, states.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((states[middle]?.at ?? at) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}
