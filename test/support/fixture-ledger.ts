/** Fixture cases in a ledger of the test's own: to look at what `check` does not compare. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type BillingMonth, monthsFrom, parseMonth } from '../../src/billing/billing-month.js';
import { configOfFile } from '../../src/cli/session.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { importFiles } from '../../src/import-files.js';
import { closeMonth } from '../../src/ledger/close.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import { ALL_BUT_EXCEPTIONS } from './facts.js';
import { REPOSITORY } from './monthend.js';

export const CASES = path.join(REPOSITORY, 'fixtures/cases');

export async function configOfCase(folder: string): Promise<Config> {
  const file = path.join(folder, 'monthend.json');
  return existsSync(file) ? configOfFile(file) : DEFAULT_CONFIG;
}

/** Bills a case month by month. @param beforeClose is called when a month's facts are in, and it is still open */
export async function billedCase(
  folder: string,
  beforeClose: (ledger: Ledger, month: BillingMonth) => Promise<void> = async () => {},
): Promise<{ ledger: Ledger; config: Config; months: BillingMonth[] }> {
  const config = await configOfCase(folder);
  const ledger = temporaryLedger();
  const named = readdirSync(folder)
    .filter((name) => parseMonth(name) !== undefined)
    .sort();
  const months = [...monthsFrom(named[0] ?? '', named.at(-1) ?? '')];
  for (const month of months) {
    for (const inputs of ['in', 'amend']) await importFolder(path.join(folder, month, inputs));
    await beforeClose(ledger, month);
    const options = {
      config,
      asOf: Number.POSITIVE_INFINITY,
      catchUp: false,
      strict: false,
      accept: ALL_BUT_EXCEPTIONS,
      now: 0,
    };
    await closeMonth(ledger, month, month, options);
  }
  return { ledger, config, months };

  async function importFolder(inputs: string): Promise<void> {
    if (!existsSync(inputs)) return;
    const files = readdirSync(inputs).sort();
    const paths = files.map((name) => path.join(inputs, name));
    if (paths.length > 0)
      await importFiles(ledger, paths, { amend: inputs.endsWith('amend'), config, now: 0 });
  }
}
