/**
 * The ledger's id: random, created with the ledger, and written into the manifest of every folder. It distinguishes a folder of another
 * ledger from one that a later state of this ledger wrote, before an older copy replaced it. No seal and no CSV contains it, so two
 * ledgers with the same facts write the same CSVs.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Connection } from './connect.js';

/** 32 hexadecimal digits. */
export type LedgerId = string;

/** The id of ledgers in memory, such as those of fixture cases, whose folders are compared byte for byte. */
export const ID_IN_MEMORY: LedgerId = '0'.repeat(32);

export const newLedgerId = (): LedgerId => randomBytes(16).toString('hex');

export function ledgerIdOf(db: Connection): LedgerId {
  const id = db.prepare<[], LedgerId>('SELECT ledger_id FROM main.ledger_identity').pluck().get();
  if (id === undefined) throw new Error('the ledger has no identity');
  return id;
}

/** Gives an id to a ledger without one. It never changes. */
export function giveLedgerId(db: Connection, id: LedgerId): void {
  db.prepare('INSERT INTO ledger_identity (row, ledger_id) VALUES (1, ?)').run(id);
}

/** Returns the id of a ledger that was made before ids existed, derived from its first seal, so that all its copies get the same one. */
export function idOfOlderLedger(db: Connection): LedgerId {
  const seal = db.prepare<[], string>('SELECT seal FROM closed_months ORDER BY month LIMIT 1').pluck().get();
  if (seal === undefined) return newLedgerId();
  return createHash('sha256').update(`ledger ${seal}`).digest('hex').slice(0, 32);
}
