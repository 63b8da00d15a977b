/** The tables of imports and their facts. Facts are a log of segments (fact-log.ts), with views that show them as rows. */

/** Up to version 3 facts were rows, each with the import that superseded it. */
export const FACT_ROWS = `
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

export const FACT_ROW_INDEXES = `
CREATE INDEX order_lines_by_placed_at ON order_lines (placed_at);
CREATE INDEX events_by_at ON events (at, event);`;

export const FACT_LOG = `
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

export const SET_ASIDE_TABLE = `
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
export const FACT_VIEWS = `
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
export const INPUT_PROFILES = 'ALTER TABLE import_files ADD COLUMN profile TEXT;';

export const PRACTICE_DETAILS_TABLE = `
-- What a version of a practice says beside its name and zone, where it says anything.
CREATE TABLE practice_details (
  practice_id TEXT NOT NULL,
  import_id INTEGER NOT NULL,
  details TEXT NOT NULL, -- a JSON object, by column of the practices file
  PRIMARY KEY (practice_id, import_id)
) STRICT, WITHOUT ROWID;
`;
