import type { IssuedDocument, ListedException, ListedOrder, MonthView } from '../billing/month-view.js';
import type { HeldLine } from '../billing/plan.js';
import type { Ledger } from '../ledger/ledger.js';
import { createOrderReader } from '../ledger/listed-orders.js';

/** Everything that a month issued, held and listed, in the order of its files. */
export interface MonthLists {
  readonly documents: readonly IssuedDocument[];
  readonly held: readonly HeldLine[];
  readonly exceptions: readonly (ListedException & ListedOrder)[];
}

export function listsOf(ledger: Ledger, view: MonthView): MonthLists {
  const orderOf = createOrderReader(ledger, view);
  return {
    documents: [...view.documents()],
    held: [...view.heldLines()],
    exceptions: [...view.exceptions()].map((each) => ({ ...each, ...orderOf(each.orderId) })),
  };
}
