/**
 * Checks a ledger's file and the files beside it before SQLite sees them. SQLite obeys a journal that it finds, and a forged journal can
 * name a file that SQLite then deletes.
 */
import { closeSync, lstatSync, openSync, realpathSync, statSync } from 'node:fs';
import { Failure } from '../errors/failure.js';
import { bytesAt, withFoundFile } from '../files/found-file.js';
import { APPLICATION_ID } from './migrations.js';

/** @throws Failure damaged if the file does not begin as a ledger, or if a file beside it does not belong to this ledger */
export function recognise(file: string): void {
  const { isSqlite, applicationId, pageSize } = headerOf(file);
  if (!isSqlite)
    throw new Failure(
      'damaged',
      `${file}: is damaged or not a ledger (it does not begin as a file of SQLite does); nothing was changed; restore a backup`,
    );
  if (applicationId !== APPLICATION_ID) throw otherDatabase(file);
  const real = realpathSync(file); // as SQLite names them
  for (const beside of [`${real}-journal`, `${real}-wal`, `${real}-shm`]) {
    const found = lstatSync(beside, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw foreign(beside, 'is not a regular file');
  }
  refuseForeignJournal(real, pageSize);
}

export const otherDatabase = (file: string): Failure =>
  new Failure(
    'damaged',
    `${file}: is the database of another program, not a ledger of monthend; nothing was changed; name the ledger's file with --ledger`,
  );

/** Reads SQLite's own description of its file (sqlite.org/fileformat.html, section 1.3). */
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

/** In bytes; ten times what ours needs. */
const LARGEST_SCHEMA = 1024 * 1024;

/**
 * Refuses a ledger with a huge schema. SQLite reads the whole schema first, in time that grows with its square: a million views would take
 * hours. Its first page, the root of the schema's tree, shows its size (sqlite.org/fileformat.html, section 1.6). Called after a killed
 * write is rolled back.
 * @throws Failure damaged
 */
export function refuseLargeSchema(file: string): void {
  const { pageSize } = headerOf(file);
  const descriptor = openSync(file, 'r');
  try {
    const root = bytesAt(descriptor, 0, pageSize);
    if (root[100] !== INTERIOR) return; // all in this page, or damaged
    const count = root.readUInt16BE(103);
    const children = Array.from({ length: Math.min(count, (pageSize - 112) >> 1) }, (_, index) =>
      root.readUInt32BE(Math.min(root.readUInt16BE(112 + 2 * index), pageSize - 4)),
    );
    const isDeep = (page: number) => bytesAt(descriptor, (page - 1) * pageSize, 1)[0] === INTERIOR;
    const isLarge = (children.length + 1) * pageSize > LARGEST_SCHEMA;
    if (isLarge || [root.readUInt32BE(108), ...children].filter((page) => page > 0).some(isDeep))
      throw new Failure(
        'damaged',
        `${file}: its schema is far larger than a ledger's, so another program has changed it; nothing was changed; restore a backup`,
      );
  } finally {
    closeSync(descriptor);
  }
}

/** The first byte of an interior page, whose children are pages. */
const INTERIOR = 5;

/** The first bytes of a journal's header, and the last bytes of the name of a super-journal. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/**
 * Refuses a journal that contradicts the ledger (sqlite.org/fileformat.html, section 3). Otherwise a killed write left it, and the next
 * command rolls it back. No write of ours names a super-journal, which belongs to a commit over several files.
 * @throws Failure damaged
 */
function refuseForeignJournal(file: string, pageSize: number): void {
  const journal = `${file}-journal`;
  withFoundFile(journal, (descriptor, { size, uid }) => {
    const header = bytesAt(descriptor, 0, 28);
    // Before its first sync a journal begins with zeros, and SQLite ignores it.
    if (header.length === 0 || header[0] === 0) return;
    if (header.length < 28 || !header.subarray(0, 8).equals(JOURNAL_MAGIC))
      throw foreign(journal, 'is not a journal of SQLite');
    if (bytesAt(descriptor, size - 8, 8).equals(JOURNAL_MAGIC))
      throw foreign(journal, 'names another file, which a rollback would delete');
    const [pages, journalPageSize] = [header.readUInt32BE(16), header.readUInt32BE(24)];
    if (journalPageSize !== pageSize)
      throw foreign(journal, `has pages of ${journalPageSize} bytes, and the ledger's have ${pageSize}`);
    // Read after the journal: another process that writes can only make the ledger larger.
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
    `${beside}: ${what}, so it does not belong to this ledger; nothing was changed; ` +
      'move it away, then run "monthend verify"',
  );
}
