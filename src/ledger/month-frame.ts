/**
 * The frame of a month to be billed: the closed months before it, its cut-offs, and the zone of every practice. All table names are
 * unqualified, so that the same code bills a draft (draft-month.ts).
 */

import {
  always,
  type BillingMonth,
  type Calendar,
  createCalendar,
  cutOffInstant,
  LAST_MONTH,
} from '../billing/billing-month.js';
import type { ZoneSpan } from '../billing/clock.js';
import type { ClosedMonth } from '../billing/cut-over.js';
import type { Instant } from '../billing/order.js';
import type { MonthContext } from '../billing/plan.js';
import { remembered } from '../billing/remembered.js';
import type { Config } from '../config/config.js';
import type { Connection } from './connect.js';
import { CURRENT, createSpanReader, fixPracticeZones, zonesInForce, zonesUpTo } from './practice-zones.js';

export interface MonthFrame extends MonthContext {
  readonly config: Config;
  /** Only facts of imports up to this one are known. */
  readonly lastImport: number;
  /** In order of month: the months before this one, and this one if it is closed and previewed again. */
  readonly closed: readonly ClosedMonth[];
  /** The zones of the practices that the month bills. */
  readonly zones: readonly string[];
  calendarOf(practiceId: string): Calendar;
  /** For orders without a known line. */
  readonly configCalendar: Calendar;
}

interface ClosedMonthRow extends ClosedMonth {
  readonly cutOffRule: string;
}

/** Returns the closed months in order. */
export function closedMonths(db: Connection): ClosedMonthRow[] {
  return db
    .prepare<[], ClosedMonthRow>(
      'SELECT month, cut_off_rule AS cutOffRule, last_import AS lastImport FROM closed_months ORDER BY month',
    )
    .all();
}

/** Fixes the zones and cut-offs of `month`, stores the new ones, and returns the frame. */
export function openFrame(
  db: Connection,
  { month, config, lastImport }: { month: BillingMonth; config: Config; lastImport: number },
): MonthFrame {
  fixPracticeZones(db, { month, config, lastImport });
  const closed = closedMonths(db);
  const zones = zonesInUse(db, { month, lastImport }, config);
  const cutOff = cutOffReader(db, closed, config);
  const calendars = createCalendars(cutOff);
  const allZones = [...new Set([...zones, config.timeZone])];
  storeCutOffs(db, month, { closed, zones: allZones, cutOff });
  return {
    month,
    firstMonth: closed[0]?.month ?? month,
    config,
    policy: config,
    lastImport,
    closed,
    zones,
    configCalendar: calendars(always(config.timeZone)),
    calendarOf: calendarsByPractice(db, calendars, { config, upTo: LAST_MONTH }),
  };
}

/**
 * Returns the calendars of practices in closed months.
 * @param upTo the month whose knowledge counts; later ones may have given a practice another zone
 */
export function closedCalendars(
  db: Connection,
  config: Pick<Config, 'timeZone' | 'cutoff'>,
  upTo: BillingMonth = LAST_MONTH,
): (practiceId: string) => Calendar {
  return calendarsByPractice(db, createCalendars(cutOffReader(db, closedMonths(db), config)), {
    config,
    upTo,
  });
}

/** Returns the calendar of a practice as long as no month is closed, by the zone that it has now. @param practiceId empty for none */
export function calendarBeforeClose(
  db: Connection,
  practiceId: string,
  { config, lastImport }: { readonly config: Config; readonly lastImport: number },
): Calendar {
  const named = db
    .prepare<[object], string>(
      `SELECT time_zone FROM practices AS practice WHERE practice_id = :practiceId AND ${CURRENT('practice')}`,
    )
    .pluck()
    .get({ practiceId, lastImport });
  const timeZone = named || config.timeZone;
  return createCalendar(always(timeZone), (month) => cutOffInstant(month, timeZone, config.cutoff));
}

function calendarsByPractice(
  db: Connection,
  calendars: Calendars,
  { config: { timeZone }, upTo }: { config: Pick<Config, 'timeZone'>; upTo: BillingMonth },
): (practiceId: string) => Calendar {
  // Most labs have one zone, so that no practice needs to be looked up.
  if (zonesUpTo(db, upTo).every((zone) => zone === timeZone)) {
    const only = calendars(always(timeZone));
    return () => only;
  }
  const spansOf = createSpanReader(db, upTo);
  return remembered((practiceId) => {
    const spans = spansOf(practiceId);
    return calendars(spans.length > 0 ? spans : always(timeZone));
  });
}

/** Returns the calendar of practices with these zones. */
type Calendars = (spans: readonly ZoneSpan[]) => Calendar;

type CutOffReader = (month: BillingMonth, timeZone: string) => Instant;

/**
 * Returns a function that gives the cut-off of a month in any zone. A closed month has its stored cut-off; in a zone that came later, the
 * one of its stored rule. Months before the ledger's first follow that month's rule, and open months follow the config.
 */
function cutOffReader(
  db: Connection,
  closed: readonly ClosedMonthRow[],
  config: Pick<Config, 'cutoff'>,
): CutOffReader {
  const stored = db
    .prepare<[string, string], number>('SELECT at FROM cut_offs WHERE time_zone = ? AND month = ?')
    .pluck();
  const rules = new Map(closed.map((row) => [row.month, row.cutOffRule]));
  const first = closed[0];
  return (month, timeZone) => {
    const rule = first !== undefined && month < first.month ? first.cutOffRule : rules.get(month);
    return stored.get(timeZone, month) ?? cutOffInstant(month, timeZone, rule ?? config.cutoff);
  };
}

/** Makes one calendar for all practices with the same zones. */
function createCalendars(cutOff: CutOffReader): Calendars {
  const calendars = new Map<string, Calendar>();
  return (spans) => {
    const key = spans
      .map(({ timeZone, since }, index) => (index === 0 ? timeZone : `${since} ${timeZone}`))
      .join();
    let calendar = calendars.get(key);
    if (calendar === undefined) {
      calendar = createCalendar(spans, cutOff);
      calendars.set(key, calendar);
    }
    return calendar;
  };
}

/** Section 2: stores the cut-offs of each zone in use, also those of closed months for a new zone. They apply from then on. */
function storeCutOffs(
  db: Connection,
  month: BillingMonth,
  {
    closed,
    zones,
    cutOff,
  }: { closed: readonly ClosedMonth[]; zones: readonly string[]; cutOff: CutOffReader },
): void {
  const store = db.prepare(
    `INSERT INTO cut_offs (month, time_zone, at, stored_by) SELECT :month, :timeZone, :at, :storedBy
     WHERE NOT EXISTS (SELECT 1 FROM cut_offs WHERE month = :month AND time_zone = :timeZone)`,
  );
  for (const timeZone of zones)
    for (const each of [...closed.map((row) => row.month), month])
      store.run({ month: each, timeZone, at: cutOff(each, timeZone), storedBy: month });
}

function zonesInUse(
  db: Connection,
  known: { readonly month: BillingMonth; readonly lastImport: number },
  config: Config,
): string[] {
  const zones = zonesInForce(db, known);
  return zones.length > 0 ? zones : [config.timeZone];
}
