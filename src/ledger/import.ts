/** An import: one transaction that takes every record of its files, or none of them. */

import type { ImportedFile } from '../billing/month-view.js';
import type { FactKind, Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { createFactTaker, type Disputed, type FactTaker, type ImportOptions } from './facts.js';
import type { Ledger } from './ledger.js';

type RecordedFile = Omit<ImportedFile, 'importId'> & {
  /** The input profile that it was read by; null for the strict format. */
  readonly profile: string | null;
};

export interface OpenImport {
  readonly taker: FactTaker;
  /** Forgets all that was taken, and starts again without what is disputed; only of an import that `mayRetry`. */
  retry(leftOut: Disputed): FactTaker;
  /** Records what became of a file's records of one kind, once all have been taken. */
  recordFile(file: RecordedFile): void;
  /** Records what was set aside, so that a close knows that it is not back. */
  recordSetAside(records: readonly SetAside[]): void;
}

/** A record that stands in a quarantine file. */
export interface SetAside {
  readonly file: string;
  readonly kind: FactKind;
  /** Empty if it could not be read, or of a practice. */
  readonly orderId: string;
}

/** Runs `work` as the ledger's next import; what it throws leaves the ledger as it was. */
export async function withImport<T>(
  ledger: Ledger,
  options: Pick<ImportOptions, 'amend' | 'keep' | 'defaultCurrency'> & {
    readonly now: Instant;
    readonly mayRetry?: boolean;
  },
  work: (open: OpenImport, importId: number) => Promise<T>,
): Promise<T> {
  const { now, mayRetry = false, ...how } = options;
  return ledger.write('import', async () => {
    const { db } = ledger;
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
      `INSERT INTO import_files VALUES (:importId, :position, :name, :kind, :sha256, :read, :imported, :amended, :duplicates, :quarantined, :profile)`,
    );
    for (const [index, file] of files.entries()) insertFile.run({ importId, position: index + 1, ...file });
    const insertAside = db.prepare('INSERT INTO set_aside VALUES (?, ?, ?, ?, ?)');
    for (const [index, { file, kind, orderId }] of setAside.entries())
      insertAside.run(importId, index + 1, file, kind, orderId);
    db.prepare('INSERT INTO imports VALUES (?, ?, ?)').run(importId, taker.finish(), formatInstant(now));
    return result;
  });
}

/** Imports are numbered from 1 without a gap, so this is also how many there are. */
export function lastImportOf(db: Connection): number {
  return db.prepare<[], number | null>('SELECT max(import_id) FROM imports').pluck().get() ?? 0;
}
