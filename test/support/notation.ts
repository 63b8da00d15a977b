/**
 * The notation of the billing tests: a history as a person would tell it, and a plan as one would read it out.
 *
 *   placed Oct 5, paused Oct 10, resumed Nov 3   ->   Oct: deferred | Nov: charge resumed (deferred from Oct)
 *
 * In New York, 2026 if no year is given, at noon if no time is given (`Oct 31 24:00` is the cut-off of October). An order line
 * costs 100.00 USD and is a crown of practice P-100. Every clause may end in `(known Nov)`: imported only after October's close.
 *
 *   aligners placed Oct 5 at 80.00       a line of another product, at another price
 *   paused Oct 10 12:00 as e1 #2         with an event id, with a sequence
 *   price amended to 80.00 (known Nov)   from then on; also `currency`, `quantity`, `practice`, `placement`, of `line 2` too
 *   e1 retracted (known Nov)             the event never happened
 */
import {
  always,
  type BillingMonth,
  createCalendar,
  cutOffInstant,
  nextMonth,
} from '../../src/billing/billing-month.js';
import { clockIn } from '../../src/billing/clock.js';
import type { DocumentLine, IssuedCharge } from '../../src/billing/document.js';
import { formatAmount } from '../../src/billing/money.js';
import {
  EVENT_KINDS,
  type EventKind,
  type HistoryEvent,
  type Instant,
  type OrderLine,
} from '../../src/billing/order.js';
import {
  type HeldLine,
  listingKey,
  type MonthContext,
  type OrderAccount,
  type OrderLineAccount,
  type OrderPlan,
  planOrder,
} from '../../src/billing/plan.js';
import type { Policy } from '../../src/billing/policy.js';
import { at } from './wall-clock.js';

export const NEW_YORK = 'America/New_York';
export const NEW_YORKS_CLOCK = clockIn(NEW_YORK);

export const POLICY: Policy = {
  pauseLimitDays: 45,
  afterLimit: 'slate',
  notPausable: ['aligners'],
  rounding: 'half-up',
  creditAfterShipment: false,
};

export interface Settings {
  readonly policy?: Partial<Policy>;
  /** The ledger's first month. */
  readonly first?: string;
  readonly last?: string;
  /** Other zones of the practice after New York, in order: `America/Chicago from Nov`. */
  readonly zones?: readonly string[];
}

/** Bills a history month by month, October to December, and prints what becomes of it; months in which nothing happens are `-`. */
export function billed(history: string, settings?: Settings): string {
  return [...billedMonths(history, settings)]
    .map(({ month, words }) => `${nameOf(month)}: ${words}`)
    .join(' | ');
}

export interface MonthOfOrder {
  readonly month: BillingMonth;
  readonly context: MonthContext;
  readonly account: OrderAccount;
  readonly plan: OrderPlan;
  readonly words: string;
}

/** The order of a history, month by month: what was known and recorded of it, and what the month makes of it. */
export function* billedMonths(
  history: string,
  { policy = {}, first = 'Oct', last = 'Dec', zones = [] }: Settings = {},
): Generator<MonthOfOrder> {
  const clauses = parse(history);
  const calendar = calendarOf(zones);
  const firstMonth = monthNamed(first);
  const records = new Map<number, LineSoFar>();
  const listed = new Set<string>();

  for (let month = firstMonth; month <= monthNamed(last); month = nextMonth(month)) {
    const { lines, events } = knownIn(clauses, month);
    const accounts = lines.map((line): OrderLineAccount => {
      const record = records.get(line.line);
      return {
        line,
        record: {
          issued: record?.issued,
          counted: record?.counted ?? false,
          chargedBeforeLedger: record?.before ?? false,
          held: record?.held,
          withdrawn: record?.withdrawn ?? false,
        },
      };
    });
    const context = { month, firstMonth, policy: { ...POLICY, ...policy } };
    const account = { lines: accounts, events, listed: new Set(listed) };
    const plan = planOrder(account, calendar, context);

    const words = lines.map((line) => {
      const record = records.get(line.line) ?? { ...NOTHING_YET };
      records.set(line.line, record);
      const issued = plan.documentLines.filter(({ orderLine }) => orderLine === line.line);
      const held = plan.held.find(({ orderLine }) => orderLine === line.line);
      const decidedBefore = plan.beforeLedger.includes(line);
      record.before ||= decidedBefore;
      for (const each of issued) {
        if (each.lineType === 'charge')
          record.issued = { ...each, document: { key: 0, number: `INV-${month}` }, asIssued: () => each };
        else delete record.issued;
      }
      const isPlaced = line.placedAt < calendar.cutOff(month);
      record.counted ||= isPlaced;
      const endsUncharged = isPlaced && !record.before && held === undefined && record.issued === undefined;
      const newlyEnded = endsUncharged && issued.length === 0 && !record.ended;
      record.ended = endsUncharged;
      record.withdrawn = !isPlaced && (record.withdrawn || record.held !== undefined);
      record.held = held;
      return printed({ issued, held, decidedBefore, newlyEnded });
    });
    for (const { code, event } of plan.exceptions) listed.add(listingKey(code, event));
    const exceptions = plan.exceptions.map(({ code }) => ` ! ${code}`).join('');
    const [only = '-', ...others] = words;
    const all = others.length === 0 ? only : words.map((word, i) => `${i + 1} ${word}`).join(', ');
    yield { month, context, account, plan, words: `${all}${exceptions}` };
  }
}

/** What closed months recorded of a line. */
interface LineSoFar {
  issued?: IssuedCharge;
  counted: boolean;
  before: boolean;
  ended: boolean;
  held: HeldLine | undefined;
  withdrawn: boolean;
}

const NOTHING_YET: LineSoFar = {
  counted: false,
  before: false,
  ended: false,
  held: undefined,
  withdrawn: false,
};

function printed(line: {
  issued: readonly DocumentLine[];
  held: HeldLine | undefined;
  decidedBefore: boolean;
  newlyEnded: boolean;
}): string {
  if (line.decidedBefore) return 'before ledger';
  const words = line.issued.map(printedLine);
  if (line.held !== undefined) words.push(line.held.status);
  if (line.newlyEnded) words.push('ended');
  return words.join(' + ') || '-';
}

/** `charge resumed (deferred from Oct)`; an amount or practice is said if it is not the usual one. */
function printedLine(line: DocumentLine): string {
  const { lineType, reason, currency, practiceId, deferredFrom, serviceMonth, corrects } = line;
  const amount = `${formatAmount(Math.abs(line.amountMinor), currency)}${currency === 'USD' ? '' : ` ${currency}`}`;
  const notes = [
    ...(practiceId === 'P-100' ? [] : [`to ${practiceId}`]),
    ...(lineType === 'charge' && reason === 'late' ? [`of ${nameOf(serviceMonth)}`] : []),
    ...(lineType === 'charge' && deferredFrom !== '' ? [`deferred from ${nameOf(deferredFrom)}`] : []),
    ...(corrects === undefined ? [] : [`of ${nameOf(corrects.number.slice(4))}`]),
  ];
  const text = `${lineType} ${reason}${amount === '100.00' ? '' : ` ${amount}`}`;
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`;
}

/** The facts of a history, all of them: the lines and events of order A. */
export function factsOf(history: string): { lines: OrderLine[]; events: HistoryEvent[] } {
  return knownIn(parse(history), '9998-12');
}

export const newYork = () => calendarOf([]);

function calendarOf(zones: readonly string[]) {
  const later = zones.map((text) => {
    const [timeZone = '', since = ''] = text.split(' from ');
    return { timeZone, since: monthNamed(since) };
  });
  return createCalendar([...always(NEW_YORK), ...later], (month, timeZone) =>
    cutOffInstant(month, timeZone, '24:00'),
  );
}

/** `Oct 31 24:00`, `Mar 14 2027 02:30:00.001`, on New York's wall. */
export function instant(text: string): Instant {
  const found = /^([A-Z][a-z]{2}) (\d{1,2})(?: (\d{4}))?(?: (\d\d:\d\d(?::\d\d(?:\.\d{3})?)?))?$/.exec(text);
  const month = MONTHS.indexOf(found?.[1] ?? '') + 1;
  if (found === null || month === 0) throw new Error(`no date: ${text}`);
  const [, , day = '', year = '2026', time = '12:00'] = found;
  return at(NEW_YORK, `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')} ${time}`);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Oct` is 2026-10, `Jan 2027` is 2027-01. */
function monthNamed(text: string): BillingMonth {
  const [name = '', year = '2026'] = text.split(' ');
  if (!MONTHS.includes(name)) throw new Error(`no month: ${text}`);
  return `${year}-${String(MONTHS.indexOf(name) + 1).padStart(2, '0')}`;
}

export function nameOf(month: BillingMonth): string {
  const name = MONTHS[Number(month.slice(5)) - 1] ?? month;
  return month.startsWith('2026') ? name : `${name} ${month.slice(0, 4)}`;
}

/** What one clause makes of the facts, from the month on in which it is known. */
interface Clause {
  readonly known: BillingMonth;
  apply(facts: { lines: OrderLine[]; events: HistoryEvent[] }): void;
}

function knownIn(clauses: readonly Clause[], month: BillingMonth) {
  const facts: { lines: OrderLine[]; events: HistoryEvent[] } = { lines: [], events: [] };
  for (const clause of clauses) if (clause.known <= month) clause.apply(facts);
  return facts;
}

function parse(history: string): Clause[] {
  return history.split(/,\s*/).map((text): Clause => {
    const [, clause = '', known = ''] = /^(.*?)(?: \(known ([^)]+)\))?$/.exec(text.trim()) ?? [];
    const apply = parsePlaced(clause) ?? parseAmended(clause) ?? parseRetracted(clause) ?? parseEvent(clause);
    if (apply === undefined) throw new Error(`not understood: ${clause}`);
    return { known: known === '' ? '' : monthNamed(known), apply };
  });
}

function parsePlaced(clause: string): Clause['apply'] | undefined {
  const found = /^(?:(\w+) )?placed (.*?)(?: at ([\d.]+))?$/.exec(clause);
  if (found === null) return undefined;
  const [, product = 'CROWN', when = '', unitPrice = '100'] = found;
  return ({ lines }) => {
    lines.push({
      orderId: 'A',
      line: lines.length + 1,
      practiceId: 'P-100',
      product,
      description: '',
      patientRef: '',
      quantity: '1',
      unitPrice,
      currency: 'USD',
      placedAt: instant(when),
    });
  };
}

function parseAmended(clause: string): Clause['apply'] | undefined {
  const found = /^(?:line (\d+) )?(price|currency|quantity|practice|placement|product) amended to (.*)$/.exec(
    clause,
  );
  if (found === null) return undefined;
  const [, line = '1', field, value = ''] = found;
  return ({ lines }) => {
    const index = Number(line) - 1;
    const known = lines[index];
    if (known === undefined) throw new Error(`no line ${line}`);
    lines[index] = {
      ...known,
      ...(field === 'price' && { unitPrice: value }),
      ...(field === 'currency' && { currency: value }),
      ...(field === 'quantity' && { quantity: value }),
      ...(field === 'practice' && { practiceId: value }),
      ...(field === 'product' && { product: value }),
      ...(field === 'placement' && { placedAt: instant(value) }),
    };
  };
}

function parseRetracted(clause: string): Clause['apply'] | undefined {
  const eventId = /^(\w+) retracted$/.exec(clause)?.[1];
  if (eventId === undefined) return undefined;
  return (facts) => {
    facts.events = facts.events.filter((event) => event.eventId !== eventId);
  };
}

function parseEvent(clause: string): Clause['apply'] | undefined {
  const found = /^(\w+) (.*?)(?: as (\w+))?(?: #(\d+))?$/.exec(clause);
  const kind = found?.[1] as EventKind;
  if (found === null || !EVENT_KINDS.includes(kind)) return undefined;
  const [, , when = '', eventId = '', sequence = '0'] = found;
  const event: HistoryEvent = {
    eventId,
    orderId: 'A',
    event: kind,
    at: instant(when),
    sequence: Number(sequence),
    reason: kind === 'paused' ? 'missing scan' : '',
  };
  return (facts) => {
    // The event of the same id is replaced: amended.
    facts.events = facts.events.filter((each) => eventId === '' || each.eventId !== eventId);
    facts.events.push(event);
  };
}
