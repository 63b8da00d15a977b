import type { BillingMonth } from '../billing/billing-month.js';
import type { Instant } from '../billing/order.js';
import type { Ledger } from '../ledger/ledger.js';
import { sealOfMonth } from '../ledger/read-month.js';
import { type VoidResult, voidMonth, voidsOf } from '../ledger/void.js';
import { foundVoidFolder, refuseTakenVoidFolder } from '../output/void-folder.js';
import { setVoidAside } from './month-folders.js';

export interface VoidedMonth extends VoidResult {
  /** The folder with its files now; undefined if there is none below `out`. */
  readonly folder: string | undefined;
}

/**
 * Voids the last closed month: its documents are void and keep their numbers, the month is open again, and its folder gets another
 * name. If the month is already void, only its folder is renamed if that is still to do.
 * @throws Failure refused, busy, system
 */
export async function voidLastMonth(
  ledger: Ledger,
  month: BillingMonth,
  { out, reason, now }: { readonly out: string; readonly reason: string; readonly now: Instant },
): Promise<VoidedMonth> {
  const isClosed = sealOfMonth(ledger, month) !== undefined;
  const next = voidsOf(ledger.db, month).length + 1;
  if (isClosed) refuseTakenVoidFolder({ out, month, number: next });
  const voided = await voidMonth(ledger, month, { reason, now });
  setVoidAside(ledger, out, month);
  return { ...voided, folder: foundVoidFolder({ out, month, number: voided.number }) };
}
