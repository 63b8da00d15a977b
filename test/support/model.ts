/**
 * Sections 3 to 5 and 7 of the billing rules once more, by brute force and as naively as they read: for every month every
 * line's target from all facts known then, less what this model has issued itself. Nothing here is from src but the shape of
 * the facts. What the properties compare the engine with. Section 3 is in story.ts.
 */
import type { HistoryEvent, OrderLine } from '../../src/billing/order.js';
import { exactAmount } from './exact-amount.js';
import { byBytes, type Facts, type Rules, type Story, storyBefore, taken } from './story.js';
import { at, naiveDateOf } from './wall-clock.js';

export type Row = Readonly<Record<string, string | number>>;

/** The zone of a practice, month by month. */
export type Zones = (month: string) => string;

export interface ModelRules extends Rules {
  readonly firstMonth: string;
  readonly rounding: 'half-up' | 'half-even';
  readonly configZone: string;
  readonly zonesOf: (practiceId: string) => Zones;
  /** The wall-clock time at which a month ends on its last day. */
  readonly cutOffRule: (month: string) => string;
}

const DAY = 86_400_000;

/** The months that the histories of the tests can lie in. */
const MONTHS = '2026-06 2026-07 2026-08 2026-09 2026-10 2026-11 2026-12 2027-01 2027-02'.split(' ');

export const monthAfter = (month: string): string => MONTHS[MONTHS.indexOf(month) + 1] ?? '2027-03';
const keyOf = (line: OrderLine) => `${line.orderId}/${line.line}`;

export function createModel(rules: ModelRules) {
  /** Per order line: the charge that stands. */
  const issued = new Map<string, Row>();
  const counted = new Set<string>();
  const beforeLedger = new Set<string>();
  const listed = new Set<string>();
  const numbers = { invoice: 0, credit_note: 0 };

  const cutOff = (month: string, zones: Zones) => {
    const lastDay = new Date(Date.parse(`${monthAfter(month)}-01`) - 1).toISOString().slice(0, 10);
    return at(zones(month), `${lastDay} ${rules.cutOffRule(month)}`);
  };
  /** The month in which an instant lies; those after the last one of the tests have its zone. */
  const monthOf = (instant: number, zones: Zones) =>
    MONTHS.find((month) => instant < cutOff(month, zones)) ?? MONTHS.at(-1) ?? '';
  const zoneAt = (zones: Zones) => (instant: number) => zones(monthOf(instant, zones));
  const dateOn = (zones: Zones, instant: number) => naiveDateOf(zoneAt(zones)(instant), instant);
  const storyAt = (instant: number, order: Facts, zones: Zones) =>
    storyBefore(instant, order, zoneAt(zones), rules);

  /** The first month, from the one that contains the placement, at whose cut-off the order is neither paused nor ended. */
  function serviceMonth(line: OrderLine, order: Facts, zones: Zones, upTo: string): string | undefined {
    return MONTHS.filter((month) => month <= upTo && line.placedAt < cutOff(month, zones)).find((month) => {
      const { state, lineEnds } = storyAt(cutOff(month, zones), order, zones);
      return (state !== 'paused' && state !== 'ended') || lineEnds.has(line.line);
    });
  }

  /** The same, if the line had not ended by then. */
  function chargedIn(line: OrderLine, order: Facts, zones: Zones, upTo: string): string | undefined {
    const service = serviceMonth(line, order, zones, upTo);
    if (service === undefined) return undefined;
    const { state, lineEnds } = storyAt(cutOff(service, zones), order, zones);
    return state === 'ended' || lineEnds.has(line.line) ? undefined : service;
  }

  function close(month: string, facts: Facts) {
    const orderIds = new Set([...facts.lines, ...facts.events].map(({ orderId }) => orderId));
    const documentLines: Row[] = [];
    const held: Row[] = [];
    const exceptions: Row[] = [];
    const list = ({ code, event }: { code: string; event: HistoryEvent }) => {
      const { eventId, orderId, at: instant, sequence, reason } = event;
      const identity =
        eventId || JSON.stringify([orderId, event.event, event.line, instant, sequence, reason]);
      if (listed.has(`${code} ${identity}`)) return;
      listed.add(`${code} ${identity}`);
      exceptions.push({
        ...{ code, orderId, event: event.event, eventId, at: instant },
        ...(event.line === undefined ? {} : { line: event.line }),
      });
    };

    for (const orderId of orderIds) {
      const order = {
        lines: facts.lines.filter((line) => line.orderId === orderId),
        events: facts.events.filter((event) => event.orderId === orderId),
      };
      const [first] = order.lines;
      const zones = first === undefined ? () => rules.configZone : rules.zonesOf(first.practiceId);
      const end = cutOff(month, zones);
      if (first === undefined) {
        for (const event of taken(order.events)) if (event.at < end) list({ code: 'unknown-order', event });
        continue;
      }
      const story = storyAt(end, order, zones);
      story.exceptions.forEach(list);
      for (const line of order.lines) billLine(line, order, zones, story);
      const ledgerStart = cutOff(MONTHS[MONTHS.indexOf(rules.firstMonth) - 1] ?? '', zones);
      for (const line of order.lines.filter((each) => beforeLedger.has(keyOf(each)))) {
        const ended = story.lineEnds.get(line.line) ?? story.end;
        if (ended && ended.at >= ledgerStart) list({ code: 'charged-before-ledger', event: ended.event });
      }
    }

    function billLine(line: OrderLine, order: Facts, zones: Zones, story: Story): void {
      const key = keyOf(line);
      const end = cutOff(month, zones);
      const isPlaced = line.placedAt < end;
      if (isPlaced && !counted.has(key)) {
        counted.add(key);
        const service = chargedIn(line, order, zones, month);
        if (service !== undefined && service < rules.firstMonth) beforeLedger.add(key);
      }
      if (beforeLedger.has(key)) return;

      const amountMinor = amountOf(line);
      const service = chargedIn(line, order, zones, month);
      const lineEnd = story.lineEnds.get(line.line) ?? story.end;
      const isEnded = story.state === 'ended' || story.lineEnds.has(line.line);
      const hasTarget = service !== undefined && !isEnded;
      if (isPlaced && !hasTarget && !isEnded) {
        const pause = story.pause as HistoryEvent;
        const [pausedOn, lastDay] = [dateOn(zones, pause.at), dateOn(zones, end - 1)];
        held.push({
          practiceId: line.practiceId,
          orderId: line.orderId,
          orderLine: line.line,
          product: line.product,
          amountMinor,
          currency: line.currency,
          placedOn: dateOn(zones, line.placedAt),
          pausedOn,
          pauseReason: pause.reason,
          daysPaused: Math.round((Date.parse(lastDay) - Date.parse(pausedOn)) / DAY),
          limitAt: story.limitAt,
          status: story.limitAt < end ? 'slated' : 'deferred',
        });
      }

      const old = issued.get(key);
      const isSame =
        old?.amountMinor === amountMinor &&
        old.practiceId === line.practiceId &&
        old.currency === line.currency;
      if (old !== undefined && !(hasTarget && isSame)) {
        const stays = isPlaced && story.state === 'paused' && !hasTarget ? 'paused' : 'amended';
        const reason = isEnded ? (lineEnd?.reason ?? '') : stays;
        issued.delete(key);
        documentLines.push({
          ...old,
          lineType: 'credit',
          reason,
          amountMinor: 0 - Number(old.amountMinor),
          corrects: old.documentNumber as string,
        });
      }
      if (!hasTarget || (old !== undefined && isSame)) return;
      const placedIn = monthOf(line.placedAt, zones);
      const deferred = placedIn < service;
      const leftPauseAt = storyAt(cutOff(service, zones), order, zones).leftPauseAt;
      const bySection5 = service < month ? 'late' : deferred ? 'resumed' : 'placed';
      const charge: Row = {
        practiceId: line.practiceId,
        currency: line.currency,
        lineType: 'charge',
        reason: old === undefined ? bySection5 : 'amended',
        orderId: line.orderId,
        orderLine: line.line,
        product: line.product,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        amountMinor,
        placedOn: dateOn(zones, line.placedAt),
        deferredFrom: deferred ? placedIn : '',
        resumedOn: deferred && leftPauseAt !== undefined ? dateOn(zones, leftPauseAt) : '',
        serviceMonth: service,
        corrects: '',
      };
      documentLines.push(charge);
    }

    return { lines: numbered(documentLines), held, exceptions };
  }

  /** Puts lines on documents, and gives these their numbers (docs/rules.md section 7). */
  function numbered(documentLines: readonly Row[]): Row[] {
    const names = new Set(documentLines.map((line) => JSON.stringify([line.practiceId, line.currency])));
    return [...names].sort(byBytes).flatMap((name) => {
      const lines = documentLines
        .filter((line) => JSON.stringify([line.practiceId, line.currency]) === name)
        .sort(
          (a, b) =>
            byBytes(String(a.orderId), String(b.orderId)) ||
            Number(a.orderLine) - Number(b.orderLine) ||
            Number(a.lineType === 'charge') - Number(b.lineType === 'charge'),
        );
      const total = lines.reduce((sum, line) => sum + Number(line.amountMinor), 0);
      const [series, prefix] = total >= 0 ? (['invoice', 'INV'] as const) : (['credit_note', 'CN'] as const);
      numbers[series]++;
      const documentNumber = `${prefix}-${String(numbers[series]).padStart(6, '0')}`;
      return lines.map((line, index) => {
        const onDocument = { ...line, documentNumber, lineNumber: index + 1 };
        if (line.lineType === 'charge') issued.set(`${line.orderId}/${line.orderLine}`, onDocument);
        return onDocument;
      });
    });
  }

  function amountOf({ quantity, unitPrice, currency }: OrderLine): number {
    return Number(exactAmount(quantity, unitPrice, currency === 'JPY' ? 0 : 2, rules.rounding));
  }

  return { close, cutOff, serviceMonth, storyAt, beforeLedger };
}
