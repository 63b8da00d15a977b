/**
 * The ledger's file: created whole, opened with checked settings, refused if it is not a ledger of monthend. Only files in this folder use
 * better-sqlite3.
 */

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { remembered } from '../billing/remembered.js';
import { Failure } from '../errors/failure.js';
import { makeUnderFreeName, removeLeftovers } from '../files/leftovers.js';
import { naming, syncFolder } from '../files/sync-folder.js';
import { type Connection, connect } from './connect.js';
import { holderOf, tellOthers } from './holder.js';
import { giveLedgerId, ID_IN_MEMORY, idOfOlderLedger, type LedgerId, newLedgerId } from './identity.js';
import {
  APPLICATION_ID,
  FIRST_VERSION,
  FIRST_WITH_IDENTITY,
  LATEST_VERSION,
  MIGRATIONS,
} from './migrations.js';
import { otherDatabase, recognise, refuseLargeSchema } from './recognise.js';
import { type SchemaRow, schemaDifferences } from './schema-differences.js';

export interface Ledger {
  readonly file: string;
  readonly db: Connection;
  /**
   * Runs `work` in one transaction as the ledger's only writer. If it returns, the changes are durable; if it throws, there are none.
   * @param doing the command, shown to other processes that wait
   */
  write<T>(doing: string, work: () => T | Promise<T>): Promise<T>;
  /**
   * The same for a dry run: the changes are always rolled back. The ledger passed to `work` runs all its transactions within this one, so
   * that several steps can follow each other.
   */
  rehearse<T>(work: (inside: Ledger) => Promise<T>): Promise<T>;
  /** Runs `work` on one unchanging state of the ledger, without writing to it. */
  read<T>(work: () => T | Promise<T>): Promise<T>;
  close(): void;
}

/** How long to wait for another process before reporting that it holds the ledger, in milliseconds. */
const PATIENCE = 1000;

/** Opens a ledger. @throws Failure usage if there is no such file, damaged if it is not a ledger of monthend */
export function openLedger(file: string, { readonly }: { readonly readonly: boolean }): Ledger {
  if (!existsSync(file)) {
    throw new Failure(
      'usage',
      `${file}: there is no ledger here (looked for ${path.resolve(file)}); if you have one, run this in its folder ` +
        `or name it with --ledger; "monthend init --ledger ${file}" makes a new one`,
    );
  }
  const found = statSync(file);
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder, not a ledger' : 'not a regular file, so it is not a ledger';
    throw new Failure('usage', `${file}: is ${what}; name the ledger's file with --ledger`);
  }
  if (found.size === 0) {
    throw new Failure(
      'damaged',
      `${file}: is empty, not a ledger; move it away, then "monthend init" creates a new one`,
    );
  }
  recognise(file);
  // A process that was killed while it created the ledger left the draft's name.
  if (!readonly && found.nlink > 1) removeDrafts(file);
  return guarded(file, () => {
    if (readonly) {
      rollBackKilledWrite(realpathSync(file));
      bringUpToDate(file);
    }
    const db = connect(file, { readonly, fileMustExist: true, timeout: PATIENCE });
    try {
      refuseForeign(db, file);
      refuseOtherSchema(db, file, { readonly });
      applySettings(db);
      if (!readonly) {
        makePrivate(file);
        migrate(db, file);
      }
    } catch (error) {
      db.close();
      throw error;
    }
    return ledgerOf(db, file);
  });
}

/** Makes the file readable by its owner alone again. Only the owner can do that, and not every disk has modes, so a failure is ignored. */
function makePrivate(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {}
}

/** Rolls back the journal that a killed writer left and `recognise` accepted. A reader may not do that, so this opens for writing. */
function rollBackKilledWrite(file: string): void {
  if (!existsSync(`${file}-journal`)) return;
  const db = connect(file, { fileMustExist: true, timeout: PATIENCE });
  db.pragma('schema_version');
  db.close();
}

/** Updates an older ledger before reading, because a reader cannot read its tables. */
function bringUpToDate(file: string): void {
  const db = connect(file, { readonly: true, fileMustExist: true, timeout: PATIENCE });
  try {
    refuseForeign(db, file);
    if (versionOf(db) === LATEST_VERSION) return;
  } finally {
    db.close();
  }
  openLedger(file, { readonly: false }).close();
}

/** Loads SQLite without opening a file of the user's. @throws the error of better-sqlite3 if it is not built */
export function openNothing(): void {
  connect(':memory:').close();
}

/** Makes a ledger in memory for checks and tests. They make many, so all but the first are copies of an empty one. */
export function temporaryLedger(): Ledger {
  if (emptyLedger !== undefined) return ledgerOf(connect(emptyLedger), ':memory:');
  const db = connect(':memory:');
  build(db, ID_IN_MEMORY);
  emptyLedger = db.serialize();
  return ledgerOf(db, ':memory:');
}

let emptyLedger: Buffer | undefined;

/**
 * Creates an empty ledger, readable by its owner alone. The file appears complete or not at all: it is built under another name, then
 * linked to its own, which keeps a ledger that another process created meanwhile.
 */
export function createLedger(file: string, id = newLedgerId()): void {
  removeDrafts(file);
  withDraft(file, (draft) => {
    guarded(file, () => {
      const db = connect(draft, { fileMustExist: true });
      try {
        applySettings(db);
        build(db, id);
      } finally {
        db.close();
      }
    });
    linkIfFree(draft, file);
  });
  syncFolder(path.dirname(file));
}

/** Returns the schema of a ledger of that version, for comparison. */
export const referenceSchema = remembered((version: number): readonly SchemaRow[] => {
  const db = connect(':memory:');
  try {
    for (const bringOn of MIGRATIONS.slice(0, version - FIRST_VERSION + 1)) bringOn(db);
    return db.prepare<[], SchemaRow>('SELECT type, name, sql FROM sqlite_schema').all();
  } finally {
    db.close();
  }
});

/** Makes an empty file beside the ledger, readable by its owner alone, passes its name to `fill`, and removes the name afterwards. */
function withDraft(file: string, fill: (draft: string) => void): void {
  const draft = makeUnderFreeName(
    (mark) => path.join(path.dirname(file), `.${path.basename(file)}.${mark}.new`),
    (name) => {
      closeSync(openSync(name, 'wx', 0o600));
      return name;
    },
  );
  try {
    fill(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeDrafts(file: string): void {
  const name = path.basename(file).replace(/[^\w-]/g, '\\$&');
  removeLeftovers(path.dirname(file), new RegExp(`^\\.${name}\\.(\\d+)(?:-\\d+)?\\.new(?:-journal)?$`));
}

function build(db: Connection, id: LedgerId): void {
  db.pragma('page_size = 8192');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.transaction(() => {
    for (const bringOn of MIGRATIONS) bringOn(db);
    giveLedgerId(db, id);
    db.pragma(`user_version = ${LATEST_VERSION}`);
  })();
}

function refuseForeign(db: Connection, file: string): void {
  const application = db.pragma('application_id', { simple: true });
  if (application !== APPLICATION_ID) throw otherDatabase(file);
  const version = versionOf(db);
  if (version > LATEST_VERSION) {
    throw new Failure(
      'damaged',
      `${file}: has ledger version ${version}, but this monthend knows only versions up to ${LATEST_VERSION}; nothing was changed; install a newer monthend`,
    );
  }
  if (version < FIRST_VERSION) {
    throw new Failure(
      'damaged',
      `${file}: has ledger version ${version}, which is older than the first release (${FIRST_VERSION}); nothing was changed; ` +
        'import its files into a new ledger',
    );
  }
}

/** A reader also opens a ledger whose triggers are missing, so that `verify` can report what else has changed. */
function refuseOtherSchema(db: Connection, file: string, { readonly }: { readonly readonly: boolean }): void {
  refuseLargeSchema(file);
  // Compared in one transaction: another process may be updating the ledger, and version and schema must belong together.
  const compare = db.transaction(() => schemaDifferences(db, referenceSchema(versionOf(db))));
  const differences = compare().filter(({ isHarmlessToRead }) => !(readonly && isHarmlessToRead));
  const [first] = differences;
  if (first === undefined) return;
  const others = differences.length > 1 ? ` (the first of ${differences.length} such differences)` : '';
  throw new Failure(
    'damaged',
    `${file}: ${first.place} ${first.message}${others}: another program has changed this ledger; nothing was changed; restore a backup`,
  );
}

/** Returns the version of the ledger's tables, as migrations.ts counts them. */
export function versionOf(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** The memory for pages of the file, in MiB. */
export const PAGE_CACHE = 64;

/** Bounds the memory for pages of the file. SQLite may need more for a while. */
export function limitPageCache(db: Connection, mebibytes: number): void {
  db.pragma(`cache_size = ${-1024 * mebibytes}`);
}

/** Applies the settings of docs/ledger.md section 2. @throws Error if SQLite refuses one */
function applySettings(db: Connection): void {
  const settings = {
    journal_mode: 'delete',
    synchronous: 3, // EXTRA: a commit is durable when it returns, the deletion of the journal included
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
  };
  limitPageCache(db, PAGE_CACHE);
  for (const [name, value] of Object.entries(settings)) {
    db.pragma(`${name} = ${value}`);
    const actual = db.pragma(name, { simple: true });
    if (actual !== value) throw new Error(`SQLite refused ${name} = ${value}: it stays ${actual}`);
  }
}

/** Updates an older ledger in one transaction, after copying the file beside it. */
function migrate(db: Connection, file: string): void {
  const found = versionOf(db);
  if (found === LATEST_VERSION) return;
  keepCopy(db, file, found);
  db.transaction(() => {
    const version = versionOf(db); // another process may have done it meanwhile
    try {
      for (const bringOn of MIGRATIONS.slice(version - FIRST_VERSION + 1)) bringOn(db);
    } catch (error) {
      throw error instanceof Failure ? new Failure(error.kind, `${file}: ${error.message}`) : error;
    }
    if (version < FIRST_WITH_IDENTITY) giveLedgerId(db, idOfOlderLedger(db));
    db.pragma(`user_version = ${LATEST_VERSION}`);
  }).immediate();
}

/**
 * Copies the ledger. The copy gets its name only when it is complete and durable, and only a free name: an existing file may be somebody
 * else's.
 */
function keepCopy(db: Connection, file: string, version: number): void {
  removeDrafts(file);
  withDraft(file, (draft) => {
    db.exec(`VACUUM INTO '${draft.replaceAll("'", "''")}'`);
    syncFile(draft);
    const copy = `${file}.version-${version}`;
    for (let number = 2, name = copy; !linkIfFree(draft, name); number++) name = `${copy}-${number}`;
    syncFolder(path.dirname(file));
  });
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    naming(file, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** @returns true if the name was free; the file then has it */
function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ledgerOf(db: Connection, file: string): Ledger {
  const isFile = file !== ':memory:';
  async function transaction<T>(begin: string, end: string, work: () => T | Promise<T>): Promise<T> {
    guarded(file, () => db.exec(begin));
    try {
      const result = await work();
      db.exec(end);
      return result;
    } catch (error) {
      rollBack(db);
      throw ledgerFailure(error, file);
    }
  }

  /** The transaction of the only writer, which tells others what it does. */
  function writing<T>(doing: string, end: string, work: () => Promise<T>): Promise<T> {
    return transaction('BEGIN IMMEDIATE', end, async () => {
      const release = isFile ? tellOthers(file, doing) : () => {};
      try {
        return await work();
      } finally {
        release();
      }
    });
  }

  const inside: Ledger = {
    file,
    db,
    write: async (_, work) => work(),
    rehearse: (work) => work(inside),
    read: async (work) => work(),
    close() {},
  };
  return {
    file,
    db,
    write: (doing, work) =>
      writing(doing, 'COMMIT', async () => {
        const result = await work();
        // SQLite ignores a failure to make its journal's name durable, and the commit depends on that name.
        if (isFile) syncFolder(path.dirname(realpathSync(file)));
        return result;
      }),
    rehearse: (work) => writing('dry run', 'ROLLBACK', () => work(inside)),
    read: (work) => transaction('BEGIN', 'ROLLBACK', work),
    close: () => db.close(),
  };
}

/** Rolls the transaction back. If that fails too, SQLite undoes the work at the next open; report the original error. */
function rollBack(db: Connection): void {
  try {
    // Some failures of SQLite, such as a full disk, have rolled back already.
    if (db.inTransaction) db.exec('ROLLBACK');
  } catch {}
}

function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw ledgerFailure(error, file);
  }
}

/** Translates an error of SQLite for the user; returns any other error unchanged. */
export function ledgerFailure(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  const options = { cause: error };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const holder = holderOf(file);
    const who = holder === undefined ? '' : ` (${holder})`;
    const text = `${file}: another process holds the ledger${who}; try again when it is done`;
    return new Failure('busy', text, options);
  }
  // A number in the header that says how the file is laid out: SQLite gives its error no code of its own.
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code) || message === 'unsupported file format') {
    return new Failure(
      'damaged',
      `${file}: is damaged or not a ledger (${message}); nothing was changed; restore a backup`,
      options,
    );
  }
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    // The message does not say "nothing was changed": a commit that fails at its very end may have taken effect.
    const advice = ADVICE.find(([codes]) => codes.test(code))?.[1] ?? 'run the same command again';
    return new Failure('system', `${file}: ${message} (${code}); ${advice}`, options);
  }
  return error;
}

const ADVICE: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/FULL/, 'free some space there, then run the same command again'],
  [
    /READONLY|CANTOPEN|PERM|AUTH/,
    'make the file and its folder writable for you (or copy them to where they are), then run the same command again',
  ],
  [
    /IOERR_LOCK/,
    'if another program has left it in WAL mode, any command that writes mends that; else run the same command again',
  ],
];
