/**
 * A message with its kind, by which problems are grouped and counted. The kind is the name of the message's function in messages.ts and
 * of its folder in fixtures/rejected.
 */
import * as words from './messages.js';

export type MessageName = keyof typeof words;

export interface Message {
  /** `not-a-decimal` */
  readonly kind: string;
  readonly text: string;
}

type Say = { readonly [Name in MessageName]: (...about: Parameters<(typeof words)[Name]>) => Message };

/** The messages of messages.ts, each with its kind: `say.notADecimal('$5')`. */
export const say = Object.fromEntries(
  Object.entries(words).map(([name, text]) => {
    const kind = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [
      name,
      (...about: unknown[]) => ({ kind, text: (text as (...args: unknown[]) => string)(...about) }),
    ];
  }),
) as Say;
