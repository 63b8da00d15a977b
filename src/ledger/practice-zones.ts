/** The time zones by which a month was billed. */
import type { MonthView } from '../billing/month-view.js';
import type { Connection } from './connect.js';

/** Returns a function that gives a practice's zone as the month knew it: fixed by its close or an earlier one, otherwise the config's. */
export function createZoneReader(
  db: Connection,
  { month, config }: Pick<MonthView, 'month' | 'config'>,
): (practiceId: string) => string {
  const fixed = db
    .prepare<[string, string], string>(
      'SELECT time_zone FROM practice_zones WHERE practice_id = ? AND fixed_by <= ?',
    )
    .pluck();
  return (practiceId) => fixed.get(practiceId, month) ?? String(config.timeZone);
}
