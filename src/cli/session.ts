/** What every command starts from: its global options, the config, the ledger. The only place that reads the environment. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { type BillingMonth, MONTH_FORM, parseMonth } from '../billing/billing-month.js';
import type { Instant } from '../billing/order.js';
import { type Config, DEFAULT_CONFIG } from '../config.js';
import { Failure } from '../failure.js';
import { instant } from '../intake/instant.js';
import type { Ledger } from '../ledger/ledger.js';
import { naming } from '../sync-folder.js';
import { createTerminal, type Terminal } from './terminal.js';

export interface GlobalOptions {
  readonly ledger?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const DEFAULT_LEDGER = 'monthend.db';
export const DEFAULT_CONFIG_FILE = 'monthend.json';

export interface Session {
  readonly terminal: Terminal;
  /** The ledger that the user named; undefined for the default one. */
  readonly namedLedger: string | undefined;
  /** The same of the config. */
  readonly namedConfig: string | undefined;
  readonly now: Instant;
  config(): Promise<Config>;
  /** Opens the ledger for `work` and closes it after; `create` makes an empty one first if there is none. */
  withLedger<T>(mode: 'read' | 'write' | 'create', work: (ledger: Ledger) => Promise<T>): Promise<T>;
}

export function createSession(options: GlobalOptions, environment: NodeJS.ProcessEnv): Session {
  const { json = false, quiet = false } = options;
  const terminal = createTerminal({ json, quiet });
  const namedLedger = options.ledger ?? (environment.MONTHEND_LEDGER || undefined);
  const ledgerFile = namedLedger ?? DEFAULT_LEDGER;
  const namedConfig = options.config ?? (environment.MONTHEND_CONFIG || undefined);
  return {
    terminal,
    namedLedger,
    namedConfig,
    now: Date.now(),
    config: () => loadConfig(namedConfig),
    async withLedger(mode, work) {
      const { asFailure, createLedger, openLedger } = await import('../ledger/ledger.js');
      if (mode === 'create' && !existsSync(ledgerFile)) {
        createLedger(ledgerFile);
        terminal.note(`${ledgerFile}: new ledger created`);
      }
      const ledger = openLedger(ledgerFile, { readonly: mode === 'read' });
      try {
        return await work(ledger);
      } catch (error) {
        throw asFailure(error, ledgerFile);
      } finally {
        ledger.close();
      }
    },
  };
}

/** A default config that is missing means the defaults; a named one must be there. @throws Failure usage */
async function loadConfig(named: string | undefined): Promise<Config> {
  const file = named ?? DEFAULT_CONFIG_FILE;
  if (!existsSync(file)) {
    if (named === undefined) return DEFAULT_CONFIG;
    throw new Failure('usage', `${file}: there is no such config file`);
  }
  return configOfFile(file);
}

/** @throws Failure usage, with a line for each fault */
export async function configOfFile(file: string): Promise<Config> {
  const { ConfigFaults, readConfig } = await import('../read-config.js');
  try {
    return readConfig(naming(file, () => readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    throw new Failure('usage', error.faults.map((fault) => `${file}:${fault}`).join('\n'), { cause: error });
  }
}

/** An option that names a file. @throws InvalidArgumentError */
export function fileArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty, and the name of a file is expected.');
  return text;
}

/** An option or argument that names a folder, to be made if it is not there. @throws InvalidArgumentError */
export function folderArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty, and the name of a folder is expected.');
  let above = path.resolve(text);
  while (!existsSync(above)) above = path.dirname(above);
  if (statSync(above).isDirectory()) return text;
  throw new InvalidArgumentError(`${above} is a file, and a folder is expected.`);
}

/** @throws Failure usage */
export function monthArgument(text: string): BillingMonth {
  const month = parseMonth(text);
  if (month === undefined) throw new Failure('usage', `"${text}" is no month; expected ${MONTH_FORM}`);
  return month;
}

/** @throws Failure usage */
export function instantArgument(text: string): Instant {
  const refuse = (message: string): never => {
    throw new Failure('usage', `--as-of: ${message}`);
  };
  return instant(text, refuse) ?? refuse('is no instant');
}
