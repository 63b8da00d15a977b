/** Decides whether a record of a known fact is a repetition, a replacement or in conflict, alike for every kind of fact. */
import { formatUnitPrice } from '../billing/money.js';
import { type Amend, amends, type FactKind } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Difference } from '../errors/difference.js';
import { type Message, say } from '../errors/message.js';
import { placeName } from '../errors/problem.js';
import type { Connection } from './connect.js';
import type { Conflict, ConflictCheck } from './disputed.js';
import type { Known } from './fact-log.js';
import type { Where } from './record-places.js';

/** What became of a record. */
export type Taken = 'imported' | 'amended' | 'duplicate' | 'kept' | Conflict;

/** What a record replaced. */
export interface Amendment {
  /** `order line 1 of ORD-1` */
  readonly identity: string;
  readonly file: string;
  readonly line: number;
  readonly differences: readonly Difference[];
}

/** The most changes to list. All are counted. */
const MOST_CHANGES = 100_000;

/** A column of a record with the known value and the given one. */
export type Field = readonly [name: string, known: string | number, given: string | number];

/** A version of a fact, compared with the given record. */
export interface VersionFields {
  readonly importId: number;
  readonly fields: readonly Field[];
}

/** The identity of a record, for messages. */
export interface Identity {
  readonly kind: FactKind;
  identity(): string;
  /** Returns every version before this import, in order, compared with the given record. */
  versions(): readonly VersionFields[];
  /** Returns the place of another record of this identity in this import that was taken; undefined if there is none. */
  other(): Where | undefined;
  /** Returns another message than the usual one for a conflict in this field; undefined for the usual one. */
  refusal?(field: string, other: string): Message | undefined;
}

export interface JudgeOptions {
  readonly amend: Amend;
  readonly keep: boolean;
  /** Takes the records that contradict each other. */
  readonly disputed: Map<string, ConflictCheck>;
}

export interface Judge {
  /**
   * Decides what becomes of a record of a known fact.
   * @param known the last version of the fact
   * @param fields the record compared with that version
   * @param where the place of the record
   */
  judge(
    known: Pick<Known<unknown>, 'importId'>,
    fields: readonly Field[],
    about: Identity,
    where: Where,
  ): Taken;
  /** What records replaced, in the order in which they came; at most 100,000. */
  readonly changes: readonly Amendment[];
}

export function createJudge(db: Connection, { amend, keep, disputed }: JudgeOptions): Judge {
  const changes: Amendment[] = [];
  const seen = createSeen(db);
  const importName = createImportNames(db);

  const judge: Judge['judge'] = (known, fields, about, where) => {
    const mayAmend = amends(amend, about.kind);
    const first = fields.find(isDifferent);
    if (first === undefined) {
      if (mayAmend) seen.add(about.identity(), where);
      return 'duplicate';
    }
    const identity = about.identity();
    const own = about.other();
    const corrected = own === undefined ? correctedBy(about.versions()) : undefined;
    if (corrected !== undefined && keep) {
      if (mayAmend) seen.add(identity, where);
      return 'kept';
    }
    const [field] = first;
    const differences = differencesIn(fields);
    const other = own ?? (mayAmend ? seen.placeOf(identity) : undefined);
    if (other !== undefined) return refuseBoth(about, { field, differences, where, other });
    if (mayAmend) {
      if (changes.length < MOST_CHANGES) changes.push({ identity, ...where, differences });
      return 'amended';
    }
    if (corrected !== undefined) {
      const back = differences.map(([name, now, given]): Difference => [name, given, now]);
      return { field, message: say.correctedSince(importName(corrected, about.kind), back) };
    }
    const { importId } = known;
    const message =
      about.refusal?.(field, `import ${importId}`) ?? say.differsFromKnown(differences, importId);
    return { field, message };
  };

  /** Refuses a record, and puts it in dispute with the other record of this import that it contradicts. */
  function refuseBoth(
    about: Identity,
    {
      field,
      differences,
      where,
      other,
    }: { field: string; differences: Difference[]; where: Where; other: Where },
  ): Conflict {
    const identity = about.identity();
    const messageWith = ({ file, line }: Where, told?: readonly Difference[]): Message => {
      const name = placeName(file, line);
      return about.refusal?.(field, name) ?? say.differsWithinImport(identity, name, told);
    };
    disputed.set(identity, (_, { file, line }) => {
      const isHere = file === where.file && line === where.line;
      return { field: '', message: messageWith(isHere ? other : where) };
    });
    return { field, message: messageWith(other, differences) };
  }

  return { judge, changes };
}

const isDifferent = ([, known, given]: Field): boolean => known !== given;

/** Returns the columns that differ, with both values as a message shows them. */
function differencesIn(fields: readonly Field[]): Difference[] {
  const [, knownCurrency = '', givenCurrency = ''] = fields.find(([field]) => field === 'currency') ?? [];
  return fields
    .filter(isDifferent)
    .map(([field, known, given]) => [
      field,
      shown(field, known, String(knownCurrency)),
      shown(field, given, String(givenCurrency)),
    ]);
}

/** Writes a value for a message: instants as text, unit prices with the digits of their currency. */
function shown(field: string, value: string | number, currency: string): string {
  if (field === 'unit_price') return formatUnitPrice(String(value), currency);
  const isInstant = typeof value === 'number' && (field === 'at' || field === 'placed_at');
  return isInstant ? formatInstant(value) : String(value);
}

/** Returns the import that corrected the given content, from versions in order of import; undefined if the content was never known. */
function correctedBy(versions: readonly VersionFields[]): number | undefined {
  const known = versions.findLastIndex(({ fields }) => fields.every((field) => !isDifferent(field)));
  return known < 0 ? undefined : versions[known + 1]?.importId;
}

/** @returns a function that names an import by its files of one kind: `import 3, price.csv` */
function createImportNames(db: Connection): (importId: number, kind: FactKind) => string {
  const filesOfImport = db
    .prepare<[number, string], string>(
      'SELECT name FROM import_files WHERE import_id = ? AND kind = ? ORDER BY position',
    )
    .pluck();
  return (importId, kind) => {
    const [file, ...others] = filesOfImport.all(importId, kind);
    return `import ${importId}${file === undefined ? '' : `, ${file}`}${others.length > 0 ? ' and others' : ''}`;
  };
}

/**
 * Remembers the identities that an amending import repeated unchanged. A second record that differs is then a conflict, whichever comes
 * first. They are in SQLite's temporary space to limit memory.
 */
function createSeen(db: Connection) {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS seen (identity TEXT PRIMARY KEY, file TEXT, line INTEGER) STRICT, WITHOUT ROWID; DELETE FROM temp.seen',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO temp.seen (identity, file, line) VALUES (?, ?, ?)');
  const find = db.prepare<[string], Where>('SELECT file, line FROM temp.seen WHERE identity = ?');
  return {
    add: (identity: string, { file, line }: Where): void => void insert.run(identity, file, line),
    placeOf: (identity: string): Where | undefined => find.get(identity),
  };
}
