import type { UnknownFolder } from '../billing/finding.js';
import type { Ledger } from '../ledger/ledger.js';
import { type LedgerStatus, readStatus, type StatusOptions } from '../ledger/status.js';
import { unknownFolders } from './month-folders.js';

/** Returns the state of the ledger: closed months, the next month, held lines, limits, exceptions. @throws Failure usage */
export async function statusOf(
  ledger: Ledger,
  { out, ...options }: StatusOptions & { readonly out: string },
): Promise<LedgerStatus & { readonly unknownFolders: readonly UnknownFolder[] }> {
  return { ...(await readStatus(ledger, options)), unknownFolders: unknownFolders(ledger, out) };
}
