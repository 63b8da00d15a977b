/**
 * What is known of a ledger's file, and of what stands beside it, before SQLite sees either: SQLite obeys a journal that
 * it finds there, and one that was made for it can name a file that SQLite then deletes.
 */
import { closeSync, lstatSync, openSync, realpathSync, statSync } from 'node:fs';
import { Failure } from '../failure.js';
import { bytesAt, withFoundFile } from '../found-file.js';
import { APPLICATION_ID } from './schema.js';

/** @throws Failure damaged if the file, by its first bytes, is no ledger, or what stands beside it is not of this ledger */
export function recognise(file: string): void {
  const { isSqlite, applicationId, pageSize } = headerOf(file);
  if (!isSqlite)
    throw new Failure(
      'damaged',
      `${file}: is damaged or not a ledger (it does not begin as a file of SQLite does); untouched; restore a backup`,
    );
  if (applicationId !== APPLICATION_ID)
    throw new Failure('damaged', `${file}: is not a ledger of monthend; untouched`);
  const real = realpathSync(file); // as SQLite names them
  for (const beside of [`${real}-journal`, `${real}-wal`, `${real}-shm`]) {
    const found = lstatSync(beside, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw foreign(beside, 'is not a regular file');
  }
  refuseForeignJournal(real, pageSize);
}

/** SQLite's own description of its file (sqlite.org/fileformat.html, section 1.3). */
function headerOf(file: string): { isSqlite: boolean; applicationId: number; pageSize: number } {
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(100);
    bytesAt(descriptor, 0, 100).copy(header);
    return {
      isSqlite: header.toString('latin1', 0, 16) === 'SQLite format 3\0',
      applicationId: header.readUInt32BE(68),
      pageSize: header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16),
    };
  } finally {
    closeSync(descriptor);
  }
}

/** How a journal's header begins, and how the name of a super-journal ends. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/**
 * What a killed write left is rolled back by the next command. A journal is taken for that only if nothing speaks against it
 * (sqlite.org/fileformat.html, section 3). No write of ours names a super-journal: it belongs to a commit of several files.
 */
function refuseForeignJournal(file: string, pageSize: number): void {
  const journal = `${file}-journal`;
  withFoundFile(journal, (descriptor, { size, uid }) => {
    const header = bytesAt(descriptor, 0, 28);
    // Before its first sync it begins with zeros, and SQLite passes over it.
    if (header.length === 0 || header[0] === 0) return;
    if (header.length < 28 || !header.subarray(0, 8).equals(JOURNAL_MAGIC))
      throw foreign(journal, 'is no journal of SQLite');
    if (bytesAt(descriptor, size - 8, 8).equals(JOURNAL_MAGIC))
      throw foreign(journal, 'names another file, which a rollback would delete');
    const [pages, journalPageSize] = [header.readUInt32BE(16), header.readUInt32BE(24)];
    if (journalPageSize !== pageSize)
      throw foreign(journal, `has pages of ${journalPageSize} bytes, and the ledger's have ${pageSize}`);
    // Looked at after the journal: another process that writes makes the ledger larger, never smaller.
    const ledger = statSync(file);
    if (pages * pageSize > ledger.size)
      throw foreign(
        journal,
        `is of a file of ${pages} pages, and the ledger has ${Math.floor(ledger.size / pageSize)}`,
      );
    if (uid !== ledger.uid) throw foreign(journal, 'belongs to another user than the ledger');
  });
}

function foreign(beside: string, what: string): Failure {
  return new Failure(
    'damaged',
    `${beside}: ${what}, so no stopped write of this ledger left it; nothing was changed; ` +
      'move it away, then run "monthend verify"',
  );
}
