/**
 * Says in one sentence why an order line was charged in a month or not, and names the fact that decided it. The decision itself comes
 * from `billing`: the line's standing, its timeline and the lines issued.
 */
import { type BillingMonth, type Calendar, previousMonth } from '../billing/billing-month.js';
import { resumeBefore, type Standing, serviceMonth, standingAt } from '../billing/charge.js';
import { lineAmount } from '../billing/money.js';
import {
  type EventKind,
  eventIdentity,
  type HistoryEvent,
  type Instant,
  type OrderLine,
} from '../billing/order.js';
import {
  eventsKnownAt,
  knownAt,
  type OrderRecord,
  type RecordedLine,
  type RecordedMonth,
  type Version,
} from '../billing/recorded-order.js';
import { type Change, changeBefore, type Timeline, timelineOf } from '../billing/timeline.js';
import { type DayNamer, dayNamer, money, monthName, nounOf } from '../words/words.js';
import { importName, type KnownFacts, type News, newsOf } from './fact-changes.js';

/** An order line in one month, with what that month knew. */
export interface LineInMonth {
  readonly record: OrderRecord;
  readonly month: RecordedMonth;
  /** The last import that the month before knew. This month is the first to know later ones. */
  readonly since: number;
  readonly calendar: Calendar;
  /** The order's facts as known in this month. */
  readonly facts: { readonly lines: readonly OrderLine[]; readonly events: readonly HistoryEvent[] };
  readonly timeline: Timeline;
  readonly line: Version<OrderLine>;
  readonly standing: Standing;
  readonly isBeforeLedger: boolean;
  /** The lines that this month issues for the order line. */
  readonly issued: readonly RecordedLine[];
  /** The last line that earlier months issued for it; undefined if there is none. */
  readonly last: { readonly line: RecordedLine; readonly month: BillingMonth } | undefined;
}

/** A fact that decided the outcome. */
export type DecidingFact =
  | { readonly kind: 'order-line'; readonly orderLine: number; readonly at: Instant }
  | { readonly kind: 'event'; readonly event: EventKind; readonly eventId: string; readonly at: Instant };

export interface Said {
  /** Without a full stop. */
  readonly sentence: string;
  /** The deciding fact first. */
  readonly because: readonly DecidingFact[];
}

export function reasonSentence(line: LineInMonth): Said {
  const credit = line.issued.find(({ lineType }) => lineType === 'credit');
  const charge = line.issued.find(({ lineType }) => lineType === 'charge');
  if (line.isBeforeLedger) return chargedBeforeLedger(line);
  if (credit !== undefined && charge !== undefined) return corrected(line, credit, charge);
  if (credit !== undefined) return credited(line, credit);
  if (charge !== undefined) return charged(line, charge);
  switch (line.standing.kind) {
    case 'charged':
      return chargedAlready(line, line.standing.serviceMonth);
    case 'held':
      return held(line, line.standing);
    case 'ended':
      return ended(line, line.standing.end);
    case 'unplaced':
      return unplaced(line);
  }
}

function chargedBeforeLedger(context: LineInMonth): Said {
  const { record, line, timeline, calendar, month } = context;
  const earlier = serviceMonth(line.fact, timeline, calendar, previousMonth(record.firstMonth));
  const belongs = earlier === undefined ? 'it lies' : `it belongs to ${monthName(earlier, month.month)},`;
  return {
    sentence:
      `not charged here: ${belongs} before ${monthName(record.firstMonth, month.month)}, the first month of this ` +
      "ledger, so the lab's earlier system charged it",
    because: [placement(line.fact)],
  };
}

function charged(context: LineInMonth, charge: RecordedLine): Said {
  switch (charge.reason) {
    case 'placed':
      return chargedAsPlaced(context);
    case 'resumed':
      return chargedAsResumed(context, charge);
    default:
      return chargedLate(context, charge);
  }
}

function chargedAsPlaced(context: LineInMonth): Said {
  const { line, month } = context;
  const aside = pauseThatDidNotCount(context);
  return {
    sentence: `charged in ${monthName(month.month, month.month)} because it was placed on ${dayIn(context)(line.fact.placedAt)}${aside?.sentence ?? ''}`,
    because: [placement(line.fact), ...(aside?.because ?? [])],
  };
}

/** Returns why a pause that could have deferred the charge did not; undefined if there is none. */
function pauseThatDidNotCount(context: LineInMonth): Said | undefined {
  const { timeline, calendar, month, facts, record } = context;
  const day = dayIn(context);
  const cutOff = calendar.cutOff(month.month);
  const refused = timeline.exceptions.find(({ code, since }) => code === 'not-pausable' && since < cutOff);
  if (refused !== undefined) {
    const product = facts.lines.find((each) => record.policy.notPausable.includes(each.product))?.product;
    return {
      sentence: `; the pause of ${day(refused.event.at)} has no effect, since an order with ${product} cannot be paused`,
      because: [happening(refused.event)],
    };
  }
  const next = timeline.changes.find(({ at, state }) => at >= cutOff && state === 'paused');
  if (next !== undefined) {
    const when = next.at === cutOff ? 'began at the cut-off, not before it' : 'began after the cut-off';
    return { sentence: `; the pause of ${day(next.at)} ${when}`, because: [happening(next.event)] };
  }
  const resume = resumeBefore(timeline, cutOff);
  if (resume === undefined) return undefined;
  const pause = changeThatBegan(timeline, resume);
  return {
    sentence: `; the pause of ${day(pause.at)} was over by the cut-off, since it was ${resume.event.event} on ${day(resume.at)}`,
    because: [happening(resume.event), happening(pause.event)],
  };
}

/** `charged in November because it was resumed on Nov 3; without the pause of Oct 10 it would have been October` */
function chargedAsResumed(context: LineInMonth, charge: RecordedLine): Said {
  const { month } = context;
  const { words, resume, pause } = outOfPause(context, charge.serviceMonth);
  const without = withoutThePause(context, pause);
  return {
    sentence: `charged in ${monthName(month.month, month.month)} because ${words}${without}`,
    because: [happening(resume.event), happening(pause.event)],
  };
}

/** How a deferred line came out of its pause: `it was resumed on Dec 1, after its limit of Nov 24`. */
function outOfPause(context: LineInMonth, service: BillingMonth) {
  const { timeline, calendar } = context;
  const day = dayIn(context);
  const resume = resumeBefore(timeline, calendar.cutOff(service));
  if (resume === undefined) throw new Error('a deferred charge without a resume');
  const pause = changeThatBegan(timeline, resume);
  const kind = resume.event.event === 'shipped' ? 'shipped while paused' : resume.event.event;
  const late = resume.at > pause.limitAt ? `, after its limit of ${day(pause.limitAt)}` : '';
  return { words: `it was ${kind} on ${day(resume.at)}${late}`, resume, pause };
}

/** Computes the service month again without that pause, and returns the words for it; empty if the month is the same. */
function withoutThePause(context: LineInMonth, pause: Change): string {
  const { facts, record, calendar, line, month } = context;
  const events = facts.events.filter((event) => event !== pause.event);
  const timeline = timelineOf({ lines: facts.lines, events }, record.policy, calendar.clock);
  const service = serviceMonth(line.fact, timeline, calendar, month.month);
  if (service === undefined || service === month.month) return '';
  const day = dayIn(context)(pause.at);
  return `; without the pause of ${day} it would have been ${monthName(service, month.month)}`;
}

function chargedLate(context: LineInMonth, charge: RecordedLine): Said {
  const { line, month } = context;
  const day = dayIn(context);
  const isDeferred = charge.deferredFrom !== '';
  const out = isDeferred ? outOfPause(context, charge.serviceMonth) : undefined;
  const words = out?.words ?? `it was placed on ${day(line.fact.placedAt)}`;
  const deciding = out === undefined ? [] : [out.resume.event];
  return {
    sentence:
      `charged late in ${monthName(month.month, month.month)}: it belongs to ` +
      `${monthName(charge.serviceMonth, month.month)} because ${words}${becameKnown(context, deciding)}`,
    because: [...deciding.map(happening), placement(line.fact)],
  };
}

/** Names the fact that this month was the first to know, so that no earlier month could act on it. Empty if there is none. */
function becameKnown(context: LineInMonth, deciding: readonly HistoryEvent[]): string {
  const { record, since, month, line } = context;
  const news = newsOf(record, { since, upTo: month.lastImport, day: dayIn(context) });
  const identities = deciding.map(eventIdentity);
  const own = news.find(({ event }) => event !== undefined && identities.includes(event));
  if (own !== undefined) return `, which became known only with ${importName(own)}`;
  const isNewLine = record.lines.every((each) => each.fact.line !== line.fact.line || each.importId > since);
  const lineNews = news.find(({ importId, event }) => event === undefined && importId === line.importId);
  if (isNewLine && lineNews !== undefined)
    return `, but the order line became known only with ${importName(lineNews)}`;
  const other = newsThatDecided(context, news);
  return other === undefined ? '' : `, known only since ${importName(other)}: ${other.text}`;
}

/** Returns the news that changed the outcome of the line; undefined if there is no news. It repeats the computation without each import. */
function newsThatDecided(context: LineInMonth, news: readonly News[]): News | undefined {
  const { month } = context;
  const now = outcomeAt(context, month.lastImport);
  const decided = news.findLast(({ importId }) => outcomeAt(context, importId - 1) !== now);
  if (decided === undefined) return news.at(-1);
  // Within one import: leaves out one fact at a time.
  const own = news.filter(({ importId }) => importId === decided.importId);
  const known = knownAtImport(context, decided.importId);
  return own.findLast(({ without }) => outcomeOf(context, without(known)) !== now) ?? decided;
}

const outcomeAt = (context: LineInMonth, importId: number): string =>
  outcomeOf(context, knownAtImport(context, importId));

function knownAtImport({ record }: LineInMonth, importId: number): KnownFacts {
  return {
    lines: knownAt(record.lines, importId).map(({ fact }) => fact),
    events: eventsKnownAt(record, importId),
  };
}

/** Returns the outcome of the line in this month under these facts, as a text to compare. */
function outcomeOf({ record, month, calendar, line }: LineInMonth, facts: KnownFacts): string {
  const own = facts.lines.find((each) => each.line === line.fact.line);
  if (own === undefined) return 'unknown';
  const timeline = timelineOf(facts, record.policy, calendar.clock);
  const standing = standingAt(month.month, own, timeline, calendar);
  const service = standing.kind === 'charged' ? standing.serviceMonth : '';
  const amount = lineAmount(own, record.policy.rounding);
  return JSON.stringify([standing.kind, service, amount, own.currency, own.practiceId]);
}

/** Explains a credit and a charge of one line: its amount, currency or practice changed. */
function corrected(context: LineInMonth, credit: RecordedLine, charge: RecordedLine): Said {
  const { line } = context;
  const was = money(-credit.amountMinor, credit.currency);
  const is = money(charge.amountMinor, charge.currency);
  const [before, now] =
    credit.practiceId === charge.practiceId
      ? [was, is]
      : [`${was} to ${credit.practiceId}`, `${is} to ${charge.practiceId}`];
  return {
    sentence: `credited and charged anew because ${credit.corrects} charged ${before}, and it comes to ${now}${becameKnown(context, [])}`,
    because: [placement(line.fact)],
  };
}

function credited(context: LineInMonth, credit: RecordedLine): Said {
  const { standing, line } = context;
  const day = dayIn(context);
  const after = `, after ${credit.corrects} had charged it`;
  if (standing.kind === 'held') {
    const known = becameKnown(context, [standing.pause.event]);
    return {
      sentence: `credited and held again because it was ${pausedOn(context, standing.pause)}${known}${after}`,
      because: [happening(standing.pause.event)],
    };
  }
  const end = standing.kind === 'ended' || standing.kind === 'unplaced' ? standing.end : undefined;
  if (end === undefined) {
    const known = becameKnown(context, []);
    return {
      sentence: `credited because it was placed on ${day(line.fact.placedAt)}, not before this month's cut-off${known}${after}`,
      because: [placement(line.fact)],
    };
  }
  const { calendar, month } = context;
  const isLate = end.at < calendar.cutOff(previousMonth(month.month));
  const known = isLate ? becameKnown(context, [end.event]) : '';
  return {
    sentence: `credited because ${endedBy(context, end)}${known}${after}`,
    because: [happening(end.event)],
  };
}

/** `it was cancelled on Nov 5` */
function endedBy(context: LineInMonth, end: Change): string {
  const day = dayIn(context);
  const alone = end.event.line === undefined ? '' : ' (this order line alone)';
  if (!end.byLimit) return `it was ${end.event.event} on ${day(end.at)}${alone}`;
  return `the pause of ${day(end.event.at)} reached its limit of ${day(end.at - 1)}, which deletes an order`;
}

/** `paused on Oct 10 ("missing scan") and not resumed before the cut-off` */
function pausedOn(context: LineInMonth, pause: Change): string {
  const { timeline, calendar, month } = context;
  const day = dayIn(context);
  const index = timeline.changes.indexOf(pause);
  const again = timeline.changes.slice(0, index).some(({ state }) => state === 'paused') ? ' again' : '';
  const begun = `paused${again} on ${day(pause.at)} (“${pause.event.reason}”)`;
  const next = timeline.changes[index + 1];
  if (next === undefined || next.byLimit) return `${begun} and not resumed before the cut-off`;
  const cutOff = calendar.cutOff(month.month);
  const when = next.at === cutOff ? 'at the cut-off, not before it' : 'after the cut-off';
  return `${begun}, and its ${nounOf(next.event.event)} of ${day(next.at)} came ${when}`;
}

function held(context: LineInMonth, { pause, status }: Extract<Standing, { kind: 'held' }>): Said {
  const limit = dayIn(context)(pause.limitAt);
  const standing =
    status === 'deferred'
      ? `its limit is ${limit}`
      : `its limit of ${limit} has passed, so it is slated for deletion`;
  return {
    sentence: `not charged because it was ${pausedOn(context, pause)}; ${standing}`,
    because: [happening(pause.event)],
  };
}

function ended(context: LineInMonth, end: Change): Said {
  const { last } = context;
  const because = [happening(end.event)];
  const words = endedBy(context, end);
  if (last !== undefined)
    return { sentence: `nothing to issue: ${words}, and ${last.line.documentNumber} credited it`, because };
  if (end.previous !== 'paused') return { sentence: `not charged because ${words}`, because };
  const state = end.byLimit ? '' : ' while it was paused';
  return { sentence: `not charged, and never will be, because ${words}${state}`, because };
}

function chargedAlready(context: LineInMonth, service: BillingMonth): Said {
  const { last, timeline, calendar, month, line } = context;
  if (last === undefined) return { sentence: 'nothing to issue', because: [placement(line.fact)] };
  const name = (each: BillingMonth) => monthName(each, month.month);
  const sentence = `nothing to issue: charged in ${name(last.month)} on ${last.line.documentNumber}`;
  const because: DecidingFact[] = [placement(line.fact)];
  if (service !== last.line.serviceMonth && service !== last.month) {
    const belongs = `by what is known since, it belongs to ${name(service)}, and to the same amount`;
    return { sentence: `${sentence}; ${belongs}`, because };
  }
  const change = changeBefore(timeline, calendar.cutOff(month.month));
  if (change?.state !== 'paused') return { sentence, because };
  const when = change.at === calendar.cutOff(service) ? 'at the cut-off' : 'after the cut-off';
  const pause = `the pause of ${dayIn(context)(change.at)} began ${when} of ${name(service)} and changes nothing`;
  return { sentence: `${sentence}; ${pause}`, because: [happening(change.event), ...because] };
}

function unplaced(context: LineInMonth): Said {
  const { line } = context;
  const day = dayIn(context)(line.fact.placedAt);
  return {
    sentence: `nothing to issue: it was placed on ${day}, not before this month's cut-off`,
    because: [placement(line.fact)],
  };
}

/** The pause that `resume` took the order out of. */
function changeThatBegan({ changes }: Timeline, resume: Change): Change {
  const pause = changes[changes.indexOf(resume) - 1];
  if (pause?.state !== 'paused') throw new Error('a resume without a pause');
  return pause;
}

function dayIn({ calendar, month }: LineInMonth): DayNamer {
  return dayNamer(calendar, month.month);
}

function placement({ line, placedAt }: OrderLine): DecidingFact {
  return { kind: 'order-line', orderLine: line, at: placedAt };
}

function happening({ event, line, eventId, at }: HistoryEvent): DecidingFact {
  return { kind: 'event', event, ...(line === undefined ? {} : { orderLine: line }), eventId, at };
}
