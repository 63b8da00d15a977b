/**
 * Random histories for the properties: orders of practices in three zones and two currencies, their events dense around
 * cut-offs and limits, facts known in time, early or late, amended, moved and retracted. Everything is imported in batches:
 * one before each month's close.
 */
import fc from 'fast-check';
import {
  EVENT_KINDS,
  type Fact,
  type HistoryEvent,
  type OrderLine,
  type Retraction,
} from '../../src/billing/order.js';
import type { PracticeDetails } from '../../src/billing/party.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import type { ModelRules } from './model.js';
import type { Facts } from './story.js';
import { at, intlOffset, naiveInstantOf } from './wall-clock.js';

export const MONTHS: readonly string[] = ['2026-10', '2026-11', '2026-12', '2027-01'];
const LAST_DAYS = ['2026-08-31', '2026-09-30', '2026-10-31', '2026-11-30', '2026-12-31', '2027-01-31'];
const DAY = 86_400_000;

/** At first P-1 has no row and no zone of its own: the config's. */
export const ZONES: Readonly<Record<string, string>> = {
  'P-1': 'America/New_York',
  'P-2': 'Europe/Berlin',
  'P-3': 'Australia/Lord_Howe',
};
/** To which a practice may move: the first and the last on earth among them. */
const NEW_ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/Chicago', 'Europe/Berlin'];
const zoneOf = (practiceId: string) => ZONES[practiceId] ?? 'America/New_York';

export interface Scenario {
  /** The config of each month. They differ only in the time of the cut-off. */
  readonly configs: readonly Config[];
  /** What is imported before each month's close. */
  readonly batches: readonly (readonly Fact[])[];
  /** Practices that get another time zone, from the month before whose close it becomes known. */
  readonly zoneChanges: readonly ZoneChange[];
}

interface ZoneChange {
  readonly practiceId: string;
  readonly month: string;
  readonly timeZone: string;
}

export interface Kinds {
  /**
   * Every fact is known at the close of the month in which it happens, none is amended, all orders can be paused, and every
   * month has the same cut-off: what becomes known later then changes nothing earlier.
   */
  readonly inTime: boolean;
}

export function scenarios(kinds: Kinds = { inTime: false }): fc.Arbitrary<Scenario> {
  return fc
    .record({
      settings,
      orders: fc.array(order, { minLength: 1, maxLength: 4 }),
      moves: fc.array(zoneChange, { maxLength: kinds.inTime ? 0 : 2 }),
    })
    .map(({ settings: { rules, ...policy }, orders, moves }) => {
      const config: Config = {
        ...DEFAULT_CONFIG,
        negativePrices: true,
        ...policy,
        ...(kinds.inTime && { notPausable: [] }),
      };
      const configs = MONTHS.map((_, i) => ({
        ...config,
        cutoff: rules[kinds.inTime ? 0 : i % rules.length] ?? '24:00',
      }));
      const identities = orders.flatMap((draft, index) =>
        identitiesOf(draft, `ORD-${index + 1}`, configs[0] ?? config, kinds),
      );
      const zoneChanges = uniqueChanges(moves);
      const scenario = { configs, batches: batchesOf(identities, zoneChanges), zoneChanges };
      return { ...scenario, [fc.toStringMethod]: () => shown(scenario) };
    });
}

/** The same facts, all imported before the first close. For scenarios in time only. */
export function allAtStart({ batches, ...scenario }: Scenario): Scenario {
  return { ...scenario, batches: MONTHS.map((_, index) => (index === 0 ? batches.flat() : [])) };
}

/** The fact as a line of NDJSON. */
export function ndjson({ kind, fact }: Fact): string {
  const written =
    kind === 'practices'
      ? { practice_id: fact.practiceId, name: fact.name, time_zone: fact.timeZone, ...fact.details }
      : kind === 'orders'
        ? {
            order_id: fact.orderId,
            line: fact.line,
            practice_id: fact.practiceId,
            product: fact.product,
            quantity: fact.quantity,
            unit_price: fact.unitPrice,
            currency: fact.currency,
            placed_at: new Date(fact.placedAt).toISOString(),
          }
        : {
            event_id: fact.eventId,
            order_id: fact.orderId,
            event: fact.event,
            at: new Date(fact.at).toISOString(),
            sequence: fact.sequence,
            reason: fact.reason,
            line: fact.line,
          };
  return `${JSON.stringify(written)}\n`;
}

export function rulesOf({ configs, batches, zoneChanges }: Scenario): ModelRules {
  const [config = DEFAULT_CONFIG] = configs;
  return {
    ...config,
    firstMonth: MONTHS[0] ?? '',
    configZone: config.timeZone,
    zonesOf: (practiceId) => {
      const own = zoneChanges.filter((change) => change.practiceId === practiceId);
      // The zone with which a practice becomes known is no change: it holds for all months.
      const [first] = own;
      const isKnown = batches
        .slice(0, MONTHS.indexOf(first?.month ?? ''))
        .some((facts) => facts.some(({ fact }) => 'practiceId' in fact && fact.practiceId === practiceId));
      const from = isKnown ? zoneOf(practiceId) : (first?.timeZone ?? zoneOf(practiceId));
      return (month) => own.findLast((change) => change.month <= month)?.timeZone ?? from;
    },
    cutOffRule: (month) => configs[MONTHS.indexOf(month)]?.cutoff ?? config.cutoff,
  };
}

/** The facts that the first `count` batches leave known: of each identity the last version, retracted events left out. */
export function factsAfter({ batches }: Scenario, count: number): Facts {
  const known = new Map<string, Fact>();
  for (const fact of batches.slice(0, count).flat()) known.set(identityOf(fact), fact);
  const facts = [...known.values()];
  return {
    lines: facts.flatMap((fact) => (fact.kind === 'orders' ? [fact.fact] : [])),
    events: facts.flatMap(({ kind, fact }) =>
      kind === 'history' && fact.event !== 'retracted' ? [fact as HistoryEvent] : [],
    ),
  };
}

export function identityOf({ kind, fact }: Fact): string {
  if (kind === 'orders') return `line ${fact.orderId}/${fact.line}`;
  if (kind === 'practices') return `practice ${fact.practiceId}`;
  return fact.eventId === '' ? `event ${JSON.stringify(fact)}` : `event ${fact.eventId}`;
}

/** Whether a batch changes what an earlier one said. */
export function amends({ batches }: Scenario, index: number): boolean {
  const earlier = new Set(batches.slice(0, index).flat().map(identityOf));
  return (batches[index] ?? []).some((fact) => earlier.has(identityOf(fact)));
}

// Drafts: what fast-check draws and shrinks

const settings = fc.record({
  pauseLimitDays: fc.constantFrom(3, 10, 30, 45),
  afterLimit: fc.constantFrom('slate' as const, 'delete' as const),
  rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
  creditAfterShipment: fc.constantFrom(false, false, true),
  rules: fc.array(fc.constantFrom('24:00', '19:00', '00:30', '02:15'), { minLength: 1, maxLength: 4 }),
});

/**
 * So many days and milliseconds after the moment before, or the first or second cut-off after it in some zone, or the limit
 * of a pause that begins then; now and then any day from September 1 on.
 */
const moment = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ after: fc.constantFrom(0, 1, 3, 8, 20, 40), ms: fc.constantFrom(0, 0, 0, 1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      cutOff: fc.nat(1),
      zone: fc.constantFrom(...Object.values(ZONES), ...NEW_ZONES),
      ms: fc.constantFrom(-1, 0, 0, 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ limitAfter: fc.constantFrom(-1, 0, 1, 2) }) },
  { weight: 1, arbitrary: fc.record({ day: fc.integer({ min: 0, max: 150 }) }) },
);
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

/** When a fact becomes known: in time (0), at the start (−9), a month early or late. */
const lag = fc.constantFrom(0, 0, 0, 0, 0, 0, -9, -1, 1, 1, 2);
const batch = fc.nat(MONTHS.length - 1);

const line = fc.record({
  product: fc.constantFrom('CROWN', 'CROWN', 'CROWN', 'CROWN', 'CROWN', 'CROWN', 'aligners'),
  quantity: fc.constantFrom('1', '1', '2', '0.5', '1.5'),
  unitPrice: fc.constantFrom('100', '100', '50', '0', '0.01', '33.333333', '-20.005'),
  currency: fc.constantFrom('USD', 'USD', 'JPY'),
  placed: moment,
  lag,
  amendments: fc.array(
    fc.record({
      batch,
      change: fc.oneof(
        fc.record({ unitPrice: fc.constantFrom('100', '50', '0', '80') }),
        fc.record({ quantity: fc.constantFrom('1', '2') }),
        fc.record({ currency: fc.constantFrom('USD', 'JPY') }),
        fc.record({ product: fc.constantFrom('CROWN', 'aligners') }),
        fc.record({ placed: moment }),
        // To another month: a line that was held or had ended leaves its month, and is placed again later.
        fc.record({ daysLater: fc.constantFrom(31, 62) }),
      ),
    }),
    { maxLength: 2 },
  ),
});

const event = fc.record({
  // A turn is a pause, or, after an odd number of turns, a resume.
  kind: fc.oneof({ weight: 4, arbitrary: fc.constant('turn' as const) }, fc.constantFrom(...EVENT_KINDS)),
  when: moment,
  sequence: fc.constantFrom(0, 0, 0, 1),
  reason: fc.constantFrom('scan', 'bite'),
  id: fc.constantFrom('', 'a', 'b'),
  /** The line that a cancellation or deletion concerns; the third is never there. */
  line: fc.constantFrom(0, 0, 1, 2, 3),
  lag,
  amendments: fc.array(
    fc.record({
      batch,
      change: fc.oneof(
        fc.constant('retracted' as const),
        fc.record({ kind: fc.constantFrom(...EVENT_KINDS) }),
        fc.record({ when: moment }),
        fc.record({ reason: fc.constant('other') }),
        fc.record({ sequence: fc.constantFrom(0, 1) }),
      ),
    }),
    { maxLength: 2 },
  ),
});

const order = fc.record({
  practice: fc.constantFrom('P-1', 'P-1', 'P-2', 'P-3'),
  /** Its first line's placement, counted from September 1, unless that line says otherwise. */
  day: fc.integer({ min: 0, max: 90 }),
  move: fc.option(fc.record({ batch, practice: fc.constantFrom('P-1', 'P-2', 'P-3') }), { freq: 6 }),
  lines: fc.array(line, { minLength: 1, maxLength: 2 }),
  events: fc.array(event, { maxLength: 6 }),
});
/** Not in the first month: a zone known at the first close is no change. */
const zoneChange = fc.record({
  practiceId: fc.constantFrom('P-1', 'P-2', 'P-3'),
  month: fc.constantFrom(...MONTHS.slice(1)),
  timeZone: fc.constantFrom(...NEW_ZONES),
});

/** One change of a practice in a month, and none that changes nothing; in order of time. */
function uniqueChanges(drawn: readonly ZoneChange[]): ZoneChange[] {
  const last = new Map(Object.entries(ZONES));
  return [...drawn]
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .filter(({ practiceId, month, timeZone }, index, all) => {
      if (all.slice(0, index).some((each) => each.practiceId === practiceId && each.month === month))
        return false;
      if (last.get(practiceId) === timeZone) return false;
      last.set(practiceId, timeZone);
      return true;
    });
}

type OrderDraft = typeof order extends fc.Arbitrary<infer T> ? T : never;

// From drafts to facts in batches

/** One order line or event: when it becomes known, and what is known of it after each batch. */
interface Identity {
  readonly known: number;
  factAfter(batch: number): Fact;
}

function identitiesOf(draft: OrderDraft, orderId: string, config: Config, kinds: Kinds): Identity[] {
  const { practice, move, lines, events } = draft;
  const practiceAfter = (index: number) =>
    move !== null && !kinds.inTime && index >= move.batch ? move.practice : practice;
  let clock = at(zoneOf(practice), '2026-09-01 12:00') + draft.day * DAY;
  let firstPlacedAt = clock;

  const instantOf = (when: Moment): number => {
    if ('day' in when) clock = at(zoneOf(practice), '2026-09-01 12:00') + when.day * DAY;
    else if ('cutOff' in when) {
      const later = LAST_DAYS.map((day) => at(when.zone, `${day} ${config.cutoff}`)).filter(
        (end) => end > clock,
      );
      clock = (later[when.cutOff] ?? clock) + when.ms;
    } else if ('after' in when) clock += when.after * DAY + when.ms;
    else clock = limitAfter(clock, zoneOf(practice), config.pauseLimitDays) + when.limitAfter;
    return clock;
  };
  /** A fact that happens in a month is known at its close, if there is no lag. */
  const knownIn = (instant: number, { lag: batches }: { lag: number }) => {
    const inTime = LAST_DAYS.slice(2).findIndex((day) => instant < at(zoneOf(practice), `${day} 24:00`));
    return Math.max(0, (inTime === -1 ? MONTHS.length - 1 : inTime) + (kinds.inTime ? 0 : batches));
  };

  const orderLines = lines.map((each, index): Identity => {
    const { placed, lag: _, amendments, ...content } = each;
    const placedAt = index === 0 && 'after' in placed ? clock : instantOf(placed);
    if (index === 0) firstPlacedAt = placedAt;
    const known = knownIn(placedAt, each);
    const changes = amendments.map(({ batch: index, change }) => ({
      batch: index,
      change:
        'placed' in change
          ? { placedAt: instantOf(change.placed) }
          : 'daysLater' in change
            ? { placedAt: placedAt + change.daysLater * DAY }
            : change,
    }));
    const first = { orderId, line: index + 1, description: '', patientRef: '', ...content, placedAt };
    return {
      known,
      factAfter: (index) => {
        const made = changes.filter((each) => each.batch <= index && each.batch > known && !kinds.inTime);
        const fact: OrderLine = Object.assign({}, first, ...made.map(({ change }) => change), {
          practiceId: practiceAfter(index),
        });
        return { kind: 'orders', fact };
      },
    };
  });

  const contents = new Set<string>();
  let turns = 0;
  clock = firstPlacedAt;
  const orderEvents = events.flatMap((each, index): Identity[] => {
    const instant = instantOf(each.when);
    if (each.kind === 'turn') turns++;
    const kind = each.kind !== 'turn' ? each.kind : turns % 2 === 1 ? 'paused' : 'resumed';
    const first: HistoryEvent = {
      eventId: each.id === '' ? '' : `${each.id}${index}-${orderId}`,
      orderId,
      event: kind,
      at: instant,
      sequence: each.sequence,
      reason: kind === 'paused' ? each.reason : '',
      ...(each.line > 0 && isEnd(kind) ? { line: each.line } : {}),
    };
    // Two events without an id that say the same are one.
    const content = JSON.stringify(first);
    if (contents.has(content)) return [];
    contents.add(content);
    const known = knownIn(instant, each);
    const end = clock;
    const changes = each.amendments.map(
      ({ batch: index, change }): [number, Partial<HistoryEvent | Retraction>] => {
        if (change === 'retracted') return [index, { event: 'retracted' }];
        if ('kind' in change)
          return [index, { event: change.kind, reason: change.kind === 'paused' ? 'scan' : '' }];
        return [index, 'when' in change ? { at: instantOf(change.when) } : change];
      },
    );
    clock = end;
    return [
      {
        known,
        factAfter: (index) => {
          const made = changes.filter(
            ([batch]) => first.eventId !== '' && batch <= index && batch > known && !kinds.inTime,
          );
          const { line, ...fact }: HistoryEvent | Retraction = Object.assign(
            {},
            first,
            ...made.map(([, change]) => change),
          );
          // What an amendment makes of it may concern the whole order only.
          const concerns =
            line !== undefined && (fact.event === 'retracted' || isEnd(fact.event)) ? { line } : {};
          return { kind: 'history', fact: { ...fact, ...concerns } as HistoryEvent | Retraction };
        },
      },
    ];
  });
  return [...orderLines, ...orderEvents];
}

const isEnd = (kind: string) => kind === 'cancelled' || kind === 'deleted';

function limitAfter(instant: number, timeZone: string, days: number): number {
  return naiveInstantOf(timeZone, instant + intlOffset(timeZone, instant) + days * DAY);
}

const DETAILS: Readonly<Record<string, PracticeDetails>> = {
  'P-2': { legal_name: 'Größe & Söhne', city: 'Köln', country: 'DE', tax_id: 'DE1', terms_days: '30' },
};

/** Each batch holds what is new in it, and what it changes. */
function batchesOf(identities: readonly Identity[], zoneChanges: readonly ZoneChange[]): Fact[][] {
  const rowOf = (practiceId: string, timeZone: string): Fact => ({
    kind: 'practices',
    fact: { practiceId, name: practiceId, timeZone, details: DETAILS[practiceId] ?? {} },
  });
  const practices = Object.entries(ZONES).flatMap(([practiceId, timeZone]) =>
    practiceId === 'P-1' ? [] : [rowOf(practiceId, timeZone)],
  );
  return MONTHS.map((month, index) => [
    ...(index === 0 ? practices : []),
    ...zoneChanges
      .filter(({ month: since }) => since === month)
      .map(({ practiceId, timeZone }) => rowOf(practiceId, timeZone)),
    ...identities.flatMap(({ known, factAfter }) => {
      if (known > index) return [];
      const fact = factAfter(index);
      const isKnown = known < index && JSON.stringify(factAfter(index - 1)) === JSON.stringify(fact);
      return isKnown ? [] : [fact];
    }),
  ]);
}

/** A scenario as a person can read it. */
function shown({ configs, batches }: Scenario): string {
  const [config] = configs;
  const lines = [
    `limit ${config?.pauseLimitDays} days, ${config?.afterLimit}, ${config?.rounding}, cut-offs ${configs.map((c) => c.cutoff)}`,
  ];
  for (const [index, facts] of batches.entries()) {
    lines.push(`before the close of ${MONTHS[index]}:`);
    for (const { kind, fact } of facts) {
      if (kind === 'orders') {
        const { orderId, line: number, practiceId, product, quantity, unitPrice, currency, placedAt } = fact;
        const what = `${product} ${quantity} x ${unitPrice} ${currency}`;
        lines.push(
          `  ${orderId}/${number} of ${practiceId}: ${what} placed ${new Date(placedAt).toISOString()}`,
        );
      }
      if (kind === 'practices') lines.push(`  ${fact.practiceId} in ${fact.timeZone}`);
      if (kind === 'history') {
        const when = `${new Date(fact.at).toISOString()} #${fact.sequence}`;
        const line = fact.line === undefined ? '' : ` of line ${fact.line}`;
        lines.push(`  ${fact.orderId} ${fact.event}${line} ${when} ${fact.reason} ${fact.eventId}`);
      }
    }
  }
  return `\n${lines.join('\n')}\n`;
}
