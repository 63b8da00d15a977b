/**
 * Opens SQLite so that none of its objects is ever collected as garbage.
 *
 * Since Node 24.19, Node aborts if an object of better-sqlite3 12 is collected while no JavaScript runs, for example while the process
 * waits for the disk. Version 13 repairs that, but does not run on Node 20. So every object is kept until the process ends. Closing the
 * connection still frees what they hold in SQLite. Node 20 does not abort, and gets no more releases: there they are collected.
 */
import Database from 'better-sqlite3';

export type Connection = Database.Database;

const MAY_ABORT = !process.version.startsWith('v20.');
const kept: unknown[] = [];

function keep<T>(made: T): T {
  if (MAY_ABORT) kept.push(made);
  return made;
}

/** @throws SqliteError */
export function connect(file: string | Buffer, options?: Database.Options): Connection {
  const db = keep(new Database(file, options));
  // better-sqlite3 prepares statements for pragmas and transactions internally. All of them pass through its native object.
  const native = nativeOf(db);
  const prepare = native.prepare.bind(native);
  native.prepare = (...rest) => {
    const statement = keep(prepare(...rest));
    const iterate = statement.iterate.bind(statement);
    statement.iterate = (...parameters) => keep(iterate(...parameters));
    return statement;
  };
  return db;
}

interface Native {
  prepare(...rest: unknown[]): Database.Statement<unknown[]>;
}

function nativeOf(db: Connection): Native {
  for (const symbol of Object.getOwnPropertySymbols(db)) {
    const value: unknown = Reflect.get(db, symbol);
    if (typeof value === 'object' && value !== null && 'prepare' in value) return value as Native;
  }
  throw new Error('better-sqlite3 has no native object where it had one');
}
