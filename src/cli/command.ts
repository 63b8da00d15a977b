/** Shared by main.ts and the files of all commands. */
import { readFileSync } from 'node:fs';
import type { Session } from './session.js';

/** The version of the program, from its package. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

/** The version of the `--json` format. It is raised when a key is renamed, removed or changes its meaning. */
export const JSON_VERSION = 1;

/** What a command does. A number that it returns is its exit code, for results that are neither success nor failure. */
export type Action<Arguments extends unknown[]> = (session: Session, ...rest: Arguments) => Promise<unknown>;

/** Turns an action into a function for commander, which opens the session and notes the exit code. */
export type Runner = <Arguments extends unknown[]>(
  action: Action<Arguments>,
) => (...rest: unknown[]) => Promise<void>;
