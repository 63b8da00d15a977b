/**
 * The tables of a ledger, and how older ledgers are updated. docs/ledger.md section 1 says what the tables promise.
 *
 * Facts are a log of segments (fact-log.ts): a version of a fact is current until a later import brings the next one. The rows of a
 * closing (a closed month and what it issued) are written once, in its close; triggers refuse to change or delete them.
 */
import type { Connection } from './connect.js';
import { moveFacts } from './move-facts.js';

/** "mone" in ASCII. It distinguishes a ledger from other SQLite files. */
export const APPLICATION_ID = 0x6d6f6e65;

/** Up to version 3 facts were rows, each with the import that superseded it. */
const FACT_ROWS = `
CREATE TABLE imports (
  import_id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL, -- of what it brought, see fact-hash.ts
  imported_at TEXT NOT NULL -- audit only: nothing that is issued depends on it
) STRICT;

CREATE TABLE import_files (
  import_id INTEGER NOT NULL REFERENCES imports DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  read INTEGER NOT NULL,
  imported INTEGER NOT NULL,
  amended INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  quarantined INTEGER NOT NULL,
  PRIMARY KEY (import_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_lines (
  order_id TEXT NOT NULL,
  order_line INTEGER NOT NULL,
  version INTEGER NOT NULL, -- of this order line, from 1
  import_id INTEGER NOT NULL,
  superseded_by INTEGER, -- the import that brought the next version
  position INTEGER NOT NULL, -- among the facts of its import, from 1
  practice_id TEXT NOT NULL,
  product TEXT NOT NULL,
  description TEXT NOT NULL,
  patient_ref TEXT NOT NULL,
  quantity TEXT NOT NULL,
  unit_price TEXT NOT NULL,
  currency TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, order_line, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  order_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  event TEXT NOT NULL,
  reason TEXT NOT NULL,
  event_id TEXT NOT NULL, -- empty: the content is the identity, and there is one version
  version INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  superseded_by INTEGER,
  position INTEGER NOT NULL,
  PRIMARY KEY (order_id, at, sequence, event, reason, event_id, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_id ON events (event_id) WHERE event_id <> '' AND superseded_by IS NULL;

CREATE TABLE practices (
  practice_id TEXT NOT NULL,
  import_id INTEGER NOT NULL,
  superseded_by INTEGER,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  PRIMARY KEY (practice_id, import_id)
) STRICT, WITHOUT ROWID;

-- Every practice that a fact names: by a practices row or by an order.
CREATE TABLE known_practices (
  practice_id TEXT NOT NULL PRIMARY KEY,
  import_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Orders to look at again, although their new facts lie outside the months still open: late or superseding facts.
CREATE TABLE late_facts (
  import_id INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (import_id, order_id)
) STRICT, WITHOUT ROWID;
`;

const FACT_ROW_INDEXES = `
CREATE INDEX order_lines_by_placed_at ON order_lines (placed_at);
CREATE INDEX events_by_at ON events (at, event);`;

/** A stored row changes only once: when a newer version supersedes it. */
const FACT_ROWS_ARE_KEPT = [
  ...['order_lines', 'events', 'practices'].map(
    (name) => `
CREATE TRIGGER ${name}_refuse_update BEFORE UPDATE ON ${name}
WHEN old.superseded_by IS NOT NULL OR new.superseded_by IS NULL BEGIN SELECT RAISE(ABORT, 'facts are kept'); END;`,
  ),
  ...['imports', 'import_files', 'known_practices', 'late_facts'].map(
    (name) => `
CREATE TRIGGER ${name}_refuse_update BEFORE UPDATE ON ${name} BEGIN SELECT RAISE(ABORT, 'imports are kept'); END;`,
  ),
  ...['imports', 'import_files', 'order_lines', 'events', 'practices', 'known_practices', 'late_facts'].map(
    (name) => `
CREATE TRIGGER ${name}_refuse_delete BEFORE DELETE ON ${name} BEGIN SELECT RAISE(ABORT, 'facts are kept'); END;`,
  ),
].join('\n');

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
const FIRST_CLOSING_TABLES: readonly Table[] = [
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
    // Where the lines of an order are, and what a close must know of them to issue the difference.
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

const OPEN_ORDERS: Table = {
  // The orders that the next close must look at even without news, with all that is known of them, since a close reads no older facts.
  name: 'open_orders',
  columns: `
  month TEXT NOT NULL,
  block INTEGER NOT NULL, -- from 1; there is one at least
  data TEXT NOT NULL, -- a JSON array, see open-orders.ts
  PRIMARY KEY (month, block)`,
  isLarge: true,
};

const DOCUMENT_DETAILS: Table = {
  // The addressee of a document, if more is known than its practice's id and name (parties.ts).
  name: 'document_details',
  columns: `
  document_key INTEGER NOT NULL PRIMARY KEY,
  details TEXT NOT NULL -- a JSON object`,
};

const ACCEPTED_FINDINGS: Table = {
  // Findings of a preflight that a person accepted, so that the month was closed.
  name: 'accepted_findings',
  columns: `
  month TEXT NOT NULL,
  code TEXT NOT NULL,
  sums TEXT NOT NULL, -- a JSON array of [currency, lines, amount in minor units as text]
  message TEXT NOT NULL,
  PRIMARY KEY (month, code)`,
};

export const CLOSING_TABLES: readonly Table[] = [
  ...FIRST_CLOSING_TABLES,
  OPEN_ORDERS,
  DOCUMENT_DETAILS,
  ACCEPTED_FINDINGS,
];

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
const ONE_OF_EACH = `
CREATE UNIQUE INDEX documents_by_number ON documents (document_number);
CREATE UNIQUE INDEX documents_by_month ON documents (month, practice_id, currency);
CREATE UNIQUE INDEX documents_by_sequence ON documents (document_type, sequence);`;

/** Returns triggers that refuse to change or delete rows. */
const kept = (names: readonly string[], reason: string) =>
  names
    .flatMap((name) =>
      ['UPDATE', 'DELETE'].map(
        (verb) =>
          `CREATE TRIGGER ${name}_refuse_${verb.toLowerCase()} BEFORE ${verb} ON ${name} ` +
          `BEGIN SELECT RAISE(ABORT, '${reason}'); END;`,
      ),
    )
    .join('\n');
const CLOSED = 'closed months are never changed';
const CLOSINGS_ARE_KEPT = kept(
  FIRST_CLOSING_TABLES.map(({ name }) => name),
  CLOSED,
);

/** The tables of version 1 were never released, and later versions do not read them. */
export const FIRST_VERSION = 2;

const same = (...columns: readonly string[]) =>
  columns.map((column) => `${column} = new.${column}`).join(' AND ');

/** For each table, the conditions that find rows which a new row would replace: one for each unique constraint. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  imports: [same('import_id')],
  import_files: [same('import_id', 'position')],
  practices: [same('practice_id', 'import_id')],
  closed_months: [same('month')],
  cut_offs: [same('month', 'time_zone')],
  practice_zones: [same('practice_id')],
  before_ledger_lines: [same('order_id', 'order_line')],
  documents: [
    same('document_key'),
    same('document_number'),
    same('month', 'practice_id', 'currency'),
    same('document_type', 'sequence'),
  ],
  document_blocks: [same('document_key', 'first_line'), same('rowid')],
  document_lines: [same('order_id', 'order_line', 'document_key', 'line_number')],
  held_lines: [same('month', 'practice_id', 'order_id', 'order_line')],
  listed_exceptions: [same('month', 'exception_number')],
  reconciliations: [same('month', 'currency', 'term')],
};

/** `REPLACE` deletes rows without asking the triggers that refuse deletes, so inserts are checked too. */
const nothingIsReplaced = (replaced: typeof REPLACED) =>
  Object.entries(replaced)
    .map(([table, rows]) => {
      const isThere = rows.map((row) => `EXISTS (SELECT 1 FROM ${table} WHERE ${row})`).join(' OR ');
      return (
        `CREATE TRIGGER ${table}_refuse_replace BEFORE INSERT ON ${table} WHEN ${isThere} ` +
        `BEGIN SELECT RAISE(ABORT, 'what is recorded is never replaced'); END;`
      );
    })
    .join('\n');

const FACT_LOG = `
-- Facts as they came, sorted within a run (a bounded part of an import): see fact-log.ts.
CREATE TABLE fact_segments (
  segment_id INTEGER PRIMARY KEY,
  import_id INTEGER NOT NULL,
  kind TEXT NOT NULL, -- orders or history
  run INTEGER NOT NULL, -- of this import and kind, from 1
  bucket INTEGER NOT NULL, -- the month of its facts: 202610
  first_order TEXT NOT NULL,
  last_order TEXT NOT NULL,
  facts INTEGER NOT NULL,
  sha256 TEXT NOT NULL, -- of data
  data TEXT NOT NULL -- a JSON array, a fact a line
) STRICT;
CREATE INDEX fact_segments_by_order ON fact_segments (first_order, last_order);

-- By which the facts of an order, and an event, are found.
CREATE TABLE fact_keys (
  import_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  run INTEGER NOT NULL,
  key_kind TEXT NOT NULL, -- order_lines, order_events or event_ids
  sha256 TEXT NOT NULL, -- of keys
  keys BLOB NOT NULL,
  PRIMARY KEY (import_id, kind, run, key_kind)
) STRICT;

-- An event that an amendment gave to another order, under the one that had it.
CREATE TABLE moved_events (
  order_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  import_id INTEGER NOT NULL, -- that moved it
  PRIMARY KEY (order_id, event_id, import_id)
) STRICT, WITHOUT ROWID;

-- The hashes of what came before facts were a log, by the log: imports.sha256 keeps what closed months have sealed.
CREATE TABLE moved_imports (
  import_id INTEGER NOT NULL PRIMARY KEY,
  sha256 TEXT NOT NULL
) STRICT;
`;

const IDENTITY = `
CREATE TABLE ledger_identity (
  row INTEGER NOT NULL PRIMARY KEY CHECK (row = 1),
  ledger_id TEXT NOT NULL -- see identity.ts
) STRICT;
`;

const VOIDS = `
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

/** The month of each row that a void deletes. Deleting is allowed only between the recording of the void and the reopening of the month. */
const TAKEN_BACK: Readonly<Record<string, string>> = {
  cut_offs: 'old.stored_by',
  practice_zones: 'old.fixed_by',
  before_ledger_lines: 'old.decided_by',
  documents: 'old.month',
  document_blocks: '(SELECT month FROM documents WHERE document_key = old.document_key)',
  document_lines: '(SELECT month FROM documents WHERE document_key = old.document_key)',
  document_details: '(SELECT month FROM documents WHERE document_key = old.document_key)',
  held_lines: 'old.month',
  listed_exceptions: 'old.month',
  reconciliations: 'old.month',
  open_orders: 'old.month',
  accepted_findings: 'old.month',
  closed_months: 'old.month',
};

const CLOSINGS_ARE_TAKEN_BACK = Object.entries(TAKEN_BACK)
  .map(
    ([table, month]) => `DROP TRIGGER ${table}_refuse_delete;
CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table} WHEN NOT EXISTS (SELECT 1 FROM voids JOIN closed_months
  ON closed_months.month = voids.month AND closed_months.seal = voids.month_seal WHERE voids.month = ${month})
BEGIN SELECT RAISE(ABORT, '${CLOSED}'); END;`,
  )
  .join('\n');

const SET_ASIDE = `
-- Records that an import set aside in a quarantine file: whose they are, as far as they could be read.
CREATE TABLE set_aside (
  import_id INTEGER NOT NULL,
  number INTEGER NOT NULL, -- within the import, from 1
  file TEXT NOT NULL,
  kind TEXT NOT NULL,
  order_id TEXT NOT NULL, -- empty if it could not be read, or of a practice
  PRIMARY KEY (import_id, number)
) STRICT, WITHOUT ROWID;
`;

const version = (window: string) => `OVER (PARTITION BY ${window} ORDER BY import_id)`;
const ofLine = version('value->>0, value->>1');
const ofEvent = version("iif(value->>5 = '', value, value->>5)");

/** Views that show the log as rows, for people. No command depends on them. */
const FACT_VIEWS = `
CREATE VIEW order_lines AS SELECT
  value->>0 AS order_id, value->>1 AS order_line, row_number() ${ofLine} AS version,
  import_id, lead(import_id) ${ofLine} AS superseded_by,
  value->>2 AS practice_id, value->>3 AS product, value->>4 AS description, value->>5 AS patient_ref,
  value->>6 AS quantity, value->>7 AS unit_price, value->>8 AS currency, value->>9 AS placed_at
FROM fact_segments, json_each(data) WHERE fact_segments.kind = 'orders';
CREATE VIEW events AS SELECT
  value->>0 AS order_id, value->>1 AS at, value->>2 AS sequence, value->>3 AS event, value->>4 AS reason,
  value->>5 AS event_id, row_number() ${ofEvent} AS version,
  import_id, lead(import_id) ${ofEvent} AS superseded_by
FROM fact_segments, json_each(data) WHERE fact_segments.kind = 'history';
`;

export const LOG_TABLES = ['fact_segments', 'fact_keys', 'moved_events', 'moved_imports'] as const;

/** The input profile by which a file was read; null for the strict format. It is only for audits, so no hash covers it. */
const INPUT_PROFILES = 'ALTER TABLE import_files ADD COLUMN profile TEXT;';

const PRACTICE_DETAILS = `
-- What a version of a practice says beside its name and zone, where it says anything.
CREATE TABLE practice_details (
  practice_id TEXT NOT NULL,
  import_id INTEGER NOT NULL,
  details TEXT NOT NULL, -- a JSON object, by column of the practices file
  PRIMARY KEY (practice_id, import_id)
) STRICT, WITHOUT ROWID;
`;

/** The first entry makes a ledger of FIRST_VERSION from an empty file. Each later one updates a ledger to the next version. */
export const MIGRATIONS: readonly ((db: Connection) => void)[] = [
  (db) =>
    db.exec(
      [
        FACT_ROWS,
        FACT_ROW_INDEXES,
        FACT_ROWS_ARE_KEPT,
        closingTables('main', FIRST_CLOSING_TABLES),
        ONE_OF_EACH,
        CLOSINGS_ARE_KEPT,
      ].join('\n'),
    ),
  (db) => db.exec(nothingIsReplaced(REPLACED)),
  (db) => {
    db.exec([FACT_LOG, closingTables('main', [OPEN_ORDERS]), INPUT_PROFILES].join('\n'));
    moveFacts(db);
    db.exec(
      [
        'DROP TABLE order_lines; DROP TABLE events;',
        FACT_VIEWS,
        kept(LOG_TABLES, 'facts are kept'),
        kept([OPEN_ORDERS.name], CLOSED),
        nothingIsReplaced({
          fact_segments: [same('segment_id')],
          fact_keys: [same('import_id', 'kind', 'run', 'key_kind'), same('rowid')],
          moved_events: [same('order_id', 'event_id', 'import_id')],
          moved_imports: [same('import_id')],
          open_orders: [same('month', 'block'), same('rowid')],
        }),
      ].join('\n'),
    );
  },
  (db) =>
    db.exec(
      [
        IDENTITY,
        VOIDS,
        SET_ASIDE,
        PRACTICE_DETAILS,
        closingTables('main', [DOCUMENT_DETAILS, ACCEPTED_FINDINGS]),
        kept(['ledger_identity'], 'a ledger keeps its identity'),
        kept(['voids', 'voided_rows'], 'what is void is kept'),
        kept(['set_aside', 'practice_details'], 'facts are kept'),
        kept([DOCUMENT_DETAILS.name, ACCEPTED_FINDINGS.name], CLOSED),
        CLOSINGS_ARE_TAKEN_BACK,
        nothingIsReplaced({
          ledger_identity: [same('row')],
          voids: [same('void_number')],
          voided_rows: [same('void_number', 'row_number'), same('rowid')],
          set_aside: [same('import_id', 'number')],
          practice_details: [same('practice_id', 'import_id')],
          document_details: [same('document_key')],
          accepted_findings: [same('month', 'code')],
        }),
      ].join('\n'),
    ),
];

/** Older ledgers have no id. */
export const FIRST_WITH_IDENTITY = 5;

export const LATEST_VERSION = FIRST_VERSION + MIGRATIONS.length - 1;
