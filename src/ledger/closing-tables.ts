/**
 * The tables of closed months and of months taken back. The rows of a closing (a closed month and what it issued) are written once, in its
 * close; table-guards.ts holds them.
 */

interface Table {
  readonly name: string;
  readonly columns: string;
  readonly index?: string;
  /** Its rows are too large for the pages of a key. */
  readonly isLarge?: boolean;
}

/**
 * The tables that a close writes. A preview has the same tables in SQLite's temporary space, where unqualified names are looked up first,
 * so it runs the code of a close and cannot touch the ledger.
 */
export const FIRST_CLOSING_TABLES: readonly Table[] = [
  {
    name: 'closed_months',
    columns: `
  month TEXT NOT NULL PRIMARY KEY,
  cut_off_rule TEXT NOT NULL,
  config TEXT NOT NULL,
  last_import INTEGER NOT NULL, -- the facts known at the close
  seal TEXT NOT NULL,
  closed_at TEXT NOT NULL -- audit only`,
  },
  {
    name: 'cut_offs',
    columns: `
  month TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  at INTEGER NOT NULL,
  stored_by TEXT NOT NULL, -- the month whose close stored it: a zone may come later
  PRIMARY KEY (month, time_zone)`,
  },
  {
    name: 'practice_zones',
    columns: `
  practice_id TEXT NOT NULL PRIMARY KEY,
  time_zone TEXT NOT NULL,
  fixed_by TEXT NOT NULL -- month`,
  },
  {
    name: 'before_ledger_lines',
    columns: `
  order_id TEXT NOT NULL,
  order_line INTEGER NOT NULL,
  decided_by TEXT NOT NULL, -- month
  PRIMARY KEY (order_id, order_line)`,
  },
  {
    name: 'documents',
    columns: `
  document_key INTEGER NOT NULL PRIMARY KEY,
  month TEXT NOT NULL,
  practice_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  practice_name TEXT NOT NULL,
  document_type TEXT NOT NULL,
  sequence INTEGER NOT NULL, -- in the series of its type, from 1
  document_number TEXT NOT NULL,
  issue_date TEXT NOT NULL,
  due_date TEXT NOT NULL,
  line_count INTEGER NOT NULL,
  charge_count INTEGER NOT NULL,
  credit_count INTEGER NOT NULL,
  charges_minor INTEGER NOT NULL,
  credits_minor INTEGER NOT NULL,
  total_minor INTEGER NOT NULL`,
  },
  {
    // The lines of a document, packed: a month's files, its seal and an audit read them whole.
    name: 'document_blocks',
    columns: `
  document_key INTEGER NOT NULL,
  first_line INTEGER NOT NULL, -- the number of the first line in the block, from 1
  lines TEXT NOT NULL, -- a JSON array for each line, see line-block.ts
  PRIMARY KEY (document_key, first_line)`,
    isLarge: true,
  },
  {
    // Up to version 5, where the lines of an order are.
    name: 'document_lines',
    columns: `
  order_id TEXT NOT NULL,
  order_line INTEGER NOT NULL,
  document_key INTEGER NOT NULL,
  line_number INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL, -- negative or zero on a credit
  corrects_key INTEGER, -- of a credit: the document whose charge it takes back
  PRIMARY KEY (order_id, order_line, document_key, line_number)`,
  },
  {
    name: 'held_lines',
    columns: `
  month TEXT NOT NULL,
  practice_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  order_line INTEGER NOT NULL,
  product TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  placed_on TEXT NOT NULL,
  paused_on TEXT NOT NULL,
  pause_reason TEXT NOT NULL,
  days_paused INTEGER NOT NULL,
  limit_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (month, practice_id, order_id, order_line)`,
    index: 'order_id',
  },
  {
    name: 'listed_exceptions',
    columns: `
  month TEXT NOT NULL,
  exception_number INTEGER NOT NULL,
  code TEXT NOT NULL,
  order_id TEXT NOT NULL,
  event TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (month, exception_number)`,
    index: 'order_id',
  },
  {
    name: 'reconciliations',
    columns: `
  month TEXT NOT NULL,
  currency TEXT NOT NULL,
  term TEXT NOT NULL,
  lines INTEGER NOT NULL,
  amount_minor TEXT NOT NULL, -- an integer: sums over all practices may be too large for SQLite's
  PRIMARY KEY (month, currency, term)`,
  },
];

export const OPEN_ORDERS: Table = {
  // The orders that the next close must look at even without news, with all that is known of them, since a close reads no older facts.
  name: 'open_orders',
  columns: `
  month TEXT NOT NULL,
  block INTEGER NOT NULL, -- from 1; there is one at least
  data TEXT NOT NULL, -- a JSON array, see open-orders.ts
  PRIMARY KEY (month, block)`,
  isLarge: true,
};

export const DOCUMENT_DETAILS: Table = {
  // The addressee of a document, if more is known than its practice's id and name (parties.ts).
  name: 'document_details',
  columns: `
  document_key INTEGER NOT NULL PRIMARY KEY,
  details TEXT NOT NULL -- a JSON object`,
};

export const ACCEPTED_FINDINGS: Table = {
  // Findings of a preflight that a person accepted, so that the month was closed.
  name: 'accepted_findings',
  columns: `
  month TEXT NOT NULL,
  code TEXT NOT NULL,
  sums TEXT NOT NULL, -- a JSON array of [currency, lines, amount in minor units as text]
  message TEXT NOT NULL,
  PRIMARY KEY (month, code)`,
};

export const DOCUMENT_INDEX: Table = {
  // Where the lines of an order are, and what a close must know of them to issue the difference: see document-index.ts.
  name: 'document_index',
  columns: `
  month TEXT NOT NULL,
  first_order TEXT NOT NULL,
  last_order TEXT NOT NULL,
  data TEXT NOT NULL, -- a JSON array, an entry a line
  PRIMARY KEY (month, first_order)`,
  isLarge: true,
};

/** Shows the index as rows, for people. */
export const LINE_VIEW = `
CREATE VIEW document_lines AS SELECT
  value->>0 AS order_id, value->>1 AS order_line, value->>2 AS document_key, value->>3 AS line_number,
  value->>4 AS amount_minor, nullif(value->>5, 0) AS corrects_key
FROM document_index, json_each(data);
`;

export const PRACTICE_ZONES: Table = {
  // The zone of a practice from a month on, until its next row; the first row counts for the months before too. Up to version 6 there was
  // one row for all months.
  name: 'practice_zones',
  columns: `
  practice_id TEXT NOT NULL,
  fixed_by TEXT NOT NULL, -- the month whose close wrote it
  time_zone TEXT NOT NULL,
  PRIMARY KEY (practice_id, fixed_by)`,
};

/** Tables of which later versions have other forms. */
const REPLACED_TABLES = ['document_lines', 'practice_zones'];

export const CLOSING_TABLES: readonly Table[] = [
  ...FIRST_CLOSING_TABLES.filter(({ name }) => !REPLACED_TABLES.includes(name)),
  PRACTICE_ZONES,
  OPEN_ORDERS,
  DOCUMENT_DETAILS,
  ACCEPTED_FINDINGS,
  DOCUMENT_INDEX,
];

/**
 * The column that says to which closing a row belongs: by its month, or by its document. A void deletes rows in this order: those of
 * documents before the documents, and the closed month last, since the triggers read it.
 */
export const CLOSING_COLUMNS: Readonly<Record<string, string>> = {
  document_blocks: 'document_key',
  document_details: 'document_key',
  documents: 'month',
  document_index: 'month',
  held_lines: 'month',
  listed_exceptions: 'month',
  reconciliations: 'month',
  open_orders: 'month',
  accepted_findings: 'month',
  before_ledger_lines: 'decided_by',
  cut_offs: 'stored_by',
  practice_zones: 'fixed_by',
  closed_months: 'month',
};

/** Returns the statements that create closing tables in the ledger (`main`) or for a preview (`temp`). */
export function closingTables(database: 'main' | 'temp', tables = CLOSING_TABLES): string {
  return tables
    .map(({ name, columns, index, isLarge }) => {
      const table = `CREATE TABLE ${database}.${name} (${columns}\n) STRICT${isLarge ? '' : ', WITHOUT ROWID'};\n`;
      return index === undefined
        ? table
        : `${table}CREATE INDEX ${database}.${name}_by_${index} ON ${name} (${index});\n`;
    })
    .join('\n');
}

/** Constraints that a draft cannot meet, since all its documents have the same number. */
export const ONE_OF_EACH = `
CREATE UNIQUE INDEX documents_by_number ON documents (document_number);
CREATE UNIQUE INDEX documents_by_month ON documents (month, practice_id, currency);
CREATE UNIQUE INDEX documents_by_sequence ON documents (document_type, sequence);`;

export const VOIDS = `
-- A month that was closed and taken back. Its rows are below: all that the seal of the month covers.
CREATE TABLE voids (
  void_number INTEGER NOT NULL PRIMARY KEY, -- from 1
  month TEXT NOT NULL,
  reason TEXT NOT NULL,
  month_seal TEXT NOT NULL,
  seal_before TEXT NOT NULL, -- of the link before it in the chain
  seal TEXT NOT NULL, -- its own
  closed_at TEXT NOT NULL, -- audit only, as is the next
  voided_at TEXT NOT NULL
) STRICT;

CREATE TABLE voided_rows (
  void_number INTEGER NOT NULL,
  row_number INTEGER NOT NULL, -- from 1
  part TEXT NOT NULL, -- the table that the row stood in
  data TEXT NOT NULL, -- a JSON array
  PRIMARY KEY (void_number, row_number)
) STRICT;

CREATE VIEW voided_documents AS SELECT void_number,
  data->>1 AS month, data->>2 AS practice_id, data->>5 AS document_type, data->>6 AS sequence, data->>7 AS document_number
FROM voided_rows WHERE part = 'documents';
`;
