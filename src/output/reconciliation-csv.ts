/** The columns of reconciliation.csv: the balance of the month, term by term (docs/files.md section 2). */

import type { TermSum } from '../billing/balance-terms.js';
import { formatAmount } from '../billing/money.js';
import type { Column } from './csv.js';

export const RECONCILIATION_COLUMNS: readonly Column<TermSum>[] = [
  { name: 'currency', type: 'string', cell: ({ currency }) => currency },
  { name: 'term', type: 'string', cell: ({ term }) => term },
  { name: 'lines', type: 'integer', cell: ({ lines }) => lines },
  {
    name: 'amount',
    type: 'number',
    cell: ({ amountMinor, currency }) => formatAmount(amountMinor, currency),
  },
];
