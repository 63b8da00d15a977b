/**
 * Imports files, all or nothing: intake gives facts and problems, the ledger takes the facts, and a quarantine file takes the bad records
 * if one is named.
 */
import path from 'node:path';
import type { ImportedFile } from './billing/month-view.js';
import type { Amend, FactKind, Instant } from './billing/order.js';
import type { Config } from './config/config.js';
import { Failure, InputRejected } from './errors/failure.js';
import { say } from './errors/message.js';
import type { Problem } from './errors/problem.js';
import { refuseForeignFile, writeNamedFile } from './files/named-file.js';
import { createImportThread, type ImportThread } from './import-thread/start-import-thread.js';
import { columnsOf, profilesIn } from './intake/input-profile.js';
import { mendOf } from './intake/mend.js';
import { createQuarantineWriter, orderIdIn, type RawRecord } from './intake/quarantine.js';
import { type IntakeOptions, MOST_PROBLEMS, readFacts } from './intake/read-facts.js';
import type { ConflictCheck } from './ledger/disputed.js';
import { type OpenImport, type SetAside, withImport } from './ledger/import.js';
import type { Amendment } from './ledger/judge-fact.js';
import type { Ledger } from './ledger/ledger.js';
import type { LikeIds } from './ledger/like-ids.js';
import type { FactTaker } from './ledger/take-facts.js';
import type { ZoneChange } from './ledger/take-practices.js';
import { isProblemsCsv, problemsCsv } from './output/problems-file.js';
import { type QuarantineFile, stageQuarantine } from './output/quarantine-file.js';

export interface ImportOptions {
  /** The kind of every file, or the input profile to read it by. Needed if the columns do not tell. */
  readonly as?: string;
  readonly amend: Amend;
  /** If true, a record that repeats a value corrected since leaves the correction in place. */
  readonly keep?: boolean;
  readonly config: Config;
  /** Only fills the audit column. */
  readonly now: Instant;
  /** The file that takes bad records, so that the good ones can be imported. */
  readonly quarantine?: string;
  /** Does everything but write; the caller rolls the import back. */
  readonly isDryRun?: boolean;
  /** The CSV that lists all problems. Without problems it has only its header. */
  readonly problemsFile?: string;
  /** The bytes of a file after which a thread reads ahead. */
  readonly fewestBytes?: number;
  /** Called from time to time with the bytes read of a file. */
  readonly progress?: (file: string, bytes: number) => void;
}

export type { Amendment } from './ledger/judge-fact.js';

/** The outcome of a file, and how it was read. */
export interface ReadFile extends Omit<ImportedFile, 'importId'> {
  /** The input profile by which it was read; null for the strict format. */
  readonly profile: string | null;
  /** How many of the duplicates repeat a value that was corrected since. */
  readonly corrected: number;
  /** Records that the profile's `null` words skip. */
  readonly passedOver: number;
  /** Rows without any value. */
  readonly blankRows: number;
  /** Local times that occur twice, because clocks go back, and were read as the first occurrence. */
  readonly repeatedTimes: number;
}

export interface ImportResult {
  readonly importId: number;
  readonly files: readonly ReadFile[];
  /** Ids that are similar to a known one. */
  readonly likeIds: LikeIds;
  /** The replaced values; at most 100,000. */
  readonly changes: readonly Amendment[];
  /** Practices that are billed by another time zone from the first open month on. */
  readonly zoneChanges: readonly ZoneChange[];
  /** Present if records were set aside: the file, their number, and all their problems. */
  readonly quarantine?: {
    readonly file: string;
    readonly records: number;
    readonly problems: readonly Problem[];
  };
}

/**
 * Imports the facts of the files, all or nothing. With `quarantine` it imports the good records once the bad ones are safe in that file.
 * @throws InputRejected; Failure usage, busy, system
 */
export async function importFiles(
  ledger: Ledger,
  files: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const { amend, keep = false, now, quarantine, problemsFile } = options;
  if (problemsFile !== undefined) refuseForeignFile(problemsFile, isProblemsCsv);
  const aside = quarantine === undefined ? undefined : stageQuarantine(quarantine);
  const defaultCurrency = options.config.currency;
  const thread = createImportThread(options.fewestBytes);
  const importOptions = { amend, keep, now, defaultCurrency, mayRetry: aside !== undefined, thread };
  try {
    return await withImport(ledger, importOptions, async (open, importId) => {
      thread.expect(files);
      const reading = { ...options, thread };
      const attempt = await attemptImport(open, files, reading, aside).finally(thread.end);
      const { files: read, isRejected, likeIds, changes, zoneChanges } = attempt;
      const problems = attempt.problems.map((problem) => withMend(problem, options.config));
      if (problemsFile !== undefined)
        writeNamedFile(problemsFile, problemsCsv(problems), { isOurs: isProblemsCsv });
      if (isRejected) throw new InputRejected(problems);
      for (const file of read) {
        assertBalanced(file);
        open.recordFile(file);
      }
      const records = read.reduce((sum, { quarantined }) => sum + quarantined, 0);
      const result = { importId, files: read, likeIds, changes, zoneChanges };
      if (aside === undefined || records === 0) return result;
      // Before the commit: a record that the ledger does not take must not be lost.
      if (options.isDryRun !== true) aside.keep();
      const file = path.basename(aside.file);
      open.recordSetAside(attempt.setAside.map((record) => ({ file, ...record })));
      return { ...result, quarantine: { file: aside.file, records, problems } };
    });
  } finally {
    aside?.discard();
  }
}

/**
 * Reads the files until no record contradicts another. If two contradict each other, both are set aside, but the first turns out to
 * be bad only when the second is read, so the files are read again without either. That may leave an order with lines of two
 * practices; a third reading leaves such orders out whole, and then nothing new can turn up.
 */
async function attemptImport(
  open: OpenImport,
  files: readonly string[],
  options: ReadingOptions,
  aside: QuarantineFile | undefined,
): Promise<Attempt> {
  const leftOut = new Map<string, ConflictCheck>();
  for (let taker = open.taker; ; taker = open.retry(leftOut)) {
    const attempt = await readFiles(taker, files, options, aside);
    if (aside === undefined || attempt.isRejected || taker.disputed.size === 0) return attempt;
    if (files.includes('-')) {
      const { kind, text: message } = say.standardInputReadOnce();
      const once = { file: '-', line: 1, column: 1, field: '', kind, message };
      return { ...attempt, problems: [...attempt.problems, once], isRejected: true };
    }
    for (const [identity, conflictOf] of taker.disputed) leftOut.set(identity, conflictOf);
  }
}

function withMend(problem: Problem, { timeZone }: Config): Problem {
  const mend = mendOf(problem, timeZone);
  return mend === undefined ? problem : { ...problem, mend };
}

interface ReadingOptions extends ImportOptions {
  readonly thread: ImportThread;
}

/** The result of reading all files once. */
interface Attempt {
  readonly files: readonly ReadFile[];
  readonly problems: readonly Problem[];
  /** True if there is a problem that no quarantine file can set aside. */
  readonly isRejected: boolean;
  readonly likeIds: LikeIds;
  readonly changes: readonly Amendment[];
  readonly zoneChanges: readonly ZoneChange[];
  readonly setAside: readonly Omit<SetAside, 'file'>[];
}

async function readFiles(
  taker: FactTaker,
  files: readonly string[],
  options: ReadingOptions,
  aside: QuarantineFile | undefined,
): Promise<Attempt> {
  const intake = intakeOptions(options);
  const inSameForm = sameForm(options);
  const problems: Problem[] = [];
  const results: ReadFile[] = [];
  const ofUnknownKind: string[] = [];
  const setAside: Omit<SetAside, 'file'>[] = [];
  const orderIdColumns = [
    'order_id',
    ...(intake.profiles ?? []).flatMap((profile) => columnsOf(profile, 'order_id')),
  ];
  let isRejected = false;
  aside?.clear();
  const writer = aside && createQuarantineWriter(aside.write);

  for (const file of files) {
    const counts = createCounts();
    const note = (problem: Problem, raw: () => RawRecord | undefined) => {
      // One more than the limit for each file: the last problem says that reading stopped.
      if (problems.length <= MOST_PROBLEMS) problems.push(problem);
      const record = writer && raw();
      if (record === undefined) isRejected = true;
      else if (writer?.add(problem, inSameForm(record)) === true) {
        const orderId = orderIdIn(record, orderIdColumns);
        if (record.kind === undefined) {
          counts.ofUnknownKind++;
          ofUnknownKind.push(orderId);
        } else {
          counts[record.kind].quarantined++;
          setAside.push({ kind: record.kind, orderId });
        }
      }
    };
    const { kind, sha256, recordsByKind, notes } = await readFacts(file, intake, {
      take(record) {
        const taken = taker.take(record, file);
        if (typeof taken !== 'string') record.refuse(taken.field, taken.message);
        else {
          counts[record.kind][taken]++;
          if (taken === 'kept') counts[record.kind].duplicate++;
        }
      },
      takeNew(facts) {
        const count = taker.takeNew(facts, file);
        counts[facts.of.kind].imported += count;
        return count;
      },
      problem: note,
      progress: (bytes) => options.progress?.(file, bytes),
    });
    writer?.end();
    if (kind === undefined) isRejected = true;
    else {
      counts[kind].quarantined += counts.ofUnknownKind;
      setAside.push(...ofUnknownKind.splice(0).map((orderId) => ({ kind, orderId })));
    }
    const name = file === '-' ? '-' : path.basename(file);
    // These counts belong to the whole file. If a quarantine file has several kinds, they are shown with the first.
    let { passedOver, blankRows, repeatedTimes } = notes;
    for (const [each, read] of recordsByKind) {
      const { imported, amended, duplicate: duplicates, kept: corrected, quarantined } = counts[each];
      const profile = notes.profiles.get(each) ?? null;
      const of = { name, kind: each, sha256, read, imported, amended, duplicates, quarantined, corrected };
      results.push({ ...of, profile, passedOver, blankRows, repeatedTimes });
      [passedOver, blankRows, repeatedTimes] = [0, 0, 0];
    }
  }
  for (const problem of taker.problemsAtEnd()) problems.push(problem);
  return {
    files: results,
    problems,
    isRejected: isRejected || (aside === undefined && problems.length > 0),
    likeIds: taker.likeIds(),
    changes: taker.changes,
    zoneChanges: taker.zoneChanges,
    setAside,
  };
}

const createCounts = () => {
  const none = () => ({ imported: 0, amended: 0, duplicate: 0, kept: 0, quarantined: 0 });
  return { orders: none(), history: none(), practices: none(), ofUnknownKind: 0 };
};

function intakeOptions({ as, amend, config, thread }: ReadingOptions): IntakeOptions {
  const profiles = profilesIn(config.inputs);
  const { currency: defaultCurrency, negativePrices } = config;
  const options = { amend, defaultCurrency, negativePrices, profiles, thread };
  if (as === undefined) return options;
  const profile = profiles.find(({ name }) => name === as);
  return { ...options, as: profile ?? (as as FactKind) };
}

/**
 * Returns a check that all records set aside have the format of the quarantine file and one separator; only the records tell. @throws
 * Failure usage
 */
function sameForm({ quarantine = '' }: ImportOptions): (record: RawRecord) => RawRecord {
  const extensions = { csv: /\.(?:csv|tsv|tab|txt)$/i, ndjson: /\.(?:ndjson|jsonl)$/i };
  let separator: string | undefined;
  return (record) => {
    if (!extensions[record.format].test(quarantine)) {
      const text = `the records to set aside are ${record.format.toUpperCase()}; name a .${record.format} file with --quarantine`;
      throw new Failure('usage', `${quarantine}: ${text}`);
    }
    separator ??= record.separator;
    if (record.separator === separator) return record;
    throw new Failure(
      'usage',
      `${quarantine}: the files have different separators, so their bad records cannot stand in one file; ` +
        'import one after the other, each with its own --quarantine',
    );
  };
}

/** Every record has exactly one outcome. If the sum differs, records were lost. @throws Error */
function assertBalanced({ name, read, imported, amended, duplicates, quarantined }: ReadFile): void {
  if (read === imported + amended + duplicates + quarantined) return;
  throw new Error(
    `${name}: ${read} records read, but ${imported} imported, ${amended} amended, ${duplicates} duplicates, ${quarantined} quarantined`,
  );
}
