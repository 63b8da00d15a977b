/**
 * Finds what became known of an order between two imports, in words: the facts that make a month come out differently than before.
 */
import { formatUnitPrice } from '../billing/money.js';
import {
  eventIdentity,
  type FactKind,
  type HistoryEvent,
  type Instant,
  type OrderLine,
  type Retraction,
} from '../billing/order.js';
import { filesOf, type OrderFacts, type Version } from '../billing/recorded-order.js';
import { type DayNamer, nounOf } from '../words/words.js';

/** One fact that became known. */
export interface News {
  readonly importId: number;
  /** The names of that import's files with facts of this kind. */
  readonly files: string;
  /** `paused on Oct 10`, `order line 1: unit price 100.00 -> 80.00`. */
  readonly text: string;
  /** The instants of the fact itself and of the version that it replaced. */
  readonly instants: readonly Instant[];
  /** The identity of an event that is new or amended; undefined for a line or a retraction. */
  readonly event: string | undefined;
  /** It replaced a version, or took the fact away. */
  readonly isAmendment: boolean;
  /** Returns the facts without this one, with the version that it replaced, if any. */
  readonly without: (facts: KnownFacts) => KnownFacts;
}

/** The facts of an order at one state of knowledge. */
export interface KnownFacts {
  readonly lines: readonly OrderLine[];
  readonly events: readonly HistoryEvent[];
}

/** Returns the facts that imports after `since`, up to `upTo`, brought or replaced, in order of import. */
export function newsOf(
  facts: OrderFacts,
  { since, upTo, day }: { since: number; upTo: number; day: DayNamer },
): News[] {
  const isNew = ({ importId }: Version<unknown>) => importId > since && importId <= upTo;
  const news: News[] = [];
  const add = (
    importId: number,
    kind: FactKind,
    rest: Pick<News, 'text' | 'instants' | 'isAmendment' | 'without'> & { event?: string },
  ) => news.push({ importId, files: filesOf(facts, importId, kind), event: undefined, ...rest });

  // An order may have very many events.
  const versions = new Map<string, Version<HistoryEvent | Retraction>[]>();
  for (const version of facts.events) {
    const identity = eventIdentity(version.fact);
    const own = versions.get(identity);
    if (own === undefined) versions.set(identity, [version]);
    else own.push(version);
  }
  const versionsOf = (fact: HistoryEvent | Retraction) => versions.get(eventIdentity(fact)) ?? [];

  for (const version of facts.lines.filter(isNew)) {
    const { fact, importId } = version;
    const before = facts.lines.find((each) => each.fact.line === fact.line && each.supersededBy === importId);
    const instants = [fact.placedAt, ...(before === undefined ? [] : [before.fact.placedAt])];
    const without = ({ lines, events }: KnownFacts): KnownFacts => ({
      lines: lines.flatMap((each) => (each.line === fact.line ? (before?.fact ?? []) : [each])),
      events,
    });
    const text = lineNews(fact, before?.fact, day);
    add(importId, 'orders', { text, instants, isAmendment: before !== undefined, without });
  }
  for (const version of facts.events.filter(isNew)) {
    const { fact, importId } = version;
    const before = versionsOf(fact).find((each) => each.supersededBy === importId);
    const instants = [fact.at, ...(before === undefined ? [] : [before.fact.at])];
    const text = eventNews(fact, before?.fact, day);
    const event = fact.event === 'retracted' ? {} : { event: eventIdentity(fact) };
    const isAmendment = before !== undefined;
    add(importId, 'history', {
      text,
      instants,
      isAmendment,
      without: withoutEvent(fact, before?.fact),
      ...event,
    });
  }
  for (const { fact, supersededBy } of facts.events) {
    if (!(supersededBy > since && supersededBy <= upTo)) continue;
    if (versionsOf(fact).some(({ importId }) => importId === supersededBy)) continue;
    const text = `the ${nounOf(fact.event)} of ${day(fact.at)} moved to another order`;
    const without = withoutEvent(undefined, fact);
    add(supersededBy, 'history', { text, instants: [fact.at], isAmendment: true, without });
  }
  return news.sort((a, b) => a.importId - b.importId);
}

function withoutEvent(
  fact: HistoryEvent | Retraction | undefined,
  before: HistoryEvent | Retraction | undefined,
): News['without'] {
  return ({ lines, events }) => ({
    lines,
    events: [
      ...events.filter((event) => event !== fact),
      ...(before === undefined || before.event === 'retracted' ? [] : [before as HistoryEvent]),
    ],
  });
}

/** `import 3 (late.csv)` */
export function importName({ importId, files }: { importId: number; files: string }): string {
  return files === '' ? `import ${importId}` : `import ${importId} (${files})`;
}

function lineNews(line: OrderLine, before: OrderLine | undefined, day: DayNamer): string {
  if (before === undefined) return `order line ${line.line} placed on ${day(line.placedAt)}`;
  const price = (each: OrderLine) => `${formatUnitPrice(each.unitPrice, each.currency)} ${each.currency}`;
  const changes: [name: string, before: string, now: string][] = [
    ['practice', before.practiceId, line.practiceId],
    ['product', before.product, line.product],
    ['description', before.description, line.description],
    ['quantity', before.quantity, line.quantity],
    ['unit price', price(before), price(line)],
    ['placement', day(before.placedAt), day(line.placedAt)],
  ];
  const changed = changes.filter(([, was, is]) => was !== is);
  const words = changed.map(([name, was, is]) => `${name} ${was} -> ${is}`);
  return `order line ${line.line} amended${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}

function eventNews(
  event: HistoryEvent | Retraction,
  before: HistoryEvent | Retraction | undefined,
  day: DayNamer,
): string {
  const told = ({ event: kind, at }: HistoryEvent | Retraction) => `${kind} on ${day(at)}`;
  if (before === undefined) return told(event);
  if (event.event === 'retracted') return `the ${nounOf(before.event)} of ${day(before.at)} retracted`;
  return `the ${nounOf(before.event)} of ${day(before.at)} amended to ${told(event)}`;
}
