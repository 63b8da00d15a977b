/**
 * The frame of a month to be billed: the closed months before it, its cut-offs, and the zone of every practice. All table names are
 * unqualified, so that the same code bills a draft (draft-month.ts).
 */
import {
  type BillingMonth,
  type Calendar,
  createCalendar,
  cutOffInstant,
  previousMonth,
} from '../billing/billing-month.js';
import type { ClosedMonth } from '../billing/cut-over.js';
import type { Instant } from '../billing/order.js';
import type { MonthContext } from '../billing/plan.js';
import type { Config } from '../config/config.js';
import type { Connection } from './connect.js';

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
  /** From the earliest start of the month in any zone to its latest end. It contains every zone's month. */
  readonly window: { readonly start: Instant; readonly end: Instant };
}

interface ClosedMonthRow {
  readonly month: BillingMonth;
  readonly cut_off_rule: string;
  readonly last_import: number;
}

export function closedMonths(db: Connection): ClosedMonthRow[] {
  return db
    .prepare<[], ClosedMonthRow>('SELECT month, cut_off_rule, last_import FROM closed_months ORDER BY month')
    .all();
}

/** Fixes the zones and cut-offs of `month`, stores the new ones, and returns the frame. */
export function openFrame(
  db: Connection,
  { month, config, lastImport }: { month: BillingMonth; config: Config; lastImport: number },
): MonthFrame {
  fixPracticeZones(db, { month, config, lastImport });
  const closedRows = closedMonths(db);
  const firstMonth = closedRows[0]?.month ?? month;
  const zones = zonesInUse(db, lastImport, config);
  const calendars = createCalendars(db, closedRows, config);
  const allZones = [...new Set([...zones, config.timeZone])];
  storeCutOffs(db, { month, closedRows, calendars: allZones.map(calendars) });

  const isFirst = firstMonth === month;
  return {
    month,
    firstMonth,
    config,
    policy: config,
    lastImport,
    closed: closedRows.map((row) => ({ month: row.month, lastImport: row.last_import })),
    zones,
    configCalendar: calendars(config.timeZone),
    calendarOf: calendarsByPractice(db, calendars, config),
    window: {
      // The first month considers everything before it: held orders are carried in, and older ones are decided.
      start: isFirst
        ? Number.MIN_SAFE_INTEGER
        : Math.min(...allZones.map((zone) => calendars(zone).cutOff(previousMonth(month)))),
      end: Math.max(...allZones.map((zone) => calendars(zone).cutOff(month))),
    },
  };
}

/** Returns the calendars of practices in closed months. */
export function closedCalendars(db: Connection, config: Config): (practiceId: string) => Calendar {
  return calendarsByPractice(db, createCalendars(db, closedMonths(db), config), config);
}

function calendarsByPractice(
  db: Connection,
  calendars: (timeZone: string) => Calendar,
  { timeZone }: Config,
): (practiceId: string) => Calendar {
  const zones = db.prepare<[], string>('SELECT DISTINCT time_zone FROM practice_zones').pluck().all();
  // Most labs have one zone, so that no practice needs to be looked up.
  if (zones.every((zone) => zone === timeZone)) {
    const only = calendars(timeZone);
    return () => only;
  }
  const zoneOf = db
    .prepare<[string], string>('SELECT time_zone FROM practice_zones WHERE practice_id = ?')
    .pluck();
  const found = new Map<string, Calendar>();
  return (practiceId) => {
    let calendar = found.get(practiceId);
    if (calendar === undefined) {
      calendar = calendars(zoneOf.get(practiceId) ?? timeZone);
      found.set(practiceId, calendar);
    }
    return calendar;
  };
}

/** Section 2: the first close that knows a practice fixes its zone. */
function fixPracticeZones(
  db: Connection,
  { month, config, lastImport }: { month: BillingMonth; config: Config; lastImport: number },
): void {
  db.prepare(
    `INSERT INTO practice_zones (practice_id, time_zone, fixed_by)
     SELECT known.practice_id, coalesce(nullif(practice.time_zone, ''), :timeZone), :month
     FROM known_practices AS known
     LEFT JOIN practices AS practice ON practice.practice_id = known.practice_id AND ${CURRENT('practice')}
     WHERE known.import_id <= :lastImport
       AND NOT EXISTS (SELECT 1 FROM practice_zones AS fixed WHERE fixed.practice_id = known.practice_id)`,
  ).run({ timeZone: config.timeZone, month, lastImport });
}

/** Returns the SQL condition for the version of a fact that is current after import `:lastImport`. */
export const CURRENT = (alias: string): string =>
  `${alias}.import_id <= :lastImport AND (${alias}.superseded_by IS NULL OR ${alias}.superseded_by > :lastImport)`;

function zonesInUse(db: Connection, lastImport: number, config: Config): string[] {
  const zones = db
    .prepare<[number], string>(
      `SELECT DISTINCT time_zone FROM practice_zones JOIN known_practices USING (practice_id)
       WHERE import_id <= ? ORDER BY time_zone`,
    )
    .pluck()
    .all(lastImport);
  return zones.length > 0 ? zones : [config.timeZone];
}

/**
 * Makes calendars for any zone. A closed month has its stored cut-off; in a zone that came later, the one of its stored rule. Months
 * before the ledger's first follow that month's rule, and open months follow the config.
 */
function createCalendars(
  db: Connection,
  closed: readonly ClosedMonthRow[],
  config: Config,
): (timeZone: string) => Calendar {
  const stored = db
    .prepare<[string, string], number>('SELECT at FROM cut_offs WHERE time_zone = ? AND month = ?')
    .pluck();
  const rules = new Map(closed.map((row) => [row.month, row.cut_off_rule]));
  const first = closed[0];
  const calendars = new Map<string, Calendar>();

  function cutOff(timeZone: string, month: BillingMonth): Instant {
    const rule = first !== undefined && month < first.month ? first.cut_off_rule : rules.get(month);
    return stored.get(timeZone, month) ?? cutOffInstant(month, timeZone, rule ?? config.cutoff);
  }
  return (timeZone) => {
    let calendar = calendars.get(timeZone);
    if (calendar === undefined) {
      calendar = createCalendar(timeZone, (month) => cutOff(timeZone, month));
      calendars.set(timeZone, calendar);
    }
    return calendar;
  };
}

/** Section 2: stores the cut-offs of each zone in use, also those of closed months for a new zone. They apply from then on. */
function storeCutOffs(
  db: Connection,
  options: { month: BillingMonth; closedRows: readonly ClosedMonthRow[]; calendars: readonly Calendar[] },
): void {
  const store = db.prepare(
    `INSERT INTO cut_offs (month, time_zone, at, stored_by) SELECT :month, :timeZone, :at, :storedBy
     WHERE NOT EXISTS (SELECT 1 FROM cut_offs WHERE month = :month AND time_zone = :timeZone)`,
  );
  for (const calendar of options.calendars) {
    for (const month of [...options.closedRows.map((row) => row.month), options.month]) {
      const { timeZone } = calendar;
      store.run({ month, timeZone, at: calendar.cutOff(month), storedBy: options.month });
    }
  }
}
