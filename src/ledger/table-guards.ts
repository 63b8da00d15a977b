/** The triggers that keep what is recorded: SQLite refuses to change, delete or replace it, whatever program asks. */
import { FIRST_CLOSING_TABLES } from './closing-tables.js';

/** A stored row changes only once: when a newer version supersedes it. */
export const FACT_ROWS_ARE_KEPT = [
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

/** Returns triggers that refuse to change or delete rows. */
export const kept = (names: readonly string[], reason: string) =>
  names
    .flatMap((name) =>
      ['UPDATE', 'DELETE'].map(
        (verb) =>
          `CREATE TRIGGER ${name}_refuse_${verb.toLowerCase()} BEFORE ${verb} ON ${name} ` +
          `BEGIN SELECT RAISE(ABORT, '${reason}'); END;`,
      ),
    )
    .join('\n');
export const CLOSED = 'closed months are never changed';
export const CLOSINGS_ARE_KEPT = kept(
  FIRST_CLOSING_TABLES.map(({ name }) => name),
  CLOSED,
);

export const same = (...columns: readonly string[]) =>
  columns.map((column) => `${column} = new.${column}`).join(' AND ');

/** For each table, the conditions that find rows which a new row would replace: one for each unique constraint. */
export const REPLACED: Readonly<Record<string, readonly string[]>> = {
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
export const nothingIsReplaced = (replaced: typeof REPLACED) =>
  Object.entries(replaced)
    .map(([table, rows]) => {
      const isThere = rows.map((row) => `EXISTS (SELECT 1 FROM ${table} WHERE ${row})`).join(' OR ');
      return (
        `CREATE TRIGGER ${table}_refuse_replace BEFORE INSERT ON ${table} WHEN ${isThere} ` +
        `BEGIN SELECT RAISE(ABORT, 'what is recorded is never replaced'); END;`
      );
    })
    .join('\n');

/** The month of each row that a void deletes. Deleting is allowed only between the recording of the void and the reopening of the month. */
export const TAKEN_BACK: Readonly<Record<string, string>> = {
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

/** Lets a void delete rows of these tables, and nothing else. */
export const takenBack = (tables: typeof TAKEN_BACK) =>
  Object.entries(tables)
    .map(
      ([table, month]) => `DROP TRIGGER ${table}_refuse_delete;
CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table} WHEN NOT EXISTS (SELECT 1 FROM voids JOIN closed_months
  ON closed_months.month = voids.month AND closed_months.seal = voids.month_seal WHERE voids.month = ${month})
BEGIN SELECT RAISE(ABORT, '${CLOSED}'); END;`,
    )
    .join('\n');
