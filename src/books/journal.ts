/**
 * The month as a journal: receivables against revenue, each document in balance. A document below zero credits the receivables. Rows of
 * zero are left out.
 */
import { formatAmount } from '../billing/money.js';
import type { BooksSettings } from '../config/config.js';
import type { Column } from '../output/csv.js';
import type { BooksDocument } from './check-month.js';
import { dateIn } from './dates.js';
import type { Entry } from './entry.js';

export interface JournalRow {
  readonly document: BooksDocument;
  readonly account: string;
  readonly isReceivable: boolean;
  /** Positive for a debit, negative for a credit. */
  readonly amountMinor: number;
  readonly memo: string;
}

export function journalColumns({ dates }: BooksSettings): Column<JournalRow>[] {
  const side = (name: string, sign: 1 | -1): Column<JournalRow> => ({
    name,
    type: 'number',
    cell: ({ amountMinor, document }) =>
      sign * amountMinor > 0 ? formatAmount(sign * amountMinor, document.issued.currency) : '',
  });
  return [
    { name: 'date', type: 'date', cell: ({ document }) => dateIn(dates, document.issued.issueDate) },
    { name: 'account', type: 'string', cell: ({ account }) => account },
    side('debit', 1),
    side('credit', -1),
    { name: 'currency', type: 'string', cell: ({ document }) => document.issued.currency },
    { name: 'memo', type: 'string', isText: true, cell: ({ memo }) => memo },
    { name: 'document', type: 'string', cell: ({ document }) => document.issued.documentNumber },
    { name: 'customer', type: 'string', cell: ({ document }) => document.customer },
  ];
}

/** Yields the rows of a document: one for receivables, then one of revenue for each entry. @param receivables the account */
export function* journalRows(
  document: BooksDocument,
  receivables: string,
  entries: Iterable<Entry>,
): Generator<JournalRow> {
  const { totalMinor, issued } = document;
  if (totalMinor !== 0) {
    const memo = `Billing month ${issued.billingMonth}`;
    yield { document, account: receivables, isReceivable: true, amountMinor: totalMinor, memo };
  }
  for (const { amountMinor, product, remark } of entries)
    if (amountMinor !== 0)
      yield {
        document,
        account: product.account ?? '',
        isReceivable: false,
        amountMinor: 0 - amountMinor,
        memo: remark,
      };
}
