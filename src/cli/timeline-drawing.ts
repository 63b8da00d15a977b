/**
 * Draws an order's timeline as text: months as columns, the order's state along them, events and cut-offs, and what was billed below.
 *
 *          2026-10              2026-11
 *   state  │   ──░░░░░░░░░░░░░░│░░─────────────────│
 *   events │   o  P            │ R                 │
 *   line 1 │ deferred          │ charge            │
 */

import { type EventKind, earliest, type Instant } from '../billing/order.js';
import type { OrderState } from '../billing/timeline.js';
import { placeAfter, untilSettled, wordFor } from '../explain/explained-months.js';
import type { ExplainedMonth, Explanation } from '../explain/explanation.js';
import { SCREEN } from './screen.js';

/** The most months in one strip. A longer timeline continues in strips below. */
const MONTHS_ABREAST = 6;
const LABEL_WIDTH = 8;
const WIDEST = 20;
const STATE_MARKS: Record<OrderState, string> = { active: '─', paused: '░', shipped: '═', ended: ' ' };

const EVENT_MARKS: Record<EventKind, string> = {
  paused: 'P',
  resumed: 'R',
  shipped: 'S',
  cancelled: 'C',
  deleted: 'D',
};

export const KEY_TO_MARKS = '─ active  ░ paused  ═ shipped  │ cut-off  ! limit  (month) still open';

export interface Mark {
  readonly at: Instant;
  readonly sign: string;
}

/** Returns the marks in order of time: `o` for placements, a letter for events (lower case without effect), `!` for limits. */
export function marksOf({ lines, events, states }: Explanation): Mark[] {
  const marks: Mark[] = lines.map(({ placedAt }) => ({ at: placedAt, sign: 'o' }));
  for (const event of events) {
    marks.push({ at: event.at, sign: eventMark(event) });
    const { limitAt } = event;
    if (limitAt === undefined) continue;
    const next = states[placeAfter(states, event.at)];
    if (next === undefined || next.at > limitAt) marks.push({ at: limitAt, sign: '!' });
  }
  return marks.sort((a, b) => a.at - b.at);
}

export function eventMark({ event, effect }: Explanation['events'][number]): string {
  const mark = EVENT_MARKS[event];
  return effect === 'applied' ? mark : mark.toLowerCase();
}

/** Returns the lines of the drawing, at most 80 columns wide. */
export function drawTimeline(explanation: Explanation): string[] {
  const months = untilSettled(explanation.months);
  const width = Math.min(
    WIDEST,
    Math.floor((SCREEN - LABEL_WIDTH - 1) / Math.min(months.length, MONTHS_ABREAST)) - 1,
  );
  const strips: string[][] = [];
  for (let start = 0; start < months.length; start += MONTHS_ABREAST) {
    strips.push(drawStrip(explanation, months.slice(start, start + MONTHS_ABREAST), width));
  }
  return strips.flatMap((strip, index) => (index === 0 ? strip : ['', ...strip]));
}

function drawStrip(explanation: Explanation, months: readonly ExplainedMonth[], width: number): string[] {
  const row = (label: string, cells: readonly string[]) =>
    `${label.padEnd(LABEL_WIDTH)}│${cells.map((cell) => `${cell.slice(0, width).padEnd(width)}│`).join('')}`;
  const heads = months.map(({ month, isClosed }) => (isClosed ? month : `(${month})`).padEnd(width + 1));
  const marks = markRows(marksOf(explanation), months, width);
  const orderLines = [...new Set(months.flatMap(({ lines }) => lines.map(({ orderLine }) => orderLine)))];
  return [
    `${' '.repeat(LABEL_WIDTH + 1)}${heads.join('')}`.trimEnd(),
    row(
      'state',
      months.map((month) => stateCells(explanation, month, width)),
    ),
    ...marks.map((cells, index) => row(index === 0 ? 'events' : '', cells)),
    ...orderLines
      .sort((a, b) => a - b)
      .map((line) =>
        row(
          `line ${line}`,
          months.map((month) => billed(month, line)),
        ),
      ),
  ];
}

/** Returns the cells of a month. Each shows the state at its end. */
function stateCells(
  { lines, states }: Explanation,
  { start, cutOff }: ExplainedMonth,
  width: number,
): string {
  const placedAt = earliest(lines.map((line) => line.placedAt));
  const cells = Array.from({ length: width }, (_, cell) => {
    const end = start + ((cutOff - start) * (cell + 1)) / width;
    if (placedAt >= end || lines.length === 0) return ' ';
    // Just before the end of the cell. Instants are integers, but the end of a cell may be a fraction.
    return STATE_MARKS[states[placeAfter(states, Math.ceil(end) - 1) - 1]?.state ?? 'active'];
  });
  return cells.join('');
}

/** Returns rows of marks. Marks that would overlap go into rows below. */
function markRows(marks: readonly Mark[], months: readonly ExplainedMonth[], width: number): string[][] {
  const rows: string[][][] = [];
  const newRow = () => months.map(() => Array.from({ length: width }, () => ' '));
  const depths = new Map<string, number>();
  for (const { at, sign } of marks) {
    const index = months.findIndex(({ start, cutOff }) => at >= start && at < cutOff);
    const month = months[index];
    if (month === undefined) continue;
    const cell = Math.floor(((at - month.start) * width) / (month.cutOff - month.start));
    const depth = depths.get(`${index} ${cell}`) ?? 0;
    depths.set(`${index} ${cell}`, depth + 1);
    if (depth === rows.length) rows.push(newRow());
    rows[depth]?.[index]?.splice(cell, 1, sign);
  }
  return rows.map((row) => row.map((cells) => cells.join('')));
}

/** Returns what a month made of an order line, in a word: ` charge`. */
function billed({ lines }: ExplainedMonth, orderLine: number): string {
  const line = lines.find((each) => each.orderLine === orderLine);
  return line === undefined ? '' : ` ${wordFor(line)}`;
}
