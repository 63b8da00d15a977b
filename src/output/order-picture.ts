/**
 * Decides what the picture of an order's timeline shows: months as bands, states as bars, limits, and a mark for whatever happened or was
 * issued. Each mark is also a row of the table. The figures come from the explanation; chart.ts draws them.
 */
import { dateBy } from '../billing/clock.js';
import { listedEvent } from '../billing/exception.js';
import { formatAmount } from '../billing/money.js';
import { earliest, type Instant } from '../billing/order.js';
import { daysBetween } from '../billing/time-zone.js';
import { placeAfter, untilSettled, wordFor } from '../explain/explained-months.js';
import type { ExplainedEvent, ExplainedIssue, ExplainedMonth, Explanation } from '../explain/explanation.js';
import { counted, dayName, grouped, timeName } from '../words/words.js';
import type { TimelineFigure, TimelineMark } from './chart.js';

/** A mark and its row in the table. */
export interface PicturedMark extends TimelineMark {
  /** The time on the practice's clock; for what a month issued, the month. */
  readonly when: string;
  readonly what: string;
  readonly amount: string;
}

export type OrderPicture = TimelineFigure<PicturedMark>;

/** Returns the picture of an explained order, with dates on its practice's clock. */
export function orderPicture(explanation: Explanation): OrderPicture {
  const { clock, months } = explanation;
  const facts = [
    ...placements(explanation),
    ...explanation.events.map((event) => happening(explanation, event)),
  ];
  const shown = monthsToShow(months, facts);
  const end = shown.at(-1)?.cutOff ?? 0;
  const marks = [...facts, ...limitMarks(explanation, end)].sort((a, b) => a.at - b.at);
  const bands = [
    ...before(shown, marks),
    ...shown.map(({ month, isClosed, start, cutOff }, index) => ({
      label: isClosed ? month : `(${month})`,
      from: start,
      to: cutOff,
      marks: [
        ...marks
          .filter(({ at }) => at >= start && at < cutOff)
          .map((mark) => withoutYear(mark, month.slice(0, 4))),
        ...decisions(shown, index),
      ],
    })),
    ...after(end, marks),
  ];
  return { bands, bars: barsOf(explanation, bands.at(-1)?.to ?? end), limits: limitsOf(explanation, end) };

  /** A band for facts before the ledger's first month, and one for facts after the last month shown. */
  function before(months: readonly ExplainedMonth[], marks: readonly PicturedMark[]) {
    const to = months[0]?.start ?? 0;
    const early = marks.filter(({ at }) => at < to);
    return early[0] === undefined ? [] : [{ label: 'earlier', from: early[0].at, to, marks: early }];
  }
  function after(from: Instant, marks: readonly PicturedMark[]) {
    const late = marks.filter(({ at }) => at >= from);
    const last = late.at(-1)?.at;
    return last === undefined ? [] : [{ label: 'later', from, to: last + 1, marks: late }];
  }
  function withoutYear(mark: PicturedMark, year: string): PicturedMark {
    const day = dayName(clock, mark.at);
    return { ...mark, label: mark.label.replace(day, day.replace(` ${year}`, '')) };
  }
}

/** Returns the months until the order is settled and its last fact is past. */
function monthsToShow(months: readonly ExplainedMonth[], facts: readonly PicturedMark[]) {
  const last = facts.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const withFact = months.findIndex(({ cutOff }) => last < cutOff);
  const count = Math.max(untilSettled(months).length, (withFact < 0 ? months.length - 1 : withFact) + 1);
  return months.slice(0, count);
}

/** Returns one mark for all lines placed at one instant. */
function placements({ lines, clock }: Explanation): PicturedMark[] {
  const instants = [...new Set(lines.map(({ placedAt }) => placedAt))];
  return instants.map((at) => {
    const placed = lines.filter(({ placedAt }) => placedAt === at);
    const name = lineNames(placed.map(({ orderLine }) => orderLine));
    const short = placed.length === 1 ? name : `${placed.length} lines`;
    return {
      at,
      sign: 'placed',
      label: `${dayName(clock, at)} ${short} placed`,
      when: timeName(clock, at),
      what: `${name} placed: ${[...new Set(placed.map(({ product }) => product))].join(', ')}`,
      amount: sums(placed),
    };
  });
}

/** `line 1`, `lines 1, 2, 4` */
function lineNames(lines: readonly number[]): string {
  return `line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}`;
}

/** One sum for each currency. */
function sums(amounts: readonly { readonly amountMinor: number; readonly currency: string }[]): string {
  const totals = new Map<string, number>();
  for (const { amountMinor, currency } of amounts)
    totals.set(currency, (totals.get(currency) ?? 0) + amountMinor);
  return [...totals]
    .map(([currency, total]) => `${grouped(formatAmount(total, currency))} ${currency}`)
    .join(', ');
}

function happening(explanation: Explanation, event: ExplainedEvent): PicturedMark {
  const { clock } = explanation;
  const { at, reason, effect } = event;
  const name = listedEvent({ ...event, line: event.orderLine });
  const days = event.event === 'resumed' && effect === 'applied' ? daysPaused(explanation, at) : undefined;
  const notes = [
    ...(reason === '' ? [] : [`“${reason}”`]),
    ...(days === undefined ? [] : [`after ${counted(days, 'day')}`]),
    ...(effect === 'none' ? ['no effect'] : []),
  ];
  return {
    at,
    sign: effect === 'applied' ? 'event' : 'void',
    label: `${dayName(clock, at)} ${name}${effect === 'none' ? ', no effect' : ''}`,
    when: timeName(clock, at),
    what: [`${name}${notes.length === 0 ? '' : ':'}`, notes.join(', ')].join(' ').trim(),
    amount: '',
  };
}

/** Returns the days of the pause that ended then; undefined if none did. */
function daysPaused({ states, clock }: Explanation, end: Instant): number | undefined {
  const pause = states[placeAfter(states, end - 1) - 1];
  if (pause?.state !== 'paused') return undefined;
  return daysBetween(dateBy(clock, pause.at), dateBy(clock, end));
}

/** Returns the limits worth showing: nothing but a resume came before them, and if one did, they lie in the months shown. */
function limitsOf({ events, states }: Explanation, end: Instant): { from: Instant; at: Instant }[] {
  return events.flatMap(({ at: from, limitAt }) => {
    if (limitAt === undefined) return [];
    const next = placeAfter(states, from);
    let place = next;
    while (states[place]?.state === 'active' && (states[place]?.at ?? 0) <= limitAt) place++;
    const isOver = (states[place]?.at ?? Infinity) <= limitAt;
    const isMoot = isOver || (place > next && limitAt >= end);
    return isMoot ? [] : [{ from, at: limitAt }];
  });
}

function limitMarks(explanation: Explanation, end: Instant): PicturedMark[] {
  const { states, clock } = explanation;
  return limitsOf(explanation, end).map(({ from, at }) => {
    const day = dayName(clock, at);
    const isDeletion = states.some((state) => state.state === 'ended' && state.at === at + 1);
    return {
      at,
      sign: 'limit',
      label: `${day} limit${isDeletion ? ': deleted' : ''}`,
      when: timeName(clock, at),
      what: `limit of the pause of ${dayName(clock, from)}${isDeletion ? ': it deletes the order' : ''}`,
      amount: '',
    };
  });
}

/**
 * Returns what a month issued for the order, otherwise how its lines stand. A standing that stays the same is shown once, except held
 * ones.
 */
function decisions(months: readonly ExplainedMonth[], index: number): PicturedMark[] {
  const month = months[index];
  if (month === undefined) return [];
  const mark = { at: month.cutOff, when: month.month };
  const issued = groupedBy(
    month.lines.flatMap((line) => line.issued.map((issue) => ({ line: line.orderLine, issue }))),
    ({ issue }) => [issue.lineType, issue.documentNumber, issue.practiceId, issue.currency].join(' '),
  );
  const before = new Map(months[index - 1]?.lines.map((line) => [line.orderLine, wordFor(line)]));
  const standing = month.lines
    .filter(({ issued }) => issued.length === 0)
    .map((line) => ({ line: line.orderLine, word: wordFor(line) }))
    .filter(
      ({ line, word }) => /^(deferred|slated)$/.test(word) || (word !== '' && word !== before.get(line)),
    );
  return [
    ...issued.map((group) => ({ ...mark, ...issueOf(group) })),
    ...groupedBy(standing, ({ word }) => word).map((group) => ({
      ...mark,
      sign: 'standing' as const,
      label: group[0]?.word ?? '',
      what: `${lineNames(group.map(({ line }) => line))} ${STANDINGS[group[0]?.word ?? ''] ?? group[0]?.word}`,
      amount: '',
    })),
  ];
}

const STANDINGS: Readonly<Record<string, string>> = {
  slated: 'slated for deletion',
  ended: 'ended, not charged',
  elsewhere: 'charged by the earlier system',
};

function issueOf(group: readonly { readonly line: number; readonly issue: ExplainedIssue }[]) {
  const issues = group.map(({ issue }) => issue);
  const { lineType = 'charge', documentNumber, practiceId } = issues[0] ?? {};
  const amount = sums(issues);
  return {
    sign: lineType,
    label: `${lineType} ${amount}`,
    what: `${lineType} of ${lineNames(group.map(({ line }) => line))} on ${documentNumber} to ${practiceId}`,
    amount,
  };
}

/** Groups items by key, in the order of the first item of each group. */
export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Returns the order's states from its placement on. Past its limit, a pause is a bar of its own. */
function barsOf({ lines, events, states }: Explanation, end: Instant): TimelineFigure['bars'] {
  const placedAt = earliest(lines.map((line) => line.placedAt));
  const changes = [{ at: placedAt, state: 'active' as const }, ...states.filter(({ at }) => at >= placedAt)];
  const limits = new Map<Instant, Instant>();
  for (const { at, limitAt } of events) if (limitAt !== undefined && !limits.has(at)) limits.set(at, limitAt);
  return changes.flatMap(({ at: from, state }, index): TimelineFigure['bars'][number][] => {
    const to = Math.min(changes[index + 1]?.at ?? end, end);
    if (state === 'ended' || from >= to) return [];
    const limitAt = limits.get(from) ?? to;
    if (state !== 'paused' || limitAt >= to) return [{ from, to, state }];
    return [
      { from, to: limitAt, state },
      { from: limitAt, to, state: 'past' },
    ];
  });
}
