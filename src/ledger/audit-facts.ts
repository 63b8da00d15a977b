/** Audits the facts: the hash of each segment and each set of keys, and the hash of each import. */
import type { Finding } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { hashOfImport } from './fact-hash.js';
import { sha256 } from './fact-log.js';
import { LOG_TABLES } from './fact-tables.js';

/** Checks the hash of each import over what it brought. */
export function* auditImports(db: Connection): Generator<Finding> {
  const imports = db
    .prepare<[], { import_id: number; sha256: string }>(
      `SELECT import_id, coalesce(moved.sha256, imports.sha256) AS sha256
       FROM imports LEFT JOIN moved_imports AS moved USING (import_id) ORDER BY import_id`,
    )
    .all();
  for (const [index, { import_id: importId, sha256: was }] of imports.entries()) {
    const place = `import ${importId}`;
    if (importId !== index + 1) yield { place, message: `import ${index + 1} is expected here` };
    const anew = hashOfImport(db, importId);
    if (anew !== was)
      yield { place, message: `its facts have changed: their hash was ${was} and is ${anew} now` };
    yield* auditContent(db, importId);
  }
  yield* auditDerived(db);
  for (const table of [
    ...LOG_TABLES,
    'practices',
    'practice_details',
    'known_practices',
    'late_facts',
    'set_aside',
  ]) {
    const strays = db
      .prepare<[], number>(
        `SELECT DISTINCT import_id FROM ${table} WHERE import_id NOT IN (SELECT import_id FROM imports)`,
      )
      .pluck();
    for (const importId of strays.all())
      yield { place: table, message: `has facts of import ${importId}, but the ledger has no such import` };
  }
}

/**
 * Checks what follows from other rows, which no hash covers: the number of a segment, by which keys find it, and the import that brought the
 * next row of a practice.
 */
function* auditDerived(db: Connection): Generator<Finding> {
  const { segments, last } = db
    .prepare<[], { segments: number; last: number }>(
      'SELECT count(*) AS segments, coalesce(max(segment_id), 0) AS last FROM fact_segments',
    )
    .get() ?? { segments: 0, last: 0 };
  if (segments !== last)
    yield {
      place: 'fact_segments',
      message: `has ${segments} segments, but the number of the last one is ${last}`,
    };
  const replaced = db
    .prepare<[], { practiceId: string; importId: number; recorded: number | null; next: number | null }>(
      `SELECT practice_id AS practiceId, import_id AS importId, superseded_by AS recorded, next FROM
         (SELECT *, lead(import_id) OVER (PARTITION BY practice_id ORDER BY import_id) AS next FROM practices)
       WHERE superseded_by IS NOT next ORDER BY practice_id, import_id`,
    )
    .all();
  for (const { practiceId, importId, recorded, next } of replaced)
    yield {
      place: `import ${importId}`,
      message: `its row of practice ${practiceId} is recorded as replaced by ${importName(recorded)}, but was replaced by ${importName(next)}`,
    };
}

const importName = (importId: number | null): string => (importId === null ? 'none' : `import ${importId}`);

/** Checks the segments and keys that the hash of an import covers only by their own hashes. */
function* auditContent(db: Connection, importId: number): Generator<Finding> {
  for (const [table, content] of [
    ['fact_segments', 'data'],
    ['fact_keys', 'keys'],
  ] as const) {
    // Read one at a time: an open statement would keep the transaction from ending if the audit stops.
    const ids = db
      .prepare<[number], number>(`SELECT rowid FROM ${table} WHERE import_id = ? ORDER BY rowid`)
      .pluck();
    const read = db
      .prepare<[number], [sha256: string, content: string | Buffer]>(
        `SELECT sha256, ${content} FROM ${table} WHERE rowid = ?`,
      )
      .raw();
    for (const id of ids.all(importId)) {
      const [was, found = ''] = read.get(id) ?? [];
      if (sha256(found) !== was)
        yield {
          place: `import ${importId}`,
          message: `its facts have changed: ${table} ${id} has another hash`,
        };
    }
  }
}
