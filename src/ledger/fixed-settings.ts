/**
 * The settings that a ledger's first close fixes (docs/rules.md section 3), so that later months correct earlier ones by the same rules.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import { type Config, DEFAULT_CONFIG, FIXED_SETTINGS } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { bucketOfMonth, type LineRow } from './fact-log.js';
import { storedConfig } from './stored-config.js';

interface ClosedConfig {
  readonly month: BillingMonth;
  readonly config: string;
  readonly lastImport: number;
}

/**
 * @param month to bill by the config. A closed month may be billed again by its own config
 * @throws Failure usage if the config contradicts what is fixed
 */
export function refuseOtherPolicy(db: Connection, month: BillingMonth, config: Config): void {
  const closed = db
    .prepare<[], ClosedConfig>(
      'SELECT month, config, last_import AS lastImport FROM closed_months ORDER BY month',
    )
    .all();
  const [first, last] = [closed[0], closed.at(-1)];
  if (first === undefined || last === undefined) return;
  const fixed = storedConfig(first.config);
  for (const key of FIXED_SETTINGS) {
    // The key is missing if a later version introduced it, or if the default is not recorded.
    const [was, is] = [fixed, config].map((each) => JSON.stringify(each[key] ?? DEFAULT_CONFIG[key]));
    if (key === 'notPausable') {
      const own = closed.find((each) => each.month === month);
      if (!hasCodesOf(own, config)) refuseCodes(db, last, config);
    } else if (was !== is)
      throw new Failure(
        'usage',
        `${key} is ${is} in the config, but the close of ${first.month} fixed it at ${was}; set it back, ` +
          'since later months correct earlier ones by the same rules',
      );
  }
}

function hasCodesOf(own: ClosedConfig | undefined, { notPausable }: Config): boolean {
  return (
    own !== undefined && JSON.stringify(storedConfig(own.config).notPausable) === JSON.stringify(notPausable)
  );
}

/** A code with which a month was closed must stay. A code may be added if no line up to the last closed month has it. */
function refuseCodes(db: Connection, last: ClosedConfig, { notPausable }: Config): void {
  const before = storedConfig(last.config).notPausable;
  const gone = before.find((code) => !notPausable.includes(code));
  if (gone !== undefined)
    throw new Failure(
      'usage',
      `notPausable in the config lacks ${JSON.stringify(gone)}, but ${last.month} was closed with it; put it back, ` +
        'since later months correct earlier ones by the same rules',
    );
  const billed = notPausable.find((code) => !before.includes(code) && isProductOf(db, last, code));
  if (billed !== undefined)
    throw new Failure(
      'usage',
      `notPausable in the config adds ${JSON.stringify(billed)}, but orders up to ${last.month} with that product were billed as ` +
        'pausable; take it out, and give new orders another product code',
    );
}

/** Tells whether an order line that closed months knew has the product. Called only for new codes. */
function isProductOf(db: Connection, { month, lastImport }: ClosedConfig, code: string): boolean {
  const segments = db
    .prepare<[number, number], string>(
      "SELECT data FROM fact_segments WHERE kind = 'orders' AND import_id <= ? AND bucket <= ?",
    )
    .pluck();
  const text = JSON.stringify(code);
  for (const data of segments.iterate(lastImport, bucketOfMonth(month)))
    if (data.includes(text) && (JSON.parse(data) as LineRow[]).some((row) => row[3] === code)) return true;
  return false;
}
