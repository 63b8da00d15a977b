import type { IssuedDocument, ListedHeldLine, MonthView } from '../billing/month-view.js';
import { type ExceptionRow, listedExceptions } from '../output/exceptions-csv.js';
import { listedHeldLines } from '../output/held-csv.js';

/** Everything that a month issued, held and listed, in the order of its files. */
export interface MonthLists {
  readonly documents: readonly IssuedDocument[];
  readonly held: readonly ListedHeldLine[];
  readonly exceptions: readonly ExceptionRow[];
}

export function listsOf(view: MonthView): MonthLists {
  return {
    documents: [...view.documents()],
    held: [...listedHeldLines(view)],
    exceptions: [...listedExceptions(view)],
  };
}
