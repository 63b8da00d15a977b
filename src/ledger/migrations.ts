/**
 * Makes the tables of a ledger, and updates older ledgers to the latest version. docs/ledger.md section 1 says what the tables promise.
 */
import {
  ACCEPTED_FINDINGS,
  closingTables,
  DOCUMENT_DETAILS,
  DOCUMENT_INDEX,
  FIRST_CLOSING_TABLES,
  LINE_VIEW,
  ONE_OF_EACH,
  OPEN_ORDERS,
  PRACTICE_ZONES,
  VOIDS,
} from './closing-tables.js';
import type { Connection } from './connect.js';
import {
  FACT_LOG,
  FACT_ROW_INDEXES,
  FACT_ROWS,
  FACT_VIEWS,
  INPUT_PROFILES,
  LOG_TABLES,
  PRACTICE_DETAILS_TABLE,
  SET_ASIDE_TABLE,
} from './fact-tables.js';
import { insertRow } from './insert.js';
import { moveDocumentLines } from './move-document-lines.js';
import { moveFacts } from './move-facts.js';
import {
  CLOSED,
  CLOSINGS_ARE_KEPT,
  FACT_ROWS_ARE_KEPT,
  kept,
  nothingIsReplaced,
  REPLACED,
  same,
  TAKEN_BACK,
  takenBack,
} from './table-guards.js';

/** "mone" in ASCII. It distinguishes a ledger from other SQLite files. */
export const APPLICATION_ID = 0x6d6f6e65;

/** The tables of version 1 were never released, and later versions do not read them. */
export const FIRST_VERSION = 2;

const IDENTITY = `
CREATE TABLE ledger_identity (
  row INTEGER NOT NULL PRIMARY KEY CHECK (row = 1),
  ledger_id TEXT NOT NULL -- see identity.ts
) STRICT;
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
        SET_ASIDE_TABLE,
        PRACTICE_DETAILS_TABLE,
        closingTables('main', [DOCUMENT_DETAILS, ACCEPTED_FINDINGS]),
        kept(['ledger_identity'], 'a ledger keeps its identity'),
        kept(['voids', 'voided_rows'], 'what is void is kept'),
        kept(['set_aside', 'practice_details'], 'facts are kept'),
        kept([DOCUMENT_DETAILS.name, ACCEPTED_FINDINGS.name], CLOSED),
        takenBack(TAKEN_BACK),
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
  (db) => {
    db.exec(closingTables('main', [DOCUMENT_INDEX]));
    moveDocumentLines(db);
    db.exec(
      [
        'DROP TABLE document_lines;',
        LINE_VIEW,
        kept([DOCUMENT_INDEX.name], CLOSED),
        takenBack({ document_index: 'old.month' }),
        nothingIsReplaced({ document_index: [same('month', 'first_order'), same('rowid')] }),
      ].join('\n'),
    );
  },
  (db) => {
    const rows = db.prepare<[], Record<string, string>>('SELECT * FROM practice_zones').all();
    db.exec(`DROP TABLE practice_zones;\n${closingTables('main', [PRACTICE_ZONES])}`);
    for (const row of rows) insertRow(db, PRACTICE_ZONES.name, row);
    db.exec(
      [
        kept([PRACTICE_ZONES.name], CLOSED),
        takenBack({ practice_zones: 'old.fixed_by' }),
        nothingIsReplaced({ practice_zones: [same('practice_id', 'fixed_by')] }),
      ].join('\n'),
    );
  },
];

/** Older ledgers have no id. */
export const FIRST_WITH_IDENTITY = 5;

export const LATEST_VERSION = FIRST_VERSION + MIGRATIONS.length - 1;
