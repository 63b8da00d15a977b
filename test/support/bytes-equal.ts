/** Compares bytes as bytes: Vitest goes through them as it does through any list, a second for the file of a ledger. */
import { expect } from 'vitest';

expect.addEqualityTesters([
  (one: unknown, other: unknown) =>
    one instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(one, other) === 0 : undefined,
]);
