/** The start of every command: its global options, the config and the ledger. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import { type BillingMonth, MONTH_FORM, parseMonth } from '../billing/billing-month.js';
import type { Instant } from '../billing/order.js';
import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import { naming } from '../files/sync-folder.js';
import { instant } from '../intake/instant.js';
import type { Ledger } from '../ledger/ledger.js';
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
  /** The ledger that the user named; undefined for the default. */
  readonly namedLedger: string | undefined;
  /** The config that the user named; undefined for the default. */
  readonly namedConfig: string | undefined;
  readonly now: Instant;
  config(): Promise<Config>;
  /** Reads the config with the picture that `seller.logo` names. Commands that close a month or show a close need it. */
  configWithLogo(): Promise<Config>;
  /** Reads the config, without its input profiles if those have faults. */
  configWithoutInputsIfWrong(): Promise<Config>;
  /**
   * Opens the ledger for `work` and closes it afterwards. Only `init` makes a ledger: an empty one in the wrong folder would repeat
   * numbers.
   */
  withLedger<T>(mode: 'read' | 'write', work: (ledger: Ledger) => Promise<T>): Promise<T>;
}

export function createSession(options: GlobalOptions): Session {
  const { json = false, quiet = false } = options;
  const terminal = createTerminal({ json, quiet });
  const namedLedger = options.ledger;
  const ledgerFile = namedLedger ?? DEFAULT_LEDGER;
  const namedConfig = options.config;
  return {
    terminal,
    namedLedger,
    namedConfig,
    now: Date.now(),
    config: () => loadConfig(namedConfig),
    async configWithLogo() {
      const config = await loadConfig(namedConfig);
      if (config.seller?.logo === undefined) return config;
      const { withLogo } = await import('../month/read-logo.js');
      return withLogo(config);
    },
    configWithoutInputsIfWrong: () => loadConfig(namedConfig, { leavesOutWrongInputs: true }),
    async withLedger(mode, work) {
      const { ledgerFailure, openLedger } = await import('../ledger/ledger.js');
      const ledger = openLedger(ledgerFile, { readonly: mode === 'read' });
      try {
        return await work(ledger);
      } catch (error) {
        const { causeIn } = await import('../ledger/audit.js');
        throw await causeIn(ledger, ledgerFailure(error, ledgerFile));
      } finally {
        ledger.close();
      }
    },
  };
}

/**
 * Called before a command does anything, so that an installation without a working SQLite gets one clear sentence.
 * @throws Failure system
 */
export async function loadDatabase(): Promise<void> {
  try {
    const { openNothing } = await import('../ledger/ledger.js');
    openNothing();
  } catch (error) {
    throw new Failure('system', whyNoDatabase(error as NodeJS.ErrnoException), { cause: error });
  }
}

function whyNoDatabase({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ERR_MODULE_NOT_FOUND') return notInstalled('better-sqlite3');
  const [first = ''] = message.split('\n');
  const why = /^Could not locate the bindings file/.test(first)
    ? 'has no binary, since its install script has not run'
    : /NODE_MODULE_VERSION/.test(message)
      ? `was built for another version of Node than this one, ${process.version}`
      : `cannot be loaded (${first})`;
  return `better-sqlite3 ${why}; ${rebuilding()}`;
}

/** Returns the message for a package that is missing. */
export const notInstalled = (name: string): string =>
  `${name} is not installed; run "npm install" in ${installationRoot()}`;

/** npm 12 runs only the install scripts of approved packages, and `npm rebuild` does not mention the others. */
function rebuilding(): string {
  const root = installationRoot();
  if (!existsSync(path.join(root, 'package.json')))
    return 'run "npm rebuild --global better-sqlite3" (with npm 12, add --allow-scripts=better-sqlite3)';
  return `run "npm rebuild better-sqlite3" in ${root} (with npm 12, "npm approve-scripts better-sqlite3" before it)`;
}

/** Returns the folder whose `node_modules` holds this program's dependencies: the clone, or the package that installed it. */
function installationRoot(): string {
  const own = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
  const outermost = own.indexOf(`${path.sep}node_modules${path.sep}`);
  return outermost === -1 ? own : own.slice(0, outermost);
}

/** A missing default config means the defaults. A named config must exist. @throws Failure usage */
async function loadConfig(named: string | undefined, options: ConfigReading = {}): Promise<Config> {
  const file = named ?? DEFAULT_CONFIG_FILE;
  if (!existsSync(file)) {
    if (named === undefined) return DEFAULT_CONFIG;
    throw new Failure('usage', `${file}: there is no such config file`);
  }
  return named === undefined ? configOfFile(file, options) : configIn(file, options);
}

interface ConfigReading {
  /** True while a profile is being made: it may have places to fill in. */
  readonly leavesOutWrongInputs?: boolean;
}

/** Reads a config that was found in a folder. @throws Failure usage, with one line for each fault */
export async function configOfFile(file: string, options: ConfigReading = {}): Promise<Config> {
  const found = statSync(file);
  if (!found.isFile() && !found.isDirectory())
    throw new Failure('usage', `${file}: is no regular file; put a config there, or remove it`);
  return configIn(file, options);
}

/** In bytes; more than any config needs. */
const LARGEST_CONFIG = 1024 * 1024;

/** Reads a config. One that the user named may be a pipe. @throws Failure usage */
async function configIn(file: string, options: ConfigReading): Promise<Config> {
  const { ConfigFaults, readConfig } = await import('../config/read-config.js');
  try {
    const text = naming(file, () => readUpTo(file, LARGEST_CONFIG));
    if (text === undefined)
      throw new Failure('usage', `${file}: is larger than 1 MiB, so it is no config; name another file`);
    return withPathsFrom(path.dirname(file), readConfig(text, options));
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    throw new Failure('usage', error.faults.map((fault) => `${file}:${fault}`).join('\n'), { cause: error });
  }
}

/** Resolves the paths in a config from its folder. */
function withPathsFrom(folder: string, config: Config): Config {
  const { seller } = config;
  if (seller?.logo === undefined || path.isAbsolute(seller.logo)) return config;
  return { ...config, seller: { ...seller, logo: path.join(folder, seller.logo) } };
}

/** @returns undefined if there is more */
function readUpTo(file: string, atMost: number): string | undefined {
  const bytes = Buffer.alloc(atMost + 1);
  const descriptor = openSync(file, 'r');
  try {
    let done = 0;
    for (let read = 1; read > 0 && done < bytes.length; done += read)
      read = readSync(descriptor, bytes, done, bytes.length - done, null);
    return done > atMost ? undefined : bytes.toString('utf8', 0, done);
  } finally {
    closeSync(descriptor);
  }
}

/** Checks an option that names a file. @throws InvalidArgumentError if it is empty */
export function fileArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty, and the name of a file is expected.');
  return text;
}

/** Checks an option or argument that names a folder, which may not exist yet. @throws InvalidArgumentError */
export function folderArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty, and the name of a folder is expected.');
  let above = path.resolve(text);
  while (!existsSync(above)) above = path.dirname(above);
  if (statSync(above).isDirectory()) return text;
  throw new InvalidArgumentError(`${above} is a file, and a folder is expected.`);
}

/**
 * Makes an option that names a folder and can also be set by a variable. Options for files of one call (`--quarantine`, `--html`,
 * `--junit`) have no variable, because it would apply to every call.
 */
export function folderOption(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable).argParser(folderArgument);
}

/** The same for a file. */
export function fileOption(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable).argParser(fileArgument);
}

/** @throws Failure usage */
export function monthArgument(text: string): BillingMonth {
  const month = parseMonth(text);
  if (month === undefined) throw new Failure('usage', `"${text}" is no month; expected ${MONTH_FORM}`);
  return month;
}

/** @throws Failure usage */
export function instantArgument(text: string): Instant {
  const refuse = (message: { readonly text: string }): never => {
    throw new Failure('usage', `--as-of: ${message.text}`);
  };
  return instant(text, refuse) ?? refuse({ text: 'is no instant' });
}
