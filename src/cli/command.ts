/** What every command's file shares with main.ts. */
import { readFileSync } from 'node:fs';
import type { Session } from './session.js';

/** Of the program: the package's. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

/** Of the format of the `--json` documents: raised when a key is renamed or taken away, or means something else. */
export const JSON_VERSION = 1;

/** What a command does. A number that it returns is its exit code: one other than 0 that is no failure. */
export type Action<Arguments extends unknown[]> = (session: Session, ...rest: Arguments) => Promise<unknown>;

/** Turns an action into what commander calls: it opens the session and notes the exit code. */
export type Runner = <Arguments extends unknown[]>(
  action: Action<Arguments>,
) => (...rest: unknown[]) => Promise<void>;
