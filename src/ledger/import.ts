/** An import: one transaction that takes every record of its files, or none of them. */

import type { ImportedFile } from '../billing/month-view.js';
import type { FactKind, Instant } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import { createFactTaker, type FactTaker } from './facts.js';
import type { Ledger } from './ledger.js';

export interface OpenImport {
  readonly taker: FactTaker;
  /** Records what became of a file. */
  recordFile(file: Omit<ImportedFile, 'importId'> & { readonly kind: FactKind }): void;
}

/** Runs `work` as the ledger's next import; what it throws leaves the ledger as it was. */
export async function withImport<T>(
  ledger: Ledger,
  options: { readonly amend: boolean; readonly now: Instant },
  work: (open: OpenImport, importId: number) => Promise<T>,
): Promise<T> {
  return ledger.write('import', () => {
    const { db } = ledger;
    const importId = Number(
      db.prepare('INSERT INTO imports (imported_at) VALUES (?)').run(formatInstant(options.now))
        .lastInsertRowid,
    );
    const insertFile = db.prepare(
      `INSERT INTO import_files VALUES (:importId, :position, :name, :kind, :sha256, :read, :imported, :amended, :duplicates)`,
    );
    let position = 0;
    const taker = createFactTaker(db, { importId, amend: options.amend });
    const recordFile: OpenImport['recordFile'] = (file) => {
      position++;
      insertFile.run({ importId, position, ...file });
    };
    return work({ taker, recordFile }, importId);
  });
}
