/**
 * The time zones of practices, month by month (docs/rules.md section 2). A row of `practice_zones` is in force from the month whose close
 * wrote it; the first row of a practice also for all months before.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import type { ZoneSpan } from '../billing/clock.js';
import { isSameZone } from '../billing/time-zone.js';
import type { Config } from '../config/config.js';
import type { Connection } from './connect.js';
import { insertRow } from './insert.js';

/** The SQL condition for the version of a fact that is current after import `:lastImport`. */
export const CURRENT = (alias: string): string =>
  `${alias}.import_id <= :lastImport AND (${alias}.superseded_by IS NULL OR ${alias}.superseded_by > :lastImport)`;

interface MonthToFix {
  readonly month: BillingMonth;
  readonly config: Config;
  readonly lastImport: number;
}

/** Fixes the zones by which a month bills: of practices that no month before knew, and of those that got another zone since. */
export function fixPracticeZones(db: Connection, options: MonthToFix): void {
  fixNewPractices(db, options);
  fixChangedZones(db, options);
}

function fixNewPractices(db: Connection, { month, config, lastImport }: MonthToFix): void {
  db.prepare(
    `INSERT INTO practice_zones (practice_id, time_zone, fixed_by)
     SELECT known.practice_id, coalesce(nullif(practice.time_zone, ''), :timeZone), :month
     FROM known_practices AS known
     LEFT JOIN practices AS practice ON practice.practice_id = known.practice_id AND ${CURRENT('practice')}
     WHERE known.import_id <= :lastImport
       AND NOT EXISTS (SELECT 1 FROM practice_zones AS fixed WHERE fixed.practice_id = known.practice_id)`,
  ).run({ timeZone: config.timeZone, month, lastImport });
}

/**
 * Takes the last zone that an import named since the practice's zone was fixed. Rows without a zone change nothing, and a closed month keeps
 * its zones when it is billed again.
 */
function fixChangedZones(db: Connection, { month, lastImport }: MonthToFix): void {
  const isClosed = db.prepare('SELECT 1 FROM closed_months WHERE month >= ?').get(month) !== undefined;
  if (isClosed) return;
  const differing = db
    .prepare<[object], { practiceId: string; fixed: string; given: string }>(
      `SELECT practice_id AS practiceId, fixed.time_zone AS fixed, practice.time_zone AS given
       FROM practices AS practice JOIN practice_zones AS fixed USING (practice_id)
       WHERE given <> fixed.time_zone AND ${LAST_ROW('fixed')}
         AND import_id > (SELECT last_import FROM closed_months WHERE month = fixed.fixed_by)
         AND import_id = (SELECT max(import_id) FROM practices AS named
           WHERE named.practice_id = fixed.practice_id AND named.time_zone <> '' AND import_id <= :lastImport)`,
    )
    .all({ lastImport });
  for (const { practiceId, fixed, given } of differing)
    if (!isSameZone(fixed, given))
      insertRow(db, 'practice_zones', { practice_id: practiceId, fixed_by: month, time_zone: given });
}

/** The SQL condition for the last row of a practice. */
const LAST_ROW = (alias: string): string =>
  `NOT EXISTS (SELECT 1 FROM practice_zones AS later WHERE later.practice_id = ${alias}.practice_id
     AND later.fixed_by > ${alias}.fixed_by)`;

/** Returns the zones in which a month bills practices known by an import. */
export function zonesInForce(
  db: Connection,
  { month, lastImport }: { readonly month: BillingMonth; readonly lastImport: number },
): string[] {
  return db
    .prepare<[object], string>(
      `SELECT DISTINCT time_zone FROM practice_zones AS zone JOIN known_practices USING (practice_id)
       WHERE import_id <= :lastImport AND fixed_by = coalesce(
         (SELECT max(fixed_by) FROM practice_zones AS own WHERE own.practice_id = zone.practice_id AND fixed_by <= :month),
         (SELECT min(fixed_by) FROM practice_zones AS own WHERE own.practice_id = zone.practice_id))
       ORDER BY time_zone`,
    )
    .pluck()
    .all({ month, lastImport });
}

/** Returns every zone of which closed months, up to one of them, have a row. */
export function zonesUpTo(db: Connection, month: BillingMonth): string[] {
  return db
    .prepare<[string], string>('SELECT DISTINCT time_zone FROM practice_zones WHERE fixed_by <= ?')
    .pluck()
    .all(month);
}

/** Returns a function that reads the zones of a practice, up to those that a month fixed; none if no such month knows the practice. */
export function createSpanReader(db: Connection, upTo: BillingMonth): (practiceId: string) => ZoneSpan[] {
  const rows = db.prepare<[string, string], ZoneSpan>(
    `SELECT time_zone AS timeZone, fixed_by AS since FROM practice_zones
     WHERE practice_id = ? AND fixed_by <= ? ORDER BY fixed_by`,
  );
  return (practiceId) => rows.all(practiceId, upTo);
}

/** Returns the practices that a month is the first to bill by another zone, in order of practice id. */
export function zonesChangedBy(
  db: Connection,
  month: BillingMonth,
): { readonly practiceId: string; readonly was: string; readonly is: string }[] {
  return db
    .prepare<[string], { practiceId: string; was: string; is: string }>(
      `SELECT changed.practice_id AS practiceId, before.time_zone AS was, changed.time_zone AS "is"
       FROM practice_zones AS changed JOIN practice_zones AS before USING (practice_id)
       WHERE changed.fixed_by = ? AND before.fixed_by = (SELECT max(fixed_by) FROM practice_zones AS earlier
         WHERE earlier.practice_id = changed.practice_id AND earlier.fixed_by < changed.fixed_by)
       ORDER BY changed.practice_id`,
    )
    .all(month);
}
