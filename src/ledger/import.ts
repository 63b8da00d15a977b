/** An import: one transaction that takes every record of its files or none. */

import type { ImportedFile } from '../billing/month-view.js';
import type { FactKind, Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import type { Disputed } from './disputed.js';
import type { TakeOptions } from './import-state.js';
import { insertRow } from './insert.js';
import { type Ledger, limitPageCache, PAGE_CACHE } from './ledger.js';
import { createFactTaker, type FactTaker } from './take-facts.js';

type RecordedFile = Omit<ImportedFile, 'importId'> & {
  /** The input profile by which it was read; null for the strict format. */
  readonly profile: string | null;
};

export interface OpenImport {
  readonly taker: FactTaker;
  /** Discards all records taken so far and starts again without those in dispute. Only if the import `mayRetry`. */
  retry(leftOut: Disputed): FactTaker;
  /** Records the outcome of a file's records of one kind. Called after the last record. */
  recordFile(file: RecordedFile): void;
  /** Records what was set aside, so that a close knows what has not come back. */
  recordSetAside(records: readonly SetAside[]): void;
}

/** A record in a quarantine file. */
export interface SetAside {
  readonly file: string;
  readonly kind: FactKind;
  /** Empty for a practice, or if it could not be read. */
  readonly orderId: string;
}

/** In MiB. An import mostly appends, and needs memory to find repeats. */
const PAGE_CACHE_OF_IMPORT = 16;

/** Runs `work` as the ledger's next import. If it throws, the ledger stays as it was. */
export async function withImport<T>(
  ledger: Ledger,
  options: Pick<TakeOptions, 'amend' | 'keep' | 'defaultCurrency' | 'thread'> & {
    readonly now: Instant;
    readonly mayRetry?: boolean;
  },
  work: (open: OpenImport, importId: number) => Promise<T>,
): Promise<T> {
  const { now, mayRetry = false, ...how } = options;
  return ledger.write('import', async () => {
    const { db } = ledger;
    limitPageCache(db, PAGE_CACHE_OF_IMPORT);
    const importId = lastImportOf(db) + 1;
    if (mayRetry) db.exec('SAVEPOINT attempt');
    let taker = createFactTaker(db, { importId, ...how });
    const retry = (leftOut: Disputed): FactTaker => {
      db.exec('ROLLBACK TO attempt');
      taker = createFactTaker(db, { importId, ...how, leftOut });
      return taker;
    };
    const files: RecordedFile[] = [];
    const setAside: SetAside[] = [];
    const result = await work(
      {
        taker,
        retry,
        recordFile: (file) => files.push(file),
        recordSetAside: (records) => setAside.push(...records),
      },
      importId,
    );
    const insertFile = db.prepare(
      `INSERT INTO import_files
         (import_id, position, name, kind, sha256, read, imported, amended, duplicates, quarantined, profile) VALUES
         (:importId, :position, :name, :kind, :sha256, :read, :imported, :amended, :duplicates, :quarantined, :profile)`,
    );
    for (const [index, file] of files.entries()) insertFile.run({ ...file, importId, position: index + 1 });
    const insertAside = db.prepare(
      'INSERT INTO set_aside (import_id, number, file, kind, order_id) VALUES (?, ?, ?, ?, ?)',
    );
    for (const [index, { file, kind, orderId }] of setAside.entries())
      insertAside.run(importId, index + 1, file, kind, orderId);
    insertRow(db, 'imports', {
      import_id: importId,
      sha256: taker.finish(),
      imported_at: formatInstant(now),
    });
    limitPageCache(db, PAGE_CACHE);
    return result;
  });
}

/** Returns the number of the last import. Imports count from 1 without gaps, so this is also how many there are. */
export function lastImportOf(db: Connection): number {
  return db.prepare<[], number | null>('SELECT max(import_id) FROM imports').pluck().get() ?? 0;
}

/** Tells whether an import brought a file with this name and content. */
export function hasImportedFile(
  db: Connection,
  file: { readonly import: number; readonly name: string; readonly sha256: string },
): boolean {
  const found = db.prepare(
    'SELECT 1 FROM import_files WHERE import_id = :import AND name = :name AND sha256 = :sha256',
  );
  return found.get(file) !== undefined;
}
