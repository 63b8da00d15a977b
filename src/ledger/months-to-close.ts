/** Which months a close of a month closes, and the refusals that need no billing. */
import { type BillingMonth, monthsFrom, nextMonth } from '../billing/billing-month.js';
import { numbersFrom } from '../billing/number-pattern.js';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import { grouped } from '../words/words.js';
import type { Connection } from './connect.js';
import { refuseOtherPolicy } from './fixed-settings.js';
import type { Ledger } from './ledger.js';
import { closedMonths } from './month-frame.js';
import { lastSequence } from './number-documents.js';

/** A hundred years. Each month takes time, and a mistyped year would take hours. */
const MOST_MONTHS = 1200;

/** @returns the months to close so that `month` is closed; none if it is closed already. @throws Failure refused, usage */
export function monthsToClose(
  ledger: Ledger,
  month: BillingMonth,
  { config, catchUp }: { config: Config; catchUp: boolean },
): BillingMonth[] {
  const closed = closedMonths(ledger.db);
  const [first, last] = [closed[0]?.month, closed.at(-1)?.month];
  refuseOtherFirstMonth(month, first, config);
  refuseUsedNumbers(ledger.db, config);
  refuseOtherPolicy(ledger.db, month, config);
  const months =
    first !== undefined && last !== undefined
      ? monthsAfter(month, first, last)
      : [...monthsFrom(config.firstMonth ?? month, month)];
  if (months.length > 1 && !catchUp) {
    const isNext =
      last === undefined
        ? `firstMonth is ${config.firstMonth} in the config; close that one`
        : `${last} was closed last, so ${nextMonth(last)} comes first; close that one`;
    const all = months.length > 12 ? `${months[0]} to ${month}` : months.join(', ');
    throw new Failure(
      'refused',
      `${month} is not the next month: ${isNext}, or use --catch-up to close ${all} in turn`,
    );
  }
  return months;
}

/** Returns the months from the one after `last` to `month`; none if it is closed already. @throws Failure refused */
function monthsAfter(month: BillingMonth, first: BillingMonth, last: BillingMonth): BillingMonth[] {
  if (month < first)
    throw new Failure(
      'refused',
      `${month} cannot be billed in this ledger, whose first month is ${first}; name that month or a later one`,
    );
  const months = [...monthsFrom(nextMonth(last), month)];
  if (months.length > MOST_MONTHS)
    throw new Failure(
      'refused',
      `${month} lies ${months.length} months after ${last}, the last closed month; name an earlier month, since one command closes at most ${grouped(MOST_MONTHS)}`,
    );
  return months;
}

/** The config may name the first month before it is closed; after that only the same one. */
function refuseOtherFirstMonth(
  month: BillingMonth,
  first: BillingMonth | undefined,
  { firstMonth }: Config,
): void {
  // The key is missing in a config as a close recorded it.
  if (firstMonth == null) return;
  if (first === undefined && month < firstMonth)
    throw new Failure(
      'refused',
      `${month} lies before ${firstMonth}, the firstMonth of the config; name that month or a later one`,
    );
  if (first !== undefined && first !== firstMonth) {
    throw new Failure(
      'usage',
      `firstMonth is ${firstMonth} in the config, but the first month of this ledger is ${first}; set it back to ${first}`,
    );
  }
}

/** Refuses a new pattern that would repeat a number issued before. Patterns of the last close were checked when they were new. */
function refuseUsedNumbers(db: Connection, config: Config): void {
  const last = db
    .prepare<[], string>('SELECT config FROM closed_months ORDER BY month DESC LIMIT 1')
    .pluck()
    .get();
  if (last === undefined) return;
  const before: Config = JSON.parse(last);
  for (const [key, type] of [
    ['invoiceNumber', 'invoice'],
    ['creditNoteNumber', 'credit_note'],
  ] as const) {
    if (config[key] === before[key]) continue;
    const next = lastSequence(db, type) + 1;
    const isToCome = numbersFrom(config[key], next);
    const issued = db
      .prepare<[], { document_number: string; practice_id: string; month: string }>(
        `SELECT document_number, practice_id, month FROM documents
         UNION ALL SELECT document_number, practice_id, month FROM voided_documents`,
      )
      .iterate();
    for (const { document_number: number, practice_id: practiceId, month } of issued) {
      if (!isToCome(number)) continue;
      throw new Failure(
        'usage',
        `${key} "${config[key]}" in the config would repeat the number ${number}, which ${practiceId} received in ${month}; ` +
          'choose another pattern',
      );
    }
  }
}
