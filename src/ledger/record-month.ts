/** Records a month as closed. */
import type { Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import { recordedConfig } from '../config/config.js';
import type { Connection } from './connect.js';
import { insertRow } from './insert.js';
import type { MonthFrame } from './month-frame.js';
import { type SealedRow, sealBeforeMonth } from './seal.js';

/** @param seal returns the seal of the row; a draft has the seal before it */
export function recordMonth(
  db: Connection,
  { month, config, lastImport }: MonthFrame,
  seal: (row: SealedRow) => string,
  now: Instant,
): void {
  const row = {
    month,
    cutOffRule: config.cutoff,
    config: JSON.stringify(recordedConfig(config)),
    lastImport,
    sealBefore: sealBeforeMonth(db, month),
  };
  insertRow(db, 'closed_months', {
    month,
    cut_off_rule: row.cutOffRule,
    config: row.config,
    last_import: lastImport,
    seal: seal(row),
    closed_at: formatInstant(now),
  });
}
