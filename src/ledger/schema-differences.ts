/**
 * Compares a ledger's schema with the one that the program makes. A view or trigger is a program that SQLite runs for whoever wrote it, so
 * nothing is read from a ledger before its schema is known to be ours.
 */
import type { Finding } from '../errors/failure.js';
import type { Connection } from './connect.js';

export interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

export interface SchemaDifference extends Finding {
  /** True if reading is still correct: only changes of closed months would no longer be refused. */
  readonly isHarmlessToRead: boolean;
}

/** @param expected the schema of a ledger of this version, as the program makes it */
export function schemaDifferences(db: Connection, expected: readonly SchemaRow[]): SchemaDifference[] {
  const ours = byPlace(expected);
  const found = byPlace(schemaIn(db, expected));
  const missing = [...ours.keys()].filter((place) => !found.has(place));
  const changed = [...ours.keys()].filter(
    (place) => found.has(place) && found.get(place) !== ours.get(place),
  );
  const foreign = [...found.keys()].filter((place) => !ours.has(place));
  const harmful = (message: string) => (place: string) => ({ place, message, isHarmlessToRead: false });
  return [
    ...missing.map((place) => ({
      place,
      message: 'is missing from the ledger',
      isHarmlessToRead: place.startsWith('trigger '),
    })),
    ...changed.map(harmful('is not defined as monthend defines it')),
    ...foreign.map(harmful('is not of monthend, but stands in the ledger')),
  ];
}

/** Reads only as many rows, and as much of each text, as it takes to see that there is more than ours. */
function schemaIn(db: Connection, expected: readonly SchemaRow[]): SchemaRow[] {
  const longest = Math.max(...expected.map(({ name, sql }) => Math.max(name.length, sql?.length ?? 0)));
  return db
    .prepare<[object], SchemaRow>(
      `SELECT substr(type, 1, :more) AS type, substr(name, 1, :more) AS name, substr(sql, 1, :more) AS sql
       FROM main.sqlite_schema LIMIT :rows`,
    )
    .all({ more: longest + 1, rows: 2 * expected.length });
}

const byPlace = (rows: readonly SchemaRow[]) =>
  new Map(
    rows.map(({ type, name, sql }) => [
      isText(type) && isText(name) ? `${type} ${name}` : 'a damaged name',
      sql,
    ]),
  );

/** A damaged row may hold the same bytes as a blob, which would look like the text when printed. */
const isText = (value: unknown): value is string => typeof value === 'string';
