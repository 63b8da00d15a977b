/**
 * The ledger's file: created whole, opened with settings that are checked, refused if it is not ours. The only files that
 * know better-sqlite3 are in this folder.
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
import { Failure } from '../errors/failure.js';
import { makeUnderFreeName, removeLeftovers } from '../files/leftovers.js';
import { naming, syncFolder } from '../files/sync-folder.js';
import { type Connection, connect } from './connect.js';
import { holderOf, tellOthers } from './holder.js';
import { giveLedgerId, ID_IN_MEMORY, idOfOlderLedger, type LedgerId, newLedgerId } from './identity.js';
import { recognise, refuseLargeSchema } from './recognise.js';
import { APPLICATION_ID, FIRST_VERSION, FIRST_WITH_IDENTITY, LATEST_VERSION, MIGRATIONS } from './schema.js';
import { type SchemaRow, schemaDifferences } from './schema-differences.js';

export interface Ledger {
  readonly file: string;
  readonly db: Connection;
  /**
   * Runs `work` in one transaction as the ledger's only writer: what it returns is durable, what it throws leaves no trace.
   * @param doing what another process is told that this one is doing
   */
  write<T>(doing: string, work: () => T | Promise<T>): Promise<T>;
  /**
   * The same for a dry run: nothing of it is kept. `work` gets a ledger whose transactions are all within this one, so that it can do
   * one thing after another.
   */
  rehearse<T>(work: (inside: Ledger) => Promise<T>): Promise<T>;
  /** Runs `work` on one unchanging state of the ledger, writing nothing to it. */
  read<T>(work: () => T | Promise<T>): Promise<T>;
  close(): void;
}

/** How long to wait for another process before saying that it holds the ledger, in milliseconds. */
const PATIENCE = 1000;

/** @throws Failure usage if there is no such file, damaged if it is no ledger of ours */
export function openLedger(file: string, { readonly }: { readonly readonly: boolean }): Ledger {
  if (!existsSync(file)) {
    throw new Failure(
      'usage',
      `${file}: there is no ledger here (looked for ${path.resolve(file)}); if you have one, run this in its folder ` +
        `or name it with --ledger; "monthend init --ledger ${file}" makes a new one`,
    );
  }
  if (statSync(file).isDirectory()) throw new Failure('usage', `${file}: is a folder, not a ledger`);
  if (!statSync(file).isFile()) throw new Failure('usage', `${file}: is no regular file, so it is no ledger`);
  if (statSync(file).size === 0) {
    throw new Failure(
      'damaged',
      `${file}: is empty, not a ledger; move it away to create a new ledger of this name`,
    );
  }
  recognise(file);
  // A process that was killed while it created the ledger has left the other name.
  if (!readonly && statSync(file).nlink > 1) removeDrafts(file);
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

/** For the owner alone, whatever has been done to the file since; only its owner can do that, and not every disk has modes. */
function makePrivate(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {}
}

/** A writer that was killed has left its journal, as `recognise` has found: the next one to read takes it back, which only a writer may. */
function rollBackKilledWrite(file: string): void {
  if (!existsSync(`${file}-journal`)) return;
  const db = connect(file, { fileMustExist: true, timeout: PATIENCE });
  db.pragma('schema_version');
  db.close();
}

/** A reader cannot read the tables of an older version. */
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

/** Loads SQLite and opens nothing of the user's. @throws what better-sqlite3 throws where it is not built */
export function openNothing(): void {
  connect(':memory:').close();
}

/** A ledger in memory, for checks and tests, which make many: the second one is a copy of what the first one was. */
export function temporaryLedger(): Ledger {
  if (emptyLedger !== undefined) return ledgerOf(connect(emptyLedger), ':memory:');
  const db = connect(':memory:');
  build(db, ID_IN_MEMORY);
  emptyLedger = db.serialize();
  return ledgerOf(db, ':memory:');
}

let emptyLedger: Buffer | undefined;

/**
 * Creates an empty ledger, for the owner alone. The file appears complete or not at all: it is built under another name, then
 * linked to its own, which also leaves alone a ledger that another process created meanwhile.
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

const referenceSchemas = new Map<number, readonly SchemaRow[]>();

/** What the schema of a ledger of that version looks like, for comparing. */
export function referenceSchema(version: number): readonly SchemaRow[] {
  const known = referenceSchemas.get(version);
  if (known !== undefined) return known;
  const db = connect(':memory:');
  try {
    for (const bringOn of MIGRATIONS.slice(0, version - FIRST_VERSION + 1)) bringOn(db);
    const rows = db.prepare<[], SchemaRow>('SELECT type, name, sql FROM sqlite_schema').all();
    referenceSchemas.set(version, rows);
    return rows;
  } finally {
    db.close();
  }
}

/** Makes an empty file beside the ledger, for the owner alone, hands out its name, and takes the name away again. */
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
  if (application !== APPLICATION_ID)
    throw new Failure('damaged', `${file}: is not a ledger of monthend; untouched`);
  const version = versionOf(db);
  if (version > LATEST_VERSION) {
    throw new Failure(
      'damaged',
      `${file}: is of ledger version ${version}, this monthend knows up to ${LATEST_VERSION}; untouched; use a newer monthend`,
    );
  }
  if (version < FIRST_VERSION) {
    throw new Failure(
      'damaged',
      `${file}: is of ledger version ${version}, from before the first release (${FIRST_VERSION}); untouched; ` +
        'import its files into a new ledger',
    );
  }
}

/** What only reads opens a ledger without its triggers too, so that `verify` can tell what else has changed. */
function refuseOtherSchema(db: Connection, file: string, { readonly }: { readonly readonly: boolean }): void {
  refuseLargeSchema(file);
  // In one transaction: another process may be bringing the ledger up to date, and the version must be that of this schema.
  const compare = db.transaction(() => schemaDifferences(db, referenceSchema(versionOf(db))));
  const differences = compare().filter(({ isHarmlessToRead }) => !(readonly && isHarmlessToRead));
  const [first] = differences;
  if (first === undefined) return;
  const others = differences.length > 1 ? ` (the first of ${differences.length} such differences)` : '';
  throw new Failure(
    'damaged',
    `${file}: ${first.place} ${first.message}${others}: another program has changed this ledger; untouched; restore a backup`,
  );
}

/** Of the ledger's tables, as `schema.ts` counts them. */
export function versionOf(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** The settings of docs/ledger.md section 2. */
function applySettings(db: Connection): void {
  const settings = {
    journal_mode: 'delete',
    synchronous: 3, // EXTRA: a commit is durable when it returns, the deletion of the journal included
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
  };
  db.pragma('cache_size = -65536'); // 64 MiB: a bound on memory, not a promise
  for (const [name, value] of Object.entries(settings)) {
    db.pragma(`${name} = ${value}`);
    const actual = db.pragma(name, { simple: true });
    if (actual !== value) throw new Error(`SQLite refused ${name} = ${value}: it stays ${actual}`);
  }
}

/** Brings an older ledger up to date in one transaction, after a copy of the file beside it. */
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

/** Named only when it is whole and durable, and under a name that is free: what stands there may be someone else's. */
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

/** @returns whether the name was free; the file has it then */
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
  async function transaction<T>(begin: string, end: string, work: () => T | Promise<T>): Promise<T> {
    guarded(file, () => db.exec(begin));
    try {
      const result = await work();
      db.exec(end);
      return result;
    } catch (error) {
      rollBack(db);
      throw asFailure(error, file);
    }
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
      transaction('BEGIN IMMEDIATE', 'COMMIT', async () => {
        const release = file === ':memory:' ? () => {} : tellOthers(file, doing);
        try {
          const result = await work();
          // SQLite passes over a failure when it makes its journal's name durable: the commit depends on that name.
          if (file !== ':memory:') syncFolder(path.dirname(realpathSync(file)));
          return result;
        } finally {
          release();
        }
      }),
    rehearse: (work) =>
      transaction('BEGIN IMMEDIATE', 'ROLLBACK', async () => {
        const release = file === ':memory:' ? () => {} : tellOthers(file, 'dry run');
        try {
          return await work(inside);
        } finally {
          release();
        }
      }),
    read: (work) => transaction('BEGIN', 'ROLLBACK', work),
    close: () => db.close(),
  };
}

/** If that fails too, the next one to open the ledger takes the work back; what stopped it is what the user must hear of. */
function rollBack(db: Connection): void {
  try {
    // Some failures of SQLite (a full disk) have rolled back already.
    if (db.inTransaction) db.exec('ROLLBACK');
  } catch {}
}

function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asFailure(error, file);
  }
}

/** What an error of SQLite means to the user; any other error as it is. */
export function asFailure(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  const options = { cause: error };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const holder = holderOf(file);
    const who = holder === undefined ? '' : ` (${holder})`;
    const text = `${file}: another process holds the ledger${who}; try again when it is done`;
    return new Failure('busy', text, options);
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new Failure(
      'damaged',
      `${file}: is damaged or not a ledger (${message}); untouched; restore a backup`,
      options,
    );
  }
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    // Not "nothing was changed": a commit that fails at its very end may stand.
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
