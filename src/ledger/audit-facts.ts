/** The audit of the facts: each import's hash, and that their versions follow on each other. */
import type { Finding } from '../failure.js';
import type { Connection } from './connect.js';
import { addNotes, createFactHash, type HashedTable } from './fact-hash.js';

/** The columns that factValues gives, in its order. */
const FACT_COLUMNS: readonly (readonly [HashedTable, string])[] = [
  [
    'order_lines',
    'order_id, order_line, practice_id, product, description, patient_ref, quantity, unit_price, currency, placed_at',
  ],
  ['events', 'order_id, at, sequence, event, reason, event_id'],
  ['practices', 'practice_id, name, time_zone'],
];

type FactRow = [importId: number, position: number, ...values: unknown[]];

/** Each import's hash over its facts in the order in which they came. */
export function* auditImports(db: Connection): Generator<Finding> {
  const imports = db
    .prepare<[], { import_id: number; sha256: string }>(
      'SELECT import_id, sha256 FROM imports ORDER BY import_id',
    )
    .all();
  const readers = FACT_COLUMNS.map(([table, columns]) => createFactReader(db, table, columns));
  try {
    for (const [index, { import_id: importId, sha256 }] of imports.entries()) {
      const place = `import ${importId}`;
      if (importId !== index + 1) yield { place, message: `import ${index + 1} is expected here` };
      const anew = hashAnew(db, importId, readers);
      if (anew !== sha256)
        yield { place, message: `its facts have changed: their hash is ${anew} now, was ${sha256}` };
    }
    for (const reader of readers)
      if (reader.importId() !== undefined)
        yield { place: reader.table, message: `facts of import ${reader.importId()}, which is not there` };
  } finally {
    // Damage may end the audit at any row; a ledger with a statement still open could not be closed.
    for (const reader of readers) reader.close();
  }
}

function hashAnew(db: Connection, importId: number, readers: readonly FactReader[]): string {
  const hash = createFactHash();
  for (;;) {
    const next = readers.filter((reader) => reader.importId() === importId).sort(byPosition)[0];
    if (next === undefined) break;
    hash.add(next.table, next.take());
  }
  addNotes(hash, db, importId);
  return hash.digest();
}

const byPosition = (a: FactReader, b: FactReader): number => a.position() - b.position();

interface FactReader {
  readonly table: HashedTable;
  /** Of the fact that comes next; undefined at the end. */
  importId(): number | undefined;
  position(): number;
  take(): unknown[];
  close(): void;
}

/** Reads a table's facts in the order in which they came, its first one when it is first asked. */
function createFactReader(db: Connection, table: HashedTable, columns: string): FactReader {
  const statement = db
    .prepare<[], FactRow>(`SELECT import_id, position, ${columns} FROM ${table} ORDER BY import_id, position`)
    .raw();
  let rows: IterableIterator<FactRow> | undefined;
  let at: IteratorResult<FactRow> | undefined;
  const next = () => {
    rows ??= statement.iterate();
    at ??= rows.next();
    return at;
  };
  return {
    table,
    importId: () => (next().done ? undefined : next().value[0]),
    position: () => (next().done ? Number.POSITIVE_INFINITY : next().value[1]),
    take() {
      const [, , ...values] = next().value as FactRow;
      at = undefined;
      return values;
    },
    close: () => void rows?.return?.(),
  };
}

/** Of each identity the versions count from 1, and each was superseded by the import that brought the next. */
export function* auditVersions(db: Connection): Generator<Finding> {
  const chains: readonly (readonly [source: string, identity: string, version: string, name: string])[] = [
    ['order_lines', 'order_id, order_line', 'version', "'order ' || order_id || ' line ' || order_line"],
    ["events WHERE event_id <> ''", 'event_id', 'version', "'event ' || event_id"],
    [
      "events WHERE event_id = ''",
      'order_id, at, sequence, event, reason',
      'version',
      "'an event of order ' || order_id",
    ],
    ['practices', 'practice_id', 'import_id', "'practice ' || practice_id"],
  ];
  for (const [source, identity, version, name] of chains) {
    const window = `OVER (PARTITION BY ${identity} ORDER BY ${version})`;
    const counts = version === 'version' ? `version <> row_number() ${window}` : 'FALSE';
    const broken = db
      .prepare<[], string>(
        `SELECT name FROM (SELECT ${name} AS name,
           superseded_by IS NOT lead(import_id) ${window} OR ${counts} AS is_broken FROM ${source}) WHERE is_broken`,
      )
      .pluck();
    for (const place of broken.all()) yield { place, message: 'its versions do not follow on each other' };
  }
}
